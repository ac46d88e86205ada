// The messages of ONNX as protobuf.h wants them; what nothing here asks for is bulk.
#pragma once

#include "protobuf.h"

namespace assay::onnx {

namespace schema {

using protobuf::Field;
using protobuf::many;
using protobuf::message;
using protobuf::messages;
using protobuf::one;
using protobuf::Type;

enum Which : uint8_t {
    kModel,
    kOperatorSet,
    kEntry,  // a key and a value
    kTraining,
    kFunction,
    kGraph,
    kNode,
    kAttribute,
    kTensor,
    kSegment,
    kSparse,
    kValueInfo,
    kAnnotation,
    kType,
    kTensorType,  // sparse or not
    kShape,
    kDimension,
    kElements,  // of a sequence or an optional
    kMap,
    kOpaque,
    kConfiguration,
    kNodeConfiguration,
    kSharding,
    kGroup,
    kShardedAxis,
    kShards,
};

inline constexpr Field kModelFields[] = {
    one(1, Type::kInt),            // ir_version
    one(2, Type::kText),           // producer_name
    one(3, Type::kText),           // producer_version
    one(4, Type::kText),           // domain
    one(5, Type::kInt),            // model_version
    one(6, Type::kText),           // doc_string
    message(7, kGraph),            // graph
    messages(8, kOperatorSet),     // opset_import
    messages(14, kEntry),          // metadata_props
    messages(20, kTraining),       // training_info
    messages(25, kFunction),       // functions
    messages(26, kConfiguration),  // configuration
};
inline constexpr Field kOperatorSetFields[] = {
    one(1, Type::kText),  // domain
    one(2, Type::kInt),   // version
};
inline constexpr Field kEntryFields[] = {
    one(1, Type::kText),
    one(2, Type::kText),
};
inline constexpr Field kTrainingFields[] = {
    message(1, kGraph),   // initialization
    message(2, kGraph),   // algorithm
    messages(3, kEntry),  // initialization_binding
    messages(4, kEntry),  // update_binding
};
inline constexpr Field kFunctionFields[] = {
    one(1, Type::kText),        // name
    one(2, Type::kInt),         // since_version, once
    one(3, Type::kInt),         // status, once
    many(4, Type::kBulk),       // input
    many(5, Type::kBulk),       // output
    many(6, Type::kBulk),       // attribute
    messages(7, kNode),         // node
    one(8, Type::kText),        // doc_string
    messages(9, kOperatorSet),  // opset_import
    one(10, Type::kText),       // domain
    messages(11, kAttribute),   // attribute_proto
    messages(12, kValueInfo),   // value_info
    one(13, Type::kBulk),       // overload
    messages(14, kEntry),       // metadata_props
};
inline constexpr Field kGraphFields[] = {
    messages(1, kNode),         // node
    one(2, Type::kText),        // name
    messages(5, kTensor),       // initializer
    one(10, Type::kText),       // doc_string
    messages(11, kValueInfo),   // input
    messages(12, kValueInfo),   // output
    messages(13, kValueInfo),   // value_info
    messages(14, kAnnotation),  // quantization_annotation
    messages(15, kSparse),      // sparse_initializer
    messages(16, kEntry),       // metadata_props
};
inline constexpr Field kNodeFields[] = {
    many(1, Type::kBulk),              // input
    many(2, Type::kBulk),              // output
    one(3, Type::kBulk),               // name
    one(4, Type::kText),               // op_type
    messages(5, kAttribute),           // attribute
    one(6, Type::kText),               // doc_string
    one(7, Type::kText),               // domain
    one(8, Type::kBulk),               // overload
    messages(9, kEntry),               // metadata_props
    messages(10, kNodeConfiguration),  // device_configurations
};
inline constexpr Field kAttributeFields[] = {
    one(1, Type::kText),          // name
    one(2, Type::kFixed32),       // f
    one(3, Type::kInt),           // i
    one(4, Type::kBulk),          // s
    message(5, kTensor),          // t
    message(6, kGraph),           // g
    many(7, Type::kManyFixed32),  // floats
    many(8, Type::kManyInts),     // ints
    many(9, Type::kBulk),         // strings
    messages(10, kTensor),        // tensors
    messages(11, kGraph),         // graphs
    one(13, Type::kBulk),         // doc_string
    message(14, kType),           // tp
    messages(15, kType),          // type_protos
    one(20, Type::kInt),          // type
    one(21, Type::kText),         // ref_attr_name
    message(22, kSparse),         // sparse_tensor
    messages(23, kSparse),        // sparse_tensors
};
inline constexpr Field kTensorFields[] = {
    many(1, Type::kInts),          // dims
    one(2, Type::kInt),            // data_type
    message(3, kSegment),          // segment
    many(4, Type::kManyFixed32),   // float_data
    many(5, Type::kManyInts),      // int32_data
    many(6, Type::kBulk),          // string_data
    many(7, Type::kManyInts),      // int64_data
    one(8, Type::kText),           // name
    one(9, Type::kLeft),           // raw_data
    many(10, Type::kManyFixed64),  // double_data
    many(11, Type::kManyInts),     // uint64_data
    one(12, Type::kBulk),          // doc_string
    messages(13, kEntry),          // external_data
    one(14, Type::kInt),           // data_location
    messages(16, kEntry),          // metadata_props
};
inline constexpr Field kSegmentFields[] = {
    one(1, Type::kInt),
    one(2, Type::kInt),
};
inline constexpr Field kSparseFields[] = {
    message(1, kTensor),   // values
    message(2, kTensor),   // indices
    many(3, Type::kInts),  // dims
};
inline constexpr Field kValueInfoFields[] = {
    one(1, Type::kBulk),  // name
    message(2, kType),    // type
    one(3, Type::kBulk),  // doc_string
    messages(4, kEntry),  // metadata_props
};
inline constexpr Field kAnnotationFields[] = {
    one(1, Type::kBulk),  // tensor_name
    messages(2, kEntry),  // quant_parameter_tensor_names
};
inline constexpr Field kTypeFields[] = {
    message(1, kTensorType),  // tensor_type
    message(4, kElements),    // sequence_type
    message(5, kMap),         // map_type
    one(6, Type::kBulk),      // denotation
    message(7, kOpaque),      // opaque_type
    message(8, kTensorType),  // sparse_tensor_type
    message(9, kElements),    // optional_type
};
inline constexpr Field kTensorTypeFields[] = {
    one(1, Type::kInt),  // elem_type
    message(2, kShape),  // shape
};
inline constexpr Field kShapeFields[] = {
    messages(1, kDimension),
};
inline constexpr Field kDimensionFields[] = {
    one(1, Type::kInt),   // dim_value
    one(2, Type::kBulk),  // dim_param
    one(3, Type::kBulk),  // denotation
};
inline constexpr Field kElementsFields[] = {
    message(1, kType),
};
inline constexpr Field kMapFields[] = {
    one(1, Type::kInt),  // key_type
    message(2, kType),   // value_type
};
inline constexpr Field kOpaqueFields[] = {
    one(1, Type::kBulk),  // domain
    one(2, Type::kBulk),  // name
};
inline constexpr Field kConfigurationFields[] = {
    one(1, Type::kBulk),   // name
    one(2, Type::kInt),    // num_devices
    many(3, Type::kBulk),  // device
};
inline constexpr Field kNodeConfigurationFields[] = {
    one(1, Type::kBulk),     // configuration_id
    messages(2, kSharding),  // sharding_spec
    one(3, Type::kInt),      // pipeline_stage
};
inline constexpr Field kShardingFields[] = {
    one(1, Type::kBulk),        // tensor_name
    many(2, Type::kManyInts),   // device
    messages(3, kGroup),        // index_to_device_group_map
    messages(4, kShardedAxis),  // sharded_dim
};
inline constexpr Field kGroupFields[] = {
    one(1, Type::kInt),
    many(2, Type::kManyInts),
};
inline constexpr Field kShardedAxisFields[] = {
    one(1, Type::kInt),    // axis
    messages(2, kShards),  // simple_sharding
};
inline constexpr Field kShardsFields[] = {
    one(1, Type::kInt),   // dim_value
    one(2, Type::kBulk),  // dim_param
    one(3, Type::kInt),   // num_shards
};

inline constexpr protobuf::Message kMessages[] = {
    kModelFields,         kOperatorSetFields,
    kEntryFields,         kTrainingFields,
    kFunctionFields,      kGraphFields,
    kNodeFields,          kAttributeFields,
    kTensorFields,        kSegmentFields,
    kSparseFields,        kValueInfoFields,
    kAnnotationFields,    kTypeFields,
    kTensorTypeFields,    kShapeFields,
    kDimensionFields,     kElementsFields,
    kMapFields,           kOpaqueFields,
    kConfigurationFields, kNodeConfigurationFields,
    kShardingFields,      kGroupFields,
    kShardedAxisFields,   kShardsFields,
};
inline constexpr std::string_view kNames[] = {
    "the model",       "an operator set",
    "an entry",        "training information",
    "a function",      "a graph",
    "a node",          "an attribute",
    "a tensor",        "a segment",
    "a sparse tensor", "a value",
    "an annotation",   "a type",
    "a tensor type",   "a shape",
    "a dimension",     "an element type",
    "a map type",      "an opaque type",
    "a configuration", "a node's configuration",
    "a sharding",      "a device group",
    "a sharded axis",  "shards",
};
static_assert(std::size(kMessages) == kShards + 1 && std::size(kNames) == kShards + 1);

}  // namespace schema

}  // namespace assay::onnx

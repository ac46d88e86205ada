// The tables of a TFLite model, as far as they are looked at. Of the options of builtin operators,
// of which there are over a hundred kinds, those that hold lists or texts are taken apart; of the
// others, which are numbers, the form is checked.
#pragma once

#include "flatbuffer.h"

namespace assay::tflite {

using flat::Field;
using flat::Kind;
using flat::Schema;

// Lists alone, by how many there are and of what.
inline constexpr Field kBytesFields[] = {{0, Kind::kScalars, 1}};
inline constexpr Schema kBytes{"Uint8Vector", kBytesFields};
inline constexpr Field kShortsFields[] = {{0, Kind::kScalars, 2}};
inline constexpr Schema kShorts{"Uint16Vector", kShortsFields};
inline constexpr Field kNumbersFields[] = {{0, Kind::kScalars, 4}};
inline constexpr Schema kNumbers{"Int32Vector", kNumbersFields};
inline constexpr Field kLongsFields[] = {{0, Kind::kScalars, 8}};
inline constexpr Schema kLongs{"StablehloTransposeOptions", kLongsFields};
inline constexpr Field kThreeLongsFields[] = {
    {0, Kind::kScalars, 8}, {1, Kind::kScalars, 8}, {2, Kind::kScalars, 8}};
inline constexpr Schema kThreeLongs{"StablehloSliceOptions", kThreeLongsFields};
inline constexpr Field kFiveLongsFields[] = {{0, Kind::kScalars, 8},
                                             {1, Kind::kScalars, 8},
                                             {2, Kind::kScalars, 8},
                                             {3, Kind::kScalars, 8},
                                             {4, Kind::kScalars, 8}};
inline constexpr Schema kFiveLongs{"StablehloReduceWindowOptions", kFiveLongsFields};

// Options with more than that.
inline constexpr Field kEmbeddingsFields[] = {{1, Kind::kScalars, 4}, {2, Kind::kScalars, 4}};
inline constexpr Schema kEmbeddings{"ConcatEmbeddingsOptions", kEmbeddingsFields};
inline constexpr Field kConnectedFields[] = {{5, Kind::kScalars, 1}};
inline constexpr Schema kConnected{"FullyConnectedOptions", kConnectedFields};
inline constexpr Field kHandleFields[] = {{0, Kind::kString}, {1, Kind::kString}};
inline constexpr Schema kHandle{"VarHandleOptions", kHandleFields};
inline constexpr Field kConvolutionFields[] = {
    {0, Kind::kScalars, 8},  {1, Kind::kScalars, 8},  {2, Kind::kScalars, 8},
    {3, Kind::kScalars, 8},  {4, Kind::kScalars, 1},  {7, Kind::kScalars, 8},
    {10, Kind::kScalars, 8}, {13, Kind::kScalars, 8}, {16, Kind::kScalars, 4}};
inline constexpr Schema kConvolution{"StablehloConvolutionOptions", kConvolutionFields};
inline constexpr Field kCustomCallFields[] = {
    {0, Kind::kString}, {2, Kind::kString}, {4, Kind::kScalars, 4}, {5, Kind::kScalars, 1}};
inline constexpr Schema kCustomCall{"StablehloCustomCallOptions", kCustomCallFields};
inline constexpr Field kScatterFields[] = {
    {1, Kind::kScalars, 8}, {2, Kind::kScalars, 8}, {3, Kind::kScalars, 8}};
inline constexpr Schema kScatter{"StablehloScatterOptions", kScatterFields};
inline constexpr Field kDotFields[] = {{0, Kind::kScalars, 8},
                                       {1, Kind::kScalars, 8},
                                       {2, Kind::kScalars, 8},
                                       {3, Kind::kScalars, 8},
                                       {4, Kind::kScalars, 4}};
inline constexpr Schema kDot{"StablehloDotGeneralOptions", kDotFields};
inline constexpr Field kGatherFields[] = {
    {0, Kind::kScalars, 8}, {1, Kind::kScalars, 8}, {2, Kind::kScalars, 8}, {4, Kind::kScalars, 8}};
inline constexpr Schema kGather{"StablehloGatherOptions", kGatherFields};
inline constexpr Field kCompositeFields[] = {{0, Kind::kString}, {2, Kind::kScalars, 1}};
inline constexpr Schema kComposite{"StableHLOCompositeOptions", kCompositeFields};
inline constexpr Field kBlockwiseFields[] = {{3, Kind::kScalars, 4}};
inline constexpr Schema kBlockwise{"BlockwiseQuantization", kBlockwiseFields};

inline constexpr Field kQuantizationFields[] = {{0, Kind::kScalars, 4},
                                                {1, Kind::kScalars, 4},
                                                {2, Kind::kScalars, 4},
                                                {3, Kind::kScalars, 8},
                                                {4, Kind::kScalar, 1},
                                                {5, Kind::kUnion},
                                                {5, Kind::kUnion, 0, &kBytes, 1},
                                                {5, Kind::kUnion, 0, &kBlockwise, 2},
                                                {5, Kind::kUnion, 0, &kBlockwise, 3},
                                                {6, Kind::kScalar, 4}};
inline constexpr Schema kQuantization{"QuantizationParameters", kQuantizationFields};

inline constexpr Field kDimensionFields[] = {{0, Kind::kScalar, 1},
                                             {1, Kind::kScalar, 4},
                                             {2, Kind::kScalar, 1},
                                             {3, Kind::kUnion},
                                             {3, Kind::kUnion, 0, &kNumbers, 1},
                                             {3, Kind::kUnion, 0, &kShorts, 2},
                                             {3, Kind::kUnion, 0, &kBytes, 3},
                                             {4, Kind::kScalar, 1},
                                             {5, Kind::kUnion},
                                             {5, Kind::kUnion, 0, &kNumbers, 1},
                                             {5, Kind::kUnion, 0, &kShorts, 2},
                                             {5, Kind::kUnion, 0, &kBytes, 3}};
inline constexpr Schema kDimension{"DimensionMetadata", kDimensionFields};

inline constexpr Field kSparsityFields[] = {
    {0, Kind::kScalars, 4}, {1, Kind::kScalars, 4}, {2, Kind::kTables, 0, &kDimension}};
inline constexpr Schema kSparsity{"SparsityParameters", kSparsityFields};

inline constexpr Field kVariantFields[] = {
    {0, Kind::kScalars, 4}, {1, Kind::kScalar, 1}, {2, Kind::kScalar, 1}};
inline constexpr Schema kVariant{"VariantSubType", kVariantFields};

namespace tensor {
enum : uint8_t { kShape, kType, kBuffer, kName, kSparsity = 6 };
}
inline constexpr Field kTensorFields[] = {{tensor::kShape, Kind::kScalars, 4},
                                          {tensor::kType, Kind::kScalar, 1},
                                          {tensor::kBuffer, Kind::kScalar, 4},
                                          {tensor::kName, Kind::kString},
                                          {4, Kind::kTable, 0, &kQuantization},
                                          {5, Kind::kScalar, 1},
                                          {tensor::kSparsity, Kind::kTable, 0, &kSparsity},
                                          {7, Kind::kScalars, 4},
                                          {8, Kind::kScalar, 1},
                                          {9, Kind::kTables, 0, &kVariant}};
inline constexpr Schema kTensor{"Tensor", kTensorFields};

namespace op {
enum : uint8_t {
    kOpcode,
    kInputs,
    kOutputs,
    kOptions = 5,
    kIntermediates = 8,
    kLargeOffset,
    kLargeSize
};
}
inline constexpr Field kOperatorFields[] = {{op::kOpcode, Kind::kScalar, 4},
                                            {op::kInputs, Kind::kScalars, 4},
                                            {op::kOutputs, Kind::kScalars, 4},
                                            {3, Kind::kScalar, 1},
                                            {4, Kind::kUnion},
                                            {4, Kind::kUnion, 0, &kEmbeddings, 3},
                                            {4, Kind::kUnion, 0, &kConnected, 8},
                                            {4, Kind::kUnion, 0, &kNumbers, 17},
                                            {4, Kind::kUnion, 0, &kNumbers, 30},
                                            {4, Kind::kUnion, 0, &kHandle, 111},
                                            {4, Kind::kUnion, 0, &kNumbers, 115},
                                            {op::kOptions, Kind::kScalars, 1},
                                            {6, Kind::kScalar, 1},
                                            {7, Kind::kScalars, 1},
                                            {op::kIntermediates, Kind::kScalars, 4},
                                            {op::kLargeOffset, Kind::kScalar, 8},
                                            {op::kLargeSize, Kind::kScalar, 8},
                                            {11, Kind::kScalar, 1},
                                            {12, Kind::kUnion},
                                            {12, Kind::kUnion, 0, &kLongs, 2},
                                            {12, Kind::kUnion, 0, &kThreeLongs, 3},
                                            {12, Kind::kUnion, 0, &kConvolution, 4},
                                            {12, Kind::kUnion, 0, &kCustomCall, 5},
                                            {12, Kind::kUnion, 0, &kLongs, 6},
                                            {12, Kind::kUnion, 0, &kScatter, 7},
                                            {12, Kind::kUnion, 0, &kLongs, 9},
                                            {12, Kind::kUnion, 0, &kThreeLongs, 10},
                                            {12, Kind::kUnion, 0, &kDot, 12},
                                            {12, Kind::kUnion, 0, &kFiveLongs, 13},
                                            {12, Kind::kUnion, 0, &kGather, 16},
                                            {12, Kind::kUnion, 0, &kLongs, 17},
                                            {12, Kind::kUnion, 0, &kComposite, 21},
                                            {12, Kind::kUnion, 0, &kNumbers, 23}};
inline constexpr Schema kOperator{"Operator", kOperatorFields};

namespace graph {
enum : uint8_t { kTensors, kInputs, kOutputs, kOperators, kName };
}
inline constexpr Field kSubGraphFields[] = {{graph::kTensors, Kind::kTables, 0, &kTensor},
                                            {graph::kInputs, Kind::kScalars, 4},
                                            {graph::kOutputs, Kind::kScalars, 4},
                                            {graph::kOperators, Kind::kTables, 0, &kOperator},
                                            {graph::kName, Kind::kString}};
inline constexpr Schema kSubGraph{"SubGraph", kSubGraphFields};

namespace opcode {
enum : uint8_t { kOldBuiltin, kCustom, kVersion, kBuiltin };
}
inline constexpr Field kOperatorCodeFields[] = {{opcode::kOldBuiltin, Kind::kScalar, 1},
                                                {opcode::kCustom, Kind::kString},
                                                {opcode::kVersion, Kind::kScalar, 4},
                                                {opcode::kBuiltin, Kind::kScalar, 4}};
inline constexpr Schema kOperatorCode{"OperatorCode", kOperatorCodeFields};

namespace buffer {
enum : uint8_t { kData, kOffset, kSize };
}
inline constexpr Field kBufferFields[] = {{buffer::kData, Kind::kScalars, 1},
                                          {buffer::kOffset, Kind::kScalar, 8},
                                          {buffer::kSize, Kind::kScalar, 8}};
inline constexpr Schema kBuffer{"Buffer", kBufferFields};

namespace metadata {
enum : uint8_t { kName, kBuffer };
}
inline constexpr Field kMetadataFields[] = {{metadata::kName, Kind::kString},
                                            {metadata::kBuffer, Kind::kScalar, 4}};
inline constexpr Schema kMetadata{"Metadata", kMetadataFields};

inline constexpr Field kTensorMapFields[] = {{0, Kind::kString}, {1, Kind::kScalar, 4}};
inline constexpr Schema kTensorMap{"TensorMap", kTensorMapFields};

namespace signature {
enum : uint8_t { kInputs, kOutputs, kKey, kTag, kSubGraph };
}
inline constexpr Field kSignatureFields[] = {{signature::kInputs, Kind::kTables, 0, &kTensorMap},
                                             {signature::kOutputs, Kind::kTables, 0, &kTensorMap},
                                             {signature::kKey, Kind::kString},
                                             {signature::kTag, Kind::kString},
                                             {signature::kSubGraph, Kind::kScalar, 4}};
inline constexpr Schema kSignature{"SignatureDef", kSignatureFields};

namespace model {
enum : uint8_t {
    kVersion,
    kOperatorCodes,
    kSubGraphs,
    kDescription,
    kBuffers,
    kMetadataBuffer,
    kMetadata,
    kSignatures
};
}
// What others refer to comes first.
inline constexpr Field kModelFields[] = {{model::kVersion, Kind::kScalar, 4},
                                         {model::kOperatorCodes, Kind::kTables, 0, &kOperatorCode},
                                         {model::kBuffers, Kind::kTables, 0, &kBuffer},
                                         {model::kSubGraphs, Kind::kTables, 0, &kSubGraph},
                                         {model::kDescription, Kind::kString},
                                         {model::kMetadataBuffer, Kind::kScalars, 4},
                                         {model::kMetadata, Kind::kTables, 0, &kMetadata},
                                         {model::kSignatures, Kind::kTables, 0, &kSignature}};
inline constexpr Schema kModel{"Model", kModelFields};

}  // namespace assay::tflite

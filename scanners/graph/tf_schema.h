// The messages of TensorFlow as protobuf.h wants them, every one that can be in a SavedModel, so
// that a fault is found wherever it is; what nothing here asks for is bulk.
#pragma once

#include "protobuf.h"

namespace assay::tensorflow::schema {

using protobuf::Field;
using protobuf::many;
using protobuf::message;
using protobuf::messages;
using protobuf::one;
using protobuf::Type;

enum Which : uint8_t {
    kSavedModel,
    kMetaGraph,
    kMetaInfo,
    kOpList,
    kOp,
    kArg,
    kDtypeAndShape,
    kTensorShape,
    kDim,
    kFullType,
    kAttr,
    kAttrValue,
    kTensor,
    kResourceHandle,
    kVariantTensorData,
    kAttrList,
    kNameAttrList,
    kListAttr,
    kOpDeprecation,
    kAlias,
    kGraph,
    kNode,
    kNodeAttr,
    kExperimentalDebugInfo,
    kVersion,
    kFunctionDefLibrary,
    kFunction,
    kFunctionAttr,
    kFunctionArgAttr,
    kArgAttrs,
    kArgAttrsArgAttr,
    kResourceArgUniqueId,
    kRet,
    kControlRet,
    kGradient,
    kRegisteredGradient,
    kGraphDebugInfo,
    kFramesById,
    kFileLineCol,
    kTracesById,
    kStackTrace,
    kTraces,
    kNameToTraceId,
    kSaver,
    kCollectionItem,
    kCollection,
    kNodeList,
    kBytesList,
    kInt64List,
    kFloatList,
    kAnyList,
    kSignatureItem,
    kSignature,
    kInputs,
    kTensorInfo,
    kCooSparse,
    kCompositeTensor,
    kTypeSpec,
    kStructuredValue,
    kNoneValue,
    kTensorSpec,
    kBoundedTensorSpec,
    kStructuredList,
    kTupleValue,
    kDictValue,
    kFields,
    kNamedTupleValue,
    kPairValue,
    kOutputs,
    kDefaults,
    kAssetFile,
    kSavedObjectGraph,
    kSavedObject,
    kObjectReference,
    kSlotVariableReference,
    kSavedUserObject,
    kSavedAsset,
    kSavedFunction,
    kFunctionSpec,
    kSavedVariable,
    kSavedBareConcreteFunction,
    kSavedConstant,
    kSavedResource,
    kCapturedTensor,
    kSaveableObjects,
    kSaveableObject,
    kConcreteFunctions,
    kSavedConcreteFunction,
    kBundleHeader,
    kBundleEntry,
    kTensorSlice,
    kExtent,
    kSavedMetadata,
    kKerasObject,
    kFingerprint,
    kTypes,
};

inline constexpr Field kSavedModelFields[] = {one(1, Type::kInt), messages(2, kMetaGraph)};
inline constexpr Field kMetaGraphFields[] = {
    message(1, kMetaInfo),        message(2, kGraph),          message(3, kSaver),
    messages(4, kCollectionItem), messages(5, kSignatureItem), messages(6, kAssetFile),
    message(7, kSavedObjectGraph)};
inline constexpr Field kMetaInfoFields[] = {
    one(1, Type::kBulk), message(2, kOpList), one(3, Type::kBulk), many(4, Type::kText),
    one(5, Type::kText), one(6, Type::kBulk), one(7, Type::kInt),  messages(8, kAlias)};
inline constexpr Field kOpListFields[] = {messages(1, kOp)};
inline constexpr Field kOpFields[] = {
    one(1, Type::kText), messages(2, kArg),   messages(3, kArg),          messages(4, kAttr),
    one(5, Type::kBulk), one(6, Type::kBulk), message(8, kOpDeprecation), one(16, Type::kInt),
    one(17, Type::kInt), one(18, Type::kInt), one(19, Type::kInt),        many(20, Type::kBulk),
    one(21, Type::kInt)};
inline constexpr Field kArgFields[] = {
    one(1, Type::kBulk),         one(2, Type::kBulk), one(3, Type::kInt),
    one(4, Type::kBulk),         one(5, Type::kBulk), one(6, Type::kBulk),
    messages(7, kDtypeAndShape), one(16, Type::kInt), message(17, kFullType)};
inline constexpr Field kDtypeAndShapeFields[] = {one(1, Type::kInt), message(2, kTensorShape)};
inline constexpr Field kTensorShapeFields[] = {messages(2, kDim), one(3, Type::kInt)};
inline constexpr Field kDimFields[] = {one(1, Type::kInt), one(2, Type::kBulk)};
inline constexpr Field kFullTypeFields[] = {one(1, Type::kInt), messages(2, kFullType),
                                            one(3, Type::kBulk), one(4, Type::kInt)};
inline constexpr Field kAttrFields[] = {
    one(1, Type::kBulk), one(2, Type::kBulk), message(3, kAttrValue), one(4, Type::kBulk),
    one(5, Type::kInt),  one(6, Type::kInt),  message(7, kAttrValue)};
inline constexpr Field kAttrValueFields[] = {message(1, kAttrList),    one(2, Type::kText),
                                             one(3, Type::kInt),       one(4, Type::kFixed32),
                                             one(5, Type::kInt),       one(6, Type::kInt),
                                             message(7, kTensorShape), message(8, kTensor),
                                             one(9, Type::kBulk),      message(10, kNameAttrList)};
inline constexpr Field kTensorFields[] = {
    one(1, Type::kInt),        message(2, kTensorShape),      one(3, Type::kInt),
    one(4, Type::kBulk),       many(5, Type::kManyFixed32),   many(6, Type::kManyFixed64),
    many(7, Type::kManyInts),  many(8, Type::kText),          many(9, Type::kManyFixed32),
    many(10, Type::kManyInts), many(11, Type::kManyInts),     many(12, Type::kManyFixed64),
    many(13, Type::kManyInts), messages(14, kResourceHandle), messages(15, kVariantTensorData),
    many(16, Type::kManyInts), many(17, Type::kManyInts),     one(18, Type::kBulk)};
inline constexpr Field kResourceHandleFields[] = {one(1, Type::kBulk), one(2, Type::kBulk),
                                                  one(3, Type::kBulk), one(4, Type::kInt),
                                                  one(5, Type::kBulk), messages(6, kDtypeAndShape)};
inline constexpr Field kVariantTensorDataFields[] = {one(1, Type::kBulk), one(2, Type::kBulk),
                                                     messages(3, kTensor)};
inline constexpr Field kAttrListFields[] = {
    many(2, Type::kText),     many(3, Type::kManyInts),  many(4, Type::kManyFixed32),
    many(5, Type::kManyInts), many(6, Type::kManyInts),  messages(7, kTensorShape),
    messages(8, kTensor),     messages(9, kNameAttrList)};
inline constexpr Field kNameAttrListFields[] = {one(1, Type::kText), messages(2, kListAttr)};
inline constexpr Field kListAttrFields[] = {one(1, Type::kText), message(2, kAttrValue)};
inline constexpr Field kOpDeprecationFields[] = {one(1, Type::kInt), one(2, Type::kBulk)};
inline constexpr Field kAliasFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kGraphFields[] = {messages(1, kNode), message(2, kFunctionDefLibrary),
                                         one(3, Type::kInt), message(4, kVersion),
                                         message(5, kGraphDebugInfo)};
inline constexpr Field kNodeFields[] = {one(1, Type::kText),    one(2, Type::kText),
                                        many(3, Type::kText),   one(4, Type::kBulk),
                                        messages(5, kNodeAttr), message(6, kExperimentalDebugInfo),
                                        message(7, kFullType)};
inline constexpr Field kNodeAttrFields[] = {one(1, Type::kText), message(2, kAttrValue)};
inline constexpr Field kExperimentalDebugInfoFields[] = {many(1, Type::kBulk),
                                                         many(2, Type::kBulk)};
inline constexpr Field kVersionFields[] = {one(1, Type::kInt), one(2, Type::kInt),
                                           many(3, Type::kManyInts)};
inline constexpr Field kFunctionDefLibraryFields[] = {
    messages(1, kFunction), messages(2, kGradient), messages(3, kRegisteredGradient)};
inline constexpr Field kFunctionFields[] = {message(1, kOp),
                                            messages(3, kNode),
                                            messages(4, kRet),
                                            messages(5, kFunctionAttr),
                                            messages(6, kControlRet),
                                            messages(7, kFunctionArgAttr),
                                            messages(8, kResourceArgUniqueId)};
inline constexpr Field kFunctionAttrFields[] = {one(1, Type::kText), message(2, kAttrValue)};
inline constexpr Field kFunctionArgAttrFields[] = {one(1, Type::kInt), message(2, kArgAttrs)};
inline constexpr Field kArgAttrsFields[] = {messages(1, kArgAttrsArgAttr)};
inline constexpr Field kArgAttrsArgAttrFields[] = {one(1, Type::kText), message(2, kAttrValue)};
inline constexpr Field kResourceArgUniqueIdFields[] = {one(1, Type::kInt), one(2, Type::kInt)};
inline constexpr Field kRetFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kControlRetFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kGradientFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kRegisteredGradientFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kGraphDebugInfoFields[] = {
    many(1, Type::kBulk), messages(2, kTraces), messages(4, kFramesById),
    messages(5, kNameToTraceId), messages(6, kTracesById)};
inline constexpr Field kFramesByIdFields[] = {one(1, Type::kFixed64), message(2, kFileLineCol)};
inline constexpr Field kFileLineColFields[] = {one(1, Type::kInt), one(2, Type::kInt),
                                               one(3, Type::kInt), one(4, Type::kBulk),
                                               one(5, Type::kBulk)};
inline constexpr Field kTracesByIdFields[] = {one(1, Type::kFixed64), message(2, kStackTrace)};
inline constexpr Field kStackTraceFields[] = {messages(1, kFileLineCol),
                                              many(2, Type::kManyFixed64)};
inline constexpr Field kTracesFields[] = {one(1, Type::kBulk), message(2, kStackTrace)};
inline constexpr Field kNameToTraceIdFields[] = {one(1, Type::kBulk), one(2, Type::kFixed64)};
inline constexpr Field kSaverFields[] = {
    one(1, Type::kBulk), one(2, Type::kBulk),    one(3, Type::kBulk), one(4, Type::kInt),
    one(5, Type::kInt),  one(6, Type::kFixed32), one(7, Type::kInt)};
inline constexpr Field kCollectionItemFields[] = {one(1, Type::kBulk), message(2, kCollection)};
inline constexpr Field kCollectionFields[] = {message(1, kNodeList), message(2, kBytesList),
                                              message(3, kInt64List), message(4, kFloatList),
                                              message(5, kAnyList)};
inline constexpr Field kNodeListFields[] = {many(1, Type::kBulk)};
inline constexpr Field kBytesListFields[] = {many(1, Type::kBulk)};
inline constexpr Field kInt64ListFields[] = {many(1, Type::kManyInts)};
inline constexpr Field kFloatListFields[] = {many(1, Type::kManyFixed32)};
inline constexpr Field kAnyListFields[] = {many(1, Type::kBulk)};
inline constexpr Field kSignatureItemFields[] = {one(1, Type::kText), message(2, kSignature)};
inline constexpr Field kSignatureFields[] = {messages(1, kInputs), messages(2, kOutputs),
                                             one(3, Type::kBulk), messages(4, kDefaults)};
inline constexpr Field kInputsFields[] = {one(1, Type::kBulk), message(2, kTensorInfo)};
inline constexpr Field kTensorInfoFields[] = {one(1, Type::kBulk), one(2, Type::kInt),
                                              message(3, kTensorShape), message(4, kCooSparse),
                                              message(5, kCompositeTensor)};
inline constexpr Field kCooSparseFields[] = {one(1, Type::kBulk), one(2, Type::kBulk),
                                             one(3, Type::kBulk)};
inline constexpr Field kCompositeTensorFields[] = {message(1, kTypeSpec), messages(2, kTensorInfo)};
inline constexpr Field kTypeSpecFields[] = {one(1, Type::kInt), message(2, kStructuredValue),
                                            one(3, Type::kBulk), one(4, Type::kInt)};
inline constexpr Field kStructuredValueFields[] = {
    message(1, kNoneValue),       one(11, Type::kFixed64),
    one(12, Type::kInt),          one(13, Type::kBulk),
    one(14, Type::kInt),          message(31, kTensorShape),
    one(32, Type::kInt),          message(33, kTensorSpec),
    message(34, kTypeSpec),       message(35, kBoundedTensorSpec),
    message(51, kStructuredList), message(52, kTupleValue),
    message(53, kDictValue),      message(54, kNamedTupleValue),
    message(55, kTensor),         message(56, kTensor)};
inline constexpr Field kTensorSpecFields[] = {one(1, Type::kBulk), message(2, kTensorShape),
                                              one(3, Type::kInt)};
inline constexpr Field kBoundedTensorSpecFields[] = {one(1, Type::kBulk), message(2, kTensorShape),
                                                     one(3, Type::kInt), message(4, kTensor),
                                                     message(5, kTensor)};
inline constexpr Field kStructuredListFields[] = {messages(1, kStructuredValue)};
inline constexpr Field kTupleValueFields[] = {messages(1, kStructuredValue)};
inline constexpr Field kDictValueFields[] = {messages(1, kFields)};
inline constexpr Field kFieldsFields[] = {one(1, Type::kBulk), message(2, kStructuredValue)};
inline constexpr Field kNamedTupleValueFields[] = {one(1, Type::kBulk), messages(2, kPairValue)};
inline constexpr Field kPairValueFields[] = {one(1, Type::kBulk), message(2, kStructuredValue)};
inline constexpr Field kOutputsFields[] = {one(1, Type::kBulk), message(2, kTensorInfo)};
inline constexpr Field kDefaultsFields[] = {one(1, Type::kBulk), message(2, kTensor)};
inline constexpr Field kAssetFileFields[] = {message(1, kTensorInfo), one(2, Type::kText)};
inline constexpr Field kSavedObjectGraphFields[] = {messages(1, kSavedObject),
                                                    messages(2, kConcreteFunctions)};
inline constexpr Field kSavedObjectFields[] = {messages(1, kObjectReference),
                                               messages(3, kSlotVariableReference),
                                               message(4, kSavedUserObject),
                                               message(5, kSavedAsset),
                                               message(6, kSavedFunction),
                                               message(7, kSavedVariable),
                                               message(8, kSavedBareConcreteFunction),
                                               message(9, kSavedConstant),
                                               message(10, kSavedResource),
                                               messages(11, kSaveableObjects),
                                               message(12, kCapturedTensor),
                                               one(13, Type::kBulk),
                                               one(14, Type::kBulk),
                                               messages(15, kObjectReference),
                                               one(16, Type::kBulk)};
inline constexpr Field kObjectReferenceFields[] = {one(1, Type::kInt), one(2, Type::kBulk)};
inline constexpr Field kSlotVariableReferenceFields[] = {one(1, Type::kInt), one(2, Type::kBulk),
                                                         one(3, Type::kInt)};
inline constexpr Field kSavedUserObjectFields[] = {one(1, Type::kText), message(2, kVersion),
                                                   one(3, Type::kLeft)};
inline constexpr Field kSavedAssetFields[] = {one(1, Type::kInt)};
inline constexpr Field kSavedFunctionFields[] = {many(1, Type::kBulk), message(2, kFunctionSpec)};
inline constexpr Field kFunctionSpecFields[] = {message(1, kStructuredValue), one(2, Type::kInt),
                                                message(5, kStructuredValue), one(6, Type::kInt)};
inline constexpr Field kSavedVariableFields[] = {
    one(1, Type::kInt), message(2, kTensorShape), one(3, Type::kInt),  one(4, Type::kInt),
    one(5, Type::kInt), one(6, Type::kBulk),      one(7, Type::kBulk), messages(8, kSavedVariable)};
inline constexpr Field kSavedBareConcreteFunctionFields[] = {
    one(1, Type::kBulk), many(2, Type::kBulk), one(3, Type::kInt), message(4, kFunctionSpec)};
inline constexpr Field kSavedConstantFields[] = {one(1, Type::kBulk)};
inline constexpr Field kSavedResourceFields[] = {one(1, Type::kBulk)};
inline constexpr Field kCapturedTensorFields[] = {one(1, Type::kBulk), one(2, Type::kBulk)};
inline constexpr Field kSaveableObjectsFields[] = {one(1, Type::kBulk),
                                                   message(2, kSaveableObject)};
inline constexpr Field kSaveableObjectFields[] = {one(2, Type::kInt), one(3, Type::kInt)};
inline constexpr Field kConcreteFunctionsFields[] = {one(1, Type::kBulk),
                                                     message(2, kSavedConcreteFunction)};
inline constexpr Field kSavedConcreteFunctionFields[] = {
    many(2, Type::kManyInts), message(3, kStructuredValue), message(4, kStructuredValue)};
inline constexpr Field kBundleHeaderFields[] = {one(1, Type::kInt), one(2, Type::kInt),
                                                message(3, kVersion)};
inline constexpr Field kBundleEntryFields[] = {
    one(1, Type::kInt), message(2, kTensorShape), one(3, Type::kInt),       one(4, Type::kInt),
    one(5, Type::kInt), one(6, Type::kFixed32),   messages(7, kTensorSlice)};
inline constexpr Field kTensorSliceFields[] = {messages(1, kExtent)};
inline constexpr Field kExtentFields[] = {one(1, Type::kInt), one(2, Type::kInt)};
inline constexpr Field kSavedMetadataFields[] = {messages(1, kKerasObject)};
inline constexpr Field kKerasObjectFields[] = {one(2, Type::kInt), one(3, Type::kText),
                                               one(4, Type::kText), one(5, Type::kLeft),
                                               message(6, kVersion)};
inline constexpr Field kFingerprintFields[] = {
    one(1, Type::kInt), one(2, Type::kInt),   one(3, Type::kInt), one(4, Type::kInt),
    one(5, Type::kInt), message(6, kVersion), one(7, Type::kBulk)};

inline constexpr protobuf::Message kMessages[] = {kSavedModelFields,
                                                  kMetaGraphFields,
                                                  kMetaInfoFields,
                                                  kOpListFields,
                                                  kOpFields,
                                                  kArgFields,
                                                  kDtypeAndShapeFields,
                                                  kTensorShapeFields,
                                                  kDimFields,
                                                  kFullTypeFields,
                                                  kAttrFields,
                                                  kAttrValueFields,
                                                  kTensorFields,
                                                  kResourceHandleFields,
                                                  kVariantTensorDataFields,
                                                  kAttrListFields,
                                                  kNameAttrListFields,
                                                  kListAttrFields,
                                                  kOpDeprecationFields,
                                                  kAliasFields,
                                                  kGraphFields,
                                                  kNodeFields,
                                                  kNodeAttrFields,
                                                  kExperimentalDebugInfoFields,
                                                  kVersionFields,
                                                  kFunctionDefLibraryFields,
                                                  kFunctionFields,
                                                  kFunctionAttrFields,
                                                  kFunctionArgAttrFields,
                                                  kArgAttrsFields,
                                                  kArgAttrsArgAttrFields,
                                                  kResourceArgUniqueIdFields,
                                                  kRetFields,
                                                  kControlRetFields,
                                                  kGradientFields,
                                                  kRegisteredGradientFields,
                                                  kGraphDebugInfoFields,
                                                  kFramesByIdFields,
                                                  kFileLineColFields,
                                                  kTracesByIdFields,
                                                  kStackTraceFields,
                                                  kTracesFields,
                                                  kNameToTraceIdFields,
                                                  kSaverFields,
                                                  kCollectionItemFields,
                                                  kCollectionFields,
                                                  kNodeListFields,
                                                  kBytesListFields,
                                                  kInt64ListFields,
                                                  kFloatListFields,
                                                  kAnyListFields,
                                                  kSignatureItemFields,
                                                  kSignatureFields,
                                                  kInputsFields,
                                                  kTensorInfoFields,
                                                  kCooSparseFields,
                                                  kCompositeTensorFields,
                                                  kTypeSpecFields,
                                                  kStructuredValueFields,
                                                  {},
                                                  kTensorSpecFields,
                                                  kBoundedTensorSpecFields,
                                                  kStructuredListFields,
                                                  kTupleValueFields,
                                                  kDictValueFields,
                                                  kFieldsFields,
                                                  kNamedTupleValueFields,
                                                  kPairValueFields,
                                                  kOutputsFields,
                                                  kDefaultsFields,
                                                  kAssetFileFields,
                                                  kSavedObjectGraphFields,
                                                  kSavedObjectFields,
                                                  kObjectReferenceFields,
                                                  kSlotVariableReferenceFields,
                                                  kSavedUserObjectFields,
                                                  kSavedAssetFields,
                                                  kSavedFunctionFields,
                                                  kFunctionSpecFields,
                                                  kSavedVariableFields,
                                                  kSavedBareConcreteFunctionFields,
                                                  kSavedConstantFields,
                                                  kSavedResourceFields,
                                                  kCapturedTensorFields,
                                                  kSaveableObjectsFields,
                                                  kSaveableObjectFields,
                                                  kConcreteFunctionsFields,
                                                  kSavedConcreteFunctionFields,
                                                  kBundleHeaderFields,
                                                  kBundleEntryFields,
                                                  kTensorSliceFields,
                                                  kExtentFields,
                                                  kSavedMetadataFields,
                                                  kKerasObjectFields,
                                                  kFingerprintFields};
static_assert(std::size(kMessages) == kTypes);

}  // namespace assay::tensorflow::schema

// The tables of ExecuTorch's programs; see executorch.cpp.
#pragma once

#include "flatbuffer.h"

namespace assay::executorch {

using flat::Field;
using flat::Kind;
using flat::Schema;

namespace allocation {
enum : uint8_t { kArena, kOffsetLow, kOffsetHigh };
}
inline constexpr Field kAllocationFields[] = {{allocation::kArena, Kind::kScalar, 4},
                                              {allocation::kOffsetLow, Kind::kScalar, 4},
                                              {allocation::kOffsetHigh, Kind::kScalar, 4}};
inline constexpr Schema kAllocation{"AllocationDetails", kAllocationFields};

namespace extra {
enum : uint8_t { kMutableSegment, kName, kLocation };
}
inline constexpr Field kExtraFields[] = {{extra::kMutableSegment, Kind::kScalar, 8},
                                         {extra::kName, Kind::kString},
                                         {extra::kLocation, Kind::kScalar, 1}};
inline constexpr Schema kExtra{"ExtraTensorInfo", kExtraFields};

namespace tensor {
enum : uint8_t {
    kType,
    kStorageOffset,
    kSizes,
    kOrder,
    kGradient,
    kBuffer,
    kAllocation,
    kLayout,
    kDynamism,
    kExtra
};
}
inline constexpr Field kTensorFields[] = {{0, Kind::kScalar, 1},
                                          {1, Kind::kScalar, 4},
                                          {2, Kind::kScalars, 4},
                                          {3, Kind::kScalars, 1},
                                          {4, Kind::kScalar, 1},
                                          {5, Kind::kScalar, 4},
                                          {6, Kind::kTable, 0, &kAllocation},
                                          {7, Kind::kScalar, 1},
                                          {8, Kind::kScalar, 1},
                                          {9, Kind::kTable, 0, &kExtra}};
inline constexpr Schema kTensor{"Tensor", kTensorFields};

// A value, an instruction: a table of one of these.
inline constexpr Schema kNothing{"Null", {}};
inline constexpr Field kOneByteFields[] = {{0, Kind::kScalar, 1}};
inline constexpr Schema kOneByte{"Bool", kOneByteFields};
inline constexpr Field kEightBytesFields[] = {{0, Kind::kScalar, 8}};
inline constexpr Schema kEightBytes{"Int", kEightBytesFields};
inline constexpr Field kTextFields[] = {{0, Kind::kString}};
inline constexpr Schema kText{"String", kTextFields};
inline constexpr Field kByteListFields[] = {{0, Kind::kScalars, 1}};
inline constexpr Schema kByteList{"BoolList", kByteListFields};
inline constexpr Field kIndexListFields[] = {{0, Kind::kScalars, 4}};
inline constexpr Schema kIndexList{"TensorList", kIndexListFields};
inline constexpr Field kLongListFields[] = {{0, Kind::kScalars, 8}};
inline constexpr Schema kLongList{"IntList", kLongListFields};
inline constexpr Field kCallFields[] = {{0, Kind::kScalar, 4}, {1, Kind::kScalars, 4}};
inline constexpr Schema kCall{"KernelCall", kCallFields};
inline constexpr Field kMoveFields[] = {{0, Kind::kScalar, 4}, {1, Kind::kScalar, 4}};
inline constexpr Schema kMove{"MoveCall", kMoveFields};
inline constexpr Field kFreeFields[] = {{0, Kind::kScalar, 4}};
inline constexpr Schema kFree{"FreeCall", kFreeFields};

inline constexpr Field kValueFields[] = {{0, Kind::kScalar, 1},
                                         {1, Kind::kUnion},
                                         {1, Kind::kUnion, 0, &kNothing, 1},
                                         {1, Kind::kUnion, 0, &kEightBytes, 2},
                                         {1, Kind::kUnion, 0, &kOneByte, 3},
                                         {1, Kind::kUnion, 0, &kEightBytes, 4},
                                         {1, Kind::kUnion, 0, &kTensor, 5},
                                         {1, Kind::kUnion, 0, &kText, 6},
                                         {1, Kind::kUnion, 0, &kLongList, 7},
                                         {1, Kind::kUnion, 0, &kLongList, 8},
                                         {1, Kind::kUnion, 0, &kByteList, 9},
                                         {1, Kind::kUnion, 0, &kIndexList, 10},
                                         {1, Kind::kUnion, 0, &kIndexList, 11}};
inline constexpr Schema kValue{"EValue", kValueFields};

inline constexpr Field kInstructionFields[] = {
    {0, Kind::kScalar, 1},           {1, Kind::kUnion},
    {1, Kind::kUnion, 0, &kCall, 1}, {1, Kind::kUnion, 0, &kCall, 2},
    {1, Kind::kUnion, 0, &kMove, 3}, {1, Kind::kUnion, 0, &kMove, 4},
    {1, Kind::kUnion, 0, &kFree, 5}};
inline constexpr Schema kInstruction{"Instruction", kInstructionFields};

inline constexpr Field kFrameFields[] = {
    {0, Kind::kString}, {1, Kind::kScalar, 4}, {2, Kind::kString}, {3, Kind::kString}};
inline constexpr Schema kFrame{"Frame", kFrameFields};
inline constexpr Field kFramesFields[] = {{0, Kind::kTables, 0, &kFrame}};
inline constexpr Schema kFrames{"FrameList", kFramesFields};

inline constexpr Field kChainFields[] = {{0, Kind::kScalars, 4},
                                         {1, Kind::kScalars, 4},
                                         {2, Kind::kTables, 0, &kInstruction},
                                         {3, Kind::kTables, 0, &kFrames}};
inline constexpr Schema kChain{"Chain", kChainFields};

inline constexpr Field kOperatorFields[] = {{0, Kind::kString}, {1, Kind::kString}};
inline constexpr Schema kOperator{"Operator", kOperatorFields};

namespace reference {
enum : uint8_t { kLocation, kIndex };
}
inline constexpr Field kReferenceFields[] = {{reference::kLocation, Kind::kScalar, 1},
                                             {reference::kIndex, Kind::kScalar, 4}};
inline constexpr Schema kReference{"BackendDelegateDataReference", kReferenceFields};

inline constexpr Field kSpecFields[] = {{0, Kind::kString}, {1, Kind::kScalars, 1}};
inline constexpr Schema kSpec{"CompileSpec", kSpecFields};

namespace delegate {
enum : uint8_t { kId, kProcessed, kSpecs };
}
inline constexpr Field kDelegateFields[] = {{delegate::kId, Kind::kString},
                                            {delegate::kProcessed, Kind::kTable, 0, &kReference},
                                            {delegate::kSpecs, Kind::kTables, 0, &kSpec}};
inline constexpr Schema kDelegate{"BackendDelegate", kDelegateFields};

inline constexpr Field kContainerFields[] = {{0, Kind::kString}, {1, Kind::kString}};
inline constexpr Schema kContainer{"ContainerMetadata", kContainerFields};

namespace plan {
enum : uint8_t {
    kName,
    kMeta,
    kValues,
    kInputs,
    kOutputs,
    kChains,
    kOperators,
    kDelegates,
    kSizes
};
}
inline constexpr Field kPlanFields[] = {{plan::kName, Kind::kString},
                                        {plan::kMeta, Kind::kTable, 0, &kContainer},
                                        {plan::kValues, Kind::kTables, 0, &kValue},
                                        {plan::kInputs, Kind::kScalars, 4},
                                        {plan::kOutputs, Kind::kScalars, 4},
                                        {plan::kChains, Kind::kTables, 0, &kChain},
                                        {plan::kOperators, Kind::kTables, 0, &kOperator},
                                        {plan::kDelegates, Kind::kTables, 0, &kDelegate},
                                        {plan::kSizes, Kind::kScalars, 8}};
inline constexpr Schema kPlan{"ExecutionPlan", kPlanFields};

inline constexpr Field kDataFields[] = {{0, Kind::kScalars, 1}};
inline constexpr Schema kData{"Buffer", kDataFields};

namespace segment {
enum : uint8_t { kOffset, kSize };
}
inline constexpr Field kSegmentFields[] = {{segment::kOffset, Kind::kScalar, 8},
                                           {segment::kSize, Kind::kScalar, 8}};
inline constexpr Schema kSegment{"DataSegment", kSegmentFields};

namespace parts {
enum : uint8_t { kSegment, kOffsets };
}
inline constexpr Field kPartsFields[] = {{parts::kSegment, Kind::kScalar, 4},
                                         {parts::kOffsets, Kind::kScalars, 8}};
inline constexpr Schema kParts{"SubsegmentOffsets", kPartsFields};

namespace named {
enum : uint8_t { kKey, kSegment };
}
inline constexpr Field kNamedFields[] = {{named::kKey, Kind::kString},
                                         {named::kSegment, Kind::kScalar, 4}};
inline constexpr Schema kNamed{"NamedData", kNamedFields};

namespace program {
enum : uint8_t {
    kVersion,
    kPlans,
    kConstants,
    kDelegateData,
    kSegments,
    kConstantSegment,
    kMutableSegments,
    kNamedData
};
}
// What others refer to comes first.
inline constexpr Field kProgramFields[] = {{program::kVersion, Kind::kScalar, 4},
                                           {program::kConstants, Kind::kTables, 0, &kData},
                                           {program::kDelegateData, Kind::kTables, 0, &kData},
                                           {program::kSegments, Kind::kTables, 0, &kSegment},
                                           {program::kConstantSegment, Kind::kTable, 0, &kParts},
                                           {program::kMutableSegments, Kind::kTables, 0, &kParts},
                                           {program::kNamedData, Kind::kTables, 0, &kNamed},
                                           {program::kPlans, Kind::kTables, 0, &kPlan}};
inline constexpr Schema kProgram{"Program", kProgramFields};

}  // namespace assay::executorch

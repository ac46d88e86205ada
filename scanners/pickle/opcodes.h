// The 68 instructions of a pickle: one byte each, some with an operand behind it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace assay::pickle {

enum class Operand : uint8_t {
    kNone,
    kByte1,
    kByte2,
    kByte4,
    kByte8,
    kSized1,        // a length of one byte, then as many bytes
    kSized4,        // of four bytes
    kSized4Signed,  // of four bytes; a negative one is refused
    kSized8,        // of eight bytes; one above 2^63 is refused
    kLine,          // text up to a line feed
    kTwoLines,      // two of them, module and name
    kUnknown,       // no instruction at all
};

enum class Op : uint8_t {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kPopMark = '1',
    kDup = '2',
    kFloat = 'F',
    kInt = 'I',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kLong = 'L',
    kBinInt2 = 'M',
    kNone = 'N',
    kPersId = 'P',
    kBinPersId = 'Q',
    kReduce = 'R',
    kString = 'S',
    kBinString = 'T',
    kShortBinString = 'U',
    kUnicode = 'V',
    kBinUnicode = 'X',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kDict = 'd',
    kEmptyDict = '}',
    kAppends = 'e',
    kGet = 'g',
    kBinGet = 'h',
    kInst = 'i',
    kLongBinGet = 'j',
    kList = 'l',
    kEmptyList = ']',
    kObj = 'o',
    kPut = 'p',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kEmptyTuple = ')',
    kSetItems = 'u',
    kBinFloat = 'G',
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    kProto = 0x80,
    kNewObj = 0x81,
    kExt1 = 0x82,
    kExt2 = 0x83,
    kExt4 = 0x84,
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kLong1 = 0x8a,
    kLong4 = 0x8b,
    kShortBinUnicode = 0x8c,
    kBinUnicode8 = 0x8d,
    kBinBytes8 = 0x8e,
    kEmptySet = 0x8f,
    kAddItems = 0x90,
    kFrozenSet = 0x91,
    kNewObjEx = 0x92,
    kStackGlobal = 0x93,
    kMemoize = 0x94,
    kFrame = 0x95,
    kByteArray8 = 0x96,
    kNextBuffer = 0x97,
    kReadonlyBuffer = 0x98,
};

inline constexpr uint8_t kHighestProtocol = 5;

struct Opcode {
    Op code;
    std::string_view name;
    Operand operand;
    uint8_t protocol;   // that brought it
    bool weights_only;  // torch's weights_only unpickler knows it
};

inline constexpr std::array<Opcode, 68> kOpcodes = {{
    {Op::kMark, "MARK", Operand::kNone, 0, true},
    {Op::kStop, "STOP", Operand::kNone, 0, true},
    {Op::kPop, "POP", Operand::kNone, 0, false},
    {Op::kPopMark, "POP_MARK", Operand::kNone, 1, false},
    {Op::kDup, "DUP", Operand::kNone, 0, false},
    {Op::kFloat, "FLOAT", Operand::kLine, 0, false},
    {Op::kInt, "INT", Operand::kLine, 0, false},
    {Op::kBinInt, "BININT", Operand::kByte4, 1, true},
    {Op::kBinInt1, "BININT1", Operand::kByte1, 1, true},
    {Op::kLong, "LONG", Operand::kLine, 0, false},
    {Op::kBinInt2, "BININT2", Operand::kByte2, 1, true},
    {Op::kNone, "NONE", Operand::kNone, 0, true},
    {Op::kPersId, "PERSID", Operand::kLine, 0, false},
    {Op::kBinPersId, "BINPERSID", Operand::kNone, 1, true},
    {Op::kReduce, "REDUCE", Operand::kNone, 0, true},
    {Op::kString, "STRING", Operand::kLine, 0, false},
    {Op::kBinString, "BINSTRING", Operand::kSized4Signed, 1, false},
    {Op::kShortBinString, "SHORT_BINSTRING", Operand::kSized1, 1, true},
    {Op::kUnicode, "UNICODE", Operand::kLine, 0, false},
    {Op::kBinUnicode, "BINUNICODE", Operand::kSized4, 1, true},
    {Op::kAppend, "APPEND", Operand::kNone, 0, true},
    {Op::kBuild, "BUILD", Operand::kNone, 0, true},
    {Op::kGlobal, "GLOBAL", Operand::kTwoLines, 0, true},
    {Op::kDict, "DICT", Operand::kNone, 0, false},
    {Op::kEmptyDict, "EMPTY_DICT", Operand::kNone, 1, true},
    {Op::kAppends, "APPENDS", Operand::kNone, 1, true},
    {Op::kGet, "GET", Operand::kLine, 0, false},
    {Op::kBinGet, "BINGET", Operand::kByte1, 1, true},
    {Op::kInst, "INST", Operand::kTwoLines, 0, false},
    {Op::kLongBinGet, "LONG_BINGET", Operand::kByte4, 1, true},
    {Op::kList, "LIST", Operand::kNone, 0, false},
    {Op::kEmptyList, "EMPTY_LIST", Operand::kNone, 1, true},
    {Op::kObj, "OBJ", Operand::kNone, 1, false},
    {Op::kPut, "PUT", Operand::kLine, 0, false},
    {Op::kBinPut, "BINPUT", Operand::kByte1, 1, true},
    {Op::kLongBinPut, "LONG_BINPUT", Operand::kByte4, 1, true},
    {Op::kSetItem, "SETITEM", Operand::kNone, 0, true},
    {Op::kTuple, "TUPLE", Operand::kNone, 0, true},
    {Op::kEmptyTuple, "EMPTY_TUPLE", Operand::kNone, 1, true},
    {Op::kSetItems, "SETITEMS", Operand::kNone, 1, true},
    {Op::kBinFloat, "BINFLOAT", Operand::kByte8, 1, true},
    {Op::kBinBytes, "BINBYTES", Operand::kSized4, 3, false},
    {Op::kShortBinBytes, "SHORT_BINBYTES", Operand::kSized1, 3, false},
    {Op::kProto, "PROTO", Operand::kByte1, 2, true},
    {Op::kNewObj, "NEWOBJ", Operand::kNone, 2, true},
    {Op::kExt1, "EXT1", Operand::kByte1, 2, false},
    {Op::kExt2, "EXT2", Operand::kByte2, 2, false},
    {Op::kExt4, "EXT4", Operand::kByte4, 2, false},
    {Op::kTuple1, "TUPLE1", Operand::kNone, 2, true},
    {Op::kTuple2, "TUPLE2", Operand::kNone, 2, true},
    {Op::kTuple3, "TUPLE3", Operand::kNone, 2, true},
    {Op::kNewTrue, "NEWTRUE", Operand::kNone, 2, true},
    {Op::kNewFalse, "NEWFALSE", Operand::kNone, 2, true},
    {Op::kLong1, "LONG1", Operand::kSized1, 2, true},
    {Op::kLong4, "LONG4", Operand::kSized4Signed, 2, false},
    {Op::kShortBinUnicode, "SHORT_BINUNICODE", Operand::kSized1, 4, false},
    {Op::kBinUnicode8, "BINUNICODE8", Operand::kSized8, 4, false},
    {Op::kBinBytes8, "BINBYTES8", Operand::kSized8, 4, false},
    {Op::kEmptySet, "EMPTY_SET", Operand::kNone, 4, true},
    {Op::kAddItems, "ADDITEMS", Operand::kNone, 4, false},
    {Op::kFrozenSet, "FROZENSET", Operand::kNone, 4, false},
    {Op::kNewObjEx, "NEWOBJ_EX", Operand::kNone, 4, false},
    {Op::kStackGlobal, "STACK_GLOBAL", Operand::kNone, 4, false},
    {Op::kMemoize, "MEMOIZE", Operand::kNone, 4, false},
    {Op::kFrame, "FRAME", Operand::kByte8, 4, false},
    {Op::kByteArray8, "BYTEARRAY8", Operand::kSized8, 5, false},
    {Op::kNextBuffer, "NEXT_BUFFER", Operand::kNone, 5, false},
    {Op::kReadonlyBuffer, "READONLY_BUFFER", Operand::kNone, 5, false},
}};

namespace detail {

constexpr std::array<uint8_t, 256> index_opcodes() {
    std::array<uint8_t, 256> index{};
    index.fill(uint8_t{kOpcodes.size()});
    for (size_t i = 0; i < kOpcodes.size(); i++) {
        index[static_cast<uint8_t>(kOpcodes[i].code)] = static_cast<uint8_t>(i);
    }
    return index;
}

inline constexpr auto kOpcodeIndex = index_opcodes();

}  // namespace detail

// Null for a byte that is no instruction.
constexpr const Opcode* opcode_of(uint8_t code) {
    uint8_t at = detail::kOpcodeIndex[code];
    return at < kOpcodes.size() ? &kOpcodes[at] : nullptr;
}

constexpr Operand operand_of(uint8_t code) {
    const Opcode* opcode = opcode_of(code);
    return opcode ? opcode->operand : Operand::kUnknown;
}

}  // namespace assay::pickle

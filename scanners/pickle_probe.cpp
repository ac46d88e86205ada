// A pickle is a program for a small stack machine, one byte an instruction, some with an operand
// behind it. Protocols 0 and 1 have no magic, so almost any file may turn out to be one, and a file
// that is something else for everybody may be one on purpose. What gives a program away is that it
// can be read from its first byte on without a mistake until it calls something.
//
// This is only the question of what kind of file it is, asked of the first bytes of every file; it
// follows operands, not the stack. An attacker who pads with one long string leads past the end of
// the head, which counts as a pickle, too.

#include "pickle_probe.h"

#include <algorithm>
#include <string_view>

#include "assay/cursor.h"

namespace assay {

namespace {

enum class Operand : uint8_t {
    kNone,
    kByte1,
    kByte2,
    kByte4,
    kByte8,
    kSized1,  // a length of one byte, then as many bytes
    kSized4,
    kSized8,
    kLine,      // to the end of the line
    kDecimal,   // a line that holds a number
    kQuoted,    // a line in quotes
    kTwoNames,  // two lines, module and name
    kUnknown,   // no instruction at all
};

Operand operand_of(uint8_t opcode) {
    constexpr std::string_view kPlain =
        "(.012NQRabdelostu})]\x81\x85\x86\x87\x88\x89\x8f\x90\x91"
        "\x92\x93\x94\x97\x98";
    if (kPlain.find(static_cast<char>(opcode)) != std::string_view::npos) return Operand::kNone;
    switch (opcode) {
        case 'K':
        case 'h':
        case 'q':
        case 0x80:
        case 0x82:
            return Operand::kByte1;
        case 'M':
        case 0x83:
            return Operand::kByte2;
        case 'J':
        case 'j':
        case 'r':
        case 0x84:
            return Operand::kByte4;
        case 'G':
        case 0x95:
            return Operand::kByte8;
        case 'U':
        case 'C':
        case 0x8a:
        case 0x8c:
            return Operand::kSized1;
        case 'T':
        case 'B':
        case 'X':
        case 0x8b:
            return Operand::kSized4;
        case 0x8d:
        case 0x8e:
        case 0x96:
            return Operand::kSized8;
        case 'P':
        case 'V':
            return Operand::kLine;
        case 'I':
        case 'L':
        case 'F':
        case 'g':
        case 'p':
            return Operand::kDecimal;
        case 'S':
            return Operand::kQuoted;
        case 'c':
        case 'i':
            return Operand::kTwoNames;
        default:
            return Operand::kUnknown;
    }
}

enum class Step { kTaken, kFault, kBeyond };

Step take(Cursor& cursor, uint64_t n) {
    if (n > cursor.remaining()) return Step::kBeyond;
    cursor.skip(n);
    return Step::kTaken;
}

Step take_line(Cursor& cursor, Bytes head, std::string_view& line) {
    std::string_view rest = as_text(head.subspan(static_cast<size_t>(cursor.offset())));
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
        line = rest;
        return Step::kBeyond;
    }
    line = rest.substr(0, end);
    return take(cursor, end + 1);
}

bool is_number(std::string_view line) {
    return !line.empty() && line.find_first_not_of("0123456789+-.eELinfa_ \r\t") == line.npos;
}

bool is_name(std::string_view line) {
    auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || static_cast<uint8_t>(c) >= 0x80;
    };
    return !line.empty() && std::all_of(line.begin(), line.end(), fits);
}

bool fits(Operand operand, std::string_view line) {
    if (operand == Operand::kDecimal) return is_number(line);
    if (operand == Operand::kTwoNames) return is_name(line);
    if (operand != Operand::kQuoted) return true;
    return line.size() >= 2 && (line[0] == '\'' || line[0] == '"');
}

Step take_lines(Cursor& cursor, Bytes head, Operand operand) {
    std::string_view line;
    for (int lines = operand == Operand::kTwoNames ? 2 : 1; lines > 0; lines--) {
        Step step = take_line(cursor, head, line);
        bool cut = step == Step::kBeyond && (operand == Operand::kQuoted ? line.size() < 2 : true);
        if (!(cut && line.empty()) && !fits(operand, line)) return Step::kFault;
        if (step != Step::kTaken) return step;
    }
    return Step::kTaken;
}

Step take_operand(Cursor& cursor, Bytes head, Operand operand) {
    switch (operand) {
        case Operand::kNone:
            return Step::kTaken;
        case Operand::kByte1:
            return take(cursor, 1);
        case Operand::kByte2:
            return take(cursor, 2);
        case Operand::kByte4:
            return take(cursor, 4);
        case Operand::kByte8:
            return take(cursor, 8);
        case Operand::kSized1:
            return cursor.remaining() < 1 ? Step::kBeyond : take(cursor, cursor.u8());
        case Operand::kSized4:
            return cursor.remaining() < 4 ? Step::kBeyond : take(cursor, cursor.le32());
        case Operand::kSized8:
            return cursor.remaining() < 8 ? Step::kBeyond : take(cursor, cursor.le64());
        case Operand::kUnknown:
            return Step::kFault;
        default:
            return take_lines(cursor, head, operand);
    }
}

// REDUCE, BUILD, INST, OBJ, NEWOBJ, NEWOBJ_EX: what runs code. Only after something was imported.
bool calls(uint8_t opcode) {
    return std::string_view("Rbio\x81\x92").find(static_cast<char>(opcode)) !=
           std::string_view::npos;
}

bool imports(uint8_t opcode) {
    return opcode == 'c' || opcode == 'i' || opcode == 0x93 || (opcode >= 0x82 && opcode <= 0x84);
}

}  // namespace

bool could_be_pickle(Bytes head, bool complete) {
    Cursor cursor(head);
    bool imported = false;
    bool marked = false;
    for (bool first = true; cursor.remaining() > 0; first = false) {
        uint8_t opcode = cursor.u8();
        if (first && opcode == '.') return false;
        if (opcode == 'i' && !marked) return false;  // INST calls what stands above a mark
        Step step = take_operand(cursor, head, operand_of(opcode));
        if (step == Step::kFault) return false;
        if (step == Step::kBeyond) return !complete;
        imported = imported || imports(opcode);
        marked = marked || opcode == '(';
        if (imported && calls(opcode)) return true;
        if (opcode == '.') return false;  // a plain value, and whatever else lies behind it
    }
    return !complete;
}

}  // namespace assay

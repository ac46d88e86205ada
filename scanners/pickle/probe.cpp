// A pickle is a program for a small stack machine, one byte an instruction, some with an operand
// behind it. Protocols 0 and 1 have no magic, so almost any file may turn out to be one, and a file
// that is something else for everybody may be one on purpose. What gives a program away is that it
// can be read from its first byte on without a mistake until it calls something.
//
// This is only the question of what kind of file it is, asked of the first bytes of every file; it
// follows operands, and of the stack it only knows whether anything was ever put on it. An attacker
// who pads with one long string leads past the end of the head, which counts as a pickle, too.

#include "probe.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "archive/tar_header.h"
#include "assay/cursor.h"
#include "opcodes.h"
#include "text_forms.h"
#include "wrapped.h"

namespace assay::pickle {

namespace {

enum class Step { kTaken, kFault, kBeyond };

// Asked several times for each instruction of every small file.
class OpSet {
  public:
    constexpr explicit OpSet(std::string_view opcodes) {
        for (char c : opcodes) has_[static_cast<uint8_t>(c)] = true;
    }
    [[nodiscard]] constexpr bool has(uint8_t opcode) const { return has_[opcode]; }

  private:
    std::array<bool, 256> has_{};
};

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

bool is_name(std::string_view line) {
    auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || static_cast<uint8_t>(c) >= 0x80;
    };
    return !line.empty() && std::all_of(line.begin(), line.end(), fits);
}

// Whatever a file or a folder may be called can be imported: every CPython has a "lib-dynload".
bool is_module(std::string_view line) {
    auto fits = [](char c) { return static_cast<uint8_t>(c) >= 0x20 && c != 0x7f; };
    return !line.empty() && std::all_of(line.begin(), line.end(), fits);
}

// What a line must look like to be this instruction's operand.
bool fits(uint8_t opcode, std::string_view line, bool first) {
    switch (static_cast<Op>(opcode)) {
        case Op::kInt:
            return parse_int(line).has_value();
        case Op::kLong:
            return parse_long(line).has_value();
        case Op::kFloat:
            return is_float(line);
        case Op::kGet:
        case Op::kPut:
            return parse_index(line).has_value();
        case Op::kPersId:
            return is_ascii(line);
        case Op::kGlobal:
        case Op::kInst:
            return first ? is_module(line) : is_name(line);
        case Op::kString:
            return line.size() >= 2 && (line[0] == '\'' || line[0] == '"');
        default:
            return true;
    }
}

constexpr OpSet kNumbers("ILFgp");

Step take_lines(Cursor& cursor, Bytes head, uint8_t opcode) {
    std::string_view line;
    bool quoted = static_cast<Op>(opcode) == Op::kString;
    const int count = operand_of(opcode) == Operand::kTwoLines ? 2 : 1;
    for (int lines = count; lines > 0; lines--) {
        Step step = take_line(cursor, head, line);
        bool cut = step == Step::kBeyond && (quoted ? line.size() < 2 : true);
        bool counts = !(cut && line.empty()) && !(cut && kNumbers.has(opcode));
        if (counts && !fits(opcode, line, lines == count)) return Step::kFault;
        if (step != Step::kTaken) return step;
    }
    return Step::kTaken;
}

Step take_operand(Cursor& cursor, Bytes head, uint8_t opcode) {
    switch (operand_of(opcode)) {
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
        case Operand::kSized4Signed:
            return cursor.remaining() < 4 ? Step::kBeyond : take(cursor, cursor.le32());
        case Operand::kSized8:
            return cursor.remaining() < 8 ? Step::kBeyond : take(cursor, cursor.le64());
        case Operand::kUnknown:
            return Step::kFault;
        default:
            return take_lines(cursor, head, opcode);
    }
}

// REDUCE, BUILD, INST, OBJ, NEWOBJ, NEWOBJ_EX: what runs code. Only after something was imported.
constexpr OpSet kCalls("Rbio\x81\x92");

constexpr OpSet kImports("ci\x93\x82\x83\x84");

// What works on an empty stack with nothing memoised: values, containers, imports, marks, and what
// stands around programs.
constexpr OpSet kNeedNothing(
    "IJKMNFGSTUVXLP()]}c.\x80\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f"
    "\x95\x96\x97"
    "BC");

constexpr OpSet kNeedMark("1oitldue\x90\x91");

// Whether it takes two values, which must have been made by instructions before it.
constexpr OpSet kTakeTwo("Rbo\x81\x92\x93");

constexpr OpSet kMakeNothing("\x80\x95");  // PROTO, FRAME

constexpr OpSet kTexts("SVTUX\x8c\x8d");

// How far the program could be followed, and what it did.
struct Trail {
    bool magic = false;  // it starts with PROTO
    bool imported = false;
    bool named = false;  // what was imported has a name that can be read
    bool called = false;
    bool stopped = false;
    Step end = Step::kTaken;
    size_t instructions = 0;
    size_t length = 0;  // up to STOP
    size_t at = 0;      // where the instruction stands that could not be followed

    // Nothing was wrong up to where the bytes end.
    [[nodiscard]] bool cut() const {
        return end == Step::kBeyond || (end == Step::kTaken && !stopped);
    }

    // A random file that happens to start with the two bytes of PROTO goes wrong at once.
    [[nodiscard]] bool convinces() const {
        constexpr size_t kConvincing = 16;
        return magic && instructions > 1 && (imported || instructions >= kConvincing);
    }
};

enum class Until { kCall, kStop, kConvinced };

// `made`: at most so many values are on the stack before it starts.
Trail follow(Bytes head, size_t made = 0, Until until = Until::kCall) {
    Trail trail;
    trail.magic = head.size() >= 2 && head[0] == 0x80 && head[1] <= kHighestProtocol;
    Cursor cursor(head);
    bool marked = made > 0;
    size_t texts = 0;
    while (cursor.remaining() > 0 && !trail.stopped) {
        if (trail.called && until != Until::kStop) break;
        if (until == Until::kConvinced && trail.convinces()) break;
        const auto at = static_cast<size_t>(cursor.offset());
        uint8_t opcode = cursor.u8();
        bool lacking = kNeedMark.has(opcode) ? !marked : made == 0 && !kNeedNothing.has(opcode);
        if (lacking || (kTakeTwo.has(opcode) && made < 2)) trail.end = Step::kFault;
        if (trail.end == Step::kTaken) trail.end = take_operand(cursor, head, opcode);
        if (trail.end != Step::kTaken) {
            trail.at = at;
            return trail;
        }
        trail.instructions++;
        trail.imported = trail.imported || kImports.has(opcode);
        texts += kTexts.has(opcode) ? 1U : 0U;
        trail.named =
            trail.named || opcode == 'c' || opcode == 'i' || (opcode == 0x93 && texts >= 2);
        marked = marked || opcode == '(';
        if (!kMakeNothing.has(opcode)) made++;
        trail.called = trail.imported && kCalls.has(opcode);
        trail.stopped = opcode == '.';
        if (trail.stopped) trail.length = static_cast<size_t>(cursor.offset());
    }
    return trail;
}

}  // namespace

// PROTO, as picklers write it, and a value or a frame that is longer than what is there.
static bool asks_for_more(const Trail& trail, Bytes head) {
    if (head[1] < 2 || trail.end != Step::kBeyond || trail.at != 2) return false;
    const Operand operand = operand_of(head[2]);
    return operand == Operand::kSized4 || operand == Operand::kSized8 || head[2] == 0x95;
}

Likeness likeness(Bytes head, bool complete) {
    // An archive is no pickle that asks for an object by the rest of the archive's first line.
    if (starts_with(head, "PK\3\4")) return Likeness::kNo;
    Trail trail = follow(head, 0, Until::kConvinced);
    if (trail.called || trail.convinces()) return Likeness::kYes;
    if (trail.stopped && trail.instructions == 1) return Likeness::kNo;
    if (trail.magic) {
        const bool meant = trail.stopped || trail.cut();
        const bool says_so = trail.instructions > 1 || asks_for_more(trail, head);
        return meant && says_so ? Likeness::kYes : Likeness::kMaybe;
    }
    if (trail.end == Step::kFault || (trail.cut() && complete)) return Likeness::kNo;
    return Likeness::kMaybe;
}

size_t length_of_first(Bytes head) { return follow(head, 0, Until::kStop).length; }

bool would_import(Bytes head) { return follow(head, 2).imported; }

bool would_call(Bytes head) {
    Trail trail = follow(head);
    return trail.called && trail.named;
}

bool starts_archive(Bytes head) {
    constexpr std::string_view kMagics[] = {{"PK\3\4", 4},
                                            {"\x1f\x8b\x08", 3},
                                            {"BZh", 3},
                                            {"\xfd"
                                             "7zXZ\0",
                                             6},
                                            {"7z\xbc\xaf\x27\x1c", 6},
                                            {"\x28\xb5\x2f\xfd", 4},
                                            {"\x04\x22\x4d\x18", 4},
                                            {"\x93NUMPY", 6}};
    for (std::string_view magic : kMagics) {
        if (starts_with(head, magic) &&
            (magic != "BZh" || (head.size() > 4 && starts_with(head.subspan(4), "1AY&SY")))) {
            return true;
        }
    }
    return false;
}

namespace {

// ------------------------------------------------------------------------------------------------
// Beginnings amid other bytes

constexpr size_t kMostCounted = 16;

// What a call takes besides what is called; BUILD takes a state.
constexpr OpSet kMakeArguments(")]}tld\x85\x86\x87");
constexpr OpSet kTakeArguments("Rb\x81\x92");

// How many values an instruction needs, and how many it takes away. Marks are not counted with.
size_t needed(uint8_t opcode) {
    if (kTakeTwo.has(opcode) || opcode == 'a' || opcode == 0x86) return 2;
    if (opcode == 's' || opcode == 0x92 || opcode == 0x87) return 3;
    return kNeedNothing.has(opcode) ? 0 : 1;
}

int change(uint8_t opcode) {
    if (kNeedNothing.has(opcode)) return kMakeNothing.has(opcode) ? 0 : 1;
    if (opcode == '2' || opcode == 'g' || opcode == 'h' || opcode == 'j') return 1;
    const bool takes = kTakeTwo.has(opcode) || opcode == 'a' || opcode == 0x86 || opcode == '0';
    if (takes && opcode != 'o') return opcode == 0x92 ? -2 : -1;
    return opcode == 's' || opcode == 0x87 ? -2 : 0;
}

// Bytes behind the opcode before what is written in a text.
size_t width_of_length(uint8_t opcode) {
    switch (operand_of(opcode)) {
        case Operand::kSized1:
            return 1;
        case Operand::kSized4:
        case Operand::kSized4Signed:
            return 4;
        case Operand::kSized8:
            return 8;
        default:
            return 0;
    }
}

bool is_import(uint8_t opcode) { return opcode == 'c' || opcode == 'i'; }

bool reads_as_name(uint8_t opcode, Bytes operand) {
    const size_t width = width_of_length(opcode);
    std::string_view text = as_text(operand.subspan(std::min(width, operand.size())));
    if (width == 0 && !text.empty()) text.remove_suffix(1);
    if (opcode == 'S' && text.size() > 2) text = text.substr(1, text.size() - 2);
    return text.size() <= 255 && is_name(text) && is_utf8(text, false);
}

// What one instruction, whose operand is no fault, adds to what is known.
void note(Walk& walk, uint8_t opcode, Bytes operand) {
    walk.instructions = std::min<uint8_t>(walk.instructions + 1, kMostCounted);
    walk.marked = walk.marked || opcode == '(';
    walk.holds = walk.holds || kMakeArguments.has(opcode);
    // Beyond the last number that is counted nobody knows how many there are.
    const int values = walk.values + (walk.values < kMostCounted ? change(opcode) : 0);
    walk.values = static_cast<uint8_t>(std::clamp<int>(values, 0, kMostCounted));
    if (kTexts.has(opcode) && walk.names < 2 && reads_as_name(opcode, operand)) walk.names++;
    const bool by_texts = opcode == 0x93 && walk.names == 2;
    walk.named = walk.named || by_texts || (is_import(opcode) && is_utf8(as_text(operand), false));
    walk.imported = walk.imported || walk.named || (walk.magic && kImports.has(opcode));
}

bool decides(const Walk& walk, uint8_t opcode) {
    const bool called =
        walk.imported && kCalls.has(opcode) && (walk.holds || !kTakeArguments.has(opcode));
    const bool says_so = walk.magic && (walk.named || walk.instructions == kMostCounted);
    return called || says_so;
}

// The operand leads out of sight. It may be as long as it likes where a name stands before it;
// after a mark or a magic alone it would be met by accident too often.
void lead_out(Walk& walk, Bytes head, size_t at, uint64_t rest) {
    constexpr uint64_t kMostWithoutNames = uint64_t{1} << 20;
    const uint8_t opcode = head[at];
    const size_t width = width_of_length(opcode);
    walk.end = Walk::End::kAt;
    walk.at = at;
    const bool lines = operand_of(opcode) == Operand::kLine;
    if (lines) walk.end = Walk::End::kNextLine;
    if (!lines && (width == 0 || head.size() - at < 1 + width)) return;
    if (!lines) {
        uint64_t length = 0;
        for (size_t i = width; i-- > 0;) length = length << 8 | head[at + 1 + i];
        const uint64_t before = at + 1 + width;
        const bool fits = before < rest && length < rest - before;
        const bool plausible = walk.names > 0 || walk.imported || length <= kMostWithoutNames;
        if (!fits || !plausible) walk.end = Walk::End::kNone;
        walk.at = at + 1 + width + length;
    }
    note(walk, opcode, {});
}

}  // namespace

Walk walk_on(Bytes head, Walk walk, uint64_t rest) {
    Cursor cursor(head);
    walk.end = Walk::End::kNone;
    walk.passed = 1;
    for (bool single = true; cursor.remaining() > 0;) {
        const auto at = static_cast<size_t>(cursor.offset());
        const uint8_t opcode = cursor.u8();
        const bool lacking = kNeedMark.has(opcode) ? !walk.marked : walk.values < needed(opcode);
        if (lacking || opcode == '.' || (walk.by_texts && is_import(opcode))) return walk;
        const Step step = take_operand(cursor, head, opcode);
        if (step == Step::kFault) return walk;
        if (step == Step::kBeyond) {
            if (head.size() < rest) lead_out(walk, head, at, rest);
            return walk;
        }
        const auto next = static_cast<size_t>(cursor.offset());
        single = single && next == at + 1;
        if (single) walk.passed = next;
        note(walk, opcode, head.subspan(at + 1, next - at - 1));
        if (decides(walk, opcode)) {
            walk.end = Walk::End::kPickle;
            return walk;
        }
    }
    walk.at = head.size();
    if (head.size() < rest) walk.end = Walk::End::kAt;
    return walk;
}

namespace {

// Two bytes of a header are no magic: what comes out of it must be something that is loaded.
bool is_packed(Bytes head) {
    constexpr uint8_t kDictionary = 0x20;
    const bool zlib = (head[0] & 0x0f) == 8 && head[0] >> 4 <= 7 &&
                      (head[0] << 8 | head[1]) % 31 == 0 && (head[1] & kDictionary) == 0;
    if (!zlib) return false;
    std::array<uint8_t, 1024> out{};
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return false;
    stream.next_in = const_cast<Bytef*>(head.data());
    stream.avail_in = static_cast<uInt>(head.size());
    stream.next_out = out.data();
    stream.avail_out = out.size();
    inflate(&stream, Z_SYNC_FLUSH);
    const size_t n = out.size() - stream.avail_out;
    inflateEnd(&stream);
    if (n < kLeastLoaded) return false;
    Trail trail = follow(Bytes(out).first(n));
    return trail.called || (trail.magic && trail.end != Step::kFault) ||
           starts_archive(Bytes(out).first(n));
}

bool is_tar(Bytes head) {
    return head.size() >= tar::kBlock && tar::checksum_fits(head.first(tar::kBlock));
}

}  // namespace

// The operand that leads beyond the head is one that a pickler writes: it has a length, and the
// value holds so many bytes, or it is a text of protocol 0 inside something.
static bool leads_on(const Trail& trail, Bytes head, uint64_t length) {
    if (trail.end != Step::kBeyond || head.size() >= length) return false;
    const uint8_t opcode = head[trail.at];
    if (opcode == 'S') return true;
    if (opcode == 'V') return trail.instructions >= 2;
    const size_t width = width_of_length(opcode);
    if (width < 4 || head.size() - trail.at < 1 + width) return false;
    uint64_t wanted = 0;
    for (size_t i = width; i-- > 0;) wanted = wanted << 8 | head[trail.at + 1 + i];
    return wanted < length - trail.at - width;
}

// Nothing speaks against it as far as the head goes, and much for it: what its first call is comes
// later. Members that turn out to be no pickles tell nothing of it.
static bool may_go_on(const Trail& trail, Bytes head, uint64_t length) {
    constexpr size_t kNoAccident = 64;
    if (!trail.cut()) return false;
    return trail.instructions >= (trail.magic ? 2 : kNoAccident) || leads_on(trail, head, length);
}

// A call of a thing without a name is no accident only where it says that it is a pickle.
bool is_loaded(Bytes head, uint64_t length) {
    if (head.size() < kLeastLoaded) return false;
    Trail trail = follow(head);
    return may_go_on(trail, head, length) || (trail.called && (trail.named || trail.magic)) ||
           (trail.magic && trail.stopped) || starts_archive(head) || is_tar(head) ||
           is_packed(head);
}

Wrapping nested_in(Bytes head, uint64_t length) {
    if (length < kLeastLoaded || head.size() < kLeastLoaded) return Wrapping::kNone;
    if (is_loaded(head, length)) return Wrapping::kBare;
    if (length < 2 * kLeastLoaded) return Wrapping::kNone;
    std::array<uint8_t, 3072> decoded{};
    size_t n = decode_hex(head, decoded);
    if (n > 0 && is_loaded(Bytes(decoded).first(n), length / 2)) return Wrapping::kHex;
    n = decode_latin1(head, decoded);
    if (n > 0 && is_loaded(Bytes(decoded).first(n), length)) return Wrapping::kLatin1;
    n = decode_base64(head, decoded);
    if (n > 0 && is_loaded(Bytes(decoded).first(n), length / 4 * 3)) return Wrapping::kBase64;
    return Wrapping::kNone;
}

}  // namespace assay::pickle

// zlib (RFC 1950), the bare stream that joblib writes by default, and joblib's older container ZF.
//
//   zlib: method and window (1), check and flags (1), deflate data, Adler-32 big-endian
//   ZF:   "ZF", the size of what comes out as Python's hex() writes it, padded with spaces to 19
//         characters, at times one space more, a zlib stream
//
// joblib takes every file that starts with 'x' for zlib. Two bytes that are right by chance once in
// a few thousand files are no magic number, so the first bytes are unpacked before a file is called
// zlib. joblib and Python's zlib ignore what follows the stream.
#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>

#include "assay/format.h"
#include "deflate_stream.h"
#include "formats.h"

namespace assay {

namespace {

constexpr size_t kZfileNumber = 19;  // the length of hex(2**64)
constexpr size_t kZfileHeader = 2 + kZfileNumber;

bool is_zlib_header(Bytes head) {
    if (head.size() < 2) return false;
    bool deflate = (head[0] & 15) == 8 && head[0] >> 4 <= 7;
    return deflate && (head[0] * 256 + head[1]) % 31 == 0;
}

uint32_t adler32_of(uint32_t sum, Bytes bytes) {
    return static_cast<uint32_t>(adler32_z(sum, bytes.data(), bytes.size()));
}

// One stream, for that is all that its readers look for.
class ZlibDecoder : public DeflateDecoder {
  public:
    explicit ZlibDecoder(ScanContext& context) : DeflateDecoder(context, 1, adler32_of) {}

    Result<bool> begin(Tape& tape) override {
        if (begun_) return false;
        begun_ = true;
        return begin_stream(tape, tape.offset());
    }

    Status end(Tape& tape) override {
        Result<Bytes> trailer = need(tape, 4);
        if (!trailer) return trailer.error();
        uint32_t given = load_be<uint32_t>(trailer->data());
        if (given != checked_) {
            report_mismatch(rules().checksum, tape.offset(),
                            fmt::format("Adler-32 {:08x}, given {:08x}", checked_, given));
        }
        return tape.advance(4);
    }

  protected:
    Result<bool> begin_stream(Tape& tape, uint64_t start) {
        Result<Bytes> head = need(tape, 2);
        if (!head) return head.error();
        if (!is_zlib_header(*head)) return fail(compress::kCorrupt, "no zlib header");
        if ((*head)[1] & 0x20) {
            return fail(rules().dictionary, "a preset dictionary is needed", Code::kUnsupported);
        }
        Status moved = tape.advance(2);
        return moved ? begin_data(start) : moved.error();
    }

    bool begun_ = false;
};

// Whether the packed data in the head unpacks without a fault, for what is wrong there stops
// readers before they hand out anything. It must also come far enough to be no accident: 64 bytes,
// or the right checksum, or nothing but empty blocks as far as one can see. Of a stream that is
// cut, readers hand out what there is, and a pickle runs from a few bytes; what joblib takes for
// zlib therefore needs to yield only something.
bool unpacks(Bytes head) {
    Inflater inflater;
    std::vector<uint8_t> out(Inflater::kRoom);
    Bytes packed = head.subspan(2);
    uint32_t sum = 1;
    uint64_t produced = 0;
    Inflater::Step step;
    do {
        step = inflater.step(packed, out);
        sum = adler32_of(sum, Bytes(out).first(step.produced));
        produced += step.produced;
        packed = packed.subspan(step.consumed);
    } while (!step.ended && !step.damaged && step.consumed + step.produced > 0);
    if (step.damaged) return false;
    if (produced >= 64) return true;
    if (step.ended && packed.size() >= 4) return load_be<uint32_t>(packed.data()) == sum;
    return head.size() == kProbeHead || (produced > 0 && head[0] == 'x');
}

bool is_zlib(const Probe& probe) { return is_zlib_header(probe.head) && unpacks(probe.head); }

Status scan_zlib(Tape& tape, ScanContext& context) {
    ZlibDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

// ------------------------------------------------------------------------------------------------
// ZF

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// As Python's int(text, 16) takes it, signs excepted: hex() writes none for a size.
std::optional<uint64_t> parse_size(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\n\r\v\f";
    size_t first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
    bool prefixed = text.starts_with("0x") || text.starts_with("0X");
    if (prefixed) text.remove_prefix(2);
    uint64_t value = 0;
    bool after_digit = prefixed;
    for (char c : text) {
        int digit = hex_digit(c);
        if (digit < 0 && (c != '_' || !after_digit)) return std::nullopt;
        if (digit >= 0 && value >> 60 != 0) return std::nullopt;
        if (digit >= 0) value = value * 16 + static_cast<uint64_t>(digit);
        after_digit = digit >= 0;
    }
    return after_digit && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<uint64_t> size_in(Bytes header) {
    if (header.size() < kZfileHeader || !starts_with(header, "ZF")) return std::nullopt;
    return parse_size(as_text(header.subspan(2, kZfileNumber)));
}

bool has_extra_space(Bytes header) {
    return header.size() > kZfileHeader && header[kZfileHeader] == ' ';
}

class ZfileDecoder final : public ZlibDecoder {
  public:
    using ZlibDecoder::ZlibDecoder;

    Result<bool> begin(Tape& tape) override {
        if (begun_) return false;
        begun_ = true;
        uint64_t start = tape.offset();
        Result<Bytes> header = need(tape, kZfileHeader + 1);
        if (!header) return header.error();
        std::optional<uint64_t> size = size_in(*header);
        if (!size) return fail(compress::kCorrupt, "no size in the header");
        given_ = *size;
        Status moved = tape.advance(kZfileHeader + (has_extra_space(*header) ? 1 : 0));
        return moved ? begin_stream(tape, start) : moved.error();
    }

    Status end(Tape& tape) override {
        Status ended = ZlibDecoder::end(tape);
        if (ended && size_ != given_) {
            report_mismatch(rules().size, 2, fmt::format("{} bytes, given {}", size_, given_));
        }
        return ended;
    }

  private:
    uint64_t given_ = 0;
};

bool is_zfile(const Probe& probe) {
    if (!size_in(probe.head)) return false;
    return is_zlib_header(probe.head.subspan(kZfileHeader + (has_extra_space(probe.head) ? 1 : 0)));
}

Status scan_zfile(Tape& tape, ScanContext& context) {
    ZfileDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kZfileExtensions[] = {"z", "joblib", "pkl"};
constexpr std::string_view kZlibExtensions[] = {"z", "zlib", "joblib", "pkl"};

}  // namespace

const Format kZfileFormat{"zfile",          false,    0,         kZfileExtensions,
                          compress::kRules, is_zfile, scan_zfile};
const Format kZlibFormat{"zlib", false, 0, kZlibExtensions, compress::kRules, is_zlib, scan_zlib};

}  // namespace assay

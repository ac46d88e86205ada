// gzip (RFC 1952): a header, deflate data, and a trailer; as many of these in a row as one likes.
//
//   1f 8b, method 8, flags, mtime (4), extra flags, system; then, as the flags say:
//   extra fields (u16 length), name (NUL), comment (NUL), CRC-16 of the header
//   deflate data
//   CRC-32 and size modulo 2^32 of what comes out
//
// Where readers disagree: gzip refuses reserved flags and Python ignores them; only gzip checks the
// header's CRC; libarchive checks neither CRC nor size; bytes behind the last member are silently
// dropped by some, and an error to others. The name in the header may be a path.
#include <fmt/core.h>

#include "crc32.h"
#include "deflate_stream.h"
#include "formats.h"

namespace assay {

namespace {

enum Flag : uint8_t { kHeaderCrc = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 0xe0 };

constexpr std::string_view kMagic = "\x1f\x8b";
constexpr uint8_t kDeflate = 8;
constexpr size_t kMaxName = 1024;  // that is reported; longer ones are read all the same

class GzipDecoder final : public DeflateDecoder {
  public:
    explicit GzipDecoder(ScanContext& context)
        : DeflateDecoder(context, 0, crc32_of, compress::kGzip) {}

    Result<bool> begin(Tape& tape) override;
    Status end(Tape& tape) override;

  private:
    Status read_optional(Tape& tape, uint8_t flags);
    Status pass(Tape& tape, uint64_t n);
    Result<std::string> read_text(Tape& tape);
    Status read_name(Tape& tape);
    Status check_header(Tape& tape);

    uint32_t header_crc_ = 0;
};

Result<bool> GzipDecoder::begin(Tape& tape) {
    uint64_t start = tape.offset();
    Result<Bytes> magic = tape.peek(3);
    if (!magic) return magic.error();
    if (magic->size() < 3 || !starts_with(*magic, kMagic)) return false;
    if ((*magic)[2] != kDeflate) {
        report_mismatch(compress::rule("gzip.header.method"), start + 2,
                        fmt::format("method {}", (*magic)[2]));
        return false;
    }
    Result<Bytes> fixed = need(tape, 10);
    if (!fixed) return fixed.error();
    const uint8_t flags = (*fixed)[3];
    header_crc_ = 0;
    Status read = pass(tape, 10);
    if (read) read = read_optional(tape, flags);
    if (!read) return read.error();
    if (flags & kReserved) {
        context_.report(compress::rule("gzip.header.reserved_flag"), start + 3, 1,
                        fmt::format("flags {:#04x}", flags));
    }
    return begin_data(start);
}

Status GzipDecoder::read_optional(Tape& tape, uint8_t flags) {
    const uint64_t at = tape.offset();
    Status read = Done{};
    if (flags & kExtra) {
        Result<Bytes> length = need(tape, 2);
        if (!length) return length.error();
        uint64_t whole = uint64_t{2} + load_le<uint16_t>(length->data());
        read = pass(tape, whole);
        if (read) context_.report(compress::rule("gzip.header.fextra"), at, whole, "");
    }
    if (read && (flags & kName)) read = read_name(tape);
    if (read && (flags & kComment)) {
        uint64_t comment = tape.offset();
        Result<std::string> text = read_text(tape);
        if (!text) return text.error();
        context_.report(compress::rule("gzip.header.fcomment"), comment, tape.offset() - comment,
                        *text);
    }
    if (read && (flags & kHeaderCrc)) read = check_header(tape);
    return read;
}

// Advances over bytes of the header, which has a checksum of its own.
Status GzipDecoder::pass(Tape& tape, uint64_t n) {
    while (n > 0) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) return need(tape, 1).error();
        Bytes part = bytes->first(static_cast<size_t>(std::min<uint64_t>(n, bytes->size())));
        header_crc_ = crc32_of(header_crc_, part);
        n -= part.size();
        Status moved = tape.advance(part.size());
        if (!moved) return moved;
    }
    return Done{};
}

Result<std::string> GzipDecoder::read_text(Tape& tape) {
    std::string text;
    for (bool ended = false; !ended;) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) return need(tape, 1).error();
        std::string_view part = as_text(*bytes);
        size_t nul = part.find('\0');
        ended = nul != std::string_view::npos;
        part = part.substr(0, nul);
        text += part.substr(0, kMaxName - text.size());
        Status passed = pass(tape, part.size() + (ended ? 1 : 0));
        if (!passed) return passed.error();
    }
    return text;
}

Status GzipDecoder::read_name(Tape& tape) {
    uint64_t start = tape.offset();
    Result<std::string> name = read_text(tape);
    if (!name) return name.error();
    bool is_path = name->find_first_of("/\\") != std::string_view::npos || *name == "..";
    context_.report(is_path ? compress::rule("gzip.header.fname_traversal")
                            : compress::rule("gzip.header.fname"),
                    start, tape.offset() - start, *name);
    return Done{};
}

Status GzipDecoder::check_header(Tape& tape) {
    Result<Bytes> given = need(tape, 2);
    if (!given) return given.error();
    if (load_le<uint16_t>(given->data()) != (header_crc_ & 0xffff)) {
        context_.report(compress::rule("gzip.hcrc.mismatch"), tape.offset(), 2, "");
    }
    return tape.advance(2);
}

Status GzipDecoder::end(Tape& tape) {
    Result<Bytes> trailer = need(tape, 8);
    if (!trailer) return trailer.error();
    uint32_t crc = load_le<uint32_t>(trailer->data());
    uint32_t size = load_le<uint32_t>(trailer->data() + 4);
    if (crc != checked_) {
        report_mismatch(rules().checksum, tape.offset(),
                        fmt::format("CRC-32 {:08x}, given {:08x}", checked_, crc));
    }
    if (size != (size_ & 0xffff'ffff)) {
        report_mismatch(rules().size, tape.offset() + 4,
                        fmt::format("{} bytes, given {} modulo 2^32", size_, size));
    }
    return tape.advance(8);
}

// Without the one method that there is only the name makes a gzip file of it.
bool is_gzip(const Probe& probe) {
    return starts_with(probe.head, kMagic) && probe.head.size() > 2 &&
           (probe.head[2] == kDeflate || probe.promised);
}

Status scan_gzip(Tape& tape, ScanContext& context) {
    GzipDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kExtensions[] = {"gz", "tgz", "nemo"};

}  // namespace

const Format kGzipFormat{"gzip", false, 0, kExtensions, compress::kRules, is_gzip, scan_gzip};

}  // namespace assay

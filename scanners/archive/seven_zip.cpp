// 7z, from 7-Zip's 7zFormat.txt.
//
//   start: magic (6), version (2), CRC-32 of what follows (4), offset (8) and size (8) of the
//   header
//          behind this one, its CRC-32 (4)
//   packed streams; then the header: a property (1) at a time, most of them lists of numbers
//
// The header may be packed itself (property 0x17): then what stands there says where and how. A
// folder is a group of members that are packed together, by a chain of coders each of which may ask
// for a window of gigabytes. Checksums of the start and of the header are all that protects them;
// readers differ in whether they look.
#include "seven_zip.h"

#include <fmt/format.h>
#include <lzma.h>

#include <algorithm>
#include <memory>

#include "archive_rules.h"
#include "assay/cursor.h"
#include "compressed.h"
#include "crc32.h"

namespace assay::seven_zip {

namespace {

constexpr uint64_t kStart = 32;
constexpr uint64_t kMostOfAHeader = 16 * kMiB;
constexpr uint64_t kMostFolders = 1'000'000;
constexpr uint64_t kSmall = 4 * kMiB;  // any coder whose window is fixed, with its tables

enum Property : uint8_t {
    kEnd = 0,
    kHeader = 1,
    kArchiveProperties = 2,
    kMainStreams = 4,
    kPackInfo = 6,
    kUnpackInfo = 7,
    kSize = 9,
    kCrc = 10,
    kFolder = 11,
    kUnpackSize = 12,
    kEncodedHeader = 0x17,
};

constexpr uint64_t kCopy = 0;
constexpr uint64_t kLzma2 = 0x21;
constexpr uint64_t kLzma = 0x030101;
constexpr uint64_t kPpmd = 0x030401;
constexpr uint64_t kAes = 0x06f10701;

struct Coder {
    uint64_t method = 0;
    std::vector<uint8_t> properties;
};

struct Folder {
    std::vector<Coder> coders;
    uint64_t inputs = 0;
    uint64_t outputs = 0;
};

struct Streams {
    uint64_t pack_offset = 0;
    uint64_t pack_bytes = 0;
    std::vector<Folder> folders;
    uint64_t first_unpacked = 0;  // of the first folder's last output
    std::optional<uint32_t> crc;  // of that
};

// The first byte says by its leading ones how many follow.
uint64_t number(Cursor& in) {
    const uint8_t first = in.u8();
    uint64_t value = 0;
    uint8_t mask = 0x80;
    for (unsigned i = 0; i < 8; i++, mask = static_cast<uint8_t>(mask >> 1)) {
        if (!(first & mask))
            return value | uint64_t{static_cast<uint8_t>(first & (mask - 1))} << (8 * i);
        value |= uint64_t{in.u8()} << (8 * i);
    }
    return value;
}

Coder read_coder(Cursor& in, Folder& folder) {
    const uint8_t flags = in.u8();
    Coder coder;
    for (uint8_t byte : in.bytes(flags & 0x0f)) coder.method = coder.method << 8 | byte;
    folder.inputs += flags & 0x10 ? number(in) : 1;
    folder.outputs += flags & 0x10 ? number(in) : 1;
    if (!(flags & 0x20)) return coder;
    const uint64_t size = number(in);
    const Bytes given = in.bytes(static_cast<size_t>(std::min<uint64_t>(size, kMostOfAHeader)));
    coder.properties.assign(given.begin(), given.end());
    return coder;
}

// False where it makes no sense.
bool read_folder(Cursor& in, Folder& folder) {
    constexpr uint64_t kMostCoders = 32;
    const uint64_t coders = number(in);
    if (coders == 0 || coders > kMostCoders) return false;
    for (uint64_t i = 0; i < coders && in.ok(); i++)
        folder.coders.push_back(read_coder(in, folder));
    if (!in.ok() || folder.outputs == 0 || folder.outputs > kMostCoders) return false;
    if (folder.inputs > kMostCoders || folder.inputs + 1 < folder.outputs) return false;
    for (uint64_t i = 1; i < folder.outputs; i++) {
        number(in);
        number(in);
    }
    const uint64_t packed = folder.inputs + 1 - folder.outputs;
    for (uint64_t i = 0; packed > 1 && i < packed; i++) number(in);
    return in.ok();
}

// A bit for each, or one byte that says all have it; then as many checksums, of which the first is
// told.
void read_digests(Cursor& in, uint64_t count, std::optional<uint32_t>& first) {
    const bool all = in.u8() != 0;
    uint64_t given = all ? count : 0;
    bool has_first = all;
    for (uint64_t i = 0; !all && i < (count + 7) / 8 && in.ok(); i++) {
        const uint8_t bits = in.u8();
        if (i == 0) has_first = (bits & 0x80) != 0;
        given += static_cast<uint64_t>(__builtin_popcount(bits));
    }
    for (uint64_t i = 0; i < given && in.ok(); i++) {
        const uint32_t crc = in.le32();
        if (i == 0 && has_first) first = crc;
    }
}

bool read_pack_info(Cursor& in, Streams& streams) {
    streams.pack_offset = number(in);
    const uint64_t count = number(in);
    std::optional<uint32_t> ignored;
    for (uint8_t property = in.u8(); in.ok() && property != kEnd; property = in.u8()) {
        if (property == kCrc) {
            read_digests(in, count, ignored);
            continue;
        }
        if (property != kSize) return false;
        for (uint64_t i = 0; i < count && in.ok(); i++) {
            const uint64_t size = number(in);
            if (size > UINT64_MAX / 2 - streams.pack_bytes) return false;
            streams.pack_bytes += size;
        }
    }
    return in.ok();
}

bool read_unpack_info(Cursor& in, Streams& streams) {
    if (in.u8() != kFolder) return false;
    const uint64_t count = number(in);
    if (count > kMostFolders || in.u8() != 0) return false;  // not 0: stored elsewhere
    for (uint64_t i = 0; i < count; i++) {
        Folder folder;
        if (!read_folder(in, folder)) return false;
        streams.folders.push_back(std::move(folder));
    }
    if (in.u8() != kUnpackSize) return false;
    for (size_t i = 0; i < streams.folders.size(); i++) {
        for (uint64_t output = 0; output < streams.folders[i].outputs; output++) {
            const uint64_t size = number(in);
            if (i == 0) streams.first_unpacked = size;
        }
    }
    uint8_t property = in.u8();
    if (property == kCrc) {
        read_digests(in, count, streams.crc);
        property = in.u8();
    }
    return in.ok() && property == kEnd;
}

// As far as memory and bounds go: what the members are follows behind.
bool read_streams(Cursor& in, Streams& streams) {
    uint8_t property = in.u8();
    if (property == kPackInfo) {
        if (!read_pack_info(in, streams)) return false;
        property = in.u8();
    }
    if (property == kUnpackInfo) return read_unpack_info(in, streams);
    return in.ok();
}

uint64_t dictionary_of(const Coder& coder) {
    const std::vector<uint8_t>& given = coder.properties;
    const bool of_four = coder.method == kLzma || coder.method == kPpmd;
    if (of_four && given.size() >= 5) return load_le<uint32_t>(given.data() + 1);
    if (coder.method != kLzma2 || given.empty()) return 0;
    if (given[0] >= 40) return UINT32_MAX;
    return (uint64_t{2} | (given[0] & 1)) << (given[0] / 2 + 11);
}

uint64_t memory_of(const Folder& folder) {
    uint64_t sum = 0;
    for (const Coder& coder : folder.coders) sum += kSmall + dictionary_of(coder);
    return sum;
}

bool is_encrypted(const Folder& folder) {
    return std::any_of(folder.coders.begin(), folder.coders.end(),
                       [](const Coder& coder) { return coder.method == kAes; });
}

// ------------------------------------------------------------------------------------------------

class OutlineReader {
  public:
    OutlineReader(Tape& tape, ScanContext& context)
        : tape_(tape), context_(context), base_(tape.offset()) {}
    ~OutlineReader() { context_.release(reserved_); }

    Result<std::optional<Outline>> read();

  private:
    std::nullopt_t damaged(const Rule& rule, uint64_t offset, std::string_view detail);
    std::nullopt_t no_room(uint64_t memory);
    bool reserve(uint64_t bytes);
    Result<std::optional<Bytes>> header_bytes();
    std::optional<std::vector<uint8_t>> unpack(const Streams& streams, Bytes packed);
    Result<std::optional<std::vector<uint8_t>>> follow(const Streams& streams);
    Result<bool> read_header(Bytes header, int depth);
    void note(const Streams& streams);

    Tape& tape_;
    ScanContext& context_;
    const uint64_t base_;
    size_t reserved_ = 0;
    Outline outline_;
    uint64_t header_at_ = 0;
    uint64_t packed_bytes_ = 0;
};

std::nullopt_t OutlineReader::damaged(const Rule& rule, uint64_t offset, std::string_view detail) {
    context_.report(rule, offset, 0, detail);
    context_.incomplete(Coverage::kMalformed, rule.message);
    return std::nullopt;
}

std::nullopt_t OutlineReader::no_room(uint64_t memory) {
    const Rule& rule = foreign::rule("archive.memory.too_large");
    context_.report(rule, header_at_, 0, fmt::format("{} bytes", memory));
    context_.incomplete(Coverage::kCutByLimit, rule.message);
    return std::nullopt;
}

bool OutlineReader::reserve(uint64_t bytes) {
    if (bytes > kMaxWindow || !context_.reserve(static_cast<size_t>(bytes))) return false;
    reserved_ += static_cast<size_t>(bytes);
    return true;
}

Result<std::optional<Bytes>> OutlineReader::header_bytes() {
    Result<Bytes> start = tape_.peek(kStart);
    if (!start) return start.error();
    if (start->size() < kStart) {
        return std::optional<Bytes>(
            damaged(foreign::rule("archive.header.bounds"), base_, "no header"));
    }
    Cursor in(*start);
    in.skip(8);
    const uint32_t start_crc = in.le32();
    const uint64_t offset = in.le64();
    const uint64_t size = in.le64();
    const uint32_t crc = in.le32();
    if (crc32_of(0, start->subspan(12, 20)) != start_crc) {
        damaged(foreign::rule("archive.header.checksum"), base_ + 8, "of the start header");
    }
    const uint64_t room = tape_.size().value_or(0) - base_ - kStart;
    if (offset > room || size > room - offset) {
        return std::optional<Bytes>(
            damaged(foreign::rule("archive.header.bounds"), base_ + 12,
                    fmt::format("{} bytes at {} of {}", size, offset, room)));
    }
    header_at_ = base_ + kStart + offset;
    outline_.end = header_at_ + size;
    outline_.headers.push_back({header_at_, outline_.end});
    if (size > kMostOfAHeader) return std::optional<Bytes>(no_room(size));
    Result<Bytes> header = tape_.at(header_at_, static_cast<size_t>(size));
    if (!header) return header.error();
    if (crc32_of(0, *header) != crc) {
        damaged(foreign::rule("archive.header.checksum"), header_at_, "of the header");
    }
    return std::optional(*header);
}

struct FreeFilter {
    void operator()(void* options) const { std::free(options); }  // liblzma allocates so
};

std::optional<std::vector<uint8_t>> OutlineReader::unpack(const Streams& streams, Bytes packed) {
    const Coder& coder = streams.folders[0].coders[0];
    std::vector<uint8_t> out(static_cast<size_t>(streams.first_unpacked));
    if (coder.method == kCopy) {
        if (packed.size() < out.size()) return std::nullopt;
        std::copy_n(packed.begin(), out.size(), out.begin());
        return out;
    }
    lzma_filter filters[] = {
        {coder.method == kLzma ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA2, nullptr},
        {LZMA_VLI_UNKNOWN, nullptr}};
    if (lzma_properties_decode(filters, nullptr, coder.properties.data(),
                               coder.properties.size()) != LZMA_OK) {
        return std::nullopt;
    }
    std::unique_ptr<void, FreeFilter> options(filters[0].options);
    size_t in_at = 0;
    size_t out_at = 0;
    lzma_raw_buffer_decode(filters, nullptr, packed.data(), &in_at, packed.size(), out.data(),
                           &out_at, out.size());
    return out_at == out.size() ? std::optional(std::move(out)) : std::nullopt;
}

// The header that a packed one unpacks to.
Result<std::optional<std::vector<uint8_t>>> OutlineReader::follow(const Streams& streams) {
    using Found = std::optional<std::vector<uint8_t>>;
    const Rule& broken = foreign::rule("archive.structure.damaged");
    if (streams.folders.size() != 1) return Found(damaged(broken, header_at_, "no packed header"));
    const Folder& folder = streams.folders[0];
    outline_.encrypted |= is_encrypted(folder);
    if (outline_.encrypted) return Found();
    const uint64_t method = folder.coders[0].method;
    const bool known = method == kCopy || method == kLzma || method == kLzma2;
    if (folder.coders.size() != 1 || !known) {
        return Found(damaged(broken, header_at_, "the header is packed in an unknown way"));
    }
    const uint64_t room = header_at_ - base_ - kStart;
    const uint64_t offset = streams.pack_offset;
    if (offset > room || streams.pack_bytes > room - offset) {
        return Found(
            damaged(foreign::rule("archive.header.bounds"), header_at_, "of a packed header"));
    }
    const uint64_t memory = memory_of(folder) + streams.first_unpacked + streams.pack_bytes;
    if (streams.first_unpacked > kMostOfAHeader || !reserve(memory)) return Found(no_room(memory));
    const uint64_t from = base_ + kStart + offset;
    outline_.headers.push_back({from, from + streams.pack_bytes});
    Result<Bytes> packed = tape_.at(from, static_cast<size_t>(streams.pack_bytes));
    if (!packed) return packed.error();
    Found header = unpack(streams, *packed);
    if (!header) return Found(damaged(broken, from, "the header cannot be unpacked"));
    if (streams.crc && crc32_of(0, *header) != *streams.crc) {
        damaged(foreign::rule("archive.header.checksum"), from, "of the packed header");
    }
    return header;
}

void OutlineReader::note(const Streams& streams) {
    packed_bytes_ += streams.pack_bytes;
    for (const Folder& folder : streams.folders) {
        outline_.memory = std::max(outline_.memory, memory_of(folder));
        outline_.encrypted |= is_encrypted(folder);
    }
}

// False where there is nothing to go on with.
Result<bool> OutlineReader::read_header(Bytes header, int depth) {
    constexpr int kDeepest = 4;
    if (header.empty()) return true;  // an archive of nothing
    Cursor in(header);
    const uint8_t property = in.u8();
    const bool packed = property == kEncodedHeader;
    Streams streams;
    bool good = packed || property == kHeader;
    uint8_t next = packed ? uint8_t{kMainStreams} : in.u8();
    good = good && next != kArchiveProperties && depth < kDeepest;  // which nobody writes
    if (good && next == kMainStreams) good = read_streams(in, streams);
    if (!good) {
        damaged(foreign::rule("archive.structure.damaged"), header_at_,
                "the header makes no sense");
        return false;
    }
    note(streams);
    if (!packed) return true;
    auto inner = follow(streams);
    if (!inner) return inner.error();
    return *inner ? read_header(**inner, depth + 1) : Result<bool>(outline_.encrypted);
}

Result<std::optional<Outline>> OutlineReader::read() {
    Result<std::optional<Bytes>> header = header_bytes();
    if (!header) return header.error();
    if (!*header) return std::optional<Outline>();
    const std::vector<uint8_t> copy((*header)->begin(), (*header)->end());
    Result<bool> good = read_header(copy, 0);
    if (!good) return good.error();
    if (!*good) return std::optional<Outline>();
    const uint64_t room = header_at_ - base_ - kStart;
    if (!outline_.encrypted && packed_bytes_ < room) {
        context_.report(foreign::rule("archive.gap.unused"), base_ + kStart, room,
                        fmt::format("{} bytes", room - packed_bytes_));
        context_.gap(base_ + kStart, room - packed_bytes_);
        context_.incomplete(Coverage::kMalformed, foreign::rule("archive.gap.unused").message);
    }
    return std::optional(outline_);
}

}  // namespace

Result<std::optional<Outline>> read_outline(Tape& tape, ScanContext& context) {
    return OutlineReader(tape, context).read();
}

}  // namespace assay::seven_zip

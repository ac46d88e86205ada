#include "zip_records.h"

#include <algorithm>
#include <array>

namespace assay {

namespace {

constexpr uint64_t kAllOnes32 = 0xffffffff;
constexpr uint16_t kZip64Id = 1;

// Methods that anybody ever assigned.
bool known_method(uint16_t method) { return method <= 20 || (method >= 92 && method <= 99); }

bool plausible_version(uint16_t version) { return (version & 0xff) <= 100; }

LocalHeader read_local(Bytes bytes, uint64_t offset) {
    Cursor cursor(bytes, offset);
    LocalHeader header;
    header.offset = offset;
    cursor.skip(6);  // signature, version
    header.flags = cursor.le16();
    header.method = cursor.le16();
    cursor.skip(4);  // time, date
    header.crc = cursor.le32();
    header.packed = cursor.le32();
    header.size = cursor.le32();
    uint16_t name_length = cursor.le16();
    uint16_t extra_length = cursor.le16();
    header.length = uint64_t{kLocalSize} + name_length + extra_length;
    header.name = as_text(cursor.bytes(name_length));
    apply_zip64(cursor.bytes(extra_length), header.size, header.packed, nullptr);
    return header;
}

// How long the header says it is; 0 where there is none.
size_t local_length(Bytes bytes) {
    if (bytes.size() < kLocalSize || !starts_with(bytes, kLocalSignature)) return 0;
    return kLocalSize + load_le<uint16_t>(bytes.data() + 26) + load_le<uint16_t>(bytes.data() + 28);
}

}  // namespace

Result<std::optional<LocalHeader>> peek_local_header(Tape& tape) {
    Result<Bytes> fixed = tape.peek(kLocalSize);
    if (!fixed) return fixed.error();
    const size_t length = local_length(*fixed);
    if (length == 0) return std::optional<LocalHeader>();
    Result<Bytes> whole = tape.peek(length);
    if (!whole) return whole.error();
    return local_header_in(*whole, tape.offset());
}

std::optional<LocalHeader> local_header_in(Bytes bytes, uint64_t offset) {
    const size_t length = local_length(bytes);
    if (length == 0 || bytes.size() < length) return std::nullopt;
    return read_local(bytes.first(length), offset);
}

bool plausible_local(Bytes bytes) {
    if (bytes.size() < kLocalSize || !starts_with(bytes, kLocalSignature)) return false;
    Cursor cursor(bytes);
    cursor.skip(4);
    uint16_t version = cursor.le16();
    cursor.skip(2);
    uint16_t method = cursor.le16();
    cursor.skip(16);
    return plausible_version(version) && known_method(method) && cursor.le16() > 0;
}

bool plausible_central(Bytes bytes) {
    if (bytes.size() < kCentralSize || !starts_with(bytes, kCentralSignature)) return false;
    return known_method(load_le<uint16_t>(bytes.data() + 10));
}

// No field of an end record has to be right for every reader: Python does not look at the counts.
bool plausible_end(Bytes bytes) {
    if (starts_with(bytes, kEnd64Signature)) {
        return bytes.size() >= 12 && load_le<uint64_t>(bytes.data() + 4) >= kEnd64Size - 12;
    }
    return bytes.size() >= kEndSize && starts_with(bytes, kEndSignature);
}

CentralEntry read_central(Cursor& cursor) {
    CentralEntry entry;
    cursor.skip(4);
    entry.made_by = cursor.le16();
    cursor.skip(2);
    entry.flags = cursor.le16();
    entry.method = cursor.le16();
    cursor.skip(4);
    entry.crc = cursor.le32();
    entry.packed = cursor.le32();
    entry.size = cursor.le32();
    uint16_t name_length = cursor.le16();
    uint16_t extra_length = cursor.le16();
    uint16_t comment_length = cursor.le16();
    entry.disk = cursor.le16();
    cursor.skip(2);
    entry.attributes = cursor.le32();
    entry.header_offset = cursor.le32();
    entry.name = cursor.bytes(name_length);
    entry.extra = cursor.bytes(extra_length);
    entry.comment = cursor.bytes(comment_length);
    return entry;
}

EndRecord read_end(Cursor& cursor) {
    EndRecord end;
    cursor.skip(4);
    end.disk = cursor.le16();
    end.directory_disk = cursor.le16();
    end.count_on_disk = cursor.le16();
    end.count = cursor.le16();
    end.directory_size = cursor.le32();
    end.directory_offset = cursor.le32();
    end.comment_length = cursor.le16();
    end.length = kEndSize + end.comment_length;
    return end;
}

EndRecord read_end64(Cursor& cursor) {
    EndRecord end;
    cursor.skip(4);
    uint64_t rest = cursor.le64();
    end.length = rest > UINT64_MAX - 12 ? UINT64_MAX : rest + 12;
    cursor.skip(4);  // versions
    end.disk = cursor.le32();
    end.directory_disk = cursor.le32();
    end.count_on_disk = cursor.le64();
    end.count = cursor.le64();
    end.directory_size = cursor.le64();
    end.directory_offset = cursor.le64();
    return end;
}

Locator read_locator(Cursor& cursor) {
    Locator locator;
    cursor.skip(4);
    locator.disk = cursor.le32();
    locator.offset = cursor.le64();
    locator.disks = cursor.le32();
    return locator;
}

std::optional<Bytes> find_extra(Bytes extra, uint16_t id) {
    Cursor cursor(extra);
    while (cursor.remaining() >= 4) {
        uint16_t found = cursor.le16();
        uint16_t length = cursor.le16();
        Bytes field = cursor.bytes(length);
        if (!cursor.ok()) return std::nullopt;
        if (found == id) return field;
    }
    return std::nullopt;
}

bool extra_fits(Bytes extra) {
    Cursor cursor(extra);
    while (cursor.remaining() >= 4) {
        cursor.skip(2);
        cursor.skip(cursor.le16());
    }
    return cursor.ok();
}

namespace {

// Whether the values left in the field, as far as they go, are those of the fields that need none.
bool confirms(Cursor& left, std::span<const uint64_t> values) {
    for (uint64_t value : values) {
        if (left.remaining() < 8) return true;
        if (left.le64() != value) return false;
    }
    return true;
}

}  // namespace

Zip64 apply_zip64(Bytes extra, uint64_t& size, uint64_t& packed, uint64_t* offset) {
    std::optional<Bytes> field = find_extra(extra, kZip64Id);
    Cursor cursor(field.value_or(Bytes{}));
    std::array<uint64_t, 3> unneeded{};
    size_t unneeded_count = 0;
    bool missing = false;
    for (uint64_t* value : {&size, &packed, offset}) {
        if (value == nullptr) continue;
        if (*value != kAllOnes32) {
            unneeded[unneeded_count++] = *value;
            continue;
        }
        uint64_t wide = cursor.le64();
        missing |= !cursor.ok();
        if (cursor.ok()) *value = wide;
    }
    if (missing) return Zip64::kMissing;
    if (offset == nullptr || !field) return Zip64::kFine;
    bool fine = confirms(cursor, std::span(unneeded).first(unneeded_count));
    return fine ? Zip64::kFine : Zip64::kOverride;
}

static bool has_wide_sizes(Cursor& cursor, uint32_t crc, uint64_t packed, uint64_t size) {
    bool fits = cursor.le32() == crc && cursor.le64() == packed;
    return fits && cursor.le64() == size && cursor.ok();
}

static bool has_sizes(Cursor& cursor, uint32_t crc, uint64_t packed, uint64_t size) {
    bool fits = cursor.le32() == crc && cursor.le32() == packed;
    return fits && cursor.le32() == size && cursor.ok();
}

// The wide form first: of an empty member both may fit, and what follows a narrow one is never all
// zeros.
size_t match_descriptor(Bytes bytes, uint32_t crc, uint64_t packed, uint64_t size,
                        bool with_signature) {
    size_t head = 0;
    if (with_signature) {
        if (!starts_with(bytes, kDescriptorSignature)) return 0;
        head = kDescriptorSignature.size();
    }
    Cursor wide(bytes.subspan(head));
    if (has_wide_sizes(wide, crc, packed, size)) return head + 20;
    Cursor narrow(bytes.subspan(head));
    return has_sizes(narrow, crc, packed, size) ? head + 12 : 0;
}

}  // namespace assay

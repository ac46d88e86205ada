#include "leveldb_table.h"

#include "crc32c.h"

namespace assay::leveldb {

bool take_varint(Bytes& bytes, uint64_t& value) {
    constexpr size_t kLongest = 10;
    value = 0;
    for (size_t i = 0; i < bytes.size() && i < kLongest; i++) {
        if (i + 1 == kLongest && bytes[i] > 1) return false;
        value |= uint64_t{bytes[i] & 0x7fu} << (7 * i);
        if (bytes[i] >= 0x80) continue;
        bytes = bytes.subspan(i + 1);
        return true;
    }
    return false;
}

bool take_handle(Bytes& bytes, Handle& handle) {
    return take_varint(bytes, handle.offset) && take_varint(bytes, handle.size);
}

std::optional<Footer> parse_footer(Bytes footer) {
    if (footer.size() != kFooter || !as_text(footer).ends_with(kMagic)) return std::nullopt;
    Footer parsed;
    Bytes rest = footer.first(kFooter - kMagic.size());
    if (!take_handle(rest, parsed.metaindex) || !take_handle(rest, parsed.index)) {
        return std::nullopt;
    }
    return parsed;
}

Condition condition_of(Bytes block) {
    const Bytes covered = block.first(block.size() - 4);
    if (masked_crc32c(covered) != load_le<uint32_t>(block.data() + covered.size())) {
        return Condition::kChecksum;
    }
    return covered.back() == 0 ? Condition::kGood : Condition::kCompressed;
}

Block::Block(Bytes block) {
    if (block.size() < 4) {
        fail();
        return;
    }
    const uint64_t restarts = load_le<uint32_t>(block.data() + block.size() - 4);
    if (restarts > (block.size() - 4) / 4) {
        fail();
        return;
    }
    rest_ = block.first(block.size() - 4 - static_cast<size_t>(restarts) * 4);
}

bool Block::fail() {
    sound_ = false;
    rest_ = {};
    return false;
}

bool Block::next() {
    if (rest_.empty()) return false;
    uint64_t shared = 0;
    uint64_t more = 0;
    uint64_t value = 0;
    const bool read =
        take_varint(rest_, shared) && take_varint(rest_, more) && take_varint(rest_, value);
    if (!read || shared > key_.size() || more > rest_.size() || value > rest_.size() - more) {
        return fail();
    }
    // What is shared is not looked at again: it may be a megabyte, for each of a million keys.
    const std::string_view behind = as_text(rest_.first(static_cast<size_t>(more)));
    ascends_ = first_ || behind > std::string_view(key_).substr(static_cast<size_t>(shared));
    first_ = false;
    key_.resize(static_cast<size_t>(shared));
    key_ += behind;
    value_ = rest_.subspan(static_cast<size_t>(more), static_cast<size_t>(value));
    rest_ = rest_.subspan(static_cast<size_t>(more + value));
    return true;
}

}  // namespace assay::leveldb

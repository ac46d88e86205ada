// LevelDB's table file: sorted keys with values, in blocks.
//
//   data block…, metaindex block, index block, footer
//   block    entry…, where restarts are (u32 each), how many (u32); then outside of it one byte for
//            its compression and a masked CRC-32C over both
//   entry    three varints: bytes of the key shared with the one before, bytes that are not, bytes
//            of the value; then both
//   index    the last key of each data block, and as value its offset and size (two varints)
//   footer   offset and size of metaindex and index, zeros up to 40 bytes, a magic number
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/bytes.h"

namespace assay::leveldb {

inline constexpr size_t kFooter = 48;
inline constexpr size_t kTrailer = 5;  // behind a block
inline constexpr std::string_view kMagic = "\x57\xfb\x80\x8b\x24\x75\x47\xdb";

// Takes a varint from the beginning of `bytes`; false, and nothing taken, where there is none.
bool take_varint(Bytes& bytes, uint64_t& value);

struct Handle {
    uint64_t offset = 0;
    uint64_t size = 0;  // without the trailer
};
bool take_handle(Bytes& bytes, Handle& handle);

struct Footer {
    Handle metaindex;
    Handle index;
};
std::optional<Footer> parse_footer(Bytes footer);

// What a block and its trailer come to.
enum class Condition : uint8_t { kGood, kChecksum, kCompressed };
Condition condition_of(Bytes block_and_trailer);

// The entries of a block, without its trailer. Borrows the bytes.
class Block {
  public:
    explicit Block(Bytes block);

    // False at the end, and at the first entry that is none.
    bool next();
    [[nodiscard]] bool sound() const { return sound_; }
    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] Bytes value() const { return value_; }
    // Whether the key that was read last comes behind the one before.
    [[nodiscard]] bool ascends() const { return ascends_; }

  private:
    bool fail();

    Bytes rest_;
    std::string key_;
    Bytes value_;
    bool first_ = true;
    bool sound_ = true;
    bool ascends_ = true;
};

}  // namespace assay::leveldb

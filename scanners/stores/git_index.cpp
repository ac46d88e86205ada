// Git's index: "DIRC", a version, the number of entries; then of each file what stat said (40
// bytes), the SHA-1 of its content as a blob, flags, and its path. In versions 2 and 3 a zero ends
// the path, and as many follow as make the entry a multiple of eight; in version 4 a path says how
// much of the one before it is dropped, and what comes in place. Extensions and a checksum follow.
//
// Whoever writes to .git can say anything here, so it only names what is damaged anyway. A path is
// as long as it says it is: nothing is kept of one that is longer than any system takes.
#include "git_index.h"

#include <optional>
#include <string>

#include "assay/bytes.h"
#include "assay/cursor.h"

namespace assay {

namespace {

constexpr size_t kId = 20;
constexpr size_t kLongestPath = 4096;
constexpr size_t kLongestEntry = 40 + kId + 4 + 10 + kLongestPath + 8;
constexpr uint16_t kExtended = 0x4000;

// Seven bits a byte, the highest first; each but the last adds one.
uint64_t take_varint(Cursor& cursor) {
    uint8_t byte = cursor.u8();
    uint64_t value = byte & 0x7f;
    for (int i = 0; (byte & 0x80) && i < 8; i++) {
        byte = cursor.u8();
        value = ((value + 1) << 7) | (byte & 0x7f);
    }
    if (byte & 0x80) cursor.fail(Code::kMalformed, "a number of too many bytes");
    return value;
}

class IndexReader {
  public:
    explicit IndexReader(uint32_t version) : version_(version) {}

    // One entry, and how many bytes it has; nothing where there is none.
    std::optional<size_t> read(Bytes bytes, GitIndexEntry& entry) {
        Cursor cursor(bytes);
        cursor.skip(24);
        const uint32_t mode = cursor.be32();
        cursor.skip(8);
        entry.size = cursor.be32();
        entry.id = cursor.bytes(kId);
        const uint16_t flags = cursor.be16();
        if (version_ >= 3 && (flags & kExtended)) cursor.skip(2);
        if (version_ == 4) drop(take_varint(cursor), cursor);
        const uint64_t name = cursor.offset();
        if (!cursor.ok() || !take_name(bytes.subspan(static_cast<size_t>(name)))) {
            return std::nullopt;
        }
        entry.is_file = mode >> 12 == 8;
        entry.path = path_;
        const size_t end = static_cast<size_t>(name) + tail_ + 1;
        return version_ == 4 ? end : (end + 7) & ~size_t{7};
    }

  private:
    void drop(uint64_t count, Cursor& cursor) {
        if (count > path_.size()) return cursor.fail(Code::kMalformed, "more is dropped than is");
        kept_ = path_.size() - static_cast<size_t>(count);
    }

    bool take_name(Bytes rest) {
        const std::string_view text = as_text(rest);
        tail_ = text.find('\0');
        if (tail_ == std::string_view::npos || kept_ + tail_ > kLongestPath) return false;
        path_.resize(kept_);
        path_ += text.substr(0, tail_);
        kept_ = 0;
        return !path_.empty();
    }

    const uint32_t version_;
    std::string path_;
    size_t kept_ = 0;  // of the path before, in version 4
    size_t tail_ = 0;  // bytes of the path that are there
};

}  // namespace

bool is_git_index(Bytes head) {
    if (!starts_with(head, "DIRC") || head.size() < 12) return false;
    const uint32_t version = load_be<uint32_t>(head.data() + 4);
    return version >= 2 && version <= 4;
}

Status each_index_entry(Tape& tape, const std::function<bool(const GitIndexEntry&)>& each) {
    Result<Bytes> head = tape.peek(12);
    if (!head) return head.error();
    if (!is_git_index(*head)) return Done{};
    IndexReader reader(load_be<uint32_t>(head->data() + 4));
    const uint32_t count = load_be<uint32_t>(head->data() + 8);
    Status moved = tape.advance(12);
    for (uint32_t i = 0; moved && i < count; i++) {
        Result<Bytes> bytes = tape.peek(kLongestEntry);
        if (!bytes) return bytes.error();
        GitIndexEntry entry;
        const std::optional<size_t> length = reader.read(*bytes, entry);
        if (!length || *length > bytes->size() || !each(entry)) return Done{};
        moved = tape.advance(*length);
    }
    return moved;
}

}  // namespace assay

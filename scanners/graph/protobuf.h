// Protocol buffers, field by field, as they stand in the bytes.
//
//   message = field…         field = tag, content         tag = varint of number << 3 | wire type
//   0 varint (up to ten bytes of seven bits)   1 eight bytes   5 four bytes
//   2 a length and that many bytes: a text, a message, or numbers packed    3, 4 a group's ends
//
// Nothing in the bytes says which is which, so a format brings a table of its messages; what the
// table does not know is told and passed over. Fields come in any order and any number of times: of
// a number that should come once the last one counts, two messages are merged into one. That is
// how a graph gets a second half that a reader of the first half misses, and why each repetition is
// told, too. Lengths are the other lever: of a message that is longer than the one it lies in, or
// of one that nests a hundred times.
//
// The walk is iterative; texts are kept up to a limit and bulk is passed over unread.
//
// Threads: one. Borrows the tape, which stands where the reader stands only after sync().
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "assay/tape.h"

namespace assay::protobuf {

enum class Wire : uint8_t { kVarint, kFixed64, kBytes, kGroup, kGroupEnd, kFixed32 };

enum class Type : uint8_t {
    kInt,  // any varint
    kFixed32,
    kFixed64,
    kText,  // kept up to a limit
    kBulk,  // bytes that nobody looks at
    kLeft,  // the tape is left at its first byte; who reads it stays within its length
    kMessage,
    kInts,         // varints, each told by itself, packed or not
    kManyInts,     // varints, told by their number, packed or not
    kManyFixed32,  // and so on
    kManyFixed64,
};

struct Field {
    uint32_t number;
    Type type;
    bool once;
    uint8_t message = 0;  // which one of the schema, of a message
};

constexpr Field one(uint32_t number, Type type) { return {number, type, true}; }
constexpr Field many(uint32_t number, Type type) { return {number, type, false}; }
constexpr Field message(uint32_t number, uint8_t which) {
    return {number, Type::kMessage, true, which};
}
constexpr Field messages(uint32_t number, uint8_t which) {
    return {number, Type::kMessage, false, which};
}

using Message = std::span<const Field>;  // at most 64, so that a word tells which ones came
using Schema = std::span<const Message>;

struct Event {
    enum class Kind : uint8_t {
        kField,
        kBegin,    // of a message
        kEnd,      // of the innermost message that is open
        kUnknown,  // a field that the table has not got; in the outermost message it is still ahead
        kOther,    // one that it has, of a wire type that does not go with it; the same
    };
    Kind kind = Kind::kField;
    bool again = false;     // a field that may come once came before
    bool cut = false;       // `text` is the beginning only
    uint8_t parent = 0;     // the type of the message that the field is in
    uint8_t message = 0;    // of a message, its type
    uint32_t number = 0;    // of the field; of an end, that of the message that ends
    uint32_t depth = 0;     // messages around the field
    uint64_t offset = 0;    // of its tag
    uint64_t start = 0;     // of its content, behind the length
    uint64_t length = 0;    // of its content
    uint64_t value = 0;     // a number as it is coded, or how many there are
    std::string_view text;  // until the next call
};

struct Fault {
    enum class Kind : uint8_t {
        kTruncated,  // the bytes end before the message does
        kInvalid,
        kTooLong,  // a length leads out of the message, or further than readers go
        kTooDeep,
    };
    Kind kind;
    const char* text;
    uint64_t offset;
    uint32_t depth;  // how many messages were open
};

inline constexpr uint32_t kMaxDepth = 100;  // that readers follow, and so do we
inline constexpr size_t kKept = 4096;       // of a text
inline constexpr uint64_t kMaxLength = std::numeric_limits<int32_t>::max();

class Reader {
  public:
    // The rest of the tape is one message of type `root`.
    Reader(Tape& tape, Schema schema, uint8_t root = 0);
    // All of `bytes` is one; or the beginning of one, which ends where they do, without a fault.
    Reader(Bytes bytes, Schema schema, uint8_t root, bool whole);

    // False when the message has ended, and for good at a fault that cannot be passed. Where the
    // whole is cut, what is left is told all the same.
    bool next(Event& event);

    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
    // What the tape failed with, if it did.
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
    // Of a head: whether its bytes ended before anything else did.
    [[nodiscard]] bool exhausted() const { return exhausted_; }
    [[nodiscard]] uint64_t offset() const {
        return (tape_ ? tape_->offset() : 0) + static_cast<uint64_t>(at_ - begin_);
    }

    // Moves the tape to offset(): before an unknown field of the outermost message, behind what was
    // told otherwise. Texts of events are gone.
    Status sync();

  private:
    static constexpr uint64_t kNoEnd = std::numeric_limits<uint64_t>::max();
    static constexpr uint8_t kUnknownMessage = 255;

    struct Open {
        uint64_t start = 0;
        uint64_t end = kNoEnd;
        uint64_t seen = 0;    // which fields of the table came
        uint32_t number = 0;  // of the field
        uint8_t message = 0;
        bool group = false;
        bool cut = false;  // it should be longer, but the file ends here
    };

    // Whether there are `n` more bytes to look at.
    // What is at hand stays at hand unless this is true.
    bool need(size_t n) {
        return static_cast<size_t>(end_ - at_) >= n || (!last_window_ && refill(n));
    }
    bool refill(size_t n);
    bool skip(uint64_t n);
    bool step(Event& event);
    bool at_end();
    bool read_field(Event& event);
    bool read_known(const Field& field, Wire wire, Event& event);
    bool read_varint(uint64_t& value, size_t longest = 10);
    bool read_fixed(uint64_t& value, size_t bytes);
    bool read_length(Event& event);
    bool read_bytes(const Field& field, Event& event);
    bool read_text(Event& event);
    bool leave();
    bool read_packed(Event& event);
    bool count_packed(Event& event, Type type);
    bool count_varints(Event& event);
    bool read_unknown(Wire wire, Event& event);
    bool read_extent(Wire wire, Event& event);
    bool open(const Event& event, uint8_t message, bool group);
    bool close_message(Event& event);
    bool close_group(const Event& event);
    [[nodiscard]] const Field* find(uint32_t number, bool& again);
    bool stop(Fault::Kind kind, const char* text);
    bool stop_at_end();
    bool stop_outside();

    Tape* tape_;  // none for a head
    const Schema schema_;
    const uint8_t* begin_ = nullptr;
    const uint8_t* at_ = nullptr;
    const uint8_t* end_ = nullptr;
    bool last_window_ = false;  // nothing follows what is at hand
    std::vector<Open> open_;
    Event packed_;             // numbers that are told one by one
    uint64_t packed_end_ = 0;  // and where they end
    uint64_t owed_to_ = 0;     // where what was told last ends
    bool told_ = true;         // what was read last is an event
    bool cut_ = false;         // the length that was read last was
    bool exhausted_ = false;
    bool done_ = false;
    std::optional<Fault> fault_;
    std::optional<Error> failed_;
};

// How much speaks for it that `head` begins a message of the schema: the fields that it knows,
// until the first that does not fit.
struct Likeness {
    size_t fields = 0;
    bool fits = true;  // all that there is
};
Likeness likeness(Bytes head, Schema schema, uint8_t root = 0);

}  // namespace assay::protobuf

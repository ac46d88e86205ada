// FlatBuffers, checked before they are believed: tables that lie anywhere in a file and point to
// each other by relative offsets.
//
//   root:    u32, the offset of the root table
//   table:   i32, how far before it its vtable lies; then its fields
//   vtable:  u16 its own length, u16 the table's, u16 for each field: where in the table it is or 0
//
//   vector:  u32 count, items; of tables and strings the items are offsets
//
//   string:  a vector of bytes and a zero behind it
//
// The library reads all that without a check unless it is asked to verify first, and many programs
// do not ask: an offset that leads out of the file is a read of other memory. What a format expects
// where is described by schemas; walk() goes through all of it, and hands on tables that are sound.
//
// Nothing keeps offsets from leading to the same table a million times over, and that to the same
// long vector: half a megabyte would be half a minute's work. No writer does so, and how much is
// read of a buffer has a bound that follows from its length.
//
// Threads: one. Borrows the tape, which is left where it stands: bytes are read at random, by pages
// that stay pinned until the tape comes by.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/bytes.h"
#include "assay/tape.h"

namespace assay::flat {

struct Schema;

enum class Kind : uint8_t {
    kScalar,  // `size` bytes in the table
    kString,
    kTable,
    kUnion,    // a table of the type that the field before it names
    kScalars,  // a vector of items of `size` bytes
    kStrings,
    kTables,
};

struct Field {
    uint8_t slot;
    Kind kind;
    uint8_t size = 0;
    const Schema* table = nullptr;  // of what is pointed to; null where only its form is checked
    // Of a union: for which value `table` holds; other values have fields of their own for the same
    // slot. The field of value 0 is for those that no other names: their form alone is checked.
    uint8_t type = 0;
};

struct Schema {
    std::string_view name;
    std::span<const Field> fields;
};

struct Table {
    uint64_t at = 0;
    std::vector<uint16_t> slots;  // where the fields are, from `at`; 0 where absent

    // Where a field is; 0 where absent.
    [[nodiscard]] uint64_t place(uint8_t slot) const {
        return slot < slots.size() && slots[slot] != 0 ? at + slots[slot] : 0;
    }
};

struct Vector {
    uint64_t at = 0;  // of the first item
    uint32_t count = 0;
};

// The first failure sticks, as with a Cursor: what is read afterwards is zero or empty.
class Buffer {
  public:
    // The buffer lies in [base, end) of what the tape reads, all of it ahead of the tape.
    Buffer(Tape& tape, uint64_t base, uint64_t end)
        : tape_(tape), base_(base), end_(end), extent_(base), steps_left_(most_steps(base, end)) {}

    [[nodiscard]] bool ok() const { return !error_; }
    // Precondition: !ok(). kMalformed says that the buffer is not sound.
    [[nodiscard]] const Error& error() const { return *error_; }
    void fail(const char* text, uint64_t at) { fail({Code::kMalformed, text, at}); }

    // Behind the last byte that anything has led to.
    [[nodiscard]] uint64_t extent() const { return extent_; }
    [[nodiscard]] uint64_t end() const { return end_; }

    Table root();
    Table table(uint64_t at);
    // Of the field at `place`, an offset.
    Table table_of(uint64_t place) { return table(follow(place)); }
    Vector vector_of(uint64_t place, uint32_t item_size);
    // Up to `most` bytes of it.
    std::string string_of(uint64_t place, size_t most = 256);
    Vector string_bytes(uint64_t place);

    // All of `to`, from `at` on; false where the buffer has failed.
    bool bytes(uint64_t at, std::span<uint8_t> to);

    // A number of 1, 2, 4 or 8 bytes; `otherwise` where the place is 0, the field absent.
    uint64_t number(uint64_t place, uint8_t size, uint64_t otherwise = 0);
    // The same of a field that is there; it must lie where its size divides.
    void number_aligned(uint64_t place, uint8_t size);
    int32_t signed_number(uint64_t place) { return static_cast<int32_t>(number(place, 4)); }

  private:
    static constexpr size_t kPage = 4096;
    static constexpr size_t kPages = 16;
    struct Page {
        uint64_t number = UINT64_MAX;
        std::vector<uint8_t> bytes;
    };

    void fail(const Error& error) {
        if (!error_) error_ = error;
    }
    static uint64_t most_steps(uint64_t base, uint64_t end) {
        constexpr uint64_t kAlways = 16'000'000;
        return kAlways + (end > base ? end - base : 0);
    }
    bool claim(uint64_t at, uint64_t length);
    bool step(uint64_t at, uint64_t n);
    bool copy(uint64_t at, std::span<uint8_t> to);
    const Page* page(uint64_t number);
    uint64_t follow(uint64_t place);
    uint64_t load(uint64_t place, uint8_t size);

    Tape& tape_;
    const uint64_t base_;
    const uint64_t end_;
    uint64_t extent_;
    uint64_t steps_left_;  // a number each, or eight bytes
    std::optional<Error> error_;
    std::array<Page, kPages> pages_;
};

// Goes through everything that `schema` describes, from the root on. Each table is handed on when
// its own form is sound, before what it points to; `visit` may read it and may fail the buffer.
// Of a buffer that is not sound the walk ends where that shows.
using Visit = std::function<void(const Schema& schema, const Table& table)>;
void walk(Buffer& buffer, const Schema& schema, const Visit& visit);

}  // namespace assay::flat

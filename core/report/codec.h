// The primitives of the binary form of records: numbers as LEB128 (seven bits a byte, the lowest
// first, the top bit says that more follow), texts and lists after their length.
#pragma once

#include <string>
#include <vector>

#include "assay/cursor.h"

namespace assay {

class Encoder {
  public:
    explicit Encoder(std::vector<uint8_t>& out) : out_(out) {}

    void byte(uint8_t value) { out_.push_back(value); }
    void raw(Bytes bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    void text(std::string_view text) {
        number(text.size());
        raw(as_bytes(text));
    }
    void number(uint64_t value) {
        if (value < 0x80) return byte(static_cast<uint8_t>(value));
        uint8_t bytes[10];
        size_t n = 0;
        for (; value >= 0x80; value >>= 7) bytes[n++] = static_cast<uint8_t>(value | 0x80);
        bytes[n++] = static_cast<uint8_t>(value);
        out_.insert(out_.end(), bytes, bytes + n);
    }
    template <class List, class Put>
    void list(const List& items, Put put) {
        number(items.size());
        for (const auto& item : items) put(item);
    }

  private:
    std::vector<uint8_t>& out_;
};

// Like the Cursor it reads from: after the first failure everything is zero or empty.
class Decoder {
  public:
    explicit Decoder(Bytes bytes) : cursor_(bytes) {}

    uint8_t byte() { return cursor_.u8(); }
    Bytes raw(uint64_t n) { return cursor_.bytes(n); }
    std::string text() { return std::string(as_text(cursor_.bytes(number()))); }

    uint64_t number() {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            uint8_t next = cursor_.u8();
            uint64_t bits = next & 0x7F;
            if (bits << shift >> shift != bits) break;
            value |= bits << shift;
            if (next < 0x80) return value;
        }
        fail("a number needs more than 64 bits");
        return 0;
    }

    uint32_t number32() {
        uint64_t value = number();
        if (value > UINT32_MAX) fail("a number needs more than 32 bits");
        return static_cast<uint32_t>(value);
    }

    // A value of an enumeration that has `count` of them, from zero on.
    template <class Enum>
    Enum one_of(size_t count) {
        uint8_t value = byte();
        if (value >= count) fail("an unknown value of an enumeration");
        return static_cast<Enum>(cursor_.ok() ? value : 0);
    }

    // Calls `take` as often as the length says. Each item needs at least one byte, so the bytes at
    // hand bound how many there are.
    template <class Take>
    void list(Take take) {
        uint64_t count = number();
        if (count > cursor_.remaining()) fail("a list is longer than what is left");
        for (uint64_t i = 0; i < count && cursor_.ok(); i++) take();
    }

    void fail(const char* why) { cursor_.fail(Code::kMalformed, why); }
    [[nodiscard]] const Cursor& cursor() const { return cursor_; }

  private:
    Cursor cursor_;
};

}  // namespace assay

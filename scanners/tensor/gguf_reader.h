// Reads the fields of a GGUF file off a tape, forward only, in the file's byte order.
//
// The first failure sticks, as with a Cursor: every later read returns zero or nothing, so a run of
// fields is read in a straight line and ok() is asked once. A number is worth nothing before ok()
// said so. What lies in the tape's window is read by pointer: a vocabulary of a million strings is
// stepped over in milliseconds.
//
// Threads: one. Borrows the tape, which stands where the reader stands only after sync().
#pragma once

#include <optional>
#include <string>

#include "assay/bytes.h"
#include "assay/tape.h"

namespace assay::gguf {

// What is kept of a string: a beginning, and what had to be asked of all of it.
struct Text {
    std::string kept;
    uint64_t offset = 0;  // of its first byte
    uint64_t length = 0;
    uint64_t hash = 0;  // up to the first zero byte, since readers in C compare no further
    bool has_nul = false;
    bool is_utf8 = true;
    bool is_printable = true;  // ASCII between space and DEL alone
};

class Reader {
  public:
    explicit Reader(Tape& tape) : tape_(tape) {}

    void set_big_endian() { big_endian_ = true; }

    [[nodiscard]] bool ok() const { return ok_; }
    // What the tape failed with; nothing where the file merely ended.
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
    [[nodiscard]] uint64_t offset() const {
        return tape_.offset() + static_cast<uint64_t>(at_ - begin_);
    }
    // Whether the file may hold `n` more bytes, as far as its size is known.
    [[nodiscard]] bool may_follow(uint64_t n) const;

    uint8_t u8() { return number<uint8_t>(); }
    uint32_t u32() { return number<uint32_t>(); }
    uint64_t u64() { return number<uint64_t>(); }
    // An unsigned number of `size` bytes: 1, 2, 4 or 8.
    uint64_t number_of(size_t size);

    // `length` bytes of text, of which the first `keep` are kept.
    Text text(uint64_t length, size_t keep);

    // As many bytes of the next `n` as are at hand, at least one unless the file ends. Lent until
    // the next call.
    Bytes some(uint64_t n);

    // All `n` bytes in one piece, lent until the next call; fewer only where the file ends.
    Result<Bytes> whole(size_t n);

    void skip(uint64_t n);

    // Steps over strings, each behind its length, as long as they lie in the window; returns how
    // many of `n` those were. The next one, if any, needs a closer look.
    uint64_t skip_texts(uint64_t n);

    // Moves the tape to offset(). Views that were taken are gone.
    Status sync();

  private:
    template <class T>
    T number() {
        if (!need(sizeof(T))) return 0;
        T value = big_endian_ ? load_be<T>(at_) : load_le<T>(at_);
        at_ += sizeof(T);
        return value;
    }
    [[nodiscard]] size_t at_hand() const { return static_cast<size_t>(end_ - at_); }
    bool need(size_t n) { return ok_ && (at_hand() >= n || refill(n)); }
    bool refill(size_t n);
    void fail(const Error& error);
    void show(Bytes window);

    Tape& tape_;
    const uint8_t* begin_ = nullptr;
    const uint8_t* at_ = nullptr;
    const uint8_t* end_ = nullptr;
    bool big_endian_ = false;
    bool ok_ = true;
    std::optional<Error> failed_;
};

}  // namespace assay::gguf

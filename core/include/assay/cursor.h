// Straight-line, checked reading of a span. The first failure sticks: every later read returns
// zero or an empty span and leaves the position alone, so a format can read a whole header and
// ask ok() once. A count that was read is worth nothing before ok() said so.
//
// A Cursor borrows its bytes; what bytes() returns lives as long as they do.
#pragma once

#include "assay/bytes.h"
#include "assay/result.h"

namespace assay {

class Cursor {
  public:
    // `base` is where `bytes` starts in the artifact; errors and offset() count from there.
    explicit Cursor(Bytes bytes, uint64_t base = 0) : bytes_(bytes), base_(base) {}

    uint8_t u8() { return read_le<uint8_t>(); }
    uint16_t le16() { return read_le<uint16_t>(); }
    uint32_t le32() { return read_le<uint32_t>(); }
    uint64_t le64() { return read_le<uint64_t>(); }
    uint16_t be16() { return read_be<uint16_t>(); }
    uint32_t be32() { return read_be<uint32_t>(); }
    uint64_t be64() { return read_be<uint64_t>(); }

    Bytes bytes(uint64_t n) {
        if (!need(n)) return {};
        Bytes taken = bytes_.subspan(at_, static_cast<size_t>(n));
        at_ += taken.size();
        return taken;
    }

    void skip(uint64_t n) { bytes(n); }

    // Lets a format fail the cursor for a reason of its own.
    void fail(Code code, const char* text) {
        if (ok_) error_ = {code, text, offset()};
        ok_ = false;
    }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] const Error& error() const { return error_; }
    [[nodiscard]] uint64_t offset() const { return base_ + at_; }
    [[nodiscard]] uint64_t remaining() const { return ok_ ? bytes_.size() - at_ : 0; }

  private:
    bool need(uint64_t n) {
        if (ok_ && n <= bytes_.size() - at_) return true;
        fail(Code::kTruncated, "the input ends inside a field");
        return false;
    }

    template <class T>
    T read_le() {
        Bytes field = bytes(sizeof(T));
        return field.empty() ? T{0} : load_le<T>(field.data());
    }

    template <class T>
    T read_be() {
        Bytes field = bytes(sizeof(T));
        return field.empty() ? T{0} : load_be<T>(field.data());
    }

    Bytes bytes_;
    size_t at_ = 0;
    uint64_t base_;
    bool ok_ = true;
    Error error_{Code::kMalformed, "", 0, 0};
};

}  // namespace assay

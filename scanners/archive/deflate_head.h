// What ISA-L does not tell of a deflate block: whether zlib would take its head, and what exactly
// comes out before a fault or the end of the input.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "assay/bytes.h"

namespace assay {

// Bits from the lowest on. Behind the end come zeros, and ok() is false.
class BitReader {
  public:
    // From bit `bit` of in[0] on.
    BitReader(Bytes in, size_t bit) : in_(in), bit_(bit) {}

    // Precondition: n <= 16.
    [[nodiscard]] unsigned peek(unsigned n) const {
        unsigned bits = 0;
        const size_t byte = bit_ / 8;
        if (byte + sizeof(uint32_t) <= in_.size()) {
            return load_le<uint32_t>(in_.data() + byte) >> (bit_ % 8) & ((1U << n) - 1);
        }
        for (size_t i = 0; i < 3 && byte + i < in_.size(); i++) {
            bits |= unsigned{in_[byte + i]} << (8 * i);
        }
        return bits >> (bit_ % 8) & ((1U << n) - 1);
    }
    unsigned take(unsigned n) {
        const unsigned bits = peek(n);
        bit_ += n;
        return bits;
    }
    void align() { bit_ = (bit_ + 7) / 8 * 8; }
    [[nodiscard]] size_t bit() const { return bit_; }
    [[nodiscard]] bool ok() const { return bit_ <= in_.size() * 8; }

  private:
    Bytes in_;
    size_t bit_;
};

// Of each symbol how many bits its code has, none where it has none.
struct DeflateCodes {
    std::array<uint8_t, 288> literals{};  // and lengths
    std::array<uint8_t, 32> distances{};
};

struct DeflateHead {
    enum class Kind { kPlain, kCoded };
    enum class Fault { kNone, kShort, kBad };

    Fault fault = Fault::kNone;
    Kind kind = Kind::kPlain;
    bool last = false;
    bool empty = false;  // coded: nothing but the end follows
    bool fixed = false;  // coded: by the codes that everybody knows
    size_t bits = 0;     // where the head ends, or the block where it is empty
    size_t length = 0;   // stored: bytes that follow
    DeflateCodes codes;  // coded
};

// Of the block that starts at bit `bit` of in[0], judged by the rules of zlib's inflate. kShort
// when `in` ends inside the head.
DeflateHead read_deflate_head(Bytes in, unsigned bit);

// What the next code stands for.
struct DeflateSymbol {
    enum class Kind { kByte, kCopy, kEnd, kShort, kBad };
    Kind kind = Kind::kBad;
    uint8_t byte = 0;
    size_t length = 0;  // of what comes out
    size_t distance = 0;
};

// The same by the fixed codes, and fast.
DeflateSymbol read_fixed_symbol(BitReader& in);

// Slow, and good for the last few symbols before an end.
DeflateSymbol read_symbol(BitReader& in, const DeflateCodes& codes);

}  // namespace assay

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

// Codes of one length are consecutive numbers, those of the next length follow, and within a length
// they go by symbol. That is all: a code is given by how long each symbol's is.
class DeflateCode {
  public:
    static constexpr unsigned kMaxBits = 15;
    static constexpr size_t kMaxSymbols = 288;

    DeflateCode() = default;
    // Of each symbol how many bits its code has, none where it has none. Precondition: not more
    // than kMaxSymbols of kMaxBits.
    explicit DeflateCode(std::span<const uint8_t> lengths);

    // A code leads everywhere, but one of a single symbol may be one bit long, and one of distances
    // may be empty.
    [[nodiscard]] bool good(bool may_be_empty) const;
    // The room for codes that is left, negative where they take more than there is.
    [[nodiscard]] int room() const;
    [[nodiscard]] size_t symbols() const { return start_.back(); }  // that have a code
    // The symbols whose codes have so many bits, in the order of their codes.
    [[nodiscard]] std::span<const uint16_t> of_length(size_t bits) const {
        return std::span(sorted_).subspan(start_[bits], start_[bits + 1] - start_[bits]);
    }
    // Bit by bit. -1 where no code fits.
    int read(BitReader& in) const;

  private:
    std::array<uint16_t, kMaxBits + 2> start_{};  // of each length, in
    std::array<uint16_t, kMaxSymbols> sorted_{};
};

struct DeflateCodes {
    DeflateCode literals;  // and lengths
    DeflateCode distances;
};

// What a copy's code and its further bits mean.
namespace deflate_symbols {

inline constexpr size_t kEndOfBlock = 256;
inline constexpr size_t kLiterals = 286;  // and lengths: those that may be used
inline constexpr size_t kDistances = 30;

struct Range {
    uint16_t least;
    uint8_t bits;  // that follow, and are added
};
constexpr Range length_range(unsigned nth) {
    if (nth < 8) return {static_cast<uint16_t>(3 + nth), 0};
    if (nth == 28) return {258, 0};
    const unsigned bits = nth / 4 - 1;
    return {static_cast<uint16_t>(3 + ((4 + nth % 4) << bits)), static_cast<uint8_t>(bits)};
}
constexpr Range distance_range(unsigned nth) {
    if (nth < 2) return {static_cast<uint16_t>(1 + nth), 0};
    const unsigned bits = nth / 2 - 1;
    return {static_cast<uint16_t>(1 + ((2 + nth % 2) << bits)), static_cast<uint8_t>(bits)};
}

}  // namespace deflate_symbols

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

// By the fixed codes, and fast.
DeflateSymbol read_fixed_symbol(BitReader& in);

// The same, bit by bit.
DeflateSymbol read_symbol(BitReader& in, const DeflateCodes& codes);

}  // namespace assay

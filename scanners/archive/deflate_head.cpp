#include "deflate_head.h"

#include <algorithm>
#include <array>

namespace assay {

namespace {

using deflate_symbols::kDistances;
using deflate_symbols::kEndOfBlock;
using deflate_symbols::kLiterals;

// Lengths of codes, themselves packed by a code of at most seven bits.
class LengthCode {
  public:
    static constexpr size_t kSymbols = 19;

    explicit LengthCode(const std::array<uint8_t, kSymbols>& lengths) {
        const DeflateCode code(lengths);
        // Without any code zlib reads a zero for every bit, and misses the end of the block later.
        const bool none = code.symbols() == 0;
        complete_ = none || code.room() == 0;
        if (none) table_.fill({0, 1});
        unsigned next = 0;
        for (unsigned bits = 1; complete_ && bits <= kBits; bits++, next <<= 1) {
            for (uint16_t symbol : code.of_length(bits)) {
                enter(static_cast<uint8_t>(symbol), next++, bits);
            }
        }
    }
    [[nodiscard]] bool complete() const { return complete_; }

    uint8_t next(BitReader& in) const {
        const Entry entry = table_[in.peek(kBits)];
        in.take(entry.bits);
        return entry.symbol;
    }

  private:
    static constexpr unsigned kBits = 7;
    struct Entry {
        uint8_t symbol = 0;
        uint8_t bits = 0;
    };

    // Codes come with their highest bit first.
    void enter(uint8_t symbol, unsigned code, unsigned bits) {
        unsigned reversed = 0;
        for (unsigned i = 0; i < bits; i++) reversed |= (code >> i & 1) << (bits - 1 - i);
        for (unsigned at = reversed; at < table_.size(); at += 1U << bits) {
            table_[at] = {symbol, static_cast<uint8_t>(bits)};
        }
    }

    std::array<Entry, 1 << kBits> table_{};
    bool complete_ = false;
};

LengthCode read_length_code(BitReader& in, unsigned given) {
    constexpr uint8_t kOrder[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    std::array<uint8_t, LengthCode::kSymbols> lengths{};
    for (unsigned i = 0; i < given; i++) lengths[kOrder[i]] = static_cast<uint8_t>(in.take(3));
    return LengthCode(lengths);
}

// False when a repetition has nothing to repeat, or goes beyond the end.
bool read_lengths(BitReader& in, const LengthCode& code, std::span<uint8_t> lengths) {
    for (size_t have = 0; have < lengths.size() && in.ok();) {
        const uint8_t symbol = code.next(in);
        if (symbol < 16) {
            lengths[have++] = symbol;
            continue;
        }
        const size_t times = symbol == 16   ? 3 + in.take(2)
                             : symbol == 17 ? 3 + in.take(3)
                                            : 11 + in.take(7);
        if (symbol == 16 && have == 0) return false;
        const uint8_t value = symbol == 16 ? lengths[have - 1] : uint8_t{0};
        if (times > lengths.size() - have) return false;
        std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(have), times, value);
        have += times;
    }
    return true;
}

using Fault = DeflateHead::Fault;

Fault read_own_codes(BitReader& in, DeflateCodes& codes) {
    const size_t literals = 257 + in.take(5);
    const size_t distances = 1 + in.take(5);
    const unsigned given = 4 + in.take(4);
    if (!in.ok()) return Fault::kShort;
    if (literals > kLiterals || distances > kDistances) return Fault::kBad;
    const LengthCode code = read_length_code(in, given);
    if (!in.ok()) return Fault::kShort;
    if (!code.complete()) return Fault::kBad;
    std::array<uint8_t, kLiterals + kDistances> lengths{};
    const auto all = std::span(lengths).first(literals + distances);
    const bool fit = read_lengths(in, code, all);
    if (!in.ok()) return Fault::kShort;
    codes.literals = DeflateCode(all.first(literals));
    codes.distances = DeflateCode(all.subspan(literals));
    const bool good = fit && lengths[kEndOfBlock] != 0 && codes.literals.good(false) &&
                      codes.distances.good(true);
    return good ? Fault::kNone : Fault::kBad;
}

DeflateCodes make_fixed_codes() {
    std::array<uint8_t, DeflateCode::kMaxSymbols> literals{};
    const auto first = literals.begin();
    std::fill(first, first + 144, uint8_t{8});
    std::fill(first + 144, first + 256, uint8_t{9});
    std::fill(first + 256, first + 280, uint8_t{7});
    std::fill(first + 280, literals.end(), uint8_t{8});
    std::array<uint8_t, 32> distances{};
    distances.fill(5);
    return {DeflateCode(literals), DeflateCode(distances)};
}

const DeflateCodes& fixed_codes() {
    static const DeflateCodes kCodes = make_fixed_codes();
    return kCodes;
}

Fault read_stored(BitReader& in, DeflateHead& head) {
    in.align();
    const unsigned length = in.take(16);
    const unsigned complement = in.take(16);
    if (!in.ok()) return Fault::kShort;
    head.length = length;
    return length == (complement ^ 0xffff) ? Fault::kNone : Fault::kBad;
}

// Whether the distance is known. `read` reads the next code of distances.
template <typename Read>
bool read_copy(BitReader& in, const Read& read, unsigned nth, DeflateSymbol& symbol) {
    symbol.kind = DeflateSymbol::Kind::kCopy;
    const deflate_symbols::Range length = deflate_symbols::length_range(nth);
    symbol.length = length.least + in.take(length.bits);
    const int distance = read(in);
    if (distance < 0 || static_cast<size_t>(distance) >= kDistances) return false;
    const deflate_symbols::Range far =
        deflate_symbols::distance_range(static_cast<unsigned>(distance));
    symbol.distance = far.least + in.take(far.bits);
    return true;
}

// Whether the end of the block is the next symbol, which is passed then. There may be a stream of
// nothing else, for which preparing to unpack each block would take far too long.
bool end_follows(BitReader& in, const DeflateCodes& codes) {
    BitReader next = in;
    const bool ends = codes.literals.read(next) == static_cast<int>(kEndOfBlock) && next.ok();
    if (ends) in = next;
    return ends;
}

bool end_follows_fixed(BitReader& in) {
    BitReader next = in;
    const bool ends = next.take(7) == 0 && next.ok();
    if (ends) in = next;
    return ends;
}

}  // namespace

DeflateCode::DeflateCode(std::span<const uint8_t> lengths) {
    for (uint8_t length : lengths) start_[length + 1U]++;
    start_[1] = 0;
    for (size_t bits = 1; bits <= kMaxBits; bits++) {
        start_[bits + 1] = static_cast<uint16_t>(start_[bits + 1] + start_[bits]);
    }
    auto next = start_;
    for (size_t symbol = 0; symbol < lengths.size(); symbol++) {
        const uint8_t length = lengths[symbol];
        if (length > 0) sorted_[next[length]++] = static_cast<uint16_t>(symbol);
    }
}

// In units of the longest code.
int DeflateCode::room() const {
    int left = 1;
    for (size_t bits = 1; bits <= kMaxBits && left >= 0; bits++) {
        left = left * 2 - static_cast<int>(of_length(bits).size());
    }
    return left;
}

bool DeflateCode::good(bool may_be_empty) const {
    const int left = room();
    if (left <= 0) return left == 0;
    return symbols() == 0 ? may_be_empty : of_length(1).size() == symbols();
}

int DeflateCode::read(BitReader& in) const {
    unsigned next = in.peek(kMaxBits);
    size_t code = 0;
    size_t first = 0;
    for (unsigned bits = 1; bits <= kMaxBits; bits++, next >>= 1) {
        code |= next & 1;
        const std::span<const uint16_t> symbols = of_length(bits);
        if (code - first < symbols.size()) {
            in.take(bits);
            return symbols[code - first];
        }
        first = (first + symbols.size()) << 1;
        code <<= 1;
    }
    in.take(1);  // a good code that leads nowhere has one symbol of one bit, or none
    return -1;
}

DeflateHead read_deflate_head(Bytes in, unsigned bit) {
    BitReader bits(in, bit);
    DeflateHead head;
    head.last = bits.take(1) != 0;
    const unsigned kind = bits.take(2);
    if (!bits.ok()) {
        head.fault = Fault::kShort;
    } else if (kind == 0) {
        head.fault = read_stored(bits, head);
    } else {
        head.kind = DeflateHead::Kind::kCoded;
        head.fixed = kind == 1;
        if (kind == 1) head.codes = fixed_codes();
        if (kind == 2) head.fault = read_own_codes(bits, head.codes);
        if (kind == 3) head.fault = Fault::kBad;
    }
    if (head.fault == Fault::kNone && kind == 1) head.empty = end_follows_fixed(bits);
    if (head.fault == Fault::kNone && kind == 2) head.empty = end_follows(bits, head.codes);
    head.bits = bits.bit();
    return head;
}

namespace {

template <typename Read>
DeflateSymbol symbol_of(int code, BitReader& in, const Read& read_distance) {
    using Kind = DeflateSymbol::Kind;
    DeflateSymbol symbol;
    bool known = code >= 0 && static_cast<size_t>(code) < kLiterals;
    if (known && code < 256) {
        symbol.kind = Kind::kByte;
        symbol.byte = static_cast<uint8_t>(code);
        symbol.length = 1;
    } else if (known && code == 256) {
        symbol.kind = Kind::kEnd;
    } else if (known) {
        known = read_copy(in, read_distance, static_cast<unsigned>(code) - 257, symbol);
    }
    if (!known) symbol = {Kind::kBad};
    if (!in.ok()) symbol = {Kind::kShort};
    return symbol;
}

constexpr unsigned reversed(unsigned value, unsigned bits) {
    unsigned out = 0;
    for (unsigned i = 0; i < bits; i++) out |= (value >> i & 1) << (bits - 1 - i);
    return out;
}

// By the next nine bits: the symbol, and of how many bits its code is.
struct FixedCodes {
    std::array<uint16_t, 512> symbols{};
    std::array<uint8_t, 512> bits{};

    constexpr FixedCodes() {
        put(256, 279, 0, 7);
        put(0, 143, 0x30, 8);
        put(280, 287, 0xC0, 8);
        put(144, 255, 0x190, 9);
    }
    constexpr void put(unsigned first, unsigned last, unsigned code, unsigned width) {
        for (unsigned symbol = first; symbol <= last; symbol++, code++) {
            for (unsigned i = reversed(code, width); i < 512; i += 1U << width) {
                symbols[i] = static_cast<uint16_t>(symbol);
                bits[i] = static_cast<uint8_t>(width);
            }
        }
    }
};

}  // namespace

DeflateSymbol read_fixed_symbol(BitReader& in) {
    static constexpr FixedCodes kFixed;
    const unsigned next = in.peek(9);
    in.take(kFixed.bits[next]);
    return symbol_of(kFixed.symbols[next], in,
                     [](BitReader& bits) { return static_cast<int>(reversed(bits.take(5), 5)); });
}

DeflateSymbol read_symbol(BitReader& in, const DeflateCodes& codes) {
    return symbol_of(codes.literals.read(in), in,
                     [&](BitReader& bits) { return codes.distances.read(bits); });
}

}  // namespace assay

#include "deflate_head.h"

#include <algorithm>
#include <array>

namespace assay {

namespace {

constexpr size_t kMaxBits = 15;
constexpr size_t kLiterals = 286;  // and lengths, of which the last two may not be used
constexpr size_t kDistances = 30;
constexpr size_t kEndOfBlock = 256;

using Lengths = std::span<const uint8_t>;

// What is left of the space of codes, in units of the longest: negative where lengths take more
// than there is. `longest` is set.
int room_left(Lengths lengths, size_t& longest) {
    std::array<int, kMaxBits + 1> count{};
    for (uint8_t length : lengths) count[length]++;
    int left = 1;
    longest = 0;
    for (size_t bits = 1; bits <= kMaxBits; bits++) {
        left = left * 2 - count[bits];
        if (count[bits] > 0) longest = bits;
        if (left < 0) return left;
    }
    return left;
}

// A code leads everywhere, but one of a single symbol may be one bit long, and one of distances
// may be empty.
bool is_code(Lengths lengths, bool may_be_empty) {
    size_t longest = 0;
    const int left = room_left(lengths, longest);
    if (left == 0) return true;
    return left > 0 && (longest == 1 || (longest == 0 && may_be_empty));
}

// Lengths of codes, themselves packed by a code of at most seven bits.
class LengthCode {
  public:
    static constexpr size_t kSymbols = 19;

    explicit LengthCode(const std::array<uint8_t, kSymbols>& lengths) {
        size_t longest = 0;
        complete_ = room_left(lengths, longest) == 0;
        // Without any code zlib reads a zero for every bit, and misses the end of the block later.
        if (longest == 0) {
            table_.fill({0, 1});
            complete_ = true;
        }
        unsigned code = 0;
        for (unsigned bits = 1; bits <= kBits; bits++, code <<= 1) {
            for (size_t symbol = 0; complete_ && symbol < kSymbols; symbol++) {
                if (lengths[symbol] == bits) enter(static_cast<uint8_t>(symbol), code++, bits);
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
        if (symbol == 16 && have == 0) return false;
        const uint8_t value = symbol == 16 ? lengths[have - 1] : uint8_t{0};
        const size_t times = symbol == 16   ? 3 + in.take(2)
                             : symbol == 17 ? 3 + in.take(3)
                                            : 11 + in.take(7);
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
    std::copy_n(all.begin(), literals, codes.literals.begin());
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(literals), distances,
                codes.distances.begin());
    const bool good = fit && codes.literals[kEndOfBlock] != 0 && is_code(codes.literals, false) &&
                      is_code(codes.distances, true);
    return good ? Fault::kNone : Fault::kBad;
}

void set_fixed_codes(DeflateCodes& codes) {
    const auto literals = codes.literals.begin();
    std::fill(literals, literals + 144, uint8_t{8});
    std::fill(literals + 144, literals + 256, uint8_t{9});
    std::fill(literals + 256, literals + 280, uint8_t{7});
    std::fill(literals + 280, codes.literals.end(), uint8_t{8});
    codes.distances.fill(5);
}

Fault read_stored(BitReader& in, DeflateHead& head) {
    in.align();
    const unsigned length = in.take(16);
    const unsigned complement = in.take(16);
    if (!in.ok()) return Fault::kShort;
    head.length = length;
    return length == (complement ^ 0xffff) ? Fault::kNone : Fault::kBad;
}

// Codes of one length are consecutive numbers, and come with their highest bit first. -1 where no
// code fits.
int decode(BitReader& in, Lengths lengths) {
    std::array<int, kMaxBits + 1> count{};
    for (uint8_t length : lengths) count[length]++;
    int code = 0;
    int first = 0;
    for (size_t bits = 1; bits <= kMaxBits; bits++) {
        code |= static_cast<int>(in.take(1));
        int nth = code - first;
        for (size_t symbol = 0; nth < count[bits] && symbol < lengths.size(); symbol++) {
            if (lengths[symbol] == bits && nth-- == 0) return static_cast<int>(symbol);
        }
        first = (first + count[bits]) << 1;
        code <<= 1;
    }
    return -1;
}

constexpr uint16_t kLengthStart[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                     15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                     67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr uint16_t kDistanceStart[] = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

unsigned extra_length_bits(unsigned nth) { return nth < 8 || nth == 28 ? 0 : (nth - 4) / 4; }
unsigned extra_distance_bits(unsigned nth) { return nth < 4 ? 0 : (nth - 2) / 2; }

// Whether the distance is known. `read` reads the next code of distances.
template <typename Read>
bool read_copy(BitReader& in, const Read& read, unsigned nth, DeflateSymbol& symbol) {
    symbol.kind = DeflateSymbol::Kind::kCopy;
    symbol.length = kLengthStart[nth] + in.take(extra_length_bits(nth));
    const int distance = read(in);
    if (distance < 0 || static_cast<size_t>(distance) >= kDistances) return false;
    const auto far = static_cast<unsigned>(distance);
    symbol.distance = kDistanceStart[far] + in.take(extra_distance_bits(far));
    return true;
}

// Whether the end of the block is the next symbol, which is passed then. There may be a stream of
// nothing else, for which preparing to unpack each block would take far too long.
bool end_follows(BitReader& in, const DeflateCodes& codes) {
    BitReader next = in;
    const bool ends = decode(next, codes.literals) == static_cast<int>(kEndOfBlock) && next.ok();
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
        if (kind == 1) set_fixed_codes(head.codes);
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
    return symbol_of(decode(in, codes.literals), in,
                     [&](BitReader& bits) { return decode(bits, codes.distances); });
}

}  // namespace assay

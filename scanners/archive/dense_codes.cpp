#include "dense_codes.h"

#include <algorithm>
#include <cstring>

namespace assay {

namespace {

using Entry = DenseCodes::Entry;

constexpr size_t kBytes = 256;

// ------------------------------------------------------------------------------------------------
// The tables.

constexpr std::array<Entry, DeflateCode::kMaxSymbols> make_symbol_entries() {
    std::array<Entry, DeflateCode::kMaxSymbols> entries{};
    for (unsigned byte = 0; byte < kBytes; byte++) entries[byte] = DenseCodes::kByte | byte << 8;
    for (unsigned symbol = 256; symbol < entries.size(); symbol++) {
        const bool copy =
            symbol > deflate_symbols::kEndOfBlock && symbol < deflate_symbols::kLiterals;
        const deflate_symbols::Range range =
            copy ? deflate_symbols::length_range(symbol - 257) : deflate_symbols::Range{};
        entries[symbol] = copy ? Entry{range.least} << 16 | range.bits : DenseCodes::kOdd;
    }
    return entries;
}

constexpr std::array<Entry, 32> make_distance_entries() {
    std::array<Entry, 32> entries{};
    entries.fill(DenseCodes::kOddDistance);
    for (unsigned nth = 0; nth < deflate_symbols::kDistances; nth++) {
        const deflate_symbols::Range range = deflate_symbols::distance_range(nth);
        entries[nth] = Entry{range.least} << 16 | range.bits;
    }
    return entries;
}

constexpr auto kSymbolEntries = make_symbol_entries();
constexpr auto kDistanceEntries = make_distance_entries();

// Codes come with their highest bit first. The one that follows on `code`, as it comes.
unsigned next_code(unsigned code, unsigned bits) {
    unsigned bit = 1U << (bits - 1);
    while (code & bit) bit >>= 1;
    return bit == 0 ? 0 : (code & (bit - 1)) | bit;
}

// Of codes that fit into the table, which is doubled for each bit more. An entry with none of the
// bits of `other` is of a copy.
template <size_t N, size_t kSymbols>
void fill(std::array<Entry, N>& table, const std::array<Entry, kSymbols>& entries,
          const DeflateCode& code, Entry other, Entry none) {
    table[0] = none;
    unsigned next = 0;
    for (unsigned bits = 1; (size_t{1} << bits) <= N; bits++) {
        const size_t half = size_t{1} << (bits - 1);
        std::copy_n(table.begin(), half, table.begin() + half);
        for (uint16_t symbol : code.of_length(bits)) {
            const Entry entry = entries[symbol];
            table[next] = entry & other ? entry | bits : entry + bits + (bits << 8);
            next = next_code(next, bits);
        }
    }
}

}  // namespace

bool DenseCodes::suit(const DeflateCodes& codes) {
    constexpr size_t kAll = size_t{1} << DeflateCode::kMaxBits;
    size_t copies = 0;
    for (size_t bits = 1; bits <= DeflateCode::kMaxBits; bits++) {
        const auto symbols = codes.literals.of_length(bits);
        const auto first = std::lower_bound(symbols.begin(), symbols.end(), kBytes);
        copies += static_cast<size_t>(symbols.end() - first) * (kAll >> bits);
    }
    return copies <= kAll / 8;
}

void DenseCodes::set(const DeflateCodes& codes) {
    fill(symbols_, kSymbolEntries, codes.literals, kByte | kOdd, kOdd);
    fill(distances_, kDistanceEntries, codes.distances, kOddDistance, kOddDistance);
}

DeflateSymbol DenseCodes::read(BitReader& in, const DeflateCodes& codes) const {
    const Entry entry = symbols_[in.peek(kBits)];
    if (!(entry & kByte)) return read_symbol(in, codes);
    in.take(entry & 63);
    DeflateSymbol symbol;
    symbol.kind = in.ok() ? DeflateSymbol::Kind::kByte : DeflateSymbol::Kind::kShort;
    symbol.byte = static_cast<uint8_t>(entry >> 8);
    symbol.length = 1;
    return symbol;
}

// ------------------------------------------------------------------------------------------------
// The loop.

namespace {

constexpr size_t kVector = 16;
constexpr uint64_t kMask = (uint64_t{1} << DenseCodes::kBits) - 1;
constexpr uint64_t kDistanceMask = (uint64_t{1} << DenseCodes::kDistanceBits) - 1;
constexpr unsigned kRound = 5;  // symbols of 56 bits, which are always there
static_assert(kRound * DenseCodes::kBits <= 56);

// A round looks so far ahead, and what is loaded already lies before that.
constexpr size_t kAhead = 24;
static_assert(kAhead + sizeof(uint64_t) <= kDenseInMargin);

// What of a run lies in registers.
struct Reel {
    const uint8_t* in;
    const uint8_t* last_in;
    uint64_t bits = 0;
    uint64_t count = 0;  // of bits, in the lowest byte; the others hold whatever was subtracted
    uint8_t* out;
    uint8_t* last_out;
    const Entry* symbols;

    explicit Reel(const DenseRun& run)
        : in(run.in.data()),
          last_in(run.in.data() + run.in.size() - kAhead),
          out(run.out.data() + run.filled),
          last_out(run.out.data() + run.out.size() - kDenseOutMargin),
          symbols(run.codes.symbols()) {
        refill();
        bits >>= run.bit;
        count -= run.bit;
    }

    void give_back(DenseRun& run) const {
        const auto read = static_cast<size_t>(in - run.in.data()) * 8 - (count & 63);
        run.in = run.in.subspan(read / 8);
        run.bit = read % 8;
        run.filled = static_cast<size_t>(out - run.out.data());
    }

    [[nodiscard]] [[gnu::always_inline]] bool roomy() const {
        return in <= last_in && out <= last_out;
    }
    [[gnu::always_inline]] void refill() {
        bits |= load_le<uint64_t>(in) << (count & 63);
        in += 7;
        in -= count >> 3 & 7;
        count |= 56;
    }
    [[nodiscard]] [[gnu::always_inline]] Entry next() const { return symbols[bits & kMask]; }
    [[gnu::always_inline]] void eat(Entry entry) {
        bits >>= entry & 63;
        count -= entry;
    }
    [[gnu::always_inline]] void put(size_t at, Entry entry) {
        out[at] = static_cast<uint8_t>(entry >> 8);
        eat(entry);
    }

    // The next symbol, which is no byte by a short code. Nothing is changed where it is odd.
    [[gnu::always_inline]] void copy(DenseRun& run) {
        refill();
        const Entry entry = next();
        const uint64_t behind = bits >> (entry & 63);
        const Entry far = run.codes.distances()[behind & kDistanceMask];
        const size_t distance = value_of(far, behind);
        run.odd = entry & DenseCodes::kOdd || far & DenseCodes::kOddDistance ||
                  distance > static_cast<size_t>(out - run.out.data());
        if (run.odd) return;
        const size_t length = value_of(entry, bits);
        eat(entry & 63);
        eat(far & 63);
        copy_back(length, distance);
    }

    // Writes up to a vector more than the copy, where room is and nothing yet.
    [[gnu::always_inline]] void copy_back(size_t length, size_t distance) {
        const uint8_t* from = out - distance;
        uint8_t* to = out;
        out += length;
        if (distance < kVector) {
            while (to < out) *to++ = *from++;
            return;
        }
        do {
            std::memcpy(to, from, kVector);
            from += kVector;
            to += kVector;
        } while (to < out);
    }
};

// Five bytes, or fewer and a copy.
[[gnu::always_inline]] inline void read_round(Reel& reel, DenseRun& run) {
    reel.refill();
    Entry entry = reel.next();
#pragma GCC unroll 5
    for (unsigned n = 0; n < kRound; n++) {
        if (!(entry & DenseCodes::kByte)) {
            reel.out += n;
            return reel.copy(run);
        }
        reel.put(n, entry);
        entry = reel.next();
    }
    reel.out += kRound;
}

// The same of two.
[[gnu::always_inline]] inline void read_round(Reel& first, DenseRun& one, Reel& second,
                                              DenseRun& other) {
    first.refill();
    second.refill();
    Entry entry = first.next();
    Entry beside = second.next();
#pragma GCC unroll 5
    for (unsigned n = 0; n < kRound; n++) {
        if (!(entry & DenseCodes::kByte)) {
            first.out += n;
            second.out += n;
            return first.copy(one);
        }
        first.put(n, entry);
        entry = first.next();
        if (!(beside & DenseCodes::kByte)) {
            first.out += n + 1;
            second.out += n;
            return second.copy(other);
        }
        second.put(n, beside);
        beside = second.next();
    }
    first.out += kRound;
    second.out += kRound;
}

[[gnu::always_inline]] inline void read_one(DenseRun& run) {
    Reel reel(run);
    while (!run.odd && reel.roomy()) read_round(reel, run);
    reel.give_back(run);
}

[[gnu::always_inline]] inline void read_two(DenseRun& one, DenseRun& other) {
    Reel first(one);
    Reel second(other);
    while (!one.odd && !other.odd && first.roomy() && second.roomy()) {
        read_round(first, one, second, other);
    }
    first.give_back(one);
    second.give_back(other);
}

// Shifts by any count are one instruction with BMI2, and three without.
#if defined(__x86_64__)
__attribute__((target("bmi2"))) void read_one_bmi2(DenseRun& run) { read_one(run); }
__attribute__((target("bmi2"))) void read_two_bmi2(DenseRun& one, DenseRun& other) {
    read_two(one, other);
}
const bool kHasBmi2 = __builtin_cpu_supports("bmi2");
#endif

bool roomy(const DenseRun& run) {
    return run.in.size() >= kDenseInMargin && run.out.size() - run.filled >= kDenseOutMargin;
}

}  // namespace

void read_dense(DenseRun& run) {
    if (!roomy(run)) return;
#if defined(__x86_64__)
    if (kHasBmi2) return read_one_bmi2(run);
#endif
    read_one(run);
}

void read_dense(DenseRun& one, DenseRun& other) {
    if (!roomy(one) || !roomy(other)) return;
#if defined(__x86_64__)
    if (kHasBmi2) return read_two_bmi2(one, other);
#endif
    read_two(one, other);
}

}  // namespace assay

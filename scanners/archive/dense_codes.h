// Deflate blocks that are nearly all bytes and hardly any copies: what packed weights are made of.
//
// To read a symbol takes a look into a table that the bits of the symbol before lead to, one after
// the other; a processor spends most of that time waiting. Two streams that are read in turn wait
// at the same time. ISA-L reads one at a time, and is at its best where there are many copies.
//
// Threads: none of its own; a run belongs to whoever reads it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "deflate_head.h"

namespace assay {

// What the next bits of a block stand for, by a look into a table.
class DenseCodes {
  public:
    // An entry of the table of bytes and lengths: from bit 0 on how many bits it takes, from 8 on
    // the byte; or, of a copy, from 8 on how many of the bits are its code, from 16 on its least
    // length. One of the table of distances is like that of a copy.
    using Entry = uint32_t;
    static constexpr Entry kByte = Entry{1} << 31;
    static constexpr Entry kOdd = Entry{1} << 30;  // neither a byte nor a copy, or a long code
    static constexpr Entry kOddDistance = Entry{1} << 7;  // no distance, or a long code

    static constexpr unsigned kBits = 11;  // that are looked up: longer codes are rare
    static constexpr unsigned kDistanceBits = 9;

    // Whether few of the symbols are copies, if the codes suit the block.
    static bool suit(const DeflateCodes& codes);

    // Precondition: read_deflate_head() took them for good.
    void set(const DeflateCodes& codes);

    // The next symbol, whatever it is. `codes` are those that were set.
    DeflateSymbol read(BitReader& in, const DeflateCodes& codes) const;

    [[nodiscard]] const Entry* symbols() const { return symbols_.data(); }
    [[nodiscard]] const Entry* distances() const { return distances_.data(); }

  private:
    std::array<Entry, 1 << kBits> symbols_;
    std::array<Entry, 1 << kDistanceBits> distances_;
};

// Of an entry that is a copy or a distance: its least value, and what its further bits add to it.
inline uint32_t value_of(DenseCodes::Entry entry, uint64_t bits) {
    const uint64_t own = bits & ((uint64_t{1} << (entry & 63)) - 1);
    return (entry >> 16) + static_cast<uint32_t>(own >> (entry >> 8 & 63));
}

// A block in the middle of being read.
struct DenseRun {
    const DenseCodes& codes;
    Bytes in;                // what is not read
    size_t bit;              // of in[0], where the next symbol starts
    std::span<uint8_t> out;  // what comes out goes here
    size_t filled;           // bytes of it, which copies look back on
    bool odd = false;        // the next symbol is for others to read
};

// Reads bytes, and copies of what is in `out`, while their codes are short and there is as much to
// read, and room for as much. What lies behind `filled` may be overwritten.
inline constexpr size_t kDenseInMargin = 32;
inline constexpr size_t kDenseOutMargin = 320;
void read_dense(DenseRun& run);

// The same of two in turn, until one of them can go no further.
void read_dense(DenseRun& one, DenseRun& other);

}  // namespace assay

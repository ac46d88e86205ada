// The first form of LZ4's frames, which the Linux kernel still wants: no checksum, no end mark.
//
//   02 21 4c 18; blocks, each behind u32 length, that unpack to 8 MiB, the last one to less
//
// A frame ends with the file, or where a length is none, since the next magic number stands there.
// The library's function gives nothing of a block that is damaged, but readers that act as they
// unpack have its beginning by then; so blocks are unpacked by hand.
#pragma once

#include <span>
#include <vector>

#include "compressed.h"

namespace assay {

inline constexpr std::string_view kLz4LegacyMagic = "\x02\x21\x4c\x18";

// Whether a frame starts here whose first block may be one.
bool starts_lz4_legacy(Bytes head);

// One frame at a time; the magic number has been passed. One thread.
class Lz4LegacyFrame {
  public:
    static constexpr size_t kBlock = 8 * kMiB;
    // A packed block and what it unpacks to.
    static constexpr size_t kMemory = 2 * kBlock + kBlock / 128;

    void begin();
    // As StreamDecoder::decode(), but for the fault: `damaged` stands for one.
    StreamDecoder::Step decode(Bytes in, std::span<uint8_t> out);
    [[nodiscard]] bool damaged() const { return damaged_; }

  private:
    StreamDecoder::Step next_length(Bytes in);
    void unpack();

    std::vector<uint8_t> packed_;
    size_t wanted_ = 0;  // length of the packed block; 0 where its length comes next
    std::vector<uint8_t> unpacked_;
    size_t handed_out_ = 0;
    bool damaged_ = false;
};

// Unpacks one block and says how much came out before its end or a fault.
size_t unpack_lz4_block(Bytes packed, std::span<uint8_t> out, bool& damaged);

}  // namespace assay

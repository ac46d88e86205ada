// Raw deflate (RFC 1951): what a member of a ZIP archive is packed with, and what gzip and zlib
// streams have inside their own wrapping. Unpacked block by block: by ISA-L, or by our own loop
// where there is hardly anything to copy (dense_codes.h).
//
//   block: last (1 bit), kind (2): stored: to the byte, length (2), its complement (2), bytes
//                                  fixed:  symbols by a code that everybody knows
//                                  own:    its code as lengths, themselves packed; symbols
//   symbols: a byte, the end of the block, or a length and a distance to copy from
//
// ISA-L takes codes that zlib refuses: some that no bits lead to, a block that cannot end. A stream
// made so is one that only some readers see, so the head of every block is judged here first, by
// zlib's rules, and ISA-L gets one block at a time. Where it finds a fault it has moved on by a
// copy that it did not make, and where its input ends it keeps back what it could still tell: there
// the last symbols are read again, slowly, so that what comes out is what zlib gives, to the byte.
//
// Deflate says itself where it ends: not a byte more is consumed.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "dense_codes.h"

struct inflate_state;

namespace assay {

class Inflater {
  public:
    struct Step {
        size_t consumed = 0;
        size_t produced = 0;
        bool ended = false;    // the stream is complete; later steps do nothing
        bool damaged = false;  // what follows is no deflate stream; later steps do nothing
    };

    // The most memory that it takes.
    static constexpr size_t kMemory = 148 << 10;
    // A step must be given as many bytes, or all that are left: the longest head of a block.
    static constexpr size_t kAhead = 512;
    // As much room as it likes to have.
    static constexpr size_t kRoom = 64 << 10;

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // Starts another stream.
    void reset();

    // In a block that two streams are better unpacked for at once, or right behind one. There alone
    // what is consumed follows from what has come out, however it was cut: ISA-L looks ahead.
    [[nodiscard]] bool in_dense_block() const {
        return part_ == Part::kDense || (part_ == Part::kHead && after_dense_);
    }

    // As much as `in` and `out` allow. Neither consuming nor producing means that more input is
    // needed. `in` begins where the last step said that it had stopped consuming.
    Step step(Bytes in, std::span<uint8_t> out);

    // A step of one, and what was done so far. `dense`: no further than where ISA-L goes on.
    struct Job {
        Bytes in;
        std::span<uint8_t> out;
        bool dense = false;
        Step done{};
        [[nodiscard]] Bytes in_left() const { return in.subspan(done.consumed); }
        [[nodiscard]] std::span<uint8_t> out_left() const { return out.subspan(done.produced); }
    };
    void step(Job& job);
    // The same for two streams at once: faster than one behind the other.
    static void step_both(Inflater& one, Job& job, Inflater& other, Job& beside);

  private:
    static constexpr size_t kWindow = 32 << 10;
    static constexpr size_t kFewSymbols = 32;
    enum class Part { kHead, kPlain, kDense, kCoded, kCut, kEnd };

    bool work(Job& job);
    void finish(Job& job);
    bool advance(Job& job);
    bool begin_block(Job& job);
    [[nodiscard]] bool ready_for_dense(const Job& job) const;
    [[nodiscard]] DenseRun dense_run(const Job& job) const;
    void take(const DenseRun& run, Job& job);
    void dense_step(Job& job);
    bool decode_one(Job& job);
    bool put_copy(Job& job);
    void came_out(size_t n, Job& job);
    void settle_window(const Job& job);
    void end_block_at(size_t bit, Step& done);
    bool decode_short(Bytes in, std::span<uint8_t> out, Step& done);
    void prime(uint8_t first);
    void copy_stored(Bytes in, std::span<uint8_t> out, Step& done);
    bool decode(Bytes in, std::span<uint8_t> out, Step& done);
    void end_block(size_t taken, Step& done);
    [[nodiscard]] size_t held_back() const;
    bool blame(BitReader in, size_t held, size_t produced, Step& done);
    bool flush(std::span<uint8_t> out, Step& done);
    void decode_tail(Bytes in, std::span<uint8_t> out, Step& done);
    void put(const DeflateSymbol& symbol, uint8_t* out, size_t at) const;
    void remember(Bytes out);
    void shift_window(size_t keep);

    std::unique_ptr<inflate_state> state_;  // its buffer holds the window of what came out last
    size_t remembered_ = 0;                 // how much came out, and may be copied
    Part part_ = Part::kHead;
    DeflateCodes codes_;    // of this block
    bool last_ = false;     // this block is
    bool short_ = false;    // the block before was one of few bytes
    size_t head_bits_ = 0;  // of the input, which ISA-L has still to read
    size_t stored_ = 0;     // bytes of this block that are still to come
    size_t bit_ = 0;        // of the input's first byte, where what is not consumed starts
    size_t lag_ = 0;        // bytes that ISA-L has and that are not consumed
    bool damaged_ = false;
    size_t left_ = 0;  // of what came out before the damage
    // Dense blocks:
    DenseCodes dense_;
    bool after_dense_ = false;  // the block is dense, or the last one was
    bool odd_ = false;          // the next symbol is to be read bit by bit
    size_t fresh_ = 0;          // the end of what came out of this step: it is not in the window
    size_t copy_left_ = 0;      // of a copy that there was no room for,
    size_t copy_from_ = 0;      // and how far back
};

}  // namespace assay

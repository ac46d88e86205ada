// The only reader of a source, and the only caller of taps.
//
// A format pulls: peek() looks, advance() moves on, at() looks elsewhere. Taps are pushed: what the
// tape moves past goes to every tap, once and in order. No byte is read from the source twice: what
// at() read ahead is pinned until the tape comes by, and goes to the taps from there. (glance() is
// the exception.)
//
//        taps have seen         peek window            pinned by at()        not read yet
//     |----------------------|+++++++++++++|------------|########|--------------------------|
//     0                   offset()
//
// Threads: one at a time. Spans lent by peek() and at() live until the next call that is not const.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "assay/pins.h"
#include "assay/result.h"
#include "assay/source.h"
#include "assay/tap.h"

namespace assay {

// Where a tape's memory comes from. `stream` serves the block under the head; `held` serves what is
// kept beyond it (pinned ranges, windows longer than a block) and `pins` pays for that. The block
// size of `held` is the least that a pinned range costs: make it small.
struct Pools {
    BlockPool& stream;
    BlockPool& held;
    PinHold& pins;
};

class RangeCharges;

class Tape {
  public:
    // Everything is borrowed and must outlive the tape.
    Tape(ByteSource& source, Pools pools, std::vector<Tap*> taps);
    ~Tape();
    Tape(const Tape&) = delete;
    Tape& operator=(const Tape&) = delete;

    // The next byte that advance() will pass.
    [[nodiscard]] uint64_t offset() const { return offset_; }
    [[nodiscard]] std::optional<uint64_t> size() const { return source_.size(); }
    [[nodiscard]] bool random_access() const { return source_.random_access(); }
    [[nodiscard]] bool at_end() const { return ended_ && window_bytes_ == 0; }

    // `n` contiguous bytes at offset(); fewer only where the source ends. kLimit when pins do not
    // allow a window that long.
    Result<Bytes> peek(size_t n);

    // Whatever is at hand at offset(), without copying: at least one byte, or none at the end.
    Result<Bytes> peek_some();

    // Passes up to `max` bytes to the taps and lends them on with their block: how a container's
    // member reads its parent. Empty at the end.
    Result<Lent> take(size_t max);

    // Passes `n` bytes to the taps. kTruncated when the source ends first.
    Status advance(uint64_t n);

    // The same for bytes that nobody needs: where there are no taps and the source can be read at
    // random they are not read.
    Status skip(uint64_t n);

    // `n` contiguous bytes at `from`, fewer only where the source ends. Needs random_access().
    // Bytes that were passed before cannot be had again (kUsage). kLimit when pins do not allow it;
    // what was pinned on the way stays pinned.
    Result<Bytes> at(uint64_t from, size_t n);

    // The same for one to `n` bytes, with the block that keeps them alive.
    Result<Lent> lend_at(uint64_t from, size_t n);

    // Copies [from, from + to.size()) to `to` and says how much there was, less only where the
    // source ends. Needs random_access(), no pins, and leaves the tape and what it lent as they
    // are. The exception to reading once: what is not in memory is read now and again when the tape
    // comes by. Never take more from it than a guess that is checked against bytes of the tape.
    Result<size_t> glance(uint64_t from, std::span<uint8_t> to) const;

    // Passes one block, or what is left of it; true while there is more. The step of a sweep.
    Result<bool> drain_block();

    // Passes everything that is left, and finishes the taps.
    Status drain();

    // Lets another tap see what passes from here on; the caller removes it before it dies.
    void attach(Tap& tap) { taps_.push_back(&tap); }
    void detach(Tap& tap);

    // Pays for memory that a reader of this tape holds besides it (the window of a decoder) until
    // it is refunded. kLimit when pins do not allow it.
    Status charge(size_t n);
    void refund(size_t n);

    // Bytes that were read from the source, glances not counted; after drain() this is the size of
    // the artifact.
    [[nodiscard]] uint64_t bytes_read() const { return bytes_read_; }

  private:
    [[nodiscard]] uint64_t window_end() const { return offset_ + window_bytes_; }
    [[nodiscard]] uint64_t clip(uint64_t from, size_t n) const;
    template <class Visit>
    void each_piece(Visit visit) const;
    Status fill(size_t max, bool held);
    Result<Lent> keep_held(Lent lent);
    Status fill_to(size_t n);
    [[nodiscard]] Status may_look_at(uint64_t from) const;
    Status pin_range(uint64_t from, size_t n);
    Status pin(uint64_t from, uint64_t to);
    Result<Bytes> lend(uint64_t from, size_t n);
    [[nodiscard]] Lent held_at(uint64_t from, size_t n) const;
    void copy_out(uint64_t from, std::span<uint8_t> to) const;
    void append(Lent piece);
    void pass(size_t n);
    Result<uint8_t*> scratch(size_t n);
    void finish_taps();

    ByteSource& source_;
    Pools pools_;
    std::vector<Tap*> taps_;
    std::deque<Lent> window_;          // contiguous from offset_, which may lie inside the first
    std::map<uint64_t, Lent> pinned_;  // ahead of the window, by where they start
    BlockRef scratch_;                 // for ranges that lie in several pieces
    std::unique_ptr<RangeCharges> charges_;
    uint64_t offset_ = 0;
    size_t window_bytes_ = 0;
    uint64_t bytes_read_ = 0;
    bool ended_ = false;
    bool finished_ = false;
};

// A second reader of what a tape passes: a tap on one side, a source on the other, with a bounded
// number of blocks between them. The first framing keeps the tape; the second runs on a thread of
// its own over a Tape on source(), which lends the very same blocks.
//
// The tape's thread waits in feed() while the fork lags `depth` blocks behind; whoever ends first
// must say so: the reader by stop(), the tape by finish() (by hand where its source failed).
// Neither side waits after that, and a stopped source only says kInterrupted. The tape's stream
// pool needs `depth` + 3 blocks and what taps hold, or the tape runs into kLimit before it waits.
class Fork final : public Tap {
  public:
    // `size` is what the forked tape knows of its own size.
    explicit Fork(std::optional<uint64_t> size, size_t depth = 4);
    ~Fork() override;

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    // For the reader's thread. stop() may be called from any.
    ByteSource& source();
    void stop();

  private:
    class Channel;
    std::unique_ptr<Channel> channel_;
};

// Drains a tape on several threads: one reads windows of `window_bytes`, and each stage sees every
// window in order, on whatever thread is free but never twice at a time. At most `windows` windows
// are in memory, so the tape's stream pool must hold that many and a block more; its pressure hook
// must not be set. The tape's own taps are fed by the reading.
using Window = std::vector<Lent>;
using WindowStage = std::function<void(const Window& window)>;
Status drain_pipelined(Tape& tape, size_t window_bytes, size_t windows,
                       const std::vector<WindowStage>& stages, const std::stop_token& stop);

}  // namespace assay

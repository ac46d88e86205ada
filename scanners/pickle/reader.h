// Reads instructions and operands off a tape.
//
// What lies in the tape's window is read by pointer; everything else (the end of a block, of a
// frame, of the input) goes through the slow path. A frame is a promise of protocol 4 that so many
// bytes follow and that no instruction straddles their end. The C unpickler does not insist on the
// latter, the Python one reads frames into a buffer of their own: what comes behind an unfinished
// frame is where array bytes of a joblib file are read from. So the end of a frame is an event.
//
// Threads: one. Borrows the tape, which stands where the reader stands only after sync().
#pragma once

#include <optional>
#include <string>

#include "assay/tape.h"

namespace assay::pickle {

class Reader {
  public:
    explicit Reader(Tape& tape) : tape_(tape) {}

    [[nodiscard]] uint64_t offset() const {
        return tape_.offset() + static_cast<uint64_t>(at_ - begin_);
    }

    // Whether `n` bytes follow; n <= kMostAtOnce. Otherwise the input has ended, or failed().
    bool need(size_t n) { return static_cast<size_t>(end_ - at_) >= n || need_slowly(n); }
    static constexpr size_t kMostAtOnce = 4096;

    // Precondition of the next three: need(n) said yes.
    uint8_t take() { return *at_++; }
    const uint8_t* take(size_t n) {
        const uint8_t* from = at_;
        at_ += n;
        return from;
    }
    [[nodiscard]] Bytes look(size_t n) const { return {at_, n}; }

    // Takes an instruction with an operand of `width` bytes if it is this one and at hand, and says
    // where the operand is; null otherwise.
    const uint8_t* take_another(uint8_t opcode, size_t width) {
        if (static_cast<size_t>(end_ - at_) <= width || *at_ != opcode) return nullptr;
        return take(1 + width) + 1;
    }

    // As many bytes of the next `n` as are at hand, at least one unless the input ends.
    Bytes take_some(uint64_t n);

    // A line without its line feed. Of a long one only the beginning is kept.
    struct Line {
        std::string_view text;
        uint64_t length = 0;
        bool ended = false;
        [[nodiscard]] bool whole() const { return ended && text.size() == length; }
    };
    static constexpr size_t kLongestLine = 8192;
    // False when the input ends before the line does. The text lives until the next call.
    bool take_line(Line& line);
    // The same for who wants all of a long line: it may stop behind what is kept, and then what
    // follows is to be taken by pieces until one has `ended`, and is empty only if the input ends.
    bool begin_line(Line& line);
    Bytes more_of_line(size_t most, bool& ended);

    // Passes `n` bytes; false when the input ends first, and nothing is read if that is known.
    bool skip(uint64_t n);
    // Whether the input may hold `n` more bytes, as far as its size is known.
    [[nodiscard]] bool may_follow(uint64_t n) const { return n <= most_that_follows(); }
    [[nodiscard]] uint64_t most_that_follows() const;

    // Moves the tape to offset(). Views that were taken are gone.
    Status sync();

    // Starts a frame of `length` bytes at offset(); false if one is open.
    bool open_frame(uint64_t length);
    [[nodiscard]] bool in_frame() const { return frame_left() > 0; }
    [[nodiscard]] uint64_t frame_left() const {
        return frame_end_ && *frame_end_ > offset() ? *frame_end_ - offset() : 0;
    }
    // To be called before the tape is moved by others. Precondition: !in_frame().
    void leave_frame() { frame_end_.reset(); }
    // The frame has been read to its end, or, with `straddled`, beyond.
    [[nodiscard]] bool frame_ended() const { return frame_ended_; }
    [[nodiscard]] bool straddled() const { return straddled_; }
    void forget_frame_end() { frame_ended_ = straddled_ = false; }

    // What the tape failed with, if it did.
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

  private:
    bool need_slowly(size_t n);
    void look_for_frame_end(size_t n);
    void show(Bytes window);
    bool refill(size_t n);

    Tape& tape_;
    const uint8_t* begin_ = nullptr;
    const uint8_t* at_ = nullptr;
    const uint8_t* end_ = nullptr;  // of what may be read without a thought
    std::optional<uint64_t> frame_end_;
    bool frame_ended_ = false;
    bool straddled_ = false;
    std::optional<Error> failed_;
    std::string line_;
    bool in_line_ = false;  // some of one was taken
};

}  // namespace assay::pickle

// What one tape pays its pins for: ranges that were asked for ahead of time, and the longest view.
//
// A charge follows from what was asked for, never from the blocks that it happened to take, since
// those depend on the machine and limits must not. One thread at a time; gives all back at its end.
#pragma once

#include <cstdint>
#include <map>

#include "assay/pins.h"
#include "assay/result.h"

namespace assay {

class RangeCharges {
  public:
    // Borrows `pins`.
    explicit RangeCharges(PinHold& pins) : pins_(pins) {}
    ~RangeCharges();
    RangeCharges(const RangeCharges&) = delete;
    RangeCharges& operator=(const RangeCharges&) = delete;

    // Room for the longest contiguous view so far, `copies` times its length. It is kept: whoever
    // asked once for as much will ask again. `offset` is where the view starts, for the error.
    Status charge_view(uint64_t offset, uint64_t length, size_t copies);

    // Charges for what [from, to) adds to the ranges that were asked for before, and joins them:
    // the bytes of each gap, and a block's worth for the piece that fills it.
    Status charge_range(uint64_t from, uint64_t to);

    // Gives back what was paid for ranges that end at or before `offset`.
    void refund_passed(uint64_t offset);

  private:
    struct Range {
        uint64_t to;
        size_t cost;
    };

    Status pay(uint64_t amount, uint64_t offset);

    PinHold& pins_;
    std::map<uint64_t, Range> ranges_;  // apart from each other, by where they start
    size_t view_ = 0;
};

// The error of every request that the pins, or the pool behind them, do not allow.
Error too_much_held(uint64_t offset);

}  // namespace assay

#include "assay/pins.h"

namespace assay {

// False when a stop came first.
bool PinBudget::take_ticket(uint64_t place) {
    std::unique_lock lock(mutex_);
    auto mine = waiting_.insert(place);
    bool given = returned_.wait(lock, stop_, [&] { return !taken_ && mine == waiting_.begin(); });
    waiting_.erase(mine);
    taken_ |= given;
    return given;
}

void PinBudget::return_ticket() {
    {
        std::lock_guard lock(mutex_);
        taken_ = false;
    }
    returned_.notify_all();
}

PinHold::~PinHold() {
    if (ticket_) budget_.return_ticket();
}

Status PinHold::charge(size_t n) {
    if (charged_ > budget_.large_ || n > budget_.large_ - charged_) {
        return Error{Code::kLimit, "more would have to be held in memory than allowed"};
    }
    if (!ticket_ && charged_ + n > budget_.small_) {
        ticket_ = budget_.take_ticket(place_);
        if (!ticket_) return Error{Code::kInterrupted, "interrupted"};
    }
    charged_ += n;
    return Done{};
}

// The ticket is kept until the artifact is done: it may well grow again.
void PinHold::refund(size_t n) { charged_ -= n; }

}  // namespace assay

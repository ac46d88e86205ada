#include "assay/pins.h"

namespace assay {

void PinBudget::take_ticket(uint64_t place) {
    std::unique_lock lock(mutex_);
    auto mine = waiting_.insert(place);
    returned_.wait(lock, [&] { return !taken_ && mine == waiting_.begin(); });
    waiting_.erase(mine);
    taken_ = true;
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

bool PinHold::charge(size_t n) {
    if (charged_ > budget_.large_ || n > budget_.large_ - charged_) return false;
    if (!ticket_ && charged_ + n > budget_.small_) {
        budget_.take_ticket(place_);
        ticket_ = true;
    }
    charged_ += n;
    return true;
}

// The ticket is kept until the artifact is done: it may well grow again.
void PinHold::refund(size_t n) { charged_ -= n; }

}  // namespace assay

#include "assay/pins.h"

namespace assay {

bool PinBudget::borrow(size_t n) {
    std::lock_guard lock(mutex_);
    if (n > pool_) return false;
    pool_ -= n;
    return true;
}

void PinBudget::give_back(size_t n) {
    std::lock_guard lock(mutex_);
    pool_ += n;
}

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
    keep_borrowed(0);
    if (ticket_) budget_.return_ticket();
}

bool PinHold::fits_beside_others(size_t n) {
    const size_t allowed = budget_.small_ + borrowed_;
    if (charged_ + n <= allowed) return true;
    const size_t more = charged_ + n - allowed;
    if (!budget_.borrow(more)) return false;
    borrowed_ += more;
    return true;
}

void PinHold::keep_borrowed(size_t n) {
    if (borrowed_ <= n) return;
    budget_.give_back(borrowed_ - n);
    borrowed_ = n;
}

Status PinHold::take_ticket() {
    if (ticket_) return Done{};
    ticket_ = budget_.take_ticket(place_);
    if (!ticket_) return Error{Code::kInterrupted, "interrupted"};
    keep_borrowed(0);
    return Done{};
}

Status PinHold::charge(size_t n) {
    if (charged_ > budget_.large_ || n > budget_.large_ - charged_) {
        return Error{Code::kLimit, "more would have to be held in memory than allowed"};
    }
    if (!ticket_ && !fits_beside_others(n)) {
        Status taken = take_ticket();
        if (!taken) return taken;
    }
    charged_ += n;
    return Done{};
}

// The ticket is kept until the artifact is done: it may well grow again.
void PinHold::refund(size_t n) {
    charged_ -= n;
    keep_borrowed(charged_ > budget_.small_ ? charged_ - budget_.small_ : 0);
}

}  // namespace assay

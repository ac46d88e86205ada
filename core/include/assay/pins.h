// Who may hold how much of an artifact in memory.
//
// Every open artifact may hold a small amount at once. What goes beyond it comes out of a common
// pool while that lasts, so that the windows of several packed streams fit side by side. Nobody
// waits for the pool: who finds too little in it takes the large ticket, of which there is one. So
// each artifact, taken alone, has the same limit whatever else runs. Waiting artifacts
// get the ticket in place order. The holder never waits for anything that another artifact holds,
// so the ticket always comes back; the engine drains the holder before its worker opens another.
// A stop ends every wait.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>

#include "assay/result.h"

namespace assay {

class PinHold;

// Shared by all workers; must outlive its holds.
class PinBudget {
  public:
    PinBudget(size_t small, size_t large, std::stop_token stop = {}, size_t pool = 0)
        : small_(small), large_(large), stop_(std::move(stop)), pool_(pool) {}
    [[nodiscard]] size_t large() const { return large_; }

  private:
    friend class PinHold;
    bool borrow(size_t n);
    void give_back(size_t n);
    bool take_ticket(uint64_t place);
    void return_ticket();

    const size_t small_;
    const size_t large_;
    const std::stop_token stop_;
    std::mutex mutex_;
    std::condition_variable_any returned_;
    std::multiset<uint64_t> waiting_;
    bool taken_ = false;
    size_t pool_;  // what is left of it
};

// One artifact's account (its members share it). One thread at a time.
class PinHold {
  public:
    // `place` is the file's place in the walk: it decides who gets the ticket first.
    PinHold(PinBudget& budget, uint64_t place) : budget_(budget), place_(place) {}
    ~PinHold();
    PinHold(const PinHold&) = delete;
    PinHold& operator=(const PinHold&) = delete;

    // kLimit when the artifact would hold more than budget.large(). May wait for the ticket;
    // kInterrupted when a stop came first.
    Status charge(size_t n);
    void refund(size_t n);
    // May wait; kInterrupted when a stop came first.
    Status take_ticket();

    [[nodiscard]] bool has_ticket() const { return ticket_; }
    [[nodiscard]] size_t charged() const { return charged_; }

  private:
    bool fits_beside_others(size_t n);
    void keep_borrowed(size_t n);

    PinBudget& budget_;
    const uint64_t place_;
    size_t charged_ = 0;
    size_t borrowed_ = 0;  // from the pool
    bool ticket_ = false;
};

}  // namespace assay

// Ctrl-C and SIGTERM as a stop token. The first asks the run to stop, which exits with 75; the
// second ends the process at once. Afterwards the signals stay blocked: what comes while results
// are being put in place finds them finished, and the next Interrupts, if any, gets it.
#pragma once

#include <stop_token>
#include <thread>

namespace assay::cli {

// One at a time, on the main thread, before other threads start: they inherit the blocked signals.
class Interrupts {
  public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

  private:
    std::stop_source stop_;
    std::jthread waiter_;
};

}  // namespace assay::cli

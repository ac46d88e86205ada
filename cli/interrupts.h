// Ctrl-C and SIGTERM as a stop token. The first asks the run to stop, which exits with 75; the
// second ends the process at once, without a temporary file left. It is set up first thing and
// stays for the whole run, so that no moment is left in which a signal would end the process and
// leave a temporary file behind.
#pragma once

#include <stop_token>
#include <thread>

namespace assay::cli {

class Interrupts {
  public:
    // First called on the main thread, before other threads start: they inherit the blocked
    // signals.
    static Interrupts& of_process();

    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

  private:
    Interrupts();

    std::stop_source stop_;
    std::jthread waiter_;
};

}  // namespace assay::cli

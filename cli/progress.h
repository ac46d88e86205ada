// Progress on standard error: a bar on a terminal, else one line every 30 seconds. Never on
// standard output, and nothing at all with --quiet.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "assay/visit.h"

namespace assay::cli {

class ProgressMeter {
  public:
    ProgressMeter(const VisitOptions& options, bool quiet);
    ~ProgressMeter();
    ProgressMeter(const ProgressMeter&) = delete;
    ProgressMeter& operator=(const ProgressMeter&) = delete;

    // What visit() counts into; null with --quiet.
    Progress* progress() { return quiet_ ? nullptr : &progress_; }

    // Wipes the bar so that a message has the line to itself; it comes back by itself.
    static void clear_line();

  private:
    void show(const std::stop_token& stop);
    void draw_bar(double seconds) const;
    void print_line(double seconds) const;

    const bool quiet_;
    const bool terminal_;
    Progress progress_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread counter_;
    std::jthread painter_;
};

// "1.5 GiB"
std::string human_bytes(uint64_t bytes);

}  // namespace assay::cli

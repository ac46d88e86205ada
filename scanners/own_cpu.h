// Keeps a worker on a CPU of its own while a visit is young.
//
// Threads that begin on one CPU, or that are woken onto it by each other, share it until the
// system's balancer comes by, milliseconds later: of a visit of some thousand small files that was
// a third. So each begins on another CPU than the others and stays there for a while. Longer it
// would do harm, since only the system knows who else wants that CPU.
//
// Threads: the one that is kept makes it, asks it, and ends it.
#pragma once

#include <sched.h>

#include <chrono>

namespace assay {

class OwnCpu {
  public:
    // The CPU where the visit begins is left to the second worker, whose thread is started there.
    OwnCpu(unsigned worker, int first);
    ~OwnCpu() { leave(); }
    OwnCpu(const OwnCpu&) = delete;
    OwnCpu& operator=(const OwnCpu&) = delete;

    // The system may move the thread from now on, to wherever it might have been from the start.
    void leave();
    // The same when the visit is no longer young; to be called now and then.
    void leave_when_old() {
        if (kept_ && std::chrono::steady_clock::now() >= until_) leave();
    }

  private:
    bool kept_ = false;
    cpu_set_t all_{};
    std::chrono::steady_clock::time_point until_;
};

}  // namespace assay

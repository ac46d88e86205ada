// Keeps a worker on a CPU of its own while a visit is young.
//
// Threads that begin on one CPU, or that are woken onto it by each other, share it until the
// system's balancer comes by, milliseconds later: of a visit of some thousand small files that was
// a third. So each begins on another CPU than the others, and goes back there when it finds itself
// elsewhere. Nobody is bound: a thread that is may start others, which would be bound like it for
// good, and only the system knows who else wants that CPU.
//
// Threads: the one that is kept makes it and asks it.
#pragma once

#include <sched.h>

#include <chrono>

namespace assay {

class OwnCpu {
  public:
    OwnCpu() = default;  // none: the thread is left where it is
    // The CPU where the visit begins is left to the second worker, whose thread is started there.
    OwnCpu(unsigned worker, int first);

    // Back to it, unless the visit is no longer young; to be called now and then.
    void go_back() {
        if (cpu_ < 0 || sched_getcpu() == cpu_) return;
        if (std::chrono::steady_clock::now() < until_) {
            move();
        } else {
            cpu_ = -1;
        }
    }

  private:
    void move();

    int cpu_ = -1;  // none, or no longer
    std::chrono::steady_clock::time_point until_;
};

}  // namespace assay

#include "interrupts.h"

#include <unistd.h>

#include <csignal>
#include <ctime>

#include "assay/emit.h"

namespace assay::cli {

static sigset_t interrupting_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR2);  // our own: the destructor's, to end the wait
    return set;
}

// On the waiting thread, not in a handler, so locks may be taken.
[[noreturn]] static void end_at_once() {
    Output::remove_temporaries();
    _exit(kExitInterrupted);
}

Interrupts& Interrupts::of_process() {
    static Interrupts interrupts;
    return interrupts;
}

Interrupts::Interrupts() {
    sigset_t set = interrupting_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::jthread([this](const std::stop_token& done) {
        sigset_t waited = interrupting_signals();
        for (int signal = 0; sigwait(&waited, &signal) == 0 && !done.stop_requested();) {
            if (signal == SIGUSR2) continue;
            if (stop_.stop_requested()) end_at_once();
            stop_.request_stop();
        }
    });
}

Interrupts::~Interrupts() {
    waiter_.request_stop();
    pthread_kill(waiter_.native_handle(), SIGUSR2);
    waiter_.join();
}

}  // namespace assay::cli

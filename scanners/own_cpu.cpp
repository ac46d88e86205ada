#include "own_cpu.h"

#include <algorithm>
#include <vector>

namespace assay {

OwnCpu::OwnCpu(unsigned worker, int first) {
    constexpr std::chrono::milliseconds kYoung(40);
    cpu_set_t all;
    if (sched_getaffinity(0, sizeof all, &all) != 0) return;
    std::vector<int> usable;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(static_cast<size_t>(cpu), &all)) usable.push_back(cpu);
    }
    if (usable.size() < 2) return;
    const auto begin = std::find(usable.begin(), usable.end(), first) - usable.begin();
    const size_t at = (static_cast<size_t>(begin) + usable.size() + worker - 1) % usable.size();
    cpu_ = usable[at];
    until_ = std::chrono::steady_clock::now() + kYoung;
    move();
}

// To be allowed one CPU alone is what makes the system move a thread at once.
void OwnCpu::move() {
    cpu_set_t all;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(cpu_), &one);
    if (sched_getaffinity(0, sizeof all, &all) != 0) return;
    if (sched_setaffinity(0, sizeof one, &one) == 0) sched_setaffinity(0, sizeof all, &all);
}

}  // namespace assay

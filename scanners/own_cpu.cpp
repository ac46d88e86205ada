#include "own_cpu.h"

#include <algorithm>
#include <vector>

namespace assay {

OwnCpu::OwnCpu(unsigned worker, int first) {
    constexpr std::chrono::milliseconds kYoung(40);
    if (sched_getaffinity(0, sizeof all_, &all_) != 0) return;
    std::vector<int> usable;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(static_cast<size_t>(cpu), &all_)) usable.push_back(cpu);
    }
    if (usable.size() < 2) return;
    const auto begin = std::find(usable.begin(), usable.end(), first) - usable.begin();
    const size_t at = (static_cast<size_t>(begin) + usable.size() + worker - 1) % usable.size();
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(usable[at]), &one);
    kept_ = sched_setaffinity(0, sizeof one, &one) == 0;
    until_ = std::chrono::steady_clock::now() + kYoung;
}

void OwnCpu::leave() {
    if (!kept_) return;
    kept_ = false;
    sched_setaffinity(0, sizeof all_, &all_);
}

}  // namespace assay

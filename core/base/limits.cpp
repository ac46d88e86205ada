#include "assay/limits.h"

#include <algorithm>

namespace assay {

// Program, libraries and stacks were measured at under 16 MiB with two threads.
static constexpr size_t kProgram = 20 * kMiB;

MemoryPlan plan_memory(size_t total, size_t open_artifacts) {
    size_t usable = total - kProgram;
    MemoryPlan plan{};
    plan.total = total;
    plan.pinned_large = usable / 4;
    plan.pinned_small = std::min(usable / 16 / open_artifacts, kMiB);
    plan.pinned_pool = usable / 16;
    plan.report = usable / 16;
    plan.stream = usable / 2;
    return plan;
}

}  // namespace assay

#include "lane_kernels.h"

#include <algorithm>
#include <cassert>

#include "assay/calibrate.h"

namespace assay {

static const std::vector<LaneKernel>& kernels() {
    static const std::vector<LaneKernel> usable = usable_lane_kernels();
    return usable;
}

static const LaneKernel*& chosen() {
    static const LaneKernel* kernel = &kernels().front();
    return kernel;
}

size_t lane_width() { return chosen()->width(); }

const char* lane_target() { return chosen()->name(); }

void compress_lanes(uint32_t* const* states, const uint8_t* const* data, size_t blocks) {
    chosen()->compress(states, data, blocks);
}

std::vector<std::string> lane_targets() {
    std::vector<std::string> names;
    for (const LaneKernel& kernel : kernels()) names.emplace_back(kernel.name());
    return names;
}

void force_lane_target(const std::string& target) {
    auto named = std::find_if(kernels().begin(), kernels().end(), [&](const LaneKernel& kernel) {
        return target.empty() || kernel.name() == target;
    });
    assert(named != kernels().end());
    chosen() = &*named;
}

}  // namespace assay

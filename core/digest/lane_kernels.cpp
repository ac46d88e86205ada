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

size_t lane_width_for(size_t streams) {
    size_t width = std::min<size_t>(lane_width(), 4);
    while (width < streams && width < lane_width()) width *= 2;
    return width;
}

void compress_lanes(uint32_t* const* states, const uint8_t* const* data, size_t blocks) {
    compress_some_lanes(states, data, blocks, lane_width());
}

void compress_some_lanes(uint32_t* const* states, const uint8_t* const* data, size_t blocks,
                         size_t width) {
    chosen()->compress(states, data, blocks, width);
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

// The compiled variants of the lane kernel.
#pragma once

#include <vector>

#include "assay/lanes.h"

namespace assay {

struct LaneKernel {
    const char* (*name)();  // "AVX3", "AVX2", "NEON" …
    size_t (*width)();
    // Precondition: lanes <= width().
    void (*compress)(uint32_t* const* states, const uint8_t* const* data, size_t blocks,
                     size_t lanes);
};

// Those that this CPU can run, best first; never empty.
std::vector<LaneKernel> usable_lane_kernels();

}  // namespace assay

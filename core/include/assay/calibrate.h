// Which kernel is faster here, measured rather than guessed: well under a millisecond, once per
// process, and only when more than one stream is alive. `assay doctor` prints it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "assay/lanes.h"

namespace assay {

struct Calibration {
    double lanes_rate;   // bytes per second, all lanes busy
    double single_rate;  // bytes per second, OpenSSL's block function
    size_t crossover;    // the least number of streams for which the lanes win
    std::array<bool, kMaxLanes + 1> lanes_win;  // for so many streams
};

// Thread-safe; the first call measures.
const Calibration& calibration();

// Whether the lanes are used for so many streams.
bool lanes_win(Engine engine, size_t streams);

// The least width that takes so many: half a vector is often faster for half as many streams.
size_t lane_width_for(size_t streams);
// Arrays of `width`, a lane_width_for().
void compress_some_lanes(uint32_t* const* states, const uint8_t* const* data, size_t blocks,
                         size_t width);

// The vector and hash instructions of this CPU that matter here, in a fixed order.
std::vector<std::string> cpu_features();

// Every target of this build that this CPU can run, best first; for tests that force each in turn.
std::vector<std::string> lane_targets();
// Precondition: `target` is one of lane_targets(), or empty for the best. Not thread-safe.
void force_lane_target(const std::string& target);

}  // namespace assay

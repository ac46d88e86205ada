// Which kernel is faster here, measured rather than guessed: well under a millisecond, once per
// process, and only when more than one stream is alive. `assay doctor` prints it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace assay {

struct Calibration {
    double lanes_rate;   // bytes per second, all lanes busy
    double single_rate;  // bytes per second, OpenSSL's block function
    size_t crossover;    // from this many streams on the lanes win
};

// Thread-safe; the first call measures.
const Calibration& calibration();

// The vector and hash instructions of this CPU that matter here, in a fixed order.
std::vector<std::string> cpu_features();

// Every target of this build that this CPU can run, best first; for tests that force each in turn.
std::vector<std::string> lane_targets();
// Precondition: `target` is one of lane_targets(), or empty for the best. Not thread-safe.
void force_lane_target(const std::string& target);

}  // namespace assay

#include "assay/calibrate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <sstream>

#include "assay/lanes.h"

namespace assay {

static constexpr size_t kBlocks = 64;  // per lane and try: 64 KiB in all
static constexpr int kTries = 5;

// The best of a few tries: an interrupted one says nothing about the kernel.
template <class Work>
static double best_rate(size_t bytes, Work work) {
    double best = 0;
    for (int i = 0; i < kTries; i++) {
        auto start = std::chrono::steady_clock::now();
        work();
        std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        best = std::max(best, static_cast<double>(bytes) / std::max(took.count(), 1e-9));
    }
    return best;
}

static Calibration measure() {
    const size_t width = lane_width();
    std::vector<uint8_t> data(width * kBlocks * kSha256Block);
    for (size_t i = 0; i < data.size(); i++) data[i] = static_cast<uint8_t>(i * 131 + (i >> 8));
    std::array<Sha256State, kMaxLanes> states;
    states.fill(kSha256Start);
    uint32_t* state[kMaxLanes];
    const uint8_t* lane[kMaxLanes];
    for (size_t i = 0; i < width; i++) {
        state[i] = states[i].data();
        lane[i] = data.data() + i * kBlocks * kSha256Block;
    }
    Calibration result{};
    result.lanes_rate = best_rate(data.size(), [&] { compress_lanes(state, lane, kBlocks); });
    result.single_rate =
        best_rate(kBlocks * kSha256Block, [&] { compress_single(state[0], lane[0], kBlocks); });
    double breakeven = static_cast<double>(width) * result.single_rate / result.lanes_rate;
    result.crossover = static_cast<size_t>(std::floor(breakeven)) + 1;
    return result;
}

const Calibration& calibration() {
    static const Calibration result = measure();
    return result;
}

static bool is_relevant(const std::string& flag) {
    static constexpr std::array kFlags = {"ssse3",   "sse4_1",   "avx",      "avx2",
                                          "avx512f", "avx512bw", "avx512vl", "sha_ni",
                                          "asimd",   "sha2",     "sve"};
    return std::find(kFlags.begin(), kFlags.end(), flag) != kFlags.end();
}

std::vector<std::string> cpu_features() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
        std::istringstream words(line.substr(line.find(':') + 1));
        std::vector<std::string> found;
        for (std::string word; words >> word;) {
            if (is_relevant(word)) found.push_back(word);
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    return {};
}

}  // namespace assay

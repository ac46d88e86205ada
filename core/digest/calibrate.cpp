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

// Bytes per second of kernels of each width, and of OpenSSL.
class Rates {
  public:
    Rates() : data_(lane_width() * kBlocks * kSha256Block) {
        for (size_t i = 0; i < data_.size(); i++)
            data_[i] = static_cast<uint8_t>(i * 131 + (i >> 8));
        states_.fill(kSha256Start);
        for (size_t i = 0; i < lane_width(); i++) {
            state_[i] = states_[i].data();
            lane_[i] = data_.data() + i * kBlocks * kSha256Block;
        }
    }
    double lanes(size_t width) {
        return best_rate(width * kBlocks * kSha256Block,
                         [&] { compress_some_lanes(state_, lane_, kBlocks, width); });
    }
    double single() {
        return best_rate(kBlocks * kSha256Block,
                         [&] { compress_single(state_[0], lane_[0], kBlocks); });
    }

  private:
    std::vector<uint8_t> data_;
    std::array<Sha256State, kMaxLanes> states_{};
    uint32_t* state_[kMaxLanes] = {};
    const uint8_t* lane_[kMaxLanes] = {};
};

static Calibration measure() {
    Rates rates;
    Calibration result{};
    result.single_rate = rates.single();
    result.crossover = kMaxLanes + 1;
    size_t width = 0;
    for (size_t streams = 1; streams <= kMaxLanes; streams++) {
        if (lane_width_for(streams) != width) {
            width = lane_width_for(streams);
            result.lanes_rate = rates.lanes(width);
        }
        const auto busy = static_cast<double>(std::min(streams, width));
        const double rate = result.lanes_rate * busy / static_cast<double>(width);
        result.lanes_win[streams] = rate > result.single_rate;
        if (rate > result.single_rate) result.crossover = std::min(result.crossover, streams);
    }
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

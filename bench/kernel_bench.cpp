// The two SHA-256 kernels and EVP, one core, nothing around them.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include "assay/calibrate.h"
#include "assay/lanes.h"
#include "bench/random_data.h"

namespace assay::bench {
namespace {

void report(benchmark::State& state, int64_t bytes) {
    state.SetBytesProcessed(state.iterations() * bytes);
}

// All lanes busy, `range(0)` bytes in all.
void lanes(benchmark::State& state, const std::string& target) {
    force_lane_target(target);
    const size_t width = lane_width();
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    const size_t blocks = data.size() / width / kSha256Block;
    Sha256State states[kMaxLanes];
    uint32_t* state_of[kMaxLanes];
    const uint8_t* data_of[kMaxLanes];
    for (size_t i = 0; i < width; i++) {
        states[i] = kSha256Start;
        state_of[i] = states[i].data();
        data_of[i] = data.data() + i * blocks * kSha256Block;
    }
    for ([[maybe_unused]] auto _ : state) {
        compress_lanes(state_of, data_of, blocks);
        benchmark::DoNotOptimize(states);
    }
    report(state, static_cast<int64_t>(width * blocks * kSha256Block));
    force_lane_target("");
}

void single(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    Sha256State chain = kSha256Start;
    for ([[maybe_unused]] auto _ : state) {
        compress_single(chain.data(), data.data(), data.size() / kSha256Block);
        benchmark::DoNotOptimize(chain);
    }
    report(state, state.range(0));
}

void evp(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    uint8_t digest[EVP_MAX_MD_SIZE];
    for ([[maybe_unused]] auto _ : state) {
        EVP_Digest(data.data(), data.size(), digest, nullptr, EVP_sha256(), nullptr);
        benchmark::DoNotOptimize(digest);
    }
    report(state, state.range(0));
}

BENCHMARK(single)->Name("kernel/openssl-block")->Arg(kSmall)->Arg(kLarge);
BENCHMARK(evp)->Name("kernel/evp")->Arg(kSmall)->Arg(kLarge);

const bool registered = [] {
    for (const std::string& target : lane_targets()) {
        auto measure = [target](benchmark::State& state) { lanes(state, target); };
        benchmark::RegisterBenchmark(("kernel/" + target).c_str(), measure)
            ->Arg(kSmall)
            ->Arg(kLarge);
    }
    return true;
}();

}  // namespace
}  // namespace assay::bench

// The lane scheduler: streams of a sweep, of unequal files, and of many small files.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>

#include "assay/lanes.h"
#include "bench/random_data.h"

namespace assay::bench {
namespace {

// Blocks that hold random bytes already: what is measured is hashing, not copying.
std::vector<BlockRef> filled_blocks(BlockPool& pool, size_t count) {
    const auto data = random_data(pool.block_size());
    std::vector<BlockRef> blocks;
    for (size_t i = 0; i < count; i++) {
        blocks.push_back(pool.get(pool.block_size()));
        std::copy(data.begin(), data.end(), blocks.back()->data());
    }
    return blocks;
}

Engine engine_of(int64_t number) { return static_cast<Engine>(number); }

// `range(1)` streams in turn, a block each, until `range(2)` bytes are hashed.
void sweep(benchmark::State& state) {
    const auto count = static_cast<size_t>(state.range(1));
    const auto rounds = static_cast<size_t>(state.range(2)) / count / (64 << 10);
    BlockPool pool(64 << 10, count * (64 << 10), Placement::kSpread);
    const auto blocks = filled_blocks(pool, count);
    for ([[maybe_unused]] auto _ : state) {
        LaneSet lanes(engine_of(state.range(0)), lane_width() * pool.block_size());
        std::vector<std::unique_ptr<Sha256Stream>> streams;
        for (size_t i = 0; i < count; i++) {
            streams.push_back(std::make_unique<Sha256Stream>(lanes));
        }
        for (size_t round = 0; round < rounds; round++) {
            for (size_t i = 0; i < count; i++) {
                streams[i]->feed(blocks[i], Bytes(blocks[i]->data(), pool.block_size()));
            }
        }
        for (auto& stream : streams) stream->finish();
        lanes.run();
        benchmark::DoNotOptimize(streams.front()->digest());
    }
    const size_t bytes = rounds * count * pool.block_size();
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

// Many streams of `range(1)` bytes each: small files, or chunks.
void small_streams(benchmark::State& state) {
    const auto size = static_cast<size_t>(state.range(1));
    constexpr size_t kCount = 1000;
    constexpr size_t kQueue = 512 << 10;
    BlockPool pool(size, 64 * size, Placement::kSpread);
    const auto blocks = filled_blocks(pool, 64);
    for ([[maybe_unused]] auto _ : state) {
        LaneSet lanes(engine_of(state.range(0)), std::max(kQueue, lane_width() * size));
        std::vector<std::unique_ptr<Sha256Stream>> streams;
        for (size_t i = 0; i < kCount; i++) {
            streams.push_back(std::make_unique<Sha256Stream>(lanes));
            streams.back()->feed(blocks[i % 64], Bytes(blocks[i % 64]->data(), size));
            streams.back()->finish();
        }
        lanes.run();
        benchmark::DoNotOptimize(streams.back()->digest());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kCount * size));
}

void engines_and_streams(benchmark::internal::Benchmark* bench) {
    bench->ArgNames({"engine", "streams", "bytes"});
    for (Engine engine : {Engine::kLanes, Engine::kOpenssl, Engine::kAuto}) {
        for (int64_t streams : {1, 2, 4, 8, 16, 32}) {
            bench->Args({static_cast<int64_t>(engine), streams, 64 << 20});
        }
    }
}

void engines_and_sizes(benchmark::internal::Benchmark* bench) {
    bench->ArgNames({"engine", "size"});
    for (Engine engine : {Engine::kLanes, Engine::kOpenssl, Engine::kAuto}) {
        for (int64_t size : {64, 1000, 4096, 65536}) {
            bench->Args({static_cast<int64_t>(engine), size});
        }
    }
}

BENCHMARK(sweep)->Name("lanes/sweep")->Apply(engines_and_streams);
BENCHMARK(small_streams)->Name("lanes/small-streams")->Apply(engines_and_sizes);

}  // namespace
}  // namespace assay::bench

// What the tape costs over its source: memory for the floor, a file in the page cache for use.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>

#include "assay/tape.h"
#include "bench/random_data.h"

namespace assay::bench {
namespace {

class NullTap final : public Tap {
  public:
    void feed(const BlockRef&, Bytes bytes) override { benchmark::DoNotOptimize(bytes.data()); }
    void finish() override {}
};

struct Rig {
    explicit Rig(size_t block) : stream(block, 16 * block), held(0, 64 * kMiB) {}
    Pools pools() { return {stream, held, hold}; }

    BlockPool stream;
    BlockPool held;
    PinBudget budget{64 * kMiB, 64 * kMiB};
    PinHold hold{budget, 0};
    NullTap tap;
};

void drain_memory(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    Rig rig(static_cast<size_t>(state.range(1)));
    for ([[maybe_unused]] auto _ : state) {
        MemorySource source(data);
        Tape tape(source, rig.pools(), {&rig.tap});
        if (!tape.drain()) state.SkipWithError("drain");
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void drain_file(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    std::FILE* file = std::tmpfile();
    if (!file || std::fwrite(data.data(), 1, data.size(), file) != data.size() ||
        std::fflush(file) != 0) {
        return state.SkipWithError("cannot write a temporary file");
    }
    auto source = FileSource::adopt(FileDescriptor(dup(fileno(file))), FileSource::Direct::kNo);
    std::fclose(file);
    Rig rig(static_cast<size_t>(state.range(1)));
    for ([[maybe_unused]] auto _ : state) {
        Tape tape(**source, rig.pools(), {&rig.tap});
        if (!tape.drain()) state.SkipWithError("drain");
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

// A parser's steps: look at a header of 64 bytes, pass it and what it speaks of.
void peek_and_advance(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    Rig rig(256 << 10);
    for ([[maybe_unused]] auto _ : state) {
        MemorySource source(data);
        Tape tape(source, rig.pools(), {&rig.tap});
        while (!tape.at_end()) {
            Result<Bytes> header = tape.peek(64);
            if (!header || !tape.advance(std::min<size_t>(header->size(), 64))) break;
            if (!tape.advance(std::min<uint64_t>(960, data.size() - tape.offset()))) break;
        }
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

// The tail first, then the rest: what an archive costs.
void pinned_tail(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    Rig rig(256 << 10);
    for ([[maybe_unused]] auto _ : state) {
        MemorySource source(data);
        Tape tape(source, rig.pools(), {&rig.tap});
        if (!tape.at(data.size() - 65536, 65536) || !tape.drain()) state.SkipWithError("tape");
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

constexpr int64_t kBlocks[] = {4 << 10, 64 << 10, 256 << 10, 1 << 20};

void sizes_and_blocks(benchmark::internal::Benchmark* bench) {
    for (int64_t size : {kSmall, kLarge}) {
        for (int64_t block : kBlocks) bench->Args({size, block});
    }
}

BENCHMARK(drain_memory)->Name("tape/memory")->Apply(sizes_and_blocks);
BENCHMARK(drain_file)->Name("tape/file")->Apply(sizes_and_blocks);
BENCHMARK(peek_and_advance)->Name("tape/peek-and-advance")->Arg(kSmall)->Arg(kLarge);
BENCHMARK(pinned_tail)->Name("tape/pinned-tail")->Arg(kSmall)->Arg(kLarge);

}  // namespace
}  // namespace assay::bench

// What a tensor in a header of safetensors costs: as they are, and a million that share bytes.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "scanners/formats.h"
#include "tests/unit/support/null_context.h"
#include "tests/unit/support/sources.h"

namespace assay::bench {
namespace {

class CountingContext final : public test::NullContext {
  public:
    void add(Finding) override { findings++; }
    void tensor(TensorRecord tensor) override { benchmark::DoNotOptimize(tensor.begin); }
    void fact(Fact fact) override { benchmark::DoNotOptimize(fact.value.data()); }

    uint64_t findings = 0;
};

// Tensors of 8 bytes; `shared` puts them all at the start of the data.
std::string file_of(size_t count, bool shared) {
    std::string header = "{";
    for (size_t i = 0; i < count; i++) {
        const size_t begin = shared ? 0 : i * 8;
        header += fmt::format(
            "{}\"model.layers.{}.self_attn.{}_proj.weight\":{{\"dtype\":\"BF16\",\"shape\":[4,1],"
            "\"data_offsets\":[{},{}]}}",
            i == 0 ? "" : ",", i / 10, i % 10, begin, begin + 8);
    }
    header += "}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    std::string file(8, '\0');
    store_le<uint64_t>(reinterpret_cast<uint8_t*>(file.data()), header.size());
    return file + header + std::string(shared ? 8 : count * 8, 'x');
}

void scan(benchmark::State& state, bool shared) {
    const auto count = static_cast<size_t>(state.range(0));
    const std::string file = file_of(count, shared);
    for ([[maybe_unused]] auto _ : state) {
        MemorySource source(as_bytes(file));
        test::TestPools pools(size_t{128} << 10);
        Tape tape(source, pools.pools(), {});
        CountingContext context;
        Status scanned = kSafetensorsFormat.scan(tape, context);
        const uint64_t expected = shared ? count - 1 : 0;
        if (!scanned || context.findings != expected) state.SkipWithError("not as expected");
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(file.size()));
}

BENCHMARK_CAPTURE(scan, safetensors, false)->Arg(500)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scan, safetensors_shared, true)->Arg(900'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace assay::bench

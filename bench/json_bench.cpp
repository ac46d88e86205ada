// What a byte of JSON costs: a header of many tensors, and a vocabulary beyond ASCII.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "scanners/text/json.h"
#include "tests/unit/support/sources.h"

namespace assay::bench {
namespace {

std::string header_of_tensors(size_t count) {
    std::string out = "{";
    for (size_t i = 0; i < count; i++) {
        out += fmt::format(
            "{}\"model.layers.{}.self_attn.q_proj.weight\":{{\"dtype\":\"BF16\",\"shape\":[4096,{}]"
            ","
            "\"data_offsets\":[{},{}]}}",
            i == 0 ? "" : ",", i, i % 4096, i * 8192, (i + 1) * 8192);
    }
    return out + "}";
}

std::string vocabulary(size_t count) {
    std::string out = "{";
    for (size_t i = 0; i < count; i++) {
        out += fmt::format("{}\"\\u0120词{}é\": {}", i == 0 ? "" : ",\n", i, i);
    }
    return out + "}";
}

template <class Make>
void read_json(benchmark::State& state, const Make& make) {
    const std::string text = make();
    uint64_t tokens = 0;
    for (auto _ : state) {
        MemorySource source(as_bytes(text));
        test::TestPools pools(size_t{128} << 10);
        Tape tape(source, pools.pools(), {});
        json::Reader reader(tape);
        json::DuplicateKeys keys;
        for (json::Token token; reader.next(token); tokens++) {
            if (token.kind == json::Kind::kObject) keys.open();
            if (token.kind == json::Kind::kObjectEnd) keys.close();
            if (token.kind == json::Kind::kKey) benchmark::DoNotOptimize(keys.add(token.hash));
        }
        if (reader.fault()) state.SkipWithError("not JSON");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
    state.SetItemsProcessed(static_cast<int64_t>(tokens));
}

BENCHMARK_CAPTURE(read_json, header, [] { return header_of_tensors(100'000); });
BENCHMARK_CAPTURE(read_json, vocabulary, [] { return vocabulary(500'000); });

}  // namespace
}  // namespace assay::bench

// What an instruction of a pickle costs, and a byte of its texts.
#include <benchmark/benchmark.h>

#include "bench/random_data.h"
#include "tests/unit/support/pickle_scans.h"

namespace assay::bench {
namespace {

std::string little(uint64_t value, size_t bytes) {
    std::string out;
    for (size_t i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
}

std::string text(std::string_view content) {
    return "X" + little(content.size(), 4) + std::string(content);
}

template <class Write>
std::string repeated(size_t size, const std::string& begin, const Write& write,
                     const std::string& end) {
    std::string out = begin;
    for (uint32_t i = 0; out.size() < size; i++) out += write(i);
    return out + end;
}

constexpr int64_t kMany = int64_t{16} << 20;

// Two bytes an instruction: the densest that picklers write.
std::string numbers(size_t size) {
    return repeated(
        size, "\x80\x04](", [](uint32_t i) { return "K" + little(i, 1); }, "e.");
}

// A list of objects, each with its state, memoised as a pickler does.
std::string objects(size_t size) {
    return repeated(
        size, "\x80\x04](",
        [](uint32_t i) {
            return "ccollections\nOrderedDict\n\x94)R\x94(" + text("weight") + "\x94M" +
                   little(i, 2) + text("name " + std::to_string(i)) + "\x94(K\x01K\x02t\x94u";
        },
        "e.");
}

std::string protocol_0(size_t size) {
    return repeated(
        size, "(lp0\n",
        [](uint32_t i) {
            std::string number = std::to_string(i);
            return "I" + number + "\naF1." + number + "\naV\\u0061" + number + "\np" + number +
                   "\na";
        },
        ".");
}

std::string texts(size_t size) {
    return repeated(
        size, "\x80\x04](",
        [](uint32_t i) { return text("a text of its own " + std::to_string(i)); }, "e.");
}

std::string long_texts(size_t size) {
    const std::string one = text(std::string(100'000, 'x'));
    return repeated(
        size, "\x80\x04](", [&](uint32_t) { return one; }, "e.");
}

template <std::string (*make)(size_t)>
void scan(benchmark::State& state) {
    const std::string pickle = make(static_cast<size_t>(state.range(0)));
    test::PickleSetup setup;
    setup.block_size = 256 << 10;
    for ([[maybe_unused]] auto _ : state) {
        test::PickleContext context(setup);
        MemorySource source(as_bytes(pickle));
        context.scan(source);
        if (!context.findings.empty()) state.SkipWithError(context.findings[0].c_str());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(pickle.size()));
}

BENCHMARK(scan<numbers>)->Name("pickle/numbers")->Arg(kSmall)->Arg(kMany);
BENCHMARK(scan<objects>)->Name("pickle/objects")->Arg(kSmall)->Arg(kMany);
BENCHMARK(scan<protocol_0>)->Name("pickle/protocol-0")->Arg(kSmall)->Arg(kMany);
BENCHMARK(scan<texts>)->Name("pickle/texts")->Arg(kSmall)->Arg(kMany);
BENCHMARK(scan<long_texts>)->Name("pickle/long-texts")->Arg(kSmall)->Arg(kMany);

}  // namespace
}  // namespace assay::bench

// The chunk tree: leaves in order and by stripes, the levels above them, and one range verified.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "assay/chunk_tree.h"
#include "assay/stripes.h"
#include "bench/random_data.h"

namespace assay::bench {
namespace {

// A file of random bytes in the page cache, with its side file.
class Files {
  public:
    Files(size_t size, uint64_t chunk) : shape_{size, chunk} {
        std::string folder = (std::filesystem::temp_directory_path() / "assay-XXXXXX").string();
        if (!mkdtemp(folder.data())) return;
        folder_ = folder;
        write(path(), random_data(size));
        auto leaves = stripe_leaves(*open(), shape_, options());
        if (leaves) write(side_path(), ChunkTree::build(shape_, *leaves).encode());
    }
    ~Files() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    [[nodiscard]] const ChunkShape& shape() const { return shape_; }
    [[nodiscard]] std::string path() const { return folder_ / "file"; }
    [[nodiscard]] std::string side_path() const { return folder_ / "side"; }
    [[nodiscard]] std::unique_ptr<FileSource> open() const {
        return std::move(*FileSource::open(path(), FileSource::Direct::kNo));
    }
    static StripeOptions options() {
        StripeOptions options;
        options.memory = 64 * kMiB;
        options.block_size = 64 << 10;
        return options;
    }

  private:
    static void write(const std::string& path, const std::vector<uint8_t>& bytes) {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }

    ChunkShape shape_;
    std::filesystem::path folder_;
};

void stripes(benchmark::State& state) {
    Files files(static_cast<size_t>(state.range(0)), static_cast<uint64_t>(state.range(1)));
    auto file = files.open();
    for ([[maybe_unused]] auto _ : state) {
        auto leaves = stripe_leaves(*file, files.shape(), Files::options());
        if (!leaves) state.SkipWithError("stripes");
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

// Chunks that pass a tape one after the other.
void in_order(benchmark::State& state) {
    const auto data = random_data(static_cast<size_t>(state.range(0)));
    constexpr size_t kBlock = 64 << 10;
    BlockPool pool(kBlock, 64 * kMiB);
    for ([[maybe_unused]] auto _ : state) {
        LaneSet lanes(Engine::kAuto, 16 * kMiB);
        ChunkTap tap(lanes, static_cast<uint64_t>(state.range(1)));
        for (size_t at = 0; at < data.size(); at += kBlock) {
            BlockRef block = pool.get(kBlock);
            std::copy_n(data.data() + at, kBlock, block->data());
            tap.feed(block, Bytes(block->data(), kBlock));
        }
        tap.finish();
        lanes.run();
        benchmark::DoNotOptimize(tap.tree().root());
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void levels(benchmark::State& state) {
    const auto count = static_cast<size_t>(state.range(0));
    const ChunkShape shape{count * kMinChunkSize, kMinChunkSize};
    std::vector<Sha256Digest> leaves(count);
    const auto data = random_data(count * sizeof(Sha256Digest));
    for (size_t i = 0; i < count; i++) {
        std::copy_n(data.data() + i * sizeof(Sha256Digest), sizeof(Sha256Digest), leaves[i].data());
    }
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(ChunkTree::build(shape, leaves).root());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void verify_one_range(benchmark::State& state) {
    Files files(static_cast<size_t>(kLarge), static_cast<uint64_t>(state.range(0)));
    auto file = files.open();
    auto side = ChunkSideFile::open(files.side_path());
    if (!side) return state.SkipWithError("side file");
    uint64_t offset = 0;
    for ([[maybe_unused]] auto _ : state) {
        offset = (offset * 6364136223846793005 + 1) % (kLarge - 1024);
        auto verdict = verify_range(*file, **side, offset, 1024);
        if (!verdict || !verdict->bad_chunks.empty()) state.SkipWithError("verify");
    }
    state.SetItemsProcessed(state.iterations());
}

void sizes_and_chunks(benchmark::internal::Benchmark* bench) {
    bench->ArgNames({"bytes", "chunk"});
    for (int64_t chunk : {4 << 10, 64 << 10}) bench->Args({kSmall, chunk});
    for (int64_t chunk : {64 << 10, 1 << 20, 4 << 20}) bench->Args({kLarge, chunk});
}

BENCHMARK(stripes)->Name("chunk-tree/stripes")->Apply(sizes_and_chunks)->UseRealTime();
BENCHMARK(in_order)->Name("chunk-tree/in-order")->Apply(sizes_and_chunks);
BENCHMARK(levels)->Name("chunk-tree/levels")->Arg(1000)->Arg(100'000);
BENCHMARK(verify_one_range)->Name("chunk-tree/verify-1KiB")->Arg(4 << 10)->Arg(4 << 20);

}  // namespace
}  // namespace assay::bench

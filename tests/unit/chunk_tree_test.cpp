#include "assay/chunk_tree.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "assay/stripes.h"
#include "tests/unit/support/chunk_reference.h"
#include "tests/unit/support/files.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"

namespace assay {
namespace {

using test::ChunkReference;
using test::TempFolder;
using test::write_file;

ChunkTree tree_of(Bytes bytes, uint64_t chunk_size, size_t piece, Engine engine = Engine::kAuto,
                  size_t queue_limit = 512 * 1024) {
    LaneSet lanes(engine, queue_limit);
    test::Feeder feeder;
    ChunkTap tap(lanes, chunk_size);
    feeder.feed(tap, bytes, piece);
    EXPECT_FALSE(tap.done());
    tap.finish();
    lanes.run();
    EXPECT_TRUE(tap.done());
    return tap.tree();
}

std::string text_of(const std::vector<uint8_t>& bytes) { return std::string(as_text(bytes)); }

constexpr uint64_t kChunk = kMinChunkSize;

TEST(ChunkTree, EqualsTheReference) {
    const size_t sizes[] = {0,
                            1,
                            4095,
                            4096,
                            4097,
                            2 * kChunk,
                            3 * kChunk,
                            3 * kChunk + 1,
                            5 * kChunk - 1,
                            8 * kChunk,
                            9 * kChunk,
                            21 * kChunk + 5,
                            64 * kChunk,
                            100'000};
    const auto bytes = test::random_bytes(64 * kChunk);
    for (size_t size : sizes) {
        const Bytes file = Bytes(bytes).first(size);
        const std::string expected = ChunkReference(file, kChunk).side_file();
        for (size_t piece : {size_t{1000}, size_t{4096}, size_t{4097}, size_t{1} << 20}) {
            for (Engine engine : {Engine::kAuto, Engine::kLanes, Engine::kOpenssl}) {
                ASSERT_EQ(text_of(tree_of(file, kChunk, piece, engine).encode()), expected)
                    << size << " in pieces of " << piece;
            }
        }
        ASSERT_EQ(text_of(tree_of(file, kChunk, 999, Engine::kLanes, 1).encode()), expected);
    }
}

TEST(ChunkTree, EveryNumberOfChunks) {
    const auto bytes = test::random_bytes(70 * kChunk);
    for (size_t chunks = 1; chunks <= 70; chunks++) {
        const Bytes file = Bytes(bytes).first(chunks * kChunk - chunks % 3);
        ChunkReference reference(file, kChunk);
        ChunkTree tree = tree_of(file, kChunk, 1 << 20);
        ASSERT_EQ(tree.root(), reference.root()) << chunks;
        ASSERT_EQ(tree.levels().size(), reference.levels());
        ASSERT_EQ(tree.shape().leaves(), chunks);
    }
}

TEST(ChunkTree, TinyPieces) {
    const auto bytes = test::random_bytes(2 * kChunk + 100);
    const std::string expected = ChunkReference(bytes, kChunk).side_file();
    for (size_t piece : {size_t{1}, size_t{7}, size_t{64}}) {
        EXPECT_EQ(text_of(tree_of(bytes, kChunk, piece).encode()), expected) << piece;
    }
}

TEST(ChunkTree, LargerChunks) {
    const auto bytes = test::random_bytes(3 << 20);
    for (uint64_t chunk : {uint64_t{8192}, uint64_t{1} << 20, uint64_t{1} << 30}) {
        EXPECT_EQ(tree_of(bytes, chunk, 100'000).root(), ChunkReference(bytes, chunk).root());
    }
}

// Size and chunk size are bound by the root: the same leaves under another claim are another tree.
TEST(ChunkTree, TheRootBindsTheShape) {
    const auto bytes = test::random_bytes(kChunk);
    ChunkTree tree = tree_of(bytes, kChunk, kChunk);
    const std::vector<Sha256Digest> leaves = tree.levels().front();
    EXPECT_NE(ChunkTree::build({kChunk - 1, kChunk}, leaves).root(), tree.root());
    EXPECT_NE(ChunkTree::build({kChunk, 2 * kChunk}, leaves).root(), tree.root());
    EXPECT_EQ(ChunkTree::build({kChunk, kChunk}, leaves).root(), tree.root());
}

// A chunk that holds two digests hashes to something else than the node over them.
TEST(ChunkTree, ALeafIsNoNode) {
    const auto bytes = test::random_bytes(2 * kChunk);
    ChunkTree tree = tree_of(bytes, kChunk, kChunk);
    std::vector<uint8_t> forged;
    for (const auto& leaf : tree.levels().front()) {
        forged.insert(forged.end(), leaf.begin(), leaf.end());
    }
    const Sha256Digest node = tree.levels().back().front();
    EXPECT_NE(ChunkReference(forged, kChunk).leaf(0), node);
    EXPECT_NE(tree_of(forged, kChunk, 64).levels().front().front(), node);
    EXPECT_NE(test::evp_sha256(forged), node);
    EXPECT_NE(tree.root(), node);
}

TEST(ChunkTap, IsDoneOnlyWithItsLanes) {
    LaneSet lanes(Engine::kAuto);
    ChunkTap tap(lanes, kChunk);
    tap.finish();
    EXPECT_FALSE(tap.done());
    lanes.run();
    EXPECT_TRUE(tap.done());
    EXPECT_EQ(tap.tree().root(), ChunkReference({}, kChunk).root());
}

TEST(ChunkShape, Bounds) {
    for (uint64_t chunk : {kMinChunkSize, kDefaultChunkSize, kMaxChunkSize}) {
        EXPECT_TRUE((ChunkShape{0, chunk}.valid())) << chunk;
    }
    for (uint64_t chunk : {uint64_t{0}, uint64_t{1}, kMinChunkSize / 2, kMinChunkSize + 1,
                           kMinChunkSize * 3, kMaxChunkSize * 2, uint64_t{1} << 63}) {
        EXPECT_FALSE((ChunkShape{0, chunk}.valid())) << chunk;
    }
}

TEST(ChunkShape, TheLargestFile) {
    ChunkShape shape{UINT64_MAX, kMinChunkSize};
    EXPECT_EQ(shape.leaves(), uint64_t{1} << 52);
    EXPECT_EQ(shape.level_sizes().size(), 53u);
    EXPECT_EQ(shape.level_sizes().back(), 1u);
    EXPECT_EQ(shape.chunk_bytes(shape.leaves() - 1), kMinChunkSize - 1);
    EXPECT_EQ((ChunkShape{0, kMinChunkSize}.leaves()), 1u);
    EXPECT_EQ((ChunkShape{0, kMinChunkSize}.chunk_bytes(0)), 0u);
}

// ------------------------------------------------------------------------------------------------
// The side file and what it proves.

// A file and its side file on disk, both free to be tampered with.
class SideFile : public ::testing::Test {
  protected:
    void make(size_t size, uint64_t chunk_size = kChunk) {
        bytes_ = test::random_bytes(size);
        chunk_size_ = chunk_size;
        side_bytes_ = tree_of(bytes_, chunk_size, 1 << 20).encode();
        write_file(file_, bytes_);
        write_file(side_, side_bytes_);
    }

    Result<RangeVerdict> verify(uint64_t offset, uint64_t length) {
        auto file = FileSource::open(file_, FileSource::Direct::kNo);
        auto side = ChunkSideFile::open(side_);
        if (!side) return side.error();
        return verify_range(**file, **side, offset, length);
    }

    // Changes one byte, runs `look`, changes it back.
    template <class Look>
    void with_flipped(const std::string& path, const std::vector<uint8_t>& whole, uint64_t at,
                      Look look) {
        const uint8_t flipped = whole[at] ^ static_cast<uint8_t>(1 << at % 8);
        test::write_at(path, at, Bytes(&flipped, 1));
        look();
        test::write_at(path, at, Bytes(&whole[at], 1));
    }

    // Where the nodes lie that prove chunk `index`: its sibling on each level.
    std::set<uint64_t> proof_of(uint64_t index) const {
        ChunkReference reference(bytes_, chunk_size_);
        std::set<uint64_t> offsets;
        uint64_t level_start = 64;
        for (unsigned level = 0; level + 1 < reference.levels(); level++) {
            uint64_t sibling = (index >> level) ^ 1;
            if (sibling < reference.width(level)) offsets.insert(level_start + 32 * sibling);
            level_start += 32 * reference.width(level);
        }
        return offsets;
    }

    TempFolder folder_;
    const std::string file_ = folder_ / "model";
    const std::string side_ = folder_ / "model.chunks";
    std::vector<uint8_t> bytes_;
    std::vector<uint8_t> side_bytes_;
    uint64_t chunk_size_ = kChunk;
};

TEST_F(SideFile, ProvesItsFile) {
    for (size_t size : {size_t{1}, size_t{4095}, size_t{4096}, size_t{4097}, size_t{50'000}}) {
        make(size);
        Result<RangeVerdict> verdict = verify(0, size);
        ASSERT_TRUE(verdict.ok()) << size;
        EXPECT_EQ(verdict->chunks, (size + kChunk - 1) / kChunk);
        EXPECT_TRUE(verdict->bad_chunks.empty());
    }
}

TEST_F(SideFile, AnEmptyFileHasAnEmptyRange) {
    make(0);
    Result<RangeVerdict> verdict = verify(0, 0);
    ASSERT_TRUE(verdict.ok());
    EXPECT_EQ(verdict->chunks, 0u);
    auto side = ChunkSideFile::open(side_);
    ASSERT_TRUE(side.ok());
    EXPECT_TRUE(*(*side)->proves(0, ChunkReference({}, kChunk).leaf(0)));
}

TEST_F(SideFile, OnlyRangesInTheFile) {
    make(10'000);
    EXPECT_EQ(verify(10'000, 0)->chunks, 0u);
    EXPECT_EQ(verify(0, 0)->chunks, 0u);
    EXPECT_EQ(verify(4095, 1)->chunks, 1u);
    EXPECT_EQ(verify(4095, 2)->chunks, 2u);
    EXPECT_EQ(verify(9999, 1)->chunks, 1u);
    const std::pair<uint64_t, uint64_t> bad[] = {{10'001, 0},     {10'000, 1},     {0, 10'001},
                                                 {5, UINT64_MAX}, {UINT64_MAX, 2}, {UINT64_MAX, 0}};
    for (auto [offset, length] : bad) {
        Result<RangeVerdict> verdict = verify(offset, length);
        ASSERT_FALSE(verdict.ok()) << offset << " " << length;
        EXPECT_EQ(verdict.error().code, Code::kUsage);
    }
}

TEST_F(SideFile, AFileOfAnotherSizeIsAnotherFile) {
    make(10'000);
    for (off_t size : {0, 9'999, 10'001}) {
        ASSERT_EQ(truncate(file_.c_str(), size), 0);
        Result<RangeVerdict> verdict = verify(0, 1);
        ASSERT_FALSE(verdict.ok());
        EXPECT_EQ(verdict.error().code, Code::kChanged);
    }
}

TEST_F(SideFile, AnyFlippedByteOfTheFileIsFound) {
    make(9'000);
    for (uint64_t at = 0; at < bytes_.size(); at += at < 200 || at > 8'900 ? 1 : 37) {
        with_flipped(file_, bytes_, at, [&] {
            Result<RangeVerdict> verdict = verify(0, bytes_.size());
            ASSERT_TRUE(verdict.ok());
            EXPECT_EQ(verdict->bad_chunks, std::vector<uint64_t>{at / kChunk}) << at;
        });
    }
    EXPECT_TRUE(verify(0, bytes_.size())->bad_chunks.empty());
}

TEST_F(SideFile, AnyFlippedByteOfTheProofIsFound) {
    make(7 * kChunk - 100);
    for (uint64_t chunk = 0; chunk < 7; chunk++) {
        const std::set<uint64_t> proof = proof_of(chunk);
        for (uint64_t at = 64; at < side_bytes_.size() - 64; at++) {
            const bool used = proof.contains(at - at % 32);
            if (!used && at % 32 != 5) continue;
            with_flipped(side_, side_bytes_, at, [&] {
                Result<RangeVerdict> verdict = verify(chunk * kChunk, 1);
                ASSERT_TRUE(verdict.ok());
                EXPECT_EQ(verdict->bad_chunks.size(), used ? 1u : 0u) << chunk << " " << at;
            });
        }
    }
}

// The header, the top and the root must fit each other before anything is proven.
TEST_F(SideFile, AnyFlippedByteOfTheFrameIsRefused) {
    for (size_t size : {size_t{6}, 7 * kChunk - 100}) {
        make(size);
        for (uint64_t at = 0; at < side_bytes_.size(); at++) {
            if (at >= 64 && at < side_bytes_.size() - 64) continue;
            with_flipped(side_, side_bytes_, at,
                         [&] { EXPECT_FALSE(ChunkSideFile::open(side_).ok()) << at; });
        }
        EXPECT_TRUE(ChunkSideFile::open(side_).ok());
    }
}

TEST_F(SideFile, AnyOtherLengthIsRefused) {
    make(3 * kChunk);
    for (size_t n = 0; n < side_bytes_.size(); n++) {
        write_file(side_, Bytes(side_bytes_).first(n));
        EXPECT_FALSE(ChunkSideFile::open(side_).ok()) << n;
    }
    side_bytes_.push_back(0);
    write_file(side_, side_bytes_);
    EXPECT_FALSE(ChunkSideFile::open(side_).ok());
}

uint64_t address_space_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        uint64_t kib = 0;
        if (word == "VmPeak:" && status >> kib) return kib;
    }
    return 0;
}

// Headers that claim a huge tree, consistent in themselves or not: refused, and nothing is
// allocated for what they claim.
TEST_F(SideFile, LyingHeadersAreRefused) {
    make(3 * kChunk);
    const uint64_t before = address_space_kib();
    for (uint64_t size : {uint64_t{0}, uint64_t{1} << 36, uint64_t{1} << 40, UINT64_MAX}) {
        for (uint64_t chunk :
             {uint64_t{0}, uint64_t{1}, kMinChunkSize, kMaxChunkSize, UINT64_MAX}) {
            std::vector<uint8_t> lie = side_bytes_;
            ChunkShape shape{size, chunk};
            const bool valid = shape.valid();
            store_le<uint64_t>(&lie[16], size);
            store_le<uint64_t>(&lie[24], chunk);
            store_le<uint64_t>(&lie[32], valid ? shape.leaves() : 3);
            store_le<uint32_t>(&lie[12],
                               valid ? static_cast<uint32_t>(shape.level_sizes().size()) : 3);
            write_file(side_, lie);
            auto opened = ChunkSideFile::open(side_);
            ASSERT_FALSE(opened.ok()) << size << " " << chunk;
            EXPECT_EQ(opened.error().code, Code::kMalformed);
        }
    }
    EXPECT_LE(address_space_kib() - before, 64u * 1024);
}

std::optional<Code> refusal_of(const std::string& path) {
    auto opened = ChunkSideFile::open(path);
    return opened.ok() ? std::nullopt : std::optional(opened.error().code);
}

TEST_F(SideFile, OtherFilesAreRefused) {
    make(100);
    store_le<uint32_t>(&side_bytes_[8], 2);
    write_file(side_, side_bytes_);
    EXPECT_EQ(refusal_of(side_), Code::kUnsupported);
    EXPECT_EQ(refusal_of(folder_ / "missing"), Code::kIo);
    EXPECT_EQ(refusal_of(folder_.path()), Code::kIo);
    write_file(side_, test::random_bytes(200));
    EXPECT_EQ(refusal_of(side_), Code::kMalformed);
}

TEST_F(SideFile, ALeafIsProvenInItsOwnPlaceOnly) {
    make(5 * kChunk);
    auto side = ChunkSideFile::open(side_);
    ASSERT_TRUE(side.ok());
    ChunkReference reference(bytes_, kChunk);
    EXPECT_EQ((*side)->root(), reference.root());
    for (uint64_t place = 0; place < 5; place++) {
        for (uint64_t leaf = 0; leaf < 5; leaf++) {
            EXPECT_EQ(*(*side)->proves(place, reference.leaf(leaf)), place == leaf);
        }
        EXPECT_FALSE(*(*side)->proves(place, reference.node(1, 0))) << "a node is no leaf";
        EXPECT_FALSE(*(*side)->proves(place, reference.over(0, 5)));
    }
    for (uint64_t place : {uint64_t{5}, uint64_t{8}, UINT64_MAX}) {
        Result<bool> proven = (*side)->proves(place, reference.over(0, 5));
        ASSERT_FALSE(proven.ok()) << "there is no such chunk";
        EXPECT_EQ(proven.error().code, Code::kUsage);
    }
}

TEST_F(SideFile, RandomRangesAndRandomDamage) {
    for (uint64_t seed : test::seeds(15)) {
        SCOPED_TRACE(test::seed_text(seed));
        test::Dice dice(seed);
        make(1 + dice.size_below(40 * kChunk), kChunk << dice.below(3));
        for (int i = 0; i < 30; i++) {
            uint64_t offset = dice.below(bytes_.size());
            uint64_t length = 1 + dice.below(bytes_.size() - offset);
            uint64_t first = offset / chunk_size_;
            uint64_t last = (offset + length - 1) / chunk_size_;
            uint64_t damage = dice.below(bytes_.size());
            std::vector<uint64_t> expected;
            uint64_t hit = damage / chunk_size_;
            if (first <= hit && hit <= last) expected.push_back(hit);
            with_flipped(file_, bytes_, damage, [&] {
                Result<RangeVerdict> verdict = verify(offset, length);
                ASSERT_TRUE(verdict.ok());
                EXPECT_EQ(verdict->chunks, last - first + 1);
                EXPECT_EQ(verdict->bad_chunks, expected);
            });
        }
    }
}

// ------------------------------------------------------------------------------------------------
// Leaves by stripes: the same tree, read in another order.

TEST_F(SideFile, StripesGiveTheSameLeaves) {
    for (size_t size : {size_t{0}, size_t{1}, 3 * kChunk, 40 * kChunk + 17}) {
        make(size);
        for (auto direct : {FileSource::Direct::kNo, FileSource::Direct::kTry}) {
            for (Engine engine : {Engine::kAuto, Engine::kLanes, Engine::kOpenssl}) {
                auto file = FileSource::open(file_, direct);
                ASSERT_TRUE(file.ok());
                StripeOptions options;
                options.engine = engine;
                options.memory = 16 * kMiB;
                options.block_size = 1024;
                auto leaves = stripe_leaves(**file, {size, kChunk}, options);
                ASSERT_TRUE(leaves.ok()) << size;
                EXPECT_EQ(ChunkTree::build({size, kChunk}, *leaves).encode(), side_bytes_);
            }
        }
    }
}

TEST_F(SideFile, StripesSayWhenTheFileShrinks) {
    make(10 * kChunk);
    auto file = FileSource::open(file_, FileSource::Direct::kNo);
    ASSERT_TRUE(file.ok());
    ASSERT_EQ(truncate(file_.c_str(), 5 * kChunk + 100), 0);
    StripeOptions options;
    options.memory = 16 * kMiB;
    options.block_size = 65536;
    auto leaves = stripe_leaves(**file, {10 * kChunk, kChunk}, options);
    ASSERT_FALSE(leaves.ok());
    EXPECT_EQ(leaves.error().code, Code::kTruncated);
}

// ------------------------------------------------------------------------------------------------
// The documentation's examples.

std::string document() {
    const auto repository = std::filesystem::path(ASSAY_TESTDATA).parent_path();
    std::ifstream file(repository / "docs" / "chunk-tree.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Rows of 16 bytes with their offset, as `xxd -g1` without the text column.
std::string dump(const std::string& bytes) {
    std::string out;
    for (size_t row = 0; row < bytes.size(); row += 16) {
        uint8_t offset[4];
        store_be(offset, static_cast<uint32_t>(row));
        out += to_hex(offset) + ":";
        for (char byte : bytes.substr(row, 16)) {
            out += " " + to_hex(as_bytes(std::string_view(&byte, 1)));
        }
        out += "\n";
    }
    return out;
}

TEST(ChunkTreeDocument, TheSmallExampleIsTrue) {
    const std::string side = text_of(tree_of(as_bytes("hello\n"), kChunk, 6).encode());
    EXPECT_EQ(side.size(), 128u);
    EXPECT_NE(document().find(dump(side)), std::string::npos) << dump(side);
}

TEST(ChunkTreeDocument, TheExampleOfThreeChunksIsTrue) {
    std::vector<uint8_t> bytes(9000);
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<uint8_t>(i % 251);
    ChunkTree tree = tree_of(bytes, kChunk, 1000);
    const std::string text = document();
    for (const auto& level : tree.levels()) {
        for (const auto& node : level) {
            EXPECT_NE(text.find(to_hex(node)), std::string::npos) << to_hex(node);
        }
    }
    EXPECT_NE(text.find(to_hex(tree.root())), std::string::npos) << "root " << to_hex(tree.root());
}

}  // namespace
}  // namespace assay

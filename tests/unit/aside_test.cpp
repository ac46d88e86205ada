// Digests that are made aside are those of the bytes, however many workers share a hub, whether a
// thread idles, and however little memory their blocks have.
#include "scanners/aside.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

struct Fed {
    std::unique_ptr<Aside> aside;
    std::vector<uint8_t> bytes;
    void expect_digest() {
        aside->finish();
        const std::vector<Digest> made = aside->digests();
        ASSERT_EQ(made.size(), 1u);
        EXPECT_EQ(made[0].hex(), to_hex(sha256_of(bytes)));
    }
};

// Three streams at a time, as of a packed one, whose pieces have odd ends; now and then one ends
// and another begins.
void work(AsideHub& hub, uint64_t seed, size_t batch, std::atomic<uint64_t>& digested) {
    constexpr size_t kBlock = 4096;
    test::Dice dice(seed);
    BlockPool pool(kBlock, 24 * kBlock);
    AsideQueue queue(&hub, batch);
    pool.on_pressure([&] { queue.settle(); });
    const std::vector<DigestKind> kinds = {DigestKind::kSha256};
    ASSERT_TRUE(queue.takes(kinds));
    std::vector<Fed> streams(3);
    for (size_t step = 0; step < 600; step++) {
        Fed& fed = streams[dice.size_below(streams.size())];
        if (fed.aside && dice.below(20) == 0) {
            fed.expect_digest();
            digested += fed.bytes.size();
            fed = {};
        }
        if (!fed.aside) fed.aside = std::move(*Aside::make(kinds, std::nullopt, queue));
        BlockRef block = pool.get(kBlock);
        ASSERT_TRUE(block);
        const std::vector<uint8_t> bytes =
            dice.bytes(dice.below(2) ? kBlock : dice.size_below(900));
        std::copy(bytes.begin(), bytes.end(), block->data());
        const size_t cut = dice.size_below(bytes.size() + 1);  // one piece in two steps
        const Bytes whole(block->data(), bytes.size());
        if (cut > 0) fed.aside->feed(block, whole.first(cut));
        if (cut < bytes.size()) fed.aside->feed(block, whole.subspan(cut));
        fed.bytes.insert(fed.bytes.end(), bytes.begin(), bytes.end());
    }
    for (Fed& fed : streams) {
        if (fed.aside && dice.below(2) == 0) fed.expect_digest();  // others are left unfinished
    }
}

class AsideOf : public ::testing::TestWithParam<std::tuple<int, int, size_t>> {};

INSTANTIATE_TEST_SUITE_P(Workers, AsideOf,
                         ::testing::Combine(::testing::Values(1, 2, 4), ::testing::Values(0, 1),
                                            ::testing::Values(size_t{1}, size_t{20'000},
                                                              size_t{1'000'000})));

TEST_P(AsideOf, DigestsAreThoseOfTheBytes) {
    const auto [workers, free, batch] = GetParam();
    std::atomic<int> idle = free;
    AsideHub hub(Engine::kAuto, idle);
    std::atomic<uint64_t> digested = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < workers; i++) {
        threads.emplace_back([&, seed = static_cast<uint64_t>(i + 1), size = batch] {
            work(hub, seed, size, digested);
        });
    }
    for (std::thread& thread : threads) thread.join();
    const AsideHub::Counted counted = hub.counted();
    EXPECT_GE(counted.laned + counted.single, digested);
    EXPECT_EQ(idle, 0) << "a thread that idles is taken";
}

TEST(AsideQueue, TakesSlowDigestsOnlyWhereAThreadIdles) {
    std::atomic<int> idle = 0;
    AsideHub hub(Engine::kAuto, idle);
    const AsideQueue queue(&hub, 1000);
    EXPECT_TRUE(queue.takes({DigestKind::kSha256}));
    EXPECT_FALSE(queue.takes({DigestKind::kSha256, DigestKind::kMd5}));
    idle = 1;
    EXPECT_TRUE(queue.takes({DigestKind::kSha256, DigestKind::kMd5}));
    EXPECT_FALSE(AsideQueue(nullptr, 1000).takes({DigestKind::kSha256}));
}

}  // namespace
}  // namespace assay

#include "assay/block.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

TEST(BlockPool, BlocksAreAlignedAndLargeEnough) {
    BlockPool pool(1000, 1 << 20);
    for (size_t n : {size_t{0}, size_t{1}, size_t{1000}, size_t{1001}, size_t{100'000}}) {
        BlockRef block = pool.get(n);
        ASSERT_TRUE(block) << n;
        EXPECT_GE(block->capacity(), n);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block->data()) % kBlockAlign, 0u);
        std::fill_n(block->data(), block->capacity(), uint8_t{0xaa});
    }
}

// As many as lanes read side by side never share a set of the first cache.
TEST(BlockPool, BlocksAreSpreadOverCacheLines) {
    for (size_t size : {size_t{1000}, size_t{32} << 10, size_t{1} << 20}) {
        BlockPool pool(size, 16 * size, Placement::kSpread);
        std::vector<BlockRef> blocks;
        std::set<uintptr_t> lines;
        for (int i = 0; i < 16; i++) {
            BlockRef block = pool.get(size);
            ASSERT_TRUE(block);
            std::fill_n(block->data(), block->capacity(), uint8_t{0xaa});
            lines.insert(reinterpret_cast<uintptr_t>(block->data()) % kBlockAlign / 64 % 16);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(block->data()) % 64, 0u);
            blocks.push_back(std::move(block));
        }
        EXPECT_EQ(lines.size(), 16u);
    }
}

TEST(BlockPool, GivesUpAtItsCapacity) {
    BlockPool pool(100, 250);
    BlockRef a = pool.get(1), b = pool.get(1);
    EXPECT_TRUE(a && b);
    EXPECT_FALSE(pool.get(1));
    a.reset();
    EXPECT_TRUE(pool.get(1));
    EXPECT_EQ(pool.peak(), 200u);
}

TEST(BlockPool, FillsItsCapacityToTheLastByte) {
    BlockPool pool(100, 300);
    BlockRef a = pool.get(200), b = pool.get(100);
    EXPECT_TRUE(a && b);
    EXPECT_FALSE(pool.get(1));
    EXPECT_EQ(pool.peak(), 300u);
}

TEST(BlockPool, ReusesWhatCameBack) {
    BlockPool pool(100, 100);
    const uint8_t* first = pool.get(1)->data();
    EXPECT_EQ(pool.get(100)->data(), first);
    EXPECT_EQ(pool.peak(), 100u);
}

TEST(BlockPool, ALargeBlockMayUseTheIdleOnesRoom) {
    BlockPool pool(100, 300);
    { BlockRef a = pool.get(1), b = pool.get(1), c = pool.get(1); }
    EXPECT_TRUE(pool.get(300));
    EXPECT_LE(pool.peak(), 300u);
}

TEST(BlockPool, WhatCannotBeDoesNotDisturbTheRest) {
    BlockPool pool(100, 300);
    const uint8_t* idle = pool.get(1)->data();
    for (size_t n : {size_t{301}, SIZE_MAX, SIZE_MAX - 50, SIZE_MAX / 2}) EXPECT_FALSE(pool.get(n));
    EXPECT_EQ(pool.get(1)->data(), idle);
    EXPECT_FALSE(BlockPool(100, 99).get(1));
}

TEST(BlockPool, ItsCapacityMayMove) {
    BlockPool pool(100, 100);
    BlockRef a = pool.get(1);
    pool.set_capacity(300);
    BlockRef b = pool.get(1), c = pool.get(1);
    ASSERT_TRUE(b && c);
    pool.set_capacity(100);
    b->data()[99] = 7;
    a.reset();
    b.reset();
    EXPECT_FALSE(pool.get(1)) << "c alone is all that fits";
    c.reset();
    EXPECT_TRUE(pool.get(1));
    pool.set_capacity(0);
    EXPECT_FALSE(pool.get(1));
}

// Blocks that wait to be used again count: a lowered capacity gives them back to the system.
TEST(BlockPool, ALowerCapacityHoldsForIdleBlocksToo) {
    BlockPool pool(100, 300);
    { BlockRef a = pool.get(1), b = pool.get(1), c = pool.get(1); }
    pool.set_capacity(200);
    BlockRef a = pool.get(1), b = pool.get(1);
    EXPECT_TRUE(a && b);
    EXPECT_FALSE(pool.get(1));
}

TEST(BlockPool, PressureIsTheLastResort) {
    BlockPool pool(100, 200);
    std::vector<BlockRef> queued;
    int calls = 0;
    pool.on_pressure([&] {
        calls++;
        queued.clear();
    });
    queued.push_back(pool.get(1));
    queued.push_back(pool.get(1));
    EXPECT_EQ(calls, 0);
    BlockRef third = pool.get(1);
    EXPECT_TRUE(third);
    EXPECT_EQ(calls, 1);
    EXPECT_FALSE(pool.get(200)) << "the hook freed only what it could";
    EXPECT_EQ(calls, 2);
}

TEST(BlockRef, CountsItsShares) {
    BlockPool pool(100, 100);
    BlockRef a = pool.get(1);
    BlockRef b = a;
    BlockRef c = std::move(a);
    EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): moved from is null
    c.reset();
    EXPECT_FALSE(pool.get(1)) << "b still holds it";
    BlockRef& self = b;
    b = self;
    EXPECT_FALSE(pool.get(1)) << "assigned to itself";
    b = BlockRef();
    EXPECT_TRUE(pool.get(1));
}

TEST(BlockPool, TakesBlocksBackFromOtherThreads) {
    BlockPool pool(4096, 8 * 4096);
    std::vector<std::thread> threads;
    for (int round = 0; round < 50; round++) {
        for (uint8_t i = 0; i < 8; i++) {
            BlockRef block = pool.get(1);
            ASSERT_TRUE(block);
            block->data()[0] = i;
            threads.emplace_back([block, i] { EXPECT_EQ(block->data()[0], i); });
        }
        for (std::thread& thread : threads) thread.join();
        threads.clear();
    }
    EXPECT_LE(pool.peak(), 8 * 4096u);
}

// Sizes and lifetimes at random: never more than the capacity, never a byte shared by two blocks.
TEST(BlockPool, RandomLives) {
    constexpr size_t kCapacity = 2000;
    struct Held {
        BlockRef block;
        size_t n;
        uint8_t mark;
    };
    for (uint64_t seed : test::seeds(20)) {
        SCOPED_TRACE(test::seed_text(seed));
        test::Dice dice(seed);
        BlockPool pool(64, kCapacity);
        std::vector<Held> held;
        for (int i = 0; i < 500; i++) {
            size_t n = dice.size_below(300);
            auto mark = static_cast<uint8_t>(i);
            if (BlockRef block = pool.get(n)) {
                std::fill_n(block->data(), n, mark);
                held.push_back({block, n, mark});
            }
            if (held.size() > 4) held.erase(held.begin() + static_cast<long>(dice.below(5)));
            size_t total = 0;
            for (const Held& one : held) {
                total += one.block->capacity();
                EXPECT_EQ(std::count(one.block->data(), one.block->data() + one.n, one.mark),
                          static_cast<long>(one.n));
            }
            EXPECT_LE(total, kCapacity);
        }
        EXPECT_LE(pool.peak(), kCapacity);
    }
}

}  // namespace
}  // namespace assay

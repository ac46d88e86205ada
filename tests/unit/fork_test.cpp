#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "assay/tape.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/taps.h"

namespace assay {
namespace {

using test::CountingSource;
using test::RecordingTap;
using test::TestPools;

constexpr size_t kBlock = 4096;

// A tape with a fork on it. The reader's thread gets a tape of its own over the fork.
struct ForkRig {
    explicit ForkRig(size_t size, size_t depth = 4, size_t blocks = 64)
        : bytes(test::random_bytes(size)),
          source(bytes),
          pools(kBlock, test::kPlenty, blocks * kBlock),
          fork(size, depth),
          tape(source, pools.pools(), {&tap, &fork}) {}

    template <class Read>
    std::thread reader(Read read) {
        return std::thread([this, read] {
            TestPools mine(kBlock);
            RecordingTap seen;
            {
                Tape forked(fork.source(), mine.pools(), {&seen});
                read(forked);
            }
            read_by_fork = seen.seen();
            fork_finished = seen.finished();
            EXPECT_EQ(mine.hold.charged(), 0u);
        });
    }

    void expect_tape_drained() {
        EXPECT_TRUE(tape.drain().ok());
        EXPECT_EQ(tap.seen(), bytes);
        EXPECT_TRUE(source.every_byte_once());
    }

    std::vector<uint8_t> bytes;
    CountingSource source;
    TestPools pools;
    RecordingTap tap;
    Fork fork;
    Tape tape;
    std::vector<uint8_t> read_by_fork;
    int fork_finished = 0;
};

TEST(Fork, BothSidesSeeTheSameBytes) {
    for (size_t size : {size_t{0}, size_t{1}, kBlock, size_t{100'001}, size_t{2'000'000}}) {
        for (size_t depth : {size_t{1}, size_t{4}}) {
            ForkRig rig(size, depth);
            std::thread reader = rig.reader([](Tape& forked) { EXPECT_TRUE(forked.drain().ok()); });
            rig.expect_tape_drained();
            reader.join();
            EXPECT_EQ(rig.read_by_fork, rig.bytes) << size;
            EXPECT_EQ(rig.fork_finished, 1);
        }
    }
}

// Each side frames the bytes in its own way: steps, windows, small and large.
TEST(Fork, EachSideFramesAsItLikes) {
    ForkRig rig(300'000);
    std::thread reader = rig.reader([&](Tape& forked) {
        EXPECT_EQ(forked.size(), 300'000u);
        EXPECT_FALSE(forked.random_access());
        EXPECT_TRUE(std::ranges::equal(*forked.peek(3000), Bytes(rig.bytes).first(3000)));
        EXPECT_TRUE(forked.advance(12'345).ok());
        EXPECT_EQ(forked.peek(9000)->size(), 9000u);
        EXPECT_FALSE(forked.at(13'000, 100).ok());
        EXPECT_TRUE(forked.drain().ok());
    });
    EXPECT_TRUE(rig.tape.at(299'000, 1000).ok());
    EXPECT_TRUE(rig.tape.advance(7).ok());
    rig.expect_tape_drained();
    reader.join();
    EXPECT_EQ(rig.read_by_fork, rig.bytes);
}

TEST(Fork, LendsTheVerySameBlocks) {
    ForkRig rig(3 * kBlock);
    test::HoldingTap holder;
    rig.tape.attach(holder);
    const uint8_t* lent = nullptr;
    std::thread reader = rig.reader([&](Tape& forked) {
        lent = forked.peek(10)->data();
        EXPECT_TRUE(forked.drain().ok());
    });
    const uint8_t* mine = rig.tape.peek(10)->data();
    rig.expect_tape_drained();
    reader.join();
    EXPECT_EQ(lent, mine);
    holder.drop();
}

TEST(Fork, AReaderThatStopsEarlyDoesNotBlockTheTape) {
    for (size_t wanted : {size_t{0}, size_t{100}, 10 * kBlock}) {
        ForkRig rig(2'000'000, 2);
        std::thread reader = rig.reader([&](Tape& forked) {
            EXPECT_TRUE(forked.advance(wanted).ok());
            rig.fork.stop();
        });
        rig.expect_tape_drained();
        reader.join();
        EXPECT_EQ(rig.read_by_fork.size(), wanted);
        EXPECT_EQ(rig.fork_finished, 0);
    }
}

TEST(Fork, StopGivesTheQueuedBlocksBack) {
    ForkRig rig(10 * kBlock, 4, 4);
    ASSERT_TRUE(rig.tape.advance(3 * kBlock).ok());
    BlockRef fourth = rig.pools.stream_pool.get(kBlock);
    EXPECT_TRUE(fourth);
    EXPECT_FALSE(rig.pools.stream_pool.get(kBlock)) << "three wait for the reader";
    rig.fork.stop();
    std::vector<BlockRef> rest;
    for (int i = 0; i < 3; i++) rest.push_back(rig.pools.stream_pool.get(kBlock));
    EXPECT_TRUE(rest[0] && rest[1] && rest[2]);
}

// The tape waits for room when stop() comes, again and again: a lost wake-up would hang here.
TEST(Fork, StopRacesWithAFullQueue) {
    for (int round = 0; round < 500; round++) {
        ForkRig rig(20 * kBlock, 1);
        std::thread reader([&] {
            if (round % 3 == 0) std::this_thread::yield();
            rig.fork.stop();
        });
        rig.expect_tape_drained();
        reader.join();
        ASSERT_LE(rig.pools.stream_pool.peak(), 8 * kBlock);
    }
}

TEST(Fork, AStoppedForkClaimsNoEnd) {
    ForkRig rig(100'000);
    rig.fork.stop();
    rig.expect_tape_drained();
    std::thread reader = rig.reader([](Tape& forked) {
        Status drained = forked.drain();
        ASSERT_FALSE(drained.ok());
        EXPECT_EQ(drained.error().code, Code::kInterrupted);
    });
    reader.join();
    EXPECT_EQ(rig.fork_finished, 0);
}

TEST(Fork, StopWakesAReaderThatWaits) {
    ForkRig rig(100'000);
    std::atomic<bool> started{false};
    std::thread reader = rig.reader([&](Tape& forked) {
        started = true;
        EXPECT_FALSE(forked.drain().ok());
    });
    while (!started) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    rig.fork.stop();
    reader.join();
    EXPECT_TRUE(rig.read_by_fork.empty());
}

TEST(Fork, ASlowReaderBoundsMemory) {
    const size_t depth = 2;
    ForkRig rig(500 * kBlock, depth, depth + 3);
    std::thread reader = rig.reader([](Tape& forked) {
        for (int i = 0;; i++) {
            if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
            Result<bool> more = forked.drain_block();
            ASSERT_TRUE(more.ok());
            if (!*more) return;
        }
    });
    rig.expect_tape_drained();
    reader.join();
    EXPECT_EQ(rig.read_by_fork, rig.bytes);
    EXPECT_LE(rig.pools.stream_pool.peak(), (depth + 3) * kBlock);
}

// The tape's source fails: whoever drains it says finish() by hand, and the reader comes home.
TEST(Fork, ATapeThatFailsLetsTheReaderGo) {
    ForkRig rig(100'000);
    rig.source.fail_at(50'000, {Code::kIo, "made to fail", 0, 0});
    std::thread reader = rig.reader([](Tape& forked) { (void)forked.drain().ok(); });
    EXPECT_FALSE(rig.tape.drain().ok());
    rig.fork.finish();
    reader.join();
    EXPECT_EQ(rig.read_by_fork.size(), 50'000u);
}

// ------------------------------------------------------------------------------------------------
// Stages that run on other threads while the tape is read.

TEST(Pipeline, EveryStageSeesEveryByteInOrder) {
    for (size_t size : {size_t{0}, size_t{1}, size_t{65'536}, size_t{1'000'003}}) {
        const auto bytes = test::random_bytes(size);
        CountingSource source(bytes);
        TestPools pools(kBlock, test::kPlenty, 4 * 65'536);
        RecordingTap tap, first, second;
        Tape tape(source, pools.pools(), {&tap});
        auto stage_for = [](RecordingTap& into) {
            return [&into](const Window& window) {
                for (const Lent& lent : window) into.feed(lent.block, lent.bytes);
            };
        };
        Status status = drain_pipelined(tape, 65'536, 3, {stage_for(first), stage_for(second)}, {});
        EXPECT_TRUE(status.ok());
        for (const RecordingTap* seen : {&tap, &first, &second}) EXPECT_EQ(seen->seen(), bytes);
        EXPECT_EQ(tap.finished(), 1);
        EXPECT_TRUE(source.every_byte_once());
    }
}

TEST(Pipeline, WindowsEndOnMultiplesOfTheirSize) {
    const auto bytes = test::random_bytes(300'000);
    CountingSource source(bytes);
    TestPools pools(kBlock);
    Tape tape(source, pools.pools(), {});
    ASSERT_TRUE(tape.advance(40'960).ok());
    size_t at = 40'960;
    auto stage = [&](const Window& window) {
        for (const Lent& lent : window) at += lent.bytes.size();
        EXPECT_TRUE(at % 65'536 == 0 || at == bytes.size()) << at;
    };
    EXPECT_TRUE(drain_pipelined(tape, 65'536, 3, {stage}, {}).ok());
    EXPECT_EQ(at, bytes.size());
}

TEST(Pipeline, AFailureEndsItAfterWhatWasRead) {
    const auto bytes = test::random_bytes(300'000);
    CountingSource source(bytes);
    source.fail_at(200'000, {Code::kIo, "made to fail", 0, EIO});
    TestPools pools(kBlock);
    RecordingTap tap, staged;
    Tape tape(source, pools.pools(), {&tap});
    auto stage = [&](const Window& window) {
        for (const Lent& lent : window) staged.feed(lent.block, lent.bytes);
    };
    Status status = drain_pipelined(tape, 65'536, 3, {stage}, {});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().sys, EIO);
    EXPECT_EQ(staged.seen(), tap.seen());
    EXPECT_EQ(tap.seen().size(), 200'000u);
    EXPECT_EQ(tap.finished(), 0);
}

TEST(Pipeline, StopsWhenAsked) {
    const auto bytes = test::random_bytes(3'000'000);
    CountingSource source(bytes);
    TestPools pools(kBlock);
    Tape tape(source, pools.pools(), {});
    std::stop_source stop;
    auto stage = [&](const Window&) { stop.request_stop(); };
    Status status = drain_pipelined(tape, 65'536, 3, {stage}, stop.get_token());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kInterrupted);
    EXPECT_LT(tape.bytes_read(), bytes.size());
}

}  // namespace
}  // namespace assay

#include "assay/tape.h"

#include <gtest/gtest.h>

#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/tape_model.h"
#include "tests/unit/support/taps.h"

namespace assay {
namespace {

using test::copy_of;
using test::CountingSource;
using test::RecordingTap;
using test::TestPools;

std::vector<uint8_t> slice(const std::vector<uint8_t>& bytes, size_t from, size_t n) {
    if (from >= bytes.size()) return {};
    return copy_of(Bytes(bytes).subspan(from, std::min(n, bytes.size() - from)));
}

// A tape over random bytes, with everything it borrows.
struct Rig {
    explicit Rig(size_t size, size_t block, size_t pins = test::kPlenty)
        : bytes(test::random_bytes(size)), source(bytes), pools(block, pins) {
        tape = std::make_unique<Tape>(source, pools.pools(), std::vector<Tap*>{&first, &second});
    }

    void expect_at(uint64_t from, size_t n) {
        Result<Bytes> got = tape->at(from, n);
        ASSERT_TRUE(got.ok()) << from << " " << n << " " << got.error().text;
        EXPECT_EQ(copy_of(*got), slice(bytes, static_cast<size_t>(from), n)) << from << " " << n;
    }

    void expect_drained() {
        ASSERT_TRUE(tape->drain().ok());
        for (const RecordingTap* tap : {&first, &second}) {
            EXPECT_EQ(tap->seen(), bytes);
            EXPECT_EQ(tap->finished(), 1);
            EXPECT_FALSE(tap->broke_its_contract());
        }
        EXPECT_TRUE(source.every_byte_once());
        EXPECT_EQ(tape->bytes_read(), bytes.size());
        EXPECT_TRUE(tape->at_end());
        EXPECT_EQ(tape->offset(), bytes.size());
    }

    std::vector<uint8_t> bytes;
    CountingSource source;
    TestPools pools;
    RecordingTap first, second;
    std::unique_ptr<Tape> tape;
};

class TapeBlocks : public ::testing::TestWithParam<size_t> {
  protected:
    // Enough for several blocks, few enough for one byte at a time.
    Rig rig_{GetParam() < 4096 ? 10'000 : 3 * GetParam() + 1234, GetParam()};
    size_t size() const { return rig_.bytes.size(); }
};

TEST_P(TapeBlocks, Drain) { rig_.expect_drained(); }

TEST_P(TapeBlocks, AdvanceInOddSteps) {
    for (size_t step = 1; rig_.tape->offset() + step <= size(); step += 13) {
        uint64_t before = rig_.tape->offset();
        ASSERT_TRUE(rig_.tape->advance(step).ok());
        ASSERT_EQ(rig_.tape->offset(), before + step);
        ASSERT_EQ(rig_.first.seen().size(), before + step) << "taps see at once what is passed";
    }
    rig_.expect_drained();
}

TEST_P(TapeBlocks, AdvanceOverAll) {
    ASSERT_TRUE(rig_.tape->advance(size()).ok());
    EXPECT_EQ(rig_.first.finished(), 0);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, AdvancePastTheEnd) {
    Status status = rig_.tape->advance(size() + 1);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kTruncated);
    EXPECT_EQ(status.error().offset, size());
    rig_.expect_drained();
}

TEST_P(TapeBlocks, PeekBeyondABlock) {
    ASSERT_TRUE(rig_.tape->advance(17).ok());
    for (size_t n : {size_t{1}, GetParam(), GetParam() + 1, 2 * GetParam() + 300, size()}) {
        Result<Bytes> window = rig_.tape->peek(n);
        ASSERT_TRUE(window.ok());
        EXPECT_EQ(copy_of(*window), slice(rig_.bytes, 17, n)) << n;
        EXPECT_EQ(rig_.tape->offset(), 17u);
    }
    rig_.expect_drained();
}

TEST_P(TapeBlocks, PeekBeyondTheEnd) {
    for (size_t n : {size() + 1, size_t{1} << 40, SIZE_MAX}) {
        Result<Bytes> window = rig_.tape->peek(n);
        ASSERT_TRUE(window.ok()) << n;
        EXPECT_EQ(copy_of(*window), rig_.bytes);
    }
    rig_.expect_drained();
}

TEST_P(TapeBlocks, PeekSomeGoesThroughAll) {
    std::vector<uint8_t> seen;
    for (;;) {
        Result<Bytes> some = rig_.tape->peek_some();
        ASSERT_TRUE(some.ok());
        if (some->empty()) break;
        seen.insert(seen.end(), some->begin(), some->end());
        ASSERT_TRUE(rig_.tape->advance(some->size()).ok());
    }
    EXPECT_EQ(seen, rig_.bytes);
    EXPECT_EQ(rig_.pools.hold.charged(), 0u) << "looking at what is at hand costs nothing";
    rig_.expect_drained();
}

TEST_P(TapeBlocks, TailFirst) {
    rig_.expect_at(size() - 22, 22);
    rig_.expect_at(size() - 500, 478);
    rig_.expect_at(0, 4);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, BackToFront) {
    for (size_t from = size(); from > 700;) {
        from -= 700;
        rig_.expect_at(from, 650);
        if (size() - from > 70'000) break;
    }
    rig_.expect_drained();
}

TEST_P(TapeBlocks, OverlappingRanges) {
    const size_t middle = size() / 2;
    rig_.expect_at(middle, 100);
    rig_.expect_at(middle - 50, 100);
    rig_.expect_at(middle + 50, 100);
    rig_.expect_at(middle - 60, 220);
    rig_.expect_at(middle + 10, 20);
    rig_.expect_at(middle, 100);
    rig_.expect_at(middle + 300, 10);
    rig_.expect_at(middle + 200, 10);
    rig_.expect_at(middle - 100, 500);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, RangesAcrossWindowAndPins) {
    ASSERT_TRUE(rig_.tape->advance(5).ok());
    ASSERT_TRUE(rig_.tape->peek(3).ok());
    rig_.expect_at(GetParam() + 100, 50);
    rig_.expect_at(6, GetParam() + 400);
    ASSERT_EQ(copy_of(*rig_.tape->peek(GetParam() + 600)), slice(rig_.bytes, 5, GetParam() + 600));
    ASSERT_TRUE(rig_.tape->advance(GetParam() + 120).ok());
    rig_.expect_at(rig_.tape->offset(), 60);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, RangesBeyondTheEnd) {
    rig_.expect_at(size() - 10, 1000);
    rig_.expect_at(size() - 10, SIZE_MAX);
    rig_.expect_at(size(), 1);
    rig_.expect_at(size() + 1, 1);
    rig_.expect_at(UINT64_MAX, SIZE_MAX);
    rig_.expect_at(UINT64_MAX - 5, 3);
    rig_.expect_at(0, 0);
    rig_.expect_drained();
    rig_.expect_at(size(), 10);
}

TEST_P(TapeBlocks, WhatWasPassedIsGone) {
    ASSERT_TRUE(rig_.tape->advance(100).ok());
    for (uint64_t from : {uint64_t{0}, uint64_t{99}}) {
        for (size_t n : {size_t{0}, size_t{1}, size_t{200}}) {
            Result<Bytes> got = rig_.tape->at(from, n);
            ASSERT_FALSE(got.ok());
            EXPECT_EQ(got.error().code, Code::kUsage);
        }
    }
    rig_.expect_at(100, 10);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, DrainBlockByBlock) {
    rig_.expect_at(size() / 2, 30);
    size_t steps = 0;
    for (Result<bool> more(true); *more; steps++) {
        more = rig_.tape->drain_block();
        ASSERT_TRUE(more.ok());
    }
    EXPECT_GE(steps, size() / std::max(GetParam(), size()) + 1);
    rig_.expect_drained();
}

TEST_P(TapeBlocks, NothingLeaks) {
    rig_.expect_at(size() - 100, 100);
    rig_.expect_at(size() / 2, 1000);
    ASSERT_TRUE(rig_.tape->peek(GetParam() + 1000).ok());
    EXPECT_GT(rig_.pools.hold.charged(), 0u);
    rig_.expect_drained();
    rig_.tape.reset();
    EXPECT_EQ(rig_.pools.hold.charged(), 0u);
}

TEST_P(TapeBlocks, NothingLeaksWhenItStopsHalfWay) {
    rig_.expect_at(size() - 100, 100);
    ASSERT_TRUE(rig_.tape->peek(GetParam() + 1000).ok());
    ASSERT_TRUE(rig_.tape->advance(50).ok());
    rig_.tape.reset();
    EXPECT_EQ(rig_.pools.hold.charged(), 0u);
}

TEST_P(TapeBlocks, GlancesHoldNothingAndChangeNothing) {
    auto look = [&](uint64_t from, size_t n) {
        std::vector<uint8_t> to(n);
        Result<size_t> got = rig_.tape->glance(from, to);
        EXPECT_TRUE(got.ok());
        to.resize(got.ok() ? *got : 0);
        return to;
    };
    auto part = [&](size_t from, size_t n) { return slice(rig_.bytes, from, n); };
    Result<Bytes> head = rig_.tape->peek(100);
    ASSERT_TRUE(head.ok());
    const uint64_t read = rig_.tape->bytes_read();
    const size_t charged = rig_.pools.hold.charged();
    EXPECT_EQ(look(size() - 500, 500), part(size() - 500, 500));
    EXPECT_EQ(look(0, size()), part(0, size())) << "window and source";
    EXPECT_EQ(look(size() - 3, 500), part(size() - 3, 3)) << "less at the end";
    EXPECT_TRUE(look(size() + 1, 5).empty());
    EXPECT_EQ(rig_.pools.hold.charged(), charged);
    EXPECT_EQ(rig_.tape->bytes_read(), read);
    EXPECT_TRUE(std::equal(head->begin(), head->end(), rig_.bytes.begin())) << "still lent";

    ASSERT_TRUE(rig_.tape->at(size() / 2, 200).ok());
    EXPECT_EQ(look(size() / 2 - 50, 300), part(size() / 2 - 50, 300)) << "across what is pinned";
    ASSERT_TRUE(rig_.tape->advance(10).ok());
    std::vector<uint8_t> to(1);
    EXPECT_EQ(rig_.tape->glance(9, to).error().code, Code::kUsage);
    rig_.expect_drained();
}

INSTANTIATE_TEST_SUITE_P(Of, TapeBlocks, ::testing::Values(1, 7, 4096, 1 << 20),
                         ::testing::PrintToStringParamName());

// ------------------------------------------------------------------------------------------------

TEST(Tape, AnEmptySource) {
    Rig rig(0, 4096);
    EXPECT_FALSE(rig.tape->at_end()) << "nobody has looked yet";
    EXPECT_TRUE(rig.tape->peek(10)->empty());
    EXPECT_TRUE(rig.tape->at_end());
    rig.expect_at(0, 5);
    rig.expect_drained();
}

TEST(Tape, ShortReadsAreNoEnd) {
    Rig rig(5000, 4096);
    rig.source.shorten_to(3);
    EXPECT_EQ(copy_of(*rig.tape->peek(100)), slice(rig.bytes, 0, 100));
    rig.expect_at(4000, 50);
    rig.expect_drained();
}

TEST(Tape, InOrderSources) {
    Rig rig(50'000, 4096);
    rig.source.only_in_order().without_size();
    EXPECT_EQ(copy_of(*rig.tape->peek(9000)), slice(rig.bytes, 0, 9000));
    ASSERT_TRUE(rig.tape->advance(45'000).ok());
    EXPECT_EQ(rig.tape->peek(1 << 20)->size(), 5000u);
    rig.expect_drained();
    EXPECT_FALSE(rig.source.out_of_order());
}

// Even where the window happens to hold the range: what a format may see does not depend on blocks.
TEST(Tape, InOrderSourcesGiveNothingAhead) {
    Rig rig(50'000, 4096);
    rig.source.only_in_order();
    ASSERT_TRUE(rig.tape->peek(100).ok());
    for (uint64_t from : {uint64_t{0}, uint64_t{50}, uint64_t{40'000}}) {
        Result<Bytes> ahead = rig.tape->at(from, 10);
        ASSERT_FALSE(ahead.ok());
        EXPECT_EQ(ahead.error().code, Code::kUsage);
        EXPECT_FALSE(rig.tape->lend_at(from, 10).ok());
    }
    rig.expect_drained();
}

// What take() lends outlives the tape's next move.
TEST(Tape, TakenBytesStayWhatTheyWere) {
    Rig rig(50'000, 4096);
    ASSERT_TRUE(rig.tape->at(30'000, 5000).ok());
    std::vector<Lent> taken;
    for (;;) {
        Result<Lent> lent = rig.tape->take(1000);
        ASSERT_TRUE(lent.ok());
        if (lent->bytes.empty()) break;
        taken.push_back(*lent);
    }
    std::vector<uint8_t> all;
    for (const Lent& lent : taken) all.insert(all.end(), lent.bytes.begin(), lent.bytes.end());
    EXPECT_EQ(all, rig.bytes);
    rig.expect_drained();
}

TEST(Tape, AFailureIsPassedOnAndNothingIsClaimed) {
    Rig rig(50'000, 4096);
    rig.source.fail_at(20'000, {Code::kIo, "made to fail", 20'000, EIO});
    Status drained = rig.tape->drain();
    ASSERT_FALSE(drained.ok());
    EXPECT_EQ(drained.error().sys, EIO);
    EXPECT_EQ(rig.first.seen(), slice(rig.bytes, 0, 20'000));
    EXPECT_EQ(rig.first.finished(), 0);
    EXPECT_FALSE(rig.tape->drain().ok());
    EXPECT_FALSE(rig.tape->peek(1).ok());
    EXPECT_FALSE(rig.tape->at(20'000, 1).ok());
    rig.expect_at(20'001, 100);  // what can be read is still given
    rig.tape.reset();
    EXPECT_EQ(rig.pools.hold.charged(), 0u);
}

TEST(Tape, LentBytesStayWhatTheyWere) {
    const auto bytes = test::random_bytes(100'000);
    CountingSource source(bytes);
    TestPools pools(4096);
    test::HoldingTap tap;
    Tape tape(source, pools.pools(), {&tap});
    ASSERT_TRUE(tape.at(90'000, 1000).ok());
    ASSERT_TRUE(tape.peek(10'000).ok());
    ASSERT_TRUE(tape.drain().ok());
    EXPECT_EQ(tap.bytes(), bytes);
    tap.drop();
}

TEST(Tape, TapsComeAndGo) {
    Rig rig(10'000, 4096);
    RecordingTap late;
    ASSERT_TRUE(rig.tape->advance(1000).ok());
    rig.tape->attach(late);
    ASSERT_TRUE(rig.tape->advance(2000).ok());
    rig.tape->detach(late);
    rig.expect_drained();
    EXPECT_EQ(late.seen(), slice(rig.bytes, 1000, 2000));
    EXPECT_EQ(late.finished(), 0);
}

// ------------------------------------------------------------------------------------------------
// The budget.

TEST(Tape, WhatNobodyNeedsIsNotRead) {
    Rig rig(100'000, 4096);
    rig.tape->detach(rig.first);
    rig.tape->detach(rig.second);
    rig.expect_at(50'000, 10);
    ASSERT_TRUE(rig.tape->peek(10).ok());
    ASSERT_TRUE(rig.tape->skip(50'005).ok());
    EXPECT_EQ(rig.tape->offset(), 50'005u);
    Result<Bytes> next = rig.tape->peek(100);
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(copy_of(*next), slice(rig.bytes, 50'005, 100)) << "half of it was pinned";
    ASSERT_TRUE(rig.tape->skip(100'000 - 50'005).ok());
    EXPECT_LT(rig.tape->bytes_read(), 20'000u);
    Result<Bytes> end = rig.tape->peek(1);
    EXPECT_TRUE(end.ok() && end->empty());
    EXPECT_TRUE(rig.tape->at_end());
    Status beyond = rig.tape->skip(1);
    ASSERT_FALSE(beyond.ok());
    EXPECT_EQ(beyond.error().code, Code::kTruncated);
}

TEST(Tape, TapsSeeWhatIsSkipped) {
    Rig rig(30'000, 4096);
    ASSERT_TRUE(rig.tape->skip(20'000).ok());
    rig.expect_drained();
}

TEST(TapeBudget, PinsEndInALimit) {
    Rig rig(1 << 20, 4096, 100'000);
    for (size_t n : {size_t{200'000}, size_t{1} << 19, (size_t{1} << 20) - 5}) {
        Result<Bytes> got = rig.tape->at(5, n);
        ASSERT_FALSE(got.ok());
        EXPECT_EQ(got.error().code, Code::kLimit);
        Result<Bytes> window = rig.tape->peek(n);
        ASSERT_FALSE(window.ok());
        EXPECT_EQ(window.error().code, Code::kLimit);
    }
    EXPECT_LE(rig.pools.hold.charged(), 100'000u);
    rig.expect_drained();
    rig.tape.reset();
    EXPECT_EQ(rig.pools.hold.charged(), 0u);
}

// A count as large as the address space must not wrap round to a small charge.
TEST(TapeBudget, HugeCountsDoNotWrap) {
    for (bool knows_size : {true, false}) {
        Rig rig(1 << 20, 4096, 100'000);
        if (!knows_size) rig.source.without_size();
        for (size_t n : {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 2 * kBlockAlign, SIZE_MAX / 2}) {
            EXPECT_FALSE(rig.tape->at(0, n).ok());
            EXPECT_FALSE(rig.tape->at(1000, n - 500).ok());
            EXPECT_FALSE(rig.tape->lend_at(0, n).ok());
            EXPECT_FALSE(rig.tape->lend_at(1000, n - 500).ok());
            EXPECT_FALSE(rig.tape->peek(n).ok());
        }
        EXPECT_LE(rig.pools.held_pool.peak(), 100'000u);
        rig.expect_drained();
    }
}

TEST(TapeBudget, HeldMemoryIsPaidFor) {
    Rig rig(1 << 20, 4096);
    size_t paid = 0;
    for (uint64_t from = 900'000; from > 100'000; from -= 50'000) {
        rig.expect_at(from, 10'000);
        paid += 10'000;
        EXPECT_GE(rig.pools.hold.charged(), paid);
        const size_t more = 10'000 + paid / 10'000 * kBlockAlign;  // one copy, a block per range
        EXPECT_LE(rig.pools.hold.charged(), paid + more) << "but not much more";
        EXPECT_LE(rig.pools.held_pool.peak(), paid + more);
    }
    rig.expect_at(300'000, 200'000);  // needs a copy, which is paid for as well
    EXPECT_GE(rig.pools.hold.charged(), paid + 200'000);
}

// Another artifact's account must not make this one's reads fail, nor the other way round.
TEST(TapeBudget, PinsComeBackAsTheyPass) {
    Rig rig(1 << 20, 4096, 150'000);
    for (int round = 0; round < 10; round++) {
        rig.expect_at(rig.tape->offset() + 20'000, 60'000);
        ASSERT_TRUE(rig.tape->advance(80'000).ok());
        EXPECT_EQ(rig.pools.hold.charged(), 60'000u) << "only the room for a copy is kept";
    }
    rig.expect_drained();
}

// What a limit cuts must depend on what was asked for, not on the size of blocks or short reads.
TEST(TapeBudget, TheChargeDoesNotDependOnBlocks) {
    std::vector<size_t> charges;
    for (size_t block : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
        for (size_t shortened : {size_t{0}, size_t{3}}) {
            Rig rig(300'000, block, 1 << 20);
            if (shortened > 0) rig.source.shorten_to(shortened);
            rig.expect_at(200'000, 5'000);
            rig.expect_at(204'000, 3'000);
            rig.expect_at(100, 9'000);
            EXPECT_TRUE(rig.tape->peek(20'000).ok());
            EXPECT_TRUE(rig.tape->advance(50).ok());
            rig.expect_at(199'000, 9'000);
            charges.push_back(rig.pools.hold.charged());
        }
    }
    for (size_t charge : charges) EXPECT_EQ(charge, charges[0]);
}

// Each byte that at() was asked for is paid once, however the ranges overlap, and a block for every
// hole that a range fills. The model is a table of bytes.
TEST(TapeBudget, RangesArePaidOnce) {
    for (uint64_t seed : test::seeds(200)) {
        SCOPED_TRACE(test::seed_text(seed));
        test::Dice dice(seed);
        Rig rig(4000, 64);  // no range is longer than a block, so that no copy is paid for
        std::vector<bool> paid(rig.bytes.size());
        size_t expected = 0;
        for (int i = 0; i < 30; i++) {
            size_t from = dice.size_below(rig.bytes.size());
            size_t n = 1 + dice.size_below(std::min<size_t>(300, rig.bytes.size() - from));
            rig.expect_at(from, n);
            bool in_hole = false;
            for (size_t at = from; at < from + n; at++) {
                if (!paid[at]) expected += in_hole ? 1 : 1 + kBlockAlign;
                in_hole = !paid[at];
                paid[at] = true;
            }
            ASSERT_EQ(rig.pools.hold.charged(), expected) << from << " " << n;
        }
        rig.expect_drained();
        EXPECT_EQ(rig.pools.hold.charged(), 0u);
    }
}

TEST(TapeBudget, ARangeIsPaidForUntilAllOfItHasPassed) {
    Rig rig(10'000, 64);
    rig.expect_at(100, 3000);
    const size_t charged = rig.pools.hold.charged();
    EXPECT_GE(charged, 3000u);
    ASSERT_TRUE(rig.tape->advance(3099).ok());
    EXPECT_EQ(rig.pools.hold.charged(), charged);
    ASSERT_TRUE(rig.tape->advance(1).ok());
    EXPECT_EQ(rig.pools.hold.charged(), 0u);
}

// A window over the end of the file asks for no more than there is.
TEST(TapeBudget, TheEndCostsNothing) {
    Rig rig(10'000, 4096, 30'000);
    EXPECT_EQ(rig.tape->at(9'000, 1 << 20)->size(), 1000u);
    EXPECT_EQ(rig.tape->peek(9'000)->size(), 9'000u);
    rig.expect_drained();
}

TEST(TapeBudget, NoStreamBlockIsALimit) {
    const auto bytes = test::random_bytes(20'000);
    CountingSource source(bytes);
    TestPools pools(4096, test::kPlenty, 2 * 4096);
    test::HoldingTap greedy;
    Tape tape(source, pools.pools(), {&greedy});
    Status drained = tape.drain();
    ASSERT_FALSE(drained.ok());
    EXPECT_EQ(drained.error().code, Code::kLimit);
    EXPECT_EQ(pools.stream_pool.peak(), 2 * 4096u);
    greedy.drop();
}

TEST(TapeBudget, PressureMakesRoom) {
    const auto bytes = test::random_bytes(200'000);
    CountingSource source(bytes);
    TestPools pools(4096, test::kPlenty, 4 * 4096);
    test::HoldingTap greedy;
    RecordingTap tap;
    pools.stream_pool.on_pressure([&] { greedy.drop(); });
    Tape tape(source, pools.pools(), {&greedy, &tap});
    EXPECT_TRUE(tape.drain().ok());
    EXPECT_EQ(tap.seen(), bytes);
    EXPECT_LE(pools.stream_pool.peak(), 4 * 4096u);
    greedy.drop();
}

// ------------------------------------------------------------------------------------------------

// Any sequence of operations does what the model says; see tape_model.h.
TEST(TapeProperty, DoesWhatTheModelSays) {
    for (uint64_t seed : test::seeds(400)) {
        SCOPED_TRACE(test::seed_text(seed));
        test::Dice dice(seed);
        const size_t blocks[] = {1, 7, 64, 4096, 1 << 20};
        const auto content = dice.bytes(dice.size_below(dice.below(8) == 0 ? 20'000 : 600));
        CountingSource source(content);
        if (dice.below(3) == 0) source.shorten_to(1 + dice.size_below(20));
        if (dice.below(3) == 0) source.without_size();
        TestPools pools(blocks[dice.below(5)]);
        auto choose = [&](size_t n) { return dice.size_below(n); };
        test::TapeModel<decltype(choose)> model(source, content, pools, choose);
        ASSERT_EQ(model.run(40), "");
    }
}

}  // namespace
}  // namespace assay

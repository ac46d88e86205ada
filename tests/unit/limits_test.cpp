#include "assay/limits.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "assay/result.h"

namespace assay {
namespace {

// What the plan gives away, all artifacts together.
size_t given(const MemoryPlan& plan, size_t open_artifacts) {
    return plan.stream + plan.pinned_large + plan.pinned_small * open_artifacts + plan.pinned_pool +
           plan.report;
}

TEST(Limits, PartsFitTheWholeAndLeaveRoomForTheProgram) {
    for (size_t total : {kMinMemory, 64 * kMiB, kDefaultMemory, size_t{1} << 40}) {
        for (size_t open : {size_t{1}, size_t{2}, size_t{64}, size_t{100'000}}) {
            MemoryPlan plan = plan_memory(total, open);
            EXPECT_EQ(plan.total, total);
            EXPECT_LE(given(plan, open) + 16 * kMiB, total) << total << " " << open;
        }
    }
}

TEST(Limits, EveryPartIsUsefulAtTheMinimum) {
    MemoryPlan plan = plan_memory(kMinMemory, 1);
    EXPECT_GE(plan.stream, 4 * kMiB);
    EXPECT_GE(plan.pinned_large, kMiB);
    EXPECT_GT(plan.pinned_small, 2 * kBlockAlign);
    EXPECT_GT(plan.report, 0u);
}

TEST(Limits, TheLargeTicketIsWorthMoreThanWhatAllHave) {
    MemoryPlan plan = plan_memory(kDefaultMemory, 16);
    EXPECT_GT(plan.pinned_large, plan.pinned_small);
}

// What one artifact may pin with the ticket is the same whatever else is open.
TEST(Limits, TheLargeTicketDependsOnTheMemoryAlone) {
    EXPECT_EQ(plan_memory(kDefaultMemory, 1).pinned_large,
              plan_memory(kDefaultMemory, 64).pinned_large);
}

TEST(Result, HoldsAValueOrAnError) {
    Result<int> good(7);
    ASSERT_TRUE(good.ok());
    EXPECT_EQ(*good, 7);
    Result<int> bad(Error{Code::kLimit, "too much", 9, 0});
    ASSERT_FALSE(bad.ok());
    EXPECT_EQ(bad.error().code, Code::kLimit);
    EXPECT_EQ(bad.error().offset, 9u);
}

TEST(Result, DescribesTheSystemsTrouble) {
    EXPECT_EQ(describe({Code::kMalformed, "bad magic", 3, 0}), "bad magic");
    EXPECT_EQ(describe({Code::kIo, "cannot open", 0, ENOENT}),
              "cannot open: No such file or directory");
}

}  // namespace
}  // namespace assay

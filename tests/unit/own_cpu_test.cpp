// Workers begin apart, and nobody is bound to where he was put.
#include "scanners/own_cpu.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <set>
#include <thread>

namespace assay {
namespace {

cpu_set_t allowed() {
    cpu_set_t set;
    EXPECT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    return set;
}

void be_on(int cpu) {
    const cpu_set_t all = allowed();
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(cpu), &one);
    EXPECT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(sched_setaffinity(0, sizeof all, &all), 0);
}

class OwnCpuTest : public testing::Test {
  protected:
    void SetUp() override {
        if (CPU_COUNT(&before_) < 2) GTEST_SKIP() << "there is one CPU";
    }
    void TearDown() override {
        const cpu_set_t now = allowed();
        EXPECT_TRUE(CPU_EQUAL(&before_, &now));
    }
    const cpu_set_t before_ = allowed();
};

TEST_F(OwnCpuTest, EachWorkerBeginsOnAnother) {
    const int first = sched_getcpu();
    std::set<int> taken;
    for (int worker = 0; worker < CPU_COUNT(&before_); worker++) {
        OwnCpu own(static_cast<unsigned>(worker), first);
        const int here = sched_getcpu();
        EXPECT_EQ(here == first, worker == 1);
        taken.insert(here);
    }
    EXPECT_EQ(static_cast<int>(taken.size()), CPU_COUNT(&before_));
}

TEST_F(OwnCpuTest, ManyWorkersShareWhatThereIs) {
    for (unsigned worker : {63U, 64U, 1000U}) OwnCpu(worker, 0).go_back();
    OwnCpu(5, -1).go_back();  // nobody knows where the visit begins
}

TEST_F(OwnCpuTest, GoesBackWhileTheVisitIsYoung) {
    const int first = sched_getcpu();
    OwnCpu own(1, first);
    OwnCpu(0, first).go_back();  // somebody else's
    const int other = sched_getcpu();
    EXPECT_NE(other, first);
    own.go_back();
    EXPECT_EQ(sched_getcpu(), first);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    be_on(other);
    own.go_back();
    be_on(first);
    be_on(other);
    own.go_back();
    EXPECT_EQ(sched_getcpu(), other);
}

}  // namespace
}  // namespace assay

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

// The system may move a thread at any time: what does not hold now holds at another try.
template <class Try>
bool holds(Try once) {
    for (int tries = 0; tries < 100; tries++) {
        if (once()) return true;
    }
    return false;
}

TEST_F(OwnCpuTest, EachWorkerBeginsOnAnother) {
    EXPECT_TRUE(holds([&] {
        const int first = sched_getcpu();
        std::set<int> taken;
        bool second_is_first = false;
        for (int worker = 0; worker < CPU_COUNT(&before_); worker++) {
            OwnCpu own(static_cast<unsigned>(worker), first);
            const int here = sched_getcpu();
            second_is_first = second_is_first || (worker == 1 && here == first);
            taken.insert(here);
        }
        return second_is_first && static_cast<int>(taken.size()) == CPU_COUNT(&before_);
    }));
}

TEST_F(OwnCpuTest, ManyWorkersShareWhatThereIs) {
    for (unsigned worker : {63U, 64U, 1000U}) OwnCpu(worker, 0).go_back();
    OwnCpu(5, -1).go_back();  // nobody knows where the visit begins
}

TEST_F(OwnCpuTest, GoesBackWhileTheVisitIsYoung) {
    EXPECT_TRUE(holds([] {
        const int first = sched_getcpu();
        OwnCpu own(1, first);
        OwnCpu other(0, first);
        const bool moved = sched_getcpu() != first;
        own.go_back();
        return moved && sched_getcpu() == first;
    }));
}

TEST_F(OwnCpuTest, StaysAwayOnceTheVisitIsOld) {
    const int first = sched_getcpu();
    OwnCpu own(1, first);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_TRUE(holds([&] {
        OwnCpu other(0, first);
        own.go_back();
        return sched_getcpu() != first;
    }));
}

}  // namespace
}  // namespace assay

// Workers begin apart, and nobody is kept where he was put.
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

bool are_allowed(const cpu_set_t& cpus) {
    const cpu_set_t now = allowed();
    return CPU_EQUAL(&cpus, &now);
}

TEST(OwnCpu, EachWorkerHasAnother) {
    const cpu_set_t before = allowed();
    const int first = sched_getcpu();
    const auto cpus = static_cast<unsigned>(CPU_COUNT(&before));
    if (cpus < 2) GTEST_SKIP() << "there is one CPU";
    std::set<int> taken;
    for (unsigned worker = 0; worker < cpus; worker++) {
        OwnCpu own(worker, first);
        const cpu_set_t now = allowed();
        EXPECT_EQ(CPU_COUNT(&now), 1);
        if (worker == 1) {
            EXPECT_TRUE(CPU_ISSET(static_cast<size_t>(first), &now));
        }
        taken.insert(sched_getcpu());
    }
    EXPECT_EQ(taken.size(), cpus);
    EXPECT_TRUE(are_allowed(before));
}

TEST(OwnCpu, ManyWorkersShareWhatThereIs) {
    const cpu_set_t before = allowed();
    for (unsigned worker : {63U, 64U, 1000U}) OwnCpu(worker, 0).leave();
    OwnCpu(5, -1).leave();  // nobody knows where the visit begins
    EXPECT_TRUE(are_allowed(before));
}

TEST(OwnCpu, IsLeftOnceTheVisitIsOld) {
    const cpu_set_t before = allowed();
    OwnCpu own(0, sched_getcpu());
    own.leave_when_old();
    EXPECT_NE(are_allowed(before), CPU_COUNT(&before) > 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    own.leave_when_old();
    EXPECT_TRUE(are_allowed(before));
}

}  // namespace
}  // namespace assay

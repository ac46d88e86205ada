#include "assay/pins.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace assay {
namespace {

TEST(Pins, SmallAmountsNeedNoTicket) {
    PinBudget budget(100, 1000);
    PinHold hold(budget, 0);
    EXPECT_TRUE(hold.charge(60));
    EXPECT_TRUE(hold.charge(40));
    EXPECT_FALSE(hold.has_ticket());
    EXPECT_TRUE(hold.charge(1));
    EXPECT_TRUE(hold.has_ticket());
    EXPECT_EQ(hold.charged(), 101u);
}

TEST(Pins, ThePoolIsForWhoeverComes) {
    PinBudget budget(100, 1000, {}, 300);
    PinHold first(budget, 5);
    EXPECT_TRUE(first.charge(300));
    PinHold second(budget, 6);
    EXPECT_TRUE(second.charge(200));
    EXPECT_FALSE(first.has_ticket() || second.has_ticket()) << "200 and 100 of 300";
    first.refund(50);
    EXPECT_TRUE(second.charge(50));
    EXPECT_FALSE(second.has_ticket()) << "what was given back is there again";
    EXPECT_TRUE(second.charge(1));
    EXPECT_TRUE(second.has_ticket());
    EXPECT_TRUE(first.charge(150));
    EXPECT_FALSE(first.has_ticket()) << "the ticket's holder needs nothing from the pool";
}

TEST(Pins, ThePoolComesBackWithItsHolder) {
    PinBudget budget(100, 1000, {}, 300);
    { EXPECT_TRUE(PinHold(budget, 0).charge(400)); }
    PinHold next(budget, 1);
    EXPECT_TRUE(next.charge(400));
    EXPECT_FALSE(next.has_ticket());
    EXPECT_TRUE(next.take_ticket());
    PinHold third(budget, 2);
    EXPECT_TRUE(third.charge(400));
    EXPECT_FALSE(third.has_ticket());
}

// What one may pin is never more than the large cap, out of whatever.
TEST(Pins, ThePoolRaisesNoCap) {
    PinBudget budget(100, 1000, {}, 5000);
    PinHold hold(budget, 0);
    EXPECT_FALSE(hold.charge(1001));
    EXPECT_TRUE(hold.charge(1000));
    EXPECT_FALSE(hold.charge(1));
}

TEST(Pins, TheLargeCapHolds) {
    PinBudget budget(100, 1000);
    PinHold hold(budget, 0);
    EXPECT_TRUE(hold.charge(1000));
    EXPECT_FALSE(hold.charge(1));
    EXPECT_FALSE(hold.charge(SIZE_MAX)) << "must not wrap";
    EXPECT_FALSE(hold.charge(SIZE_MAX - 999));
    EXPECT_EQ(hold.charged(), 1000u);
    hold.refund(1);
    EXPECT_TRUE(hold.charge(1));
    EXPECT_FALSE(hold.charge(1));
}

TEST(Pins, ARefusalTakesNoTicket) {
    PinBudget budget(100, 1000);
    PinHold hold(budget, 0);
    EXPECT_FALSE(hold.charge(1001));
    EXPECT_FALSE(hold.has_ticket());
    EXPECT_EQ(hold.charged(), 0u);
}

TEST(Pins, TheTicketComesBackWithItsHolder) {
    PinBudget budget(100, 1000);
    {
        PinHold hold(budget, 0);
        EXPECT_TRUE(hold.charge(500));
        hold.refund(500);
        EXPECT_TRUE(hold.has_ticket()) << "kept until the artifact is done";
    }
    PinHold next(budget, 1);
    EXPECT_TRUE(next.charge(500));
}

// What one may pin does not depend on what the other holds.
TEST(Pins, CapsHoldWhateverElseRuns) {
    PinBudget budget(100, 1000);
    PinHold large(budget, 0);
    EXPECT_TRUE(large.charge(1000));
    PinHold small(budget, 1);
    EXPECT_TRUE(small.charge(100));
    EXPECT_FALSE(small.has_ticket());
    EXPECT_FALSE(small.charge(901)) << "beyond the large cap: refused at once, not after a wait";
    small.refund(100);
    EXPECT_TRUE(small.charge(100));
}

TEST(Pins, TheHolderNeverWaits) {
    PinBudget budget(100, 1000);
    auto holder = std::make_unique<PinHold>(budget, 5);
    ASSERT_TRUE(holder->charge(101));
    std::atomic<bool> waiter_got{false};
    std::thread waiter([&] {
        PinHold hold(budget, 0);
        EXPECT_TRUE(hold.charge(200));
        waiter_got = true;
    });
    for (int i = 0; i < 100; i++) {
        EXPECT_TRUE(holder->charge(899));
        holder->refund(899);
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    EXPECT_FALSE(waiter_got) << "there is one ticket";
    {
        PinHold other(budget, 3);
        EXPECT_TRUE(other.charge(100)) << "the small amount is free even while others wait";
    }
    holder.reset();
    waiter.join();
    EXPECT_TRUE(waiter_got);
}

// Threads are started in some order and wait; each must be served before all of a later place.
TEST(Pins, TicketsAreGivenInPlaceOrder) {
    PinBudget budget(10, 1000);
    auto first = std::make_unique<PinHold>(budget, 0);
    ASSERT_TRUE(first->charge(11));
    std::mutex mutex;
    std::vector<uint64_t> served;
    std::atomic<int> started{0};
    std::vector<std::thread> threads;
    for (uint64_t place : std::vector<uint64_t>{5, 2, 7, 3, 1, 6, 4}) {
        threads.emplace_back([&, place] {
            PinHold hold(budget, place);
            started++;
            EXPECT_TRUE(hold.charge(11));
            std::lock_guard lock(mutex);
            served.push_back(place);
        });
    }
    // Nothing tells that a thread waits, only that it is about to.
    while (started < 7) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    {
        std::lock_guard lock(mutex);
        EXPECT_TRUE(served.empty());
    }
    first.reset();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(served, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(Pins, OneTicketAtATime) {
    PinBudget budget(10, 1000);
    std::atomic<int> holders{0};
    std::vector<std::thread> threads;
    for (uint64_t i = 0; i < 8; i++) {
        threads.emplace_back([&, i] {
            for (uint64_t round = 0; round < 200; round++) {
                PinHold hold(budget, round * 8 + i);
                EXPECT_TRUE(hold.charge(500));
                EXPECT_EQ(++holders, 1);
                --holders;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

TEST(Pins, AStopEndsTheWaitAndTakesNothing) {
    std::stop_source stop;
    PinBudget budget(10, 1000, stop.get_token());
    auto holder = std::make_unique<PinHold>(budget, 5);
    ASSERT_TRUE(holder->charge(11));
    std::atomic<int> interrupted{0};
    std::vector<std::thread> threads;
    for (uint64_t place : std::vector<uint64_t>{1, 2, 3}) {
        threads.emplace_back([&, place] {
            PinHold hold(budget, place);
            Status charged = hold.charge(500);
            interrupted += !charged && charged.error().code == Code::kInterrupted;
            EXPECT_FALSE(hold.has_ticket());
            EXPECT_EQ(hold.charged(), 0u);
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(interrupted, 0) << "until then they wait";
    stop.request_stop();
    for (std::thread& thread : threads) thread.join();  // the holder still has the ticket
    EXPECT_EQ(interrupted, 3);
    EXPECT_TRUE(holder->charge(500)) << "who has the ticket goes on";
    holder.reset();
    PinHold next(budget, 9);
    EXPECT_TRUE(next.charge(500)) << "a free ticket needs no wait";
}

TEST(Pins, EqualPlacesShareATicketInTurn) {
    PinBudget budget(10, 1000);
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            PinHold hold(budget, 1);
            done += hold.charge(11).ok();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace assay

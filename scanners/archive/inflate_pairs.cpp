#include "inflate_pairs.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace assay {

namespace {

// What is less than this is done sooner than somebody is woken.
constexpr size_t kLeastOut = 16 << 10;
constexpr size_t kLeastIn = 16 << 10;
// Longer than a worker takes from one step to the next, when no other one has its CPU.
constexpr auto kPatience = std::chrono::milliseconds(4);
constexpr unsigned kMostAlone = 4096;

}  // namespace

Inflater::Step InflatePairs::Member::step_dense(Inflater& inflater, Bytes in,
                                                std::span<uint8_t> out) {
    const bool worth_it =
        pairs_ && out.size() >= kLeastOut && in.size() >= kLeastIn && pairs_->members_ > 1;
    if (alone_ > 0) alone_--;
    Inflater::Job job{in, out, true};
    if (worth_it && alone_ == 0) {
        const bool met = pairs_->step_together(inflater, job);
        alone_ = met ? 0 : next_alone_;
        next_alone_ = met ? kFewestAlone : std::min(2 * next_alone_, kMostAlone);
        if (met) return job.done;
    }
    inflater.step(job);
    return job.done;
}

// False when nobody came.
bool InflatePairs::step_together(Inflater& inflater, Inflater::Job& job) {
    Waiting mine{inflater, job};
    Waiting* first = nullptr;
    {
        std::unique_lock lock(mutex_);
        first = std::exchange(waiting_, nullptr);
        if (!first) {
            waiting_ = &mine;
            const bool met = mine.changed.wait_for(lock, kPatience, [&] { return mine.met; });
            if (!met) waiting_ = nullptr;
            if (met) mine.changed.wait(lock, [&] { return mine.done; });
            return met;
        }
        first->met = true;
    }
    Inflater::step_both(first->inflater, first->job, inflater, job);
    std::lock_guard lock(mutex_);
    first->done = true;
    first->changed.notify_one();
    return true;
}

}  // namespace assay

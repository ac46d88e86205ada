// Streams that several workers unpack, brought together by twos: one worker unpacks its own and
// another's in turn, which takes little longer than its own alone (dense_codes.h), while the other
// worker sleeps. That pays where there are more workers than CPUs, and there alone is it made.
//
// What comes out is the same, whoever meets whom. A worker whose partner does not come goes on
// alone: the others may be waiting for the network, or for memory that it has.
//
// Threads: for all workers that share one. Owner: the visit; must outlive them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "inflater.h"

namespace assay {

class InflatePairs {
  public:
    // A stream that is being unpacked. Owned by one worker; borrows the pairs, which may be none.
    class Member {
      public:
        explicit Member(InflatePairs* pairs) : pairs_(pairs) {
            if (pairs_) pairs_->members_++;
        }
        ~Member() {
            if (pairs_) pairs_->members_--;
        }
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;

        // Like inflater.step(), but no further than where ISA-L goes on.
        Inflater::Step step_dense(Inflater& inflater, Bytes in, std::span<uint8_t> out);

      private:
        InflatePairs* const pairs_;
        static constexpr unsigned kFewestAlone = 32;

        unsigned alone_ = 0;                  // steps to take without waiting for anybody
        unsigned next_alone_ = kFewestAlone;  // when nobody comes; twice as many each time
    };

  private:
    struct Waiting {
        Inflater& inflater;
        Inflater::Job& job;
        bool met = false;
        bool done = false;
        std::condition_variable changed{};
    };

    bool step_together(Inflater& inflater, Inflater::Job& job);

    std::mutex mutex_;
    Waiting* waiting_ = nullptr;  // who came first
    std::atomic<unsigned> members_ = 0;
};

}  // namespace assay

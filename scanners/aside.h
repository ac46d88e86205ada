// The digests of packed streams, beside the scan that unpacks them.
//
// A packed stream is one serial chain: unpacking it, and digesting what goes in, what comes out and
// what is found inside. So those digests are queued by the batch and made where there is room: by a
// thread that idles, or else by one of the workers for all that share a hub, whose streams then
// fill lanes together.
//
// Threads: a hub is for all. A queue and its Asides belong to one worker.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "assay/digest.h"
#include "assay/limits.h"

namespace assay {

class Aside;
class AsideQueue;

class AsideHub {
  public:
    struct Piece {
        Aside* owner;
        Lent lent;  // nothing: its end
    };
    using Batch = std::vector<Piece>;

    // `idle`: threads that have run out of work; borrowed.
    AsideHub(Engine engine, std::atomic<int>& idle);
    ~AsideHub();
    AsideHub(const AsideHub&) = delete;
    AsideHub& operator=(const AsideHub&) = delete;

    // So many workers fill a lane set, since of a packed stream three digests are made at a time.
    static unsigned workers_of_one();

    // Bytes that went through lanes, and that did not. Precondition: all is digested.
    struct Counted {
        uint64_t laned;
        uint64_t single;
    };
    [[nodiscard]] Counted counted();

    // Whether somebody else than the workers would make the digests.
    [[nodiscard]] bool has_thread();

  private:
    friend class Aside;
    friend class AsideQueue;
    using Lock = std::unique_lock<std::mutex>;
    static constexpr size_t kMostPending = 6;      // batches of one queue
    static constexpr size_t kMostLeft = 2 * kMiB;  // that does not fill lanes

    struct Taken {
        AsideQueue* from;
        size_t batches;
        Batch pieces;  // of all of them
    };

    [[nodiscard]] size_t at_a_time() const;
    [[nodiscard]] bool anything() const;
    std::vector<Taken> take();
    static void feed(const std::vector<Taken>& taken);
    void push(AsideQueue& from, Batch batch);
    void settle(AsideQueue& queue, uint64_t batch);
    bool start();
    void help(Lock& lock);
    [[nodiscard]] bool wanted() const;
    void run(Lock& lock);
    void serve();

    std::atomic<int>& idle_;
    LaneSet lanes_;  // of whoever runs
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<AsideQueue*> feeding_;  // queues that have artifacts
    bool running_ = false;
    bool ending_ = false;
    size_t settling_ = 0;  // workers that wait for all that they gave
    std::thread thread_;
};

// What one worker has for its hub.
class AsideQueue {
  public:
    // Null: nothing goes aside. Batches are of `batch` bytes.
    AsideQueue(AsideHub* hub, size_t batch) : hub_(hub), batch_bytes_(batch) {}

    [[nodiscard]] bool takes(const std::vector<DigestKind>& kinds) const;
    // Until all that was fed is digested: its blocks are free then.
    void settle();

  private:
    friend class Aside;
    friend class AsideHub;
    static constexpr size_t kMostPieces = 256;

    void enter();
    void leave();
    void add(Aside& owner, const BlockRef& block, Bytes bytes);
    void settle(uint64_t batch);
    void push();

    AsideHub* const hub_;
    const size_t batch_bytes_;
    AsideHub::Batch batch_;
    size_t bytes_ = 0;  // of the batch
    size_t asides_ = 0;
    uint64_t pushed_ = 0;  // batches
    // The hub's:
    std::deque<AsideHub::Batch> pending_;
    uint64_t fed_ = 0;   // batches that streams have
    uint64_t done_ = 0;  // batches that are digested
};

class Aside final : public Tap {
  public:
    static Result<std::unique_ptr<Aside>> make(const std::vector<DigestKind>& kinds,
                                               std::optional<uint64_t> size, AsideQueue& queue);
    ~Aside() override;

    void feed(const BlockRef& block, Bytes bytes) override { queue_.add(*this, block, bytes); }
    void finish() override { queue_.add(*this, {}, {}); }

    // Precondition: finish(). Waits for them.
    [[nodiscard]] std::vector<Digest> digests();

  private:
    friend class AsideHub;
    friend class AsideQueue;

    explicit Aside(AsideQueue& queue);
    void digest(const Lent& lent);

    AsideQueue& queue_;
    std::unique_ptr<DigestSet> digests_;
    uint64_t last_ = 0;  // the last batch that holds a piece of it,
    size_t at_ = 0;      // and where
};

}  // namespace assay

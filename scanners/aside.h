// The digests of an artifact on another thread, beside the scan that passes its bytes.
//
// A packed stream is one serial chain: unpacking it, and digesting what goes in and what comes out.
// Where a core idles the digests of both run there. Only then: where every worker has files,
// nothing is gained.
//
// Threads: everything but the digests themselves belongs to the tape's thread.
#pragma once

#include <tbb/concurrent_queue.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "assay/digest.h"
#include "session.h"

namespace assay {

class Aside;

// One for all artifacts of a session; it ends, and is given back, with the last that uses it.
class AsideThread {
  public:
    using Batch = std::vector<Lent>;

    // Null where no thread idles.
    static std::shared_ptr<AsideThread> take(std::atomic<int>& idle);
    ~AsideThread();
    AsideThread(const AsideThread&) = delete;
    AsideThread& operator=(const AsideThread&) = delete;

    void push(Aside* owner, Batch batch) { queue_.push({owner, std::move(batch)}); }

  private:
    struct Work {
        Aside* owner = nullptr;  // null: the end
        Batch batch;
    };

    explicit AsideThread(std::atomic<int>& idle);
    void run();

    std::atomic<int>& idle_;
    tbb::concurrent_bounded_queue<Work> queue_;
    std::thread thread_;
};

class Aside final : public Tap {
  public:
    // Borrows the session. Of a source of that size.
    static Result<std::unique_ptr<Aside>> make(const std::vector<DigestKind>& kinds,
                                               std::optional<uint64_t> size, Session& session);
    ~Aside() override { join(); }

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    // Until all that was fed is digested. Blocks of the session's pool may be waited for so.
    void settle();
    // settle(), and the thread is given back. What is fed afterwards is digested at once.
    void join();

    // Precondition: join(), and finish() before it.
    [[nodiscard]] std::vector<Digest> digests() const { return digests_->digests(); }

  private:
    friend class AsideThread;
    // Few: a worker's pool has some fifty.
    static constexpr size_t kBlocks = 4;

    explicit Aside(Session& session);
    bool start();
    void add(const BlockRef& block, Bytes bytes);
    void push();
    void digest(const AsideThread::Batch& batch);

    Session& session_;
    LaneSet lanes_;
    std::unique_ptr<DigestSet> digests_;
    std::shared_ptr<AsideThread> thread_;
    AsideThread::Batch batch_;
    size_t blocks_ = 0;  // in the batch
    uint64_t pushed_ = 0;
    std::atomic<uint64_t> done_{0};  // batches
    bool finished_ = false;
};

}  // namespace assay

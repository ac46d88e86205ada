// The digests of an artifact on a thread of their own, beside the scan that passes its bytes.
//
// A packed stream is one serial chain: unpacking it, and digesting what goes in and what comes out.
// Where a core idles the three run side by side. Only then: where every worker has files, their
// digests share lanes instead.
//
// Threads: everything but the digests themselves belongs to the tape's thread.
#pragma once

#include <tbb/concurrent_queue.h>

#include <atomic>
#include <thread>
#include <vector>

#include "assay/digest.h"
#include "session.h"

namespace assay {

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
    // Few: a worker's pool has some fifty.
    static constexpr size_t kBlocks = 2;
    using Batch = std::vector<Lent>;

    explicit Aside(Session& session);
    bool start();
    void add(const BlockRef& block, Bytes bytes);
    void push();
    void run();

    Session& session_;
    LaneSet lanes_;
    std::unique_ptr<DigestSet> digests_;
    Batch batch_;
    size_t blocks_ = 0;  // in the batch
    tbb::concurrent_bounded_queue<Batch> queue_;
    std::atomic<uint64_t> done_{0};  // batches
    uint64_t pushed_ = 0;
    bool finished_ = false;
    std::thread thread_;
};

}  // namespace assay

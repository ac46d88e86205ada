// What one worker lends to the artifacts that it has open. One thread.
#pragma once

#include <algorithm>

#include "archive/inflate_pairs.h"
#include "aside.h"
#include "assay/visit.h"
#include "join.h"
#include "oci/image_book.h"
#include "stores/store_book.h"

namespace assay {

// Derived once per visit from the options; shared by all workers.
struct VisitPlan {
    unsigned threads = 1;
    unsigned workers = 1;   // more of them where layers are many: a layer fills a few lanes only
    size_t lanes = 1;       // files that a worker sweeps side by side
    size_t open_files = 1;  // no more than that; fewer where descriptors are few
    size_t files = 1;       // that all workers may have open
    size_t block_size = 0;
    size_t stream_share = 0;  // bytes of blocks of one worker
    size_t stream_total = 0;  // of all of them
    MemoryPlan memory{};
    size_t tail = 0;  // how much of the end some format wants to see

    // Stripes lie far apart in one file; longer steps cost fewer look-ups in the page cache.
    [[nodiscard]] size_t stripe_block() const {
        constexpr size_t kLongest = size_t{128} << 10;
        size_t fitting = stream_share / (4 * kMaxLanes) / kBlockAlign * kBlockAlign;
        return std::max(block_size, std::min(kLongest, fitting));
    }
};

Result<VisitPlan> plan_visit(const VisitOptions& options);

// What a few workers do for each other.
struct WorkerTeam {
    WorkerTeam(Engine engine, std::atomic<int>& idle) : hub(engine, idle) {}
    AsideHub hub;
    InflatePairs pairs;
};

struct Session {
    Session(const VisitOptions& visit_options, const VisitSinks& visit_sinks,
            const VisitPlan& visit_plan, PinBudget& pin_budget, FactStore& fact_store,
            oci::ImageBook& image_book, StoreBook& store_book, WorkerTeam* team,
            std::stop_token stop_token);

    // Hashes all that is queued, of all artifacts.
    void run_lanes();
    // Back to the queue limits of a sweep, after somebody changed them.
    void reset_lanes();

    const VisitOptions& options;
    const VisitSinks& sinks;
    const VisitPlan& plan;
    PinBudget& pins;
    FactStore& facts;
    oci::ImageBook& images;
    StoreBook& stores;
    std::stop_token stop;
    BlockPool stream;
    BlockPool held;
    std::vector<uint8_t> tail;  // the end of the artifact that is being recognised
    LaneSet lanes;              // whole-artifact digests
    LaneSet chunk_lanes;        // leaves of chunk trees
    LaneSet tensor_lanes;       // tensors
    AsideQueue aside;           // of what packed streams hold
    InflatePairs* const pairs;  // of workers that outnumber the CPUs; else null
};

class Artifact;

// What a file of a target and everything inside it have in common.
struct FileScope {
    FileScope(Session& its_session, const Place& place);
    ~FileScope();

    // Members are finished one by one, but their digests are cheaper by the laneful: a member waits
    // here until enough others do.
    void defer(std::unique_ptr<Artifact> finished);
    // All but the latest `keep`.
    void store_deferred(size_t keep = 0);
    void store(Artifact& finished);

    Session& session;
    PinHold hold;
    FileRecords records;
    uint64_t members = 0;
    uint64_t member_bytes = 0;
    uint64_t spooled = 0;  // bytes of it that lie in spools now
    bool image = false;    // it is a part of an image: models inside have digests of their own
    bool aside = false;    // it is unpacked: its digests are made aside
    std::vector<std::unique_ptr<Artifact>> deferred;
    Status stored = Done{};  // the first failure to keep a record
};

}  // namespace assay

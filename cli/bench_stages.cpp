#include "bench_stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "assay/lanes.h"
#include "memory_rates.h"

namespace assay::cli {

namespace {

constexpr double kMemorySeconds = 0.25;
constexpr size_t kSampleBytes = 32 * kMiB;

class NoRecords final : public RecordSink {
  public:
    Status record(const Record&) override { return Done{}; }
};

struct VisitKind {
    Engine engine = Engine::kAuto;
    bool sha256 = true;
    bool chunks = false;
    bool direct = false;
};

Result<double> visit_rate(const BenchPlan& plan, const VisitKind& kind) {
    VisitOptions options;
    options.targets = plan.targets;
    options.inspect = false;
    options.threads = plan.threads;
    options.memory = plan.memory;
    options.engine = kind.engine;
    options.direct = kind.direct;
    if (!kind.sha256) options.digests.clear();
    if (kind.chunks) options.chunk_size = kDefaultChunkSize;
    NoRecords records;
    VisitSinks sinks{records, nullptr, nullptr, {}, {}};
    const auto start = std::chrono::steady_clock::now();
    Result<Summary> summary = visit(options, sinks, plan.stop);
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!summary) return summary.error();
    return static_cast<double>(summary->bytes) / took.count();
}

Result<double> read_rate(const BenchPlan& plan, unsigned threads, bool direct) {
    Result<ReadResult> read = read_files(plan.files, {threads, direct, 0});
    if (!read) return read.error();
    return read->rate();
}

// Collects stages; those on all threads are left out where there is but one.
class Stages {
  public:
    explicit Stages(const BenchPlan& plan) : plan_(plan) {}

    void in_memory(StageGroup group, const char* name, double (*rate)(const MemoryWork&)) {
        for_threads([&](unsigned threads) {
            add(group, name, threads, [this_plan = &plan_, rate, threads]() -> Result<double> {
                return rate({this_plan->sample, threads, kMemorySeconds});
            });
        });
    }

    void reading(const char* name, bool direct) {
        for_threads([&](unsigned threads) {
            add(StageGroup::kLimit, name, threads, [this_plan = &plan_, threads, direct] {
                return read_rate(*this_plan, threads, direct);
            });
        });
    }

    void visiting(StageGroup group, const char* name, const VisitKind& kind) {
        add(group, name, plan_.threads,
            [this_plan = &plan_, kind] { return visit_rate(*this_plan, kind); });
    }

    std::vector<Stage> take() { return std::move(stages_); }

  private:
    template <class Add>
    void for_threads(Add add_for) {
        add_for(1);
        if (plan_.threads > 1) add_for(plan_.threads);
    }

    void add(StageGroup group, const char* name, unsigned threads,
             std::function<Result<double>()> run) {
        stages_.push_back({group, name, threads, std::move(run)});
    }

    const BenchPlan& plan_;
    std::vector<Stage> stages_;
};

}  // namespace

std::vector<Stage> stages_of(const BenchPlan& plan) {
    Stages stages(plan);
    stages.in_memory(StageGroup::kLimit, "copy in memory", copy_rate);
    stages.reading("read, page cache", false);
    if (plan.direct) stages.reading("read, O_DIRECT", true);
    stages.in_memory(StageGroup::kOpenssl, "OpenSSL in memory", evp_rate);
    stages.in_memory(StageGroup::kLanes, "lanes in memory", lanes_rate);
    stages.visiting(StageGroup::kOpenssl, "files, OpenSSL", {Engine::kOpenssl});
    stages.visiting(StageGroup::kLanes, "files, lanes", {Engine::kLanes});
    stages.visiting(StageGroup::kLanes, "files, auto", {});
    if (plan.direct) {
        stages.visiting(StageGroup::kLanes, "files, O_DIRECT", {Engine::kAuto, true, false, true});
    }
    stages.visiting(StageGroup::kTree, "chunk tree alone", {Engine::kAuto, false, true, false});
    stages.visiting(StageGroup::kTree, "files + chunk tree", {Engine::kAuto, true, true, false});
    return stages.take();
}

Result<std::vector<uint8_t>> sample_of(const FileSet& files, size_t memory) {
    const size_t want = std::min<uint64_t>({kSampleBytes, memory / 8, files.bytes});
    std::vector<uint8_t> sample = noise(std::max(want, kMiB));
    size_t filled = 0;
    for (const FileSet::File& file : files.files) {
        if (filled == want) break;
        auto source = FileSource::open(file.path, FileSource::Direct::kNo);
        if (!source) return source.error();
        Result<size_t> got = (*source)->read_into(0, sample.data() + filled, want - filled);
        if (!got) return got.error();
        filled += *got;
    }
    return sample;
}

}  // namespace assay::cli

// The steps of a visit, in order. What one step hands to the next is in its name.
#include "assay/visit.h"

#include <sched.h>

#include <algorithm>
#include <deque>
#include <system_error>
#include <thread>

#include "along.h"
#include "formats.h"
#include "last_bytes.h"
#include "oci/file_metadata.h"
#include "oci/oci_rules.h"
#include "spooled.h"
#include "stores/store_rules.h"
#include "worker.h"

namespace assay {

std::span<const Format* const> all_formats() { return kFormats; }

Rulebook rulebook_of(std::span<const Format* const> formats) {
    Rulebook book;
    for (const Format* format : formats) book.add(format->rules);
    book.add(store_rules());
    if (formats.empty()) return book;
    book.add(oci::kRules);
    book.add(oci::file_metadata_rules());
    book.add(join_rules());
    book.add(along_rules());
    book.add(spool_rules());
    book.add(last_bytes_rules());
    return book;
}

// What lies in a registry is asked for once, by the visit itself.
static std::optional<std::vector<WalkEntry>> expand_local(const std::string& target,
                                                          const VisitOptions& options) {
    const bool remote = oci::parse_target(target).transport == oci::Transport::kRegistry;
    return remote ? std::vector<WalkEntry>() : oci::expand_target(target, options, {});
}

void count_ahead(const VisitOptions& options, Progress& progress, const std::stop_token& stop) {
    StoreBook stores(0, options.through_links());
    Walker walker(
        options.targets, links_of(options), options.memory / 8, stop,
        [&](const std::string& target) { return expand_local(target, options); },
        options.stores ? &stores : nullptr);
    while (std::optional<WalkEntry> entry = walker.next()) {
        if (stop.stop_requested()) return;
        if (options.only_stores && !entry->store) continue;
        progress.total_files++;
        if (entry->kind == WalkEntry::Kind::kFile) progress.total_bytes += size_of_entry(*entry);
    }
    progress.totals_known = true;
}

template <class Fits>
static bool every_target(const VisitOptions& options, const Fits& fits) {
    return std::all_of(options.targets.begin(), options.targets.end(), [&](const auto& target) {
        return fits(oci::parse_target(target).transport);
    });
}

// Whether nothing but images in folders was asked for.
static bool layouts_alone(const VisitOptions& options) {
    return every_target(options,
                        [](auto transport) { return transport == oci::Transport::kLayout; });
}

unsigned usable_cpus() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

// Blocks that a sweep needs per lane: one that is filled while another waits in the queue.
static constexpr size_t kBlocksPerLane = 3;

// Past the page cache only whole units are read, however little of them is wanted.
static size_t round_up(size_t size, size_t unit) {
    return size > SIZE_MAX - unit ? size : (size + unit - 1) / unit * unit;
}

// Layers are unpacked by twos, and each block is a meeting.
static size_t choose_block_size(const VisitOptions& options, const VisitPlan& plan) {
    if (options.block_size > 0 && options.direct) return round_up(options.block_size, kBlockAlign);
    if (options.block_size > 0) return options.block_size;
    const bool pairs = plan.workers > plan.threads;
    size_t size = options.direct ? kMiB : size_t{pairs ? 128U : 32U} << 10;
    while (size > kBlockAlign && size * plan.lanes * kBlocksPerLane > plan.stream_share) size /= 2;
    return size;
}

// Unpacking a layer and walking through it is one serial chain with two or three digests beside it,
// and it waits for them. More layers than threads fill the lanes and the waits. Who asks for fewer
// threads than there are CPUs gets no more than that.
static unsigned choose_workers(const VisitOptions& options, const VisitPlan& plan) {
    constexpr unsigned kLayersPerThread = 4;
    constexpr size_t kLeastShare = 4 * kMiB;
    if (plan.threads < usable_cpus() || !layouts_alone(options)) return plan.threads;
    const size_t fitting = std::min<size_t>(plan.stream_total / kLeastShare, plan.files);
    return static_cast<unsigned>(
        std::clamp<size_t>(fitting, plan.threads, size_t{kLayersPerThread} * plan.threads));
}

Result<VisitPlan> plan_visit(const VisitOptions& options) {
    if (options.memory < kMinMemory) {
        return Error{Code::kUsage, "less memory than the 32 MiB that a visit needs at least"};
    }
    for (DigestKind kind : options.digests) {
        if (!is_available(kind)) {
            return Error{Code::kUsage, "this build has no BLAKE3: the system has no libblake3"};
        }
    }
    if (options.chunk_size && !ChunkShape{0, *options.chunk_size}.valid()) {
        return Error{Code::kUsage, "the chunk size must be a power of two from 4 KiB to 1 GiB"};
    }
    if (options.shards && !is_available(options.shards->kind)) {
        return Error{Code::kUsage, "this build has no BLAKE3: the system has no libblake3"};
    }
    if (options.shards && options.shards->size == 0) {
        return Error{Code::kUsage, "shards of no bytes"};
    }
    VisitPlan plan;
    plan.threads = options.threads > 0 ? options.threads : usable_cpus();
    plan.lanes = std::max<size_t>(lane_width(), 4);
    plan.files = plan_descriptors().files;
    if (options.chunk_size) plan.files = files_beside_side_files(plan.files, plan.threads);
    plan.memory = plan_memory(options.memory, plan.threads * plan.lanes);
    // Without formats nothing is pinned, and windows of a chunk tree fill more lanes.
    plan.stream_total = plan.memory.stream + (options.joins() ? 0 : plan.memory.pinned_large);
    plan.workers = choose_workers(options, plan);
    const size_t side_by_side = plan.lanes * plan.threads / plan.workers;
    plan.open_files = std::clamp<size_t>(plan.files / plan.workers, 1, side_by_side);
    plan.stream_share = plan.stream_total / plan.workers;
    plan.block_size = choose_block_size(options, plan);
    if (plan.block_size * plan.lanes * kBlocksPerLane > plan.stream_share) {
        return Error{Code::kUsage, "too little memory for that many threads"};
    }
    for (const Format* format : options.formats) plan.tail = std::max(plan.tail, format->tail);
    return plan;
}

namespace {

// Counts records on their way to the caller's sink.
class CountingSink final : public RecordSink {
  public:
    CountingSink(RecordSink& inner, Severity fail_on) : inner_(inner), fail_on_(fail_on) {}
    Status record(const Record& record) override {
        summary.count(record, fail_on_);
        return inner_.record(record);
    }
    Summary summary;

  private:
    RecordSink& inner_;
    const Severity fail_on_;
};

void collect_stats(VisitStats& stats, Session& session) {
    for (const LaneSet* lanes : {&session.lanes, &session.chunk_lanes, &session.tensor_lanes}) {
        stats.laned_bytes += lanes->laned_bytes();
        stats.single_bytes += lanes->single_bytes();
    }
    stats.peak_blocks += session.stream.peak() + session.held.peak();
    stats.threads = session.plan.threads;
    stats.block_size = session.plan.block_size;
}

// What was digested for the workers, by whomever.
void collect_aside(VisitStats& stats, std::deque<WorkerTeam>& teams) {
    for (WorkerTeam& team : teams) {
        const AsideHub::Counted counted = team.hub.counted();
        stats.laned_bytes += counted.laned;
        stats.single_bytes += counted.single;
    }
}

// Runs `work` on this thread and `others` more, or on as many as there are to be had. What one of
// them throws leaves when all have ended.
template <class Work>
void on_threads(unsigned others, Work work) {
    std::mutex mutex;
    std::exception_ptr thrown;
    auto guarded_work = [&] {
        try {
            work();
        } catch (...) {
            std::lock_guard lock(mutex);
            thrown = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> threads;
        try {
            for (unsigned i = 0; i < others; i++) threads.emplace_back(guarded_work);
        } catch (const std::system_error&) {  // the system has no more threads
        }
        guarded_work();
    }
    if (thrown) std::rethrow_exception(thrown);
}

// One worker on each thread; the first failure is kept and the others notice it by themselves.
Status sweep(const VisitOptions& options, const VisitSinks& sinks, const VisitPlan& plan,
             FactStore& facts, oci::ImageBook& images, StoreBook& stores, RecordOrder& order,
             const std::stop_token& stop) {
    PinBudget pins(plan.memory.pinned_small, plan.memory.pinned_large, stop,
                   plan.memory.pinned_pool);
    FileSlots slots(plan.files);
    Feed feed(options, plan.workers, slots, order, stop, options.stores ? &stores : nullptr);
    std::mutex mutex;
    Status failed = Done{};
    std::atomic<int> idle = 0;
    const bool alone = feed.is_for_one_thread();
    const unsigned share = AsideHub::workers_of_one();
    std::deque<WorkerTeam> teams;
    for (unsigned i = 0; !alone && i < plan.workers; i += share) {
        teams.emplace_back(options.engine, idle);
    }
    const int first_cpu = sched_getcpu();
    std::atomic<unsigned> started = 0;
    auto work = [&] {
        const unsigned worker = started++;
        WorkerTeam* team = alone ? nullptr : &teams[worker / share];
        OwnCpu cpu = plan.workers > 1 && !alone ? OwnCpu(worker, first_cpu) : OwnCpu();
        Session session(options, sinks, plan, pins, facts, images, stores, team, stop);
        Status status = Worker(session, feed, slots, order, cpu).run();
        idle++;
        if (sinks.stats) collect_stats(*sinks.stats, session);
        std::lock_guard lock(mutex);
        if (!status && failed.ok()) failed = status;
    };
    if (alone) {
        work();
        return failed;
    }
    on_threads(plan.workers - 1, work);
    if (sinks.stats) collect_aside(*sinks.stats, teams);
    return failed;
}

// Whether nothing but images was asked for.
bool images_alone(const VisitOptions& options) {
    return every_target(options, [](auto transport) { return transport != oci::Transport::kNone; });
}

// Who asks whether stores are sound is told that there is none, and that a model is not whole.
void judge_stores(Summary& summary) {
    auto damaged = [](const StoreReport& store) { return store.models_damaged > 0; };
    summary.stores_damaged = std::any_of(summary.stores.begin(), summary.stores.end(), damaged);
    summary.not_applicable = summary.not_applicable || summary.stores.empty();
}

// What a claim says of a file counts only where that file was looked at.
void lower_for(const Rule& rule, Record& record) {
    const bool not_seen = &rule == &rules::kCompanionNotGiven || &rule == &rules::kChanged ||
                          &rule == &rules::kUnreadable ||
                          &rule == &stores::rule("oci.blob.missing");
    if (not_seen) record.lower_coverage(Coverage::kUnreadable, rule.message);
}

}  // namespace

Result<Summary> visit(const VisitOptions& options, const VisitSinks& sinks,
                      const std::stop_token& stop) {
    Result<VisitPlan> plan = plan_visit(options);
    if (!plan) return plan.error();
    const Rulebook book = rulebook_of(options.formats);
    CountingSink counted(sinks.records, options.fail_on);
    const bool joins = options.joins();
    RecordOrder order(book, counted,
                      joins ? RecordOrder::When::kAtRelease : RecordOrder::When::kAsFinished,
                      plan->memory.report);
    const bool rereads = options.read_bulk && !options.leave_rest;
    FactStore facts(plan->memory.report, options.targets, rereads, stop);
    StoreBook stores(plan->memory.report / 2, options.through_links());

    oci::ImageBook images(plan->memory.report / 2, oci::image_targets(options), options.lock);

    Status swept = sweep(options, sinks, *plan, facts, images, stores, order, stop);
    if (!swept) return swept.error();
    if (stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};

    Status joined = images.ask(facts);
    if (joined) joined = facts.freeze();
    if (joined) joined = stores.freeze();
    if (joined) {
        joined = images.each_need(
            [&](uint32_t target, const std::string& path) { stores.note_needed(target, path); });
        stores.count_orphans();
    }
    if (!joined) return joined.error();
    auto add_joined = [&](uint64_t, uint32_t number, Record& record) {
        Result<std::vector<Finding>> found = facts.findings_for(record, number);
        Status amended = found ? stores.amend(record) : Status(found.error());
        for (const Finding& finding : found ? *found : std::vector<Finding>()) {
            lower_for(*finding.rule, record);
        }
        if (found) record.findings.insert(record.findings.end(), found->begin(), found->end());
        if (amended) amended = images.amend(facts, number, record);
        if (joined && !amended) joined = amended;
    };
    Status released = joins ? order.release(add_joined) : order.release();
    if (!released) return released.error();
    if (!joined) return joined.error();
    uint64_t seen = 0;
    uint64_t applicable = 0;
    Status told = images.tell(facts, [&](const ImageRecord& image) {
        seen++;
        applicable += image.applicable;
        stores.put_image(image);
        return sinks.on_image ? sinks.on_image(image) : Status(Done{});
    });
    if (!told) return told.error();
    if (sinks.on_ref) images.each_ref(sinks.on_ref);
    counted.summary.not_applicable = images_alone(options) && seen > 0 && applicable == 0;
    counted.summary.stores = stores.reports();
    if (options.only_stores) judge_stores(counted.summary);
    return counted.summary;
}

}  // namespace assay

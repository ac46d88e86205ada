#include "worker.h"

#include <fcntl.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "kinds.h"
#include "stores/store_rules.h"

namespace assay {

static bool holds_bytes(const WalkEntry& entry) {
    return entry.kind == WalkEntry::Kind::kFile || entry.kind == WalkEntry::Kind::kStream;
}

std::vector<WalkEntry> Feed::next(size_t open) {
    std::unique_lock lock(mutex_);
    look_ahead();
    if (open == 0) wait_for_descriptors(lock);
    while (open == 0 && !ahead_.empty() && !order_.has_room(ahead_.back().file)) {
        uint64_t file = ahead_.back().file;
        lock.unlock();
        order_.wait_for_room(file, stop_);
        lock.lock();
        look_ahead();
        if (stop_.stop_requested()) return {};
    }
    if (ahead_.empty() || !order_.has_room(ahead_.back().file)) return {};
    size_t fair_share = (files_ahead_ + open_total_ + workers_ - 1) / workers_;
    if (walked_ && open >= std::max<size_t>(fair_share, 1)) return {};
    const size_t left = files_ahead_ > 0 ? files_ahead_ : ahead_.size();
    size_t several = std::clamp<size_t>(left / (4 * workers_), 1, kMaxLanes);
    std::vector<WalkEntry> entries;
    entries.reserve(several);
    for (size_t i = 0; i < several; i++) {
        files_ahead_ -= holds_bytes(ahead_.front());
        entries.push_back(ahead_.pop());
    }
    open_total_ += several;
    return entries;
}

void Feed::look_ahead() {
    if (ahead_.size() > kAhead - kMaxLanes) return;
    while (ahead_.size() < kAhead && !walked_) {
        std::optional<WalkEntry> entry = walker_.next();
        if (!entry && walker_.starved()) return;
        walked_ = !entry;
        if (!entry) return;
        files_ahead_ += holds_bytes(*entry);
        ahead_.push(std::move(*entry));
    }
}

// When nobody has a file open that would be closed, what cannot be entered is said to be so.
void Feed::wait_for_descriptors(std::unique_lock<std::mutex>& lock) {
    while (ahead_.empty() && !walked_ && !stop_.stop_requested()) {
        const uint64_t closed = slots_.closed();
        look_ahead();
        if (!ahead_.empty() || walked_) return;
        lock.unlock();
        bool some = slots_.wait_for_close(closed, stop_);
        lock.lock();
        walker_.set_patient(some);
        look_ahead();
        walker_.set_patient(true);
    }
}

bool Feed::is_for_one_thread() {
    std::lock_guard lock(mutex_);
    look_ahead();
    if (!walked_ || ahead_.size() > 1) return false;
    if (ahead_.empty()) return true;
    if (ahead_.front().kind == WalkEntry::Kind::kStream) return false;
    return size_of_entry(ahead_.front()) < kMiB || !read_bulk_;
}

void Feed::closed(size_t files) {
    std::lock_guard lock(mutex_);
    open_total_ -= files;
}

bool Feed::only_these_left(size_t open) {
    std::lock_guard lock(mutex_);
    look_ahead();
    return ahead_.empty() && walked_ && open_total_ == open;
}

struct Worker::OpenFile {
    OpenFile(Session& session, WalkEntry walked, FileSlot its_slot, OpenSource opened)
        : slot(std::move(its_slot)),
          entry(std::move(walked)),
          scope(session, Place{entry.target, entry.file, {}}),
          source(std::move(opened.source)),
          file(opened.file),
          artifact(scope, *source,
                   {Place{entry.target, entry.file, {}}, EntryKind::kFile, escape_path(entry.path),
                    entry.user_path},
                   entry.store) {}

    FileSlot slot;  // first, so that it is given back last
    WalkEntry entry;
    FileScope scope;
    std::unique_ptr<ByteSource> source;
    FileSource* file;  // the source, when it is one
    Artifact artifact;
};

Worker::Worker(Session& session, Feed& feed, FileSlots& slots, RecordOrder& order, OwnCpu& cpu)
    : session_(session), feed_(feed), slots_(slots), order_(order), cpu_(cpu) {}

Worker::~Worker() = default;

bool Worker::stopping() const { return session_.stop.stop_requested() || !failed_.ok(); }

Status Worker::run() {
    while (!stopping()) {
        cpu_.go_back();
        bool admitted = admit();
        if (open_.empty() && finished_.empty() && !admitted) break;
        if (open_.size() == 1 && feed_.only_these_left(1)) read_alone(*open_.front());
        sweep_round();
        retire();
    }
    if (!failed_) order_.fail(failed_.error());
    return failed_;
}

bool Worker::take_entries() {
    if (!mine_.empty()) return true;
    mine_ = feed_.next(open_.size());
    std::reverse(mine_.begin(), mine_.end());
    return !mine_.empty();
}

// Fills the lanes with small files at once, but takes large ones one per round, so that workers
// which start together share them.
bool Worker::admit() {
    bool admitted = false;
    while (open_.size() < session_.plan.open_files && !stopping()) {
        if (!take_entries()) break;
        admitted = true;
        FileSlot slot = open_.empty() ? slots_.take(session_.stop) : slots_.try_take();
        if (!slot) break;
        WalkEntry entry = std::move(mine_.back());
        mine_.pop_back();
        size_t before = open_.size();
        if (!open(entry, std::move(slot))) {
            mine_.push_back(std::move(entry));
            break;
        }
        if (open_.size() == before) continue;
        std::optional<uint64_t> size = open_.back()->source->size();
        if (!size || *size > session_.plan.block_size) break;
    }
    return admitted;
}

// The descriptor that a name such as /dev/fd/63 stands for, which somebody handed us; -1 for what
// only looks like such a name.
static int inherited(std::string_view path) {
    if (path == "-" || path == "/dev/stdin") return STDIN_FILENO;
    std::string_view digits = path.substr(path.rfind('/') + 1);
    const char* end = digits.data() + digits.size();
    int number = -1;
    auto [stopped, fault] = std::from_chars(digits.data(), end, number);
    return fault == std::errc() && stopped == end ? number : -1;
}

static Finding finding_of(const Rule& rule, std::string_view detail) {
    Finding finding;
    finding.rule = &rule;
    finding.severity = rule.severity;
    finding.detail = escape_path(detail);
    return finding;
}

// How much was looked at of what is not opened.
static Coverage coverage_of(const WalkEntry& entry) {
    if (!entry.rule) return Coverage::kFull;  // covered by what its store says
    bool limit = entry.rule == &rules::kLimitWalkDepth || entry.rule == &rules::kLimitFolder ||
                 entry.rule == &stores::rule("engine.limit.stores");
    if (limit) return Coverage::kCutByLimit;
    bool covered = entry.kind == WalkEntry::Kind::kLink && entry.rule != &rules::kLinkOutside;
    // What it leads to was judged by its own name, which may promise less.
    if (promises_loadable(entry.path) && !promises_the_same(entry.path, entry.reason)) {
        covered = covered && entry.rule == &rules::kLinkDangling;
    }
    return covered ? Coverage::kFull : Coverage::kUnreadable;
}

Result<Worker::OpenSource> Worker::open_source(const WalkEntry& entry) const {
    OpenSource opened;
    if (entry.open) {
        Result<std::unique_ptr<ByteSource>> source = entry.open(session_.stop);
        if (!source) return source.error();
        opened.source = std::move(*source);
        return opened;
    }
    int stream = entry.kind == WalkEntry::Kind::kStream ? inherited(entry.user_path) : -1;
    if (stream >= 0) {
        opened.source = std::make_unique<StreamSource>(stream, session_.stop);
        return opened;
    }
    Result<FileDescriptor> fd = open_entry(entry);
    if (!fd) return fd.error();
    auto direct = session_.options.direct ? FileSource::Direct::kTry : FileSource::Direct::kNo;
    Result<std::unique_ptr<FileSource>> file = FileSource::adopt(std::move(*fd), direct);
    if (!file) return file.error();
    opened.file = file->get();
    opened.source = std::move(*file);
    bool large = opened.file->stamp().size > session_.plan.block_size;
    if (large && !opened.file->direct()) {
        posix_fadvise(opened.file->fd(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return opened;
}

Result<Worker::OpenSource> Worker::open_source_with_room(const WalkEntry& entry) {
    Result<OpenSource> source = open_source(entry);
    if (source || !ran_out(source.error())) return source;
    feed_.close_folders();
    return open_source(entry);
}

// Files that the caller writes to. One that was named is read all the same.
bool Worker::is_left_out(const WalkEntry& entry, const OpenSource& source) const {
    const std::vector<FileId>& ids = session_.options.left_out;
    if (!entry.folder || !source.file) return false;
    const FileStamp& stamp = source.file->stamp();
    return std::find(ids.begin(), ids.end(), FileId{stamp.device, stamp.inode}) != ids.end();
}

// What belongs to no store, where nothing else is asked about.
bool Worker::is_passed_over(const WalkEntry& entry) const {
    return session_.options.only_stores && !entry.store && entry.kind != WalkEntry::Kind::kTrouble;
}

// False when no descriptor is left and some will be: the entry must be tried again later.
bool Worker::open(WalkEntry& entry, FileSlot slot) {
    const auto& targets = session_.options.targets;
    const bool lone = entry.target < targets.size() && entry.user_path == targets[entry.target];
    if (lone) session_.facts.note_lone(entry.target);
    if (is_passed_over(entry)) {
        slot.return_unused();
        put(entry.file, FileRecords());
        return true;
    }
    if (entry.rule || entry.kind == WalkEntry::Kind::kLink) {
        slot.return_unused();
        store_unopened(entry, entry.rule, coverage_of(entry), entry.reason);
        return true;
    }
    const auto& passes_over = session_.options.passes_over;
    if (entry.folder && passes_over && passes_over(entry.user_path)) {
        slot.return_unused();
        put(entry.file, FileRecords());
        return true;
    }
    const uint64_t closed = slots_.closed();
    Result<OpenSource> source = open_source_with_room(entry);
    if (!source && ran_out(source.error())) {
        slot.return_unused();
        if (!open_.empty() || slots_.wait_for_close(closed, session_.stop)) return false;
    }
    if (!source) {
        store_unopened(entry, &rules::kUnreadable, Coverage::kUnreadable, describe(source.error()));
        return true;
    }
    if (is_left_out(entry, *source)) {
        put(entry.file, FileRecords());
        return true;
    }
    begin(std::move(entry), std::move(slot), std::move(*source));
    return true;
}

void Worker::begin(WalkEntry entry, FileSlot slot, OpenSource source) {
    open_.push_back(
        std::make_unique<OpenFile>(session_, std::move(entry), std::move(slot), std::move(source)));
    OpenFile& opened = *open_.back();
    opened.scope.image = oci::is_blob(opened.entry.path);
    if (const Rule* found = opened.entry.found) {
        EngineContext(opened.artifact)
            .report(*found, 0, 0, opened.entry.found_detail, std::nullopt);
    }
    look_into(opened.artifact, opened.entry);
    if (opened.scope.hold.has_ticket()) finish_now();
}

void Worker::look_into(Artifact& artifact, const WalkEntry& entry) {
    const ChildReader* reader = entry.store ? entry.store->reader.get() : nullptr;
    if (session_.options.inspect) return artifact.inspect(entry.path, reader);
    if (reader && !entry.store->reads) return artifact.read_document(*reader);
    if (!session_.options.only_stores || entry.store->expected) return;
    if (entry.store->part == StoreEntry::Part::kPartial) return;
    artifact.record().lower_coverage(Coverage::kStructureOnly,
                                     "nothing states what it should hold");
}

// What holds the large ticket must not wait for its turn in a sweep: others wait for the ticket,
// and the next file of this very worker may be one of them.
void Worker::finish_now() {
    if (open_.size() == 1 && feed_.only_these_left(1)) read_alone(*open_.front());
    if (open_.back()->artifact.wants_rest()) open_.back()->artifact.drain();
    finished_.push_back(std::move(open_.back()));
    open_.pop_back();
    retire();
}

// The last file of all: its digests may use the threads and the memory that the others left.
// oneTBB is not started before there is such a file: that takes as long as 50 small ones.
void Worker::read_alone(OpenFile& file) {
    if (!file.artifact.wants_rest()) return;
    if (file.file && file.file->stamp().size < 8 * kMiB) return;
    const unsigned threads = session_.plan.threads;
    tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    tbb::task_arena arena(static_cast<int>(threads));
    arena.execute([&] { read_on_all_threads(file); });
}

void Worker::read_on_all_threads(OpenFile& file) {
    if (file.file && file.artifact.drain_striped(*file.file)) return;
    if (session_.plan.threads < 2) return;
    session_.stream.set_capacity(session_.plan.stream_total);
    file.artifact.drain_pipelined(session_.plan.stream_total);
    session_.stream.set_capacity(session_.plan.stream_share);
}

// One block of each open file; those that end go to finished_.
void Worker::sweep_round() {
    for (auto& file : open_) {
        bool more = file->artifact.wants_rest() && file->artifact.drain_block();
        if (!more) finished_.push_back(std::move(file));
    }
    std::erase(open_, nullptr);
}

void Worker::retire() {
    if (finished_.empty() || stopping()) return;
    for (auto& file : finished_) file->artifact.finish(file->source->settle());
    session_.run_lanes();
    std::vector<std::pair<uint64_t, FileRecords>> closed;
    for (auto& file : finished_) close(*file, closed);
    put(std::move(closed));
    finished_.clear();
}

void Worker::close(OpenFile& file, std::vector<std::pair<uint64_t, FileRecords>>& closed) {
    file.scope.store_deferred();
    Artifact& artifact = file.artifact;
    artifact.seal();
    if (artifact.tree() && session_.sinks.on_chunks) {
        Status kept = session_.sinks.on_chunks(artifact.record(), *artifact.tree());
        if (!kept) artifact.record().lower_coverage(Coverage::kUnreadable, describe(kept.error()));
    }
    if (artifact.shards() && session_.sinks.on_shards) {
        Status kept = session_.sinks.on_shards(artifact.record(), *artifact.shards());
        if (!kept) artifact.record().lower_coverage(Coverage::kUnreadable, describe(kept.error()));
    }
    if (VisitStats* stats = session_.sinks.stats) {
        stats->bytes_read += artifact.tape().bytes_read();
        if (session_.options.direct && file.file) {
            (file.file->direct() ? stats->direct_files : stats->direct_refused)++;
        }
    }
    Status kept = artifact.store(file.file ? &file.file->stamp() : nullptr);
    if (!kept) file.scope.stored = kept;
    if (!file.scope.stored) failed_ = file.scope.stored;
    closed.emplace_back(file.entry.file, std::move(file.scope.records));
}

void Worker::put(uint64_t file, FileRecords records) {
    std::vector<std::pair<uint64_t, FileRecords>> one;
    one.emplace_back(file, std::move(records));
    put(std::move(one));
}

void Worker::put(std::vector<std::pair<uint64_t, FileRecords>> files) {
    feed_.closed(files.size());
    if (session_.sinks.progress) session_.sinks.progress->files += files.size();
    Status kept = order_.put(std::move(files));
    if (!kept) failed_ = kept;
}

// What the stores have to say of what is not opened.
Status Worker::tell_stores(const StoreEntry& entry, Record& record) {
    for (const auto& [rule, detail] : entry.remarks) {
        record.findings.push_back(finding_of(*rule, detail));
    }
    if (entry.part != StoreEntry::Part::kOther) {
        session_.stores.put_blob(entry, record, BlobState::kUnchecked, std::nullopt);
    }
    if (entry.model.empty()) return Done{};
    return session_.stores.put_need(*entry.store, record.path, entry.blob, entry.model, entry.name);
}

// What is read under another path is as good as a file here.
Status Worker::tell_facts(const WalkEntry& entry, const Record& record) {
    if (!entry.leads_to.empty()) {
        Status same = session_.facts.put_same(record, escape_path(entry.leads_to));
        if (!same) return same;
    }
    if (!entry.store || entry.store->same_as.empty()) return session_.facts.put_name(record);
    Record file = record;
    file.kind = EntryKind::kFile;
    file.size = size_of_entry(entry);
    Status same = session_.facts.put_same(file, entry.store->same_as);
    return same ? session_.facts.put_name(file) : same;
}

// Links, special files and what cannot be opened: a record of its own all the same. `rule` says
// why; null where a store says enough.
void Worker::store_unopened(const WalkEntry& entry, const Rule* rule, Coverage coverage,
                            const std::string& reason) {
    Record record;
    record.place = {entry.target, entry.file, {}};
    record.kind = entry.kind == WalkEntry::Kind::kLink      ? EntryKind::kLink
                  : entry.kind == WalkEntry::Kind::kSpecial ? EntryKind::kSpecial
                                                            : EntryKind::kFile;
    record.path = escape_path(entry.path);
    record.user_path = entry.user_path;
    record.format = record.kind == EntryKind::kLink ? "link" : "unknown";
    if (rule) record.findings.push_back(finding_of(*rule, reason));
    record.lower_coverage(coverage, reason);
    Status kept = entry.store ? tell_stores(*entry.store, record) : Status(Done{});
    FileRecords records;
    if (kept) kept = records.put(records.enter(), record);
    // Claims may be about it: that it is no link, say.
    if (kept && session_.options.joins()) kept = tell_facts(entry, record);
    if (!kept) failed_ = kept;
    put(entry.file, std::move(records));
}

}  // namespace assay

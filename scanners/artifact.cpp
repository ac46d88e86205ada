#include "artifact.h"

#include <algorithm>
#include <iterator>

#include "along.h"
#include "far_marks.h"
#include "guarded.h"
#include "in_memory.h"
#include "kinds.h"
#include "spooled.h"

namespace assay {

Session::Session(const VisitOptions& visit_options, const VisitSinks& visit_sinks,
                 const VisitPlan& visit_plan, PinBudget& pin_budget, FactStore& fact_store,
                 oci::ImageBook& image_book, StoreBook& store_book, WorkerTeam* team,
                 std::stop_token stop_token)
    : options(visit_options),
      sinks(visit_sinks),
      plan(visit_plan),
      pins(pin_budget),
      facts(fact_store),
      images(image_book),
      stores(store_book),
      stop(std::move(stop_token)),
      stream(plan.block_size, plan.stream_share, placement_for(options.direct)),
      held(kBlockAlign, SIZE_MAX, placement_for(options.direct)),  // bounded by the pins
      lanes(options.engine),
      chunk_lanes(options.engine),
      tensor_lanes(options.engine),
      aside(team ? &team->hub : nullptr, std::min(kMiB, plan.stream_share / 16)),
      pairs(team && plan.workers > plan.threads ? &team->pairs : nullptr) {
    reset_lanes();
}

void Session::reset_lanes() {
    lanes.set_queue_limit(plan.lanes * plan.block_size);
    chunk_lanes.set_queue_limit(plan.lanes * plan.block_size);
    tensor_lanes.set_queue_limit(plan.lanes * plan.block_size);
    stream.on_pressure([this] {
        run_lanes();
        aside.settle();
    });
}

void Session::run_lanes() {
    lanes.run();
    chunk_lanes.run();
    tensor_lanes.run();
}

FileScope::FileScope(Session& its_session, const Place& place)
    : session(its_session), hold(its_session.pins, place.file) {}

FileScope::~FileScope() = default;

void FileScope::defer(std::unique_ptr<Artifact> finished) {
    if (!finished->needs_lanes()) return store(*finished);
    deferred.push_back(std::move(finished));
    const size_t laneful = session.plan.lanes;
    if (aside && deferred.size() >= 8 * laneful) store_deferred(4 * laneful);
    if (!aside && deferred.size() >= laneful) store_deferred();
}

// What goes aside takes its time: the latest are left alone until they are done by themselves.
void FileScope::store_deferred(size_t keep) {
    if (deferred.size() <= keep) return;
    session.run_lanes();
    const auto end = deferred.end() - static_cast<std::ptrdiff_t>(keep);
    for (auto it = deferred.begin(); it != end; ++it) store(**it);
    deferred.erase(deferred.begin(), end);
}

void FileScope::store(Artifact& artifact) {
    artifact.seal();
    Status kept = artifact.store();
    if (!kept && stored.ok()) stored = kept;
}

Artifact::Artifact(FileScope& scope, ByteSource& source, const ArtifactName& name,
                   std::optional<DigestKind> digest, Artifact* packed)
    : scope_(scope),
      packed_(packed),
      tape_(source, {scope.session.stream, scope.session.held, scope.hold}, {}),
      number_(scope.records.enter()) {
    record_.place = name.place;
    record_.kind = name.kind;
    record_.path = name.path;
    record_.user_path = name.user_path;
    record_.format = "unknown";
    make_taps(source, digest);
}

static std::optional<DigestKind> digest_for(const StoreEntry* store) {
    return store && store->expected ? std::optional(store->expected->kind) : std::nullopt;
}

Artifact::Artifact(FileScope& scope, ByteSource& source, const ArtifactName& name,
                   std::shared_ptr<const StoreEntry> store)
    : Artifact(scope, source, name, digest_for(store.get())) {
    store_ = std::move(store);
    if (store_) expect();
}

namespace {

// Counts the bytes of files for whoever watches.
class ProgressTap final : public Tap {
  public:
    explicit ProgressTap(Progress& progress) : progress_(progress) {}
    void feed(const BlockRef&, Bytes bytes) override { progress_.bytes += bytes.size(); }
    void finish() override {}

  private:
    Progress& progress_;
};

}  // namespace

Artifact::~Artifact() {
    aside_.reset();
    scope_.hold.refund(tensors_charge_ + digests_charge_ + reserved_);
}

// Nothing has passed yet, so they can begin again elsewhere.
void Artifact::digest_aside() {
    scope_.aside = true;
    if (!digests_ || tape_.offset() > 0 || !session().aside.takes(digest_kinds_)) return;
    tape_.detach(*digests_);
    digests_.reset();
    attach_digests(std::move(digest_kinds_));
}

void Artifact::attach_digests(std::vector<DigestKind> kinds) {
    digest_kinds_ = std::move(kinds);
    if (scope_.aside && session().aside.takes(digest_kinds_)) {
        auto made = Aside::make(digest_kinds_, tape_.size(), session().aside);
        if (!made) return fault(made.error());
        aside_ = std::move(*made);
        return tape_.attach(*aside_);
    }
    auto made = DigestSet::make(digest_kinds_, session().lanes, tape_.size());
    if (!made) return fault(made.error());
    digests_ = std::move(*made);
    tape_.attach(*digests_);
}

// Every level of the tree is in memory at once, and once more while it is written. Digests of
// shards are as large.
bool Artifact::parts_fit(uint64_t parts) {
    constexpr uint64_t kBytesPerLeaf = 6 * sizeof(Sha256Digest);
    if (parts <= session().plan.stream_total / 2 / kBytesPerLeaf) return true;
    EngineContext(*this).report(rules::kLimitChunks, 0, 0, "", std::nullopt);
    record_.lower_coverage(Coverage::kCutByLimit, rules::kLimitChunks.message);
    return false;
}

void Artifact::make_digests(const ByteSource& source, std::optional<DigestKind> needed) {
    const VisitOptions& options = session().options;
    std::vector<DigestKind> kinds;
    if (!is_member() || packed_ || options.member_digests) kinds = options.digests;
    if (packed_ && !needed) needed = DigestKind::kSha256;
    // Git hashes the size first.
    if (is_member() && !source.size()) std::erase(kinds, DigestKind::kGitSha1);
    reported_digests_ = kinds.size();
    // A blob of an archive of images is known by its digest.
    const bool blob =
        is_member() && needed && kinds.empty() && scope_.image && *needed == DigestKind::kSha256;
    if (blob) kinds.push_back(*needed);
    reported_digests_ += blob;
    bool extra = needed && is_available(*needed) &&
                 std::find(kinds.begin(), kinds.end(), *needed) == kinds.end();
    if (extra) kinds.push_back(*needed);
    if (kinds.empty()) return;
    attach_digests(std::move(kinds));
}

// What the documents of an image speak of, and what people ask of one: each layer unpacked, the
// blobs of an archive, and each model inside. Nobody has to ask for these.
void Artifact::add_image_digest(std::string_view format, std::string_view name) {
    const std::vector<DigestKind>& kinds = session().options.digests;
    const bool told = std::find(kinds.begin(), kinds.end(), DigestKind::kSha256) != kinds.end();
    if (!is_member() || !told || !wants_bulk()) return;
    const bool layer = name == "data" && (format == "tar" || format == "pytorch-tar");
    if (layer) scope_.image = true;
    if (digested()) return;
    const bool model = scope_.image && (oci::is_model_format(format) ||
                                        (format == "zip" && promises_loadable(name)));
    if (!layer && !model) return;
    reported_digests_ = 1;
    attach_digests({DigestKind::kSha256});
}

// An archive is walked in one go by one thread, and its checksums are made on the way: another one
// makes its digest meanwhile, if it can. So it is with a layer that is not packed.
void Artifact::digest_walk_aside(std::string_view format) {
    constexpr uint64_t kWorthIt = 16 * kMiB;
    const bool walked = format == "zip" || format == "tar";
    if (is_member() || !walked || !wants_bulk()) return;
    if (scope_.image ? format == "tar" : tape_.size().value_or(0) >= kWorthIt) digest_aside();
}

// Precondition: they are done.
std::vector<Digest> Artifact::made_digests() const {
    if (aside_) return aside_->digests();
    return digests_ ? digests_->digests() : std::vector<Digest>();
}

void Artifact::make_taps(const ByteSource& source, std::optional<DigestKind> needed) {
    const VisitOptions& options = session().options;
    if (!options.read_bulk) return;
    // A tap that sees all would have what nobody wants read for its sake.
    Progress* progress = session().sinks.progress;
    if (progress && !is_member() && !options.leave_rest) {
        progress_tap_ = std::make_unique<ProgressTap>(*progress);
        tape_.attach(*progress_tap_);
    }
    make_digests(source, needed);
    if (!is_member()) make_part_taps(source.size().value_or(0));
}

void Artifact::make_part_taps(uint64_t size) {
    const VisitOptions& options = session().options;
    if (options.chunk_size && parts_fit(ChunkShape{size, *options.chunk_size}.leaves())) {
        chunk_tap_ = std::make_unique<ChunkTap>(session().chunk_lanes, *options.chunk_size);
        tape_.attach(*chunk_tap_);
    }
    if (options.shards && parts_fit(options.shards->count(size))) {
        shard_tap_ = std::make_unique<ShardTap>(*options.shards, session().chunk_lanes);
        tape_.attach(*shard_tap_);
    }
}

// ------------------------------------------------------------------------------------------------
// Inspection: what it is, and what its formats find.

Status scan_guarded(const Framing& framing, Tape& tape, ScanContext& context, PinHold* hold) {
    const bool at_random = !framing.random_access || tape.random_access();
    if (!at_random && !hold) {
        context.incomplete(Coverage::kUnsupported,
                           std::string(framing.name) + " needs random access to these bytes");
        return Done{};
    }
    return guarded(context, tape.offset(), Status(Done{}), [&] {
        if (at_random) return framing.scan(tape, context);
        return scan_at_random(tape, context, [&](Tape& copy, ScanContext& reader) {
            return copy.random_access() ? framing.scan(copy, reader)
                                        : scan_in_memory(framing, copy, reader, *hold);
        });
    });
}

namespace {

bool matches_guarded(const Format& format, const Probe& probe, ScanContext& context) {
    return guarded(context, 0, false, [&] { return format.matches(probe); });
}

bool goes_by(const Format& format, const std::string& extension) {
    // Asked for each format and each file: most differ in their first letter.
    return !extension.empty() &&
           std::ranges::any_of(format.extensions, [&](std::string_view known) {
               return known.front() == extension.front() && known == extension;
           });
}

// Whether the name's extension is one of those that the format goes by.
bool promises(std::span<const Format* const> formats, std::string_view format,
              std::string_view name) {
    std::string extension = extension_of(name);
    return std::any_of(formats.begin(), formats.end(), [&](const Format* known) {
        return known->name == format && goes_by(*known, extension);
    });
}

bool names(const std::vector<Framing>& framings, std::string_view kind) {
    return std::any_of(framings.begin(), framings.end(),
                       [&](const Framing& framing) { return framing.name == kind; });
}

}  // namespace

// Those that fit the name's promise alone come last: what the others say decides about them.
std::vector<Framing> Artifact::framings(const Probe& probe, const Kind& kind, std::string_view name,
                                        const ChildReader* reader) {
    EngineContext context(*this);
    const std::string extension = extension_of(name);
    const bool by_name = !reader && is_vague(kind, name);
    Probe promised = probe;
    promised.promised = true;
    std::vector<Framing> fitting;
    std::vector<Framing> promises;
    if (reader) fitting.push_back({reader->format, false, reader->scan});
    for (const Format* format : session().options.formats) {
        if (reader && format->name == reader->format) continue;
        if (matches_guarded(*format, probe, context)) {
            fitting.push_back({format->name, format->random_access, format->scan});
        } else if (by_name && goes_by(*format, extension) &&
                   matches_guarded(*format, promised, context)) {
            promises.push_back({format->name, format->random_access, format->scan});
            promises.back().by_name = true;
        }
    }
    std::move(promises.begin(), promises.end(), std::back_inserter(fitting));
    return fitting;
}

// A disc image may begin with anything, with a boot sector as a rule.
static void add_disc(std::vector<Framing>& fitting, Tape& tape, const VisitOptions& options) {
    constexpr std::string_view kDisc = "iso9660";
    if (names(fitting, kDisc) || !holds_disc(tape, fitting.empty())) return;
    for (const Format* format : options.formats) {
        if (format->name != kDisc) continue;
        fitting.push_back({format->name, format->random_access, format->scan});
    }
}

// An archive that is an operand of a pickle is the pickle's to look into.
void Artifact::leave_enclosed(const Probe& probe, std::vector<Framing>& fitting) {
    if (!names(fitting, "pickle") || !names(fitting, "zip")) return;
    enclosed_ = enclosed_archive(probe, tape_);
    if (enclosed_) std::erase_if(fitting, [](const Framing& one) { return one.name == "zip"; });
}

// The pickle never came by there, so what looked like its operand was none.
void Artifact::judge_enclosed() {
    if (!enclosed_ || enclosed_seen_) return;
    EngineContext(*this).report(rules::kPolyglot, enclosed_->begin, enclosed_->size,
                                "pickle and zip", std::nullopt);
    record_.lower_coverage(Coverage::kUnsupported, "an archive in a pickle was not looked into");
}

void Artifact::read_document(const ChildReader& reader) {
    run_formats({{reader.format, false, reader.scan}});
}

void Artifact::inspect(std::string_view name, const ChildReader* reader) {
    Result<Probe> probed = probe();
    if (!probed) return scan_fault(probed.error());
    const Kind& kind = kind_of(*probed);
    bool empty = probed->head.empty();
    check_kind(kind, empty, name);
    if (store_ && store_->reads && !store_->reads(*probed)) reader = nullptr;
    std::vector<Framing> fitting = framings(*probed, kind, name, reader);
    leave_enclosed(*probed, fitting);
    // What it is if it only seemed to be what fits; found while the probe's spans live.
    const auto fits_not = [&](std::string_view other) { return !names(fitting, other); };
    const Kind& otherwise = fits_not(kind.name) ? kind : kind_after(kind, *probed, fits_not);
    // "MZ" without a header behind it is no program, but readers look behind it all the same.
    const bool stub = starts_with(probed->head, "MZ") && holds_stubbed_archive(tape_);
    add_disc(fitting, tape_, session().options);
    watch_end(fitting);
    if (!fitting.empty()) {
        digest_walk_aside(fitting.front().name);
        add_image_digest(fitting.front().name, name);
    }
    bool claimed = !fitting.empty() && run_formats(fitting);
    judge_enclosed();
    if (!claimed && !fitting.empty()) record_.format = otherwise.name;
    bool promised = claimed && promises(session().options.formats, record_.format, name);
    if (!empty && !promised && contradicts_name(name, record_.format) &&
        (refined_.empty() || contradicts_name(name, refined_))) {
        EngineContext(*this).report(rules::kExtMismatch, 0, 0, "content: " + record_.format);
    }
    const Rule* fallback = claimed ? fallback_of(name, record_.format) : nullptr;
    if (fallback) EngineContext(*this).report(*fallback, 0, 0, record_.format);
    if (claimed && !refined_.empty()) record_.format = refined_;
    if (!claimed && stub) {
        record_.lower_coverage(Coverage::kUnsupported, "an archive stands behind a program");
    }
    if (!claimed) settle_unclaimed(otherwise.inert, empty, name);
}

// No format reads it: either there is nothing to read, or the coverage says that nobody did.
void Artifact::settle_unclaimed(bool inert, bool empty, std::string_view name) {
    if (record_.format == "unknown" && !is_member()) {
        EngineContext(*this).report(rules::kUnknownType, 0, 0, "", std::nullopt);
    }
    if (!inert) {
        record_.lower_coverage(Coverage::kUnsupported,
                               record_.format + " is recognised but not validated");
    } else if (!empty && promises_loadable(name)) {
        record_.lower_coverage(Coverage::kUnsupported,
                               "the name promises a model format that this is not");
    }
}

Result<Probe> Artifact::probe() {
    Probe probe;
    probe.size = tape_.size();
    Result<Bytes> begin = tape_.peek(kProbeHead);
    if (!begin) return begin.error();
    probe.head = *begin;
    Result<Bytes> end = probe_tail();
    if (!end) return end.error();
    probe.tail = *end;
    if (begin->size() < kProbeHead) probe.size = begin->size();  // the end was met
    return probe;
}

// Every artifact's end is looked at, so it must cost no pins: with many threads the allowance of
// each would not do, and every file would want the large ticket.
Result<Bytes> Artifact::probe_tail() {
    size_t tail = session().plan.tail;
    if (tail == 0 || !tape_.size() || !tape_.random_access()) return Bytes{};
    std::vector<uint8_t>& to = session().tail;
    to.resize(tail);
    Result<size_t> got = tape_.glance(*tape_.size() - std::min<uint64_t>(*tape_.size(), tail), to);
    if (!got) return got.error();
    return Bytes(to).first(*got);
}

// Every repository of git has some; git runs none by such a name.
static bool is_sample_hook(std::string_view path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || !path.ends_with(".sample")) return false;
    const std::string_view folder = path.substr(0, slash);
    return folder == "hooks" || folder.ends_with("/hooks");
}

void Artifact::check_kind(const Kind& kind, bool empty, std::string_view name) {
    EngineContext context(*this);
    if (empty) {
        record_.format = "empty";
        context.report(rules::kEmpty, 0, 0, "", std::nullopt);
        return;
    }
    record_.format = kind.name;
    if (kind.executable) {
        // A script that says it is one is how model repositories ship their code.
        bool honest =
            kind.name == "script" && (promises_executable(name) || is_sample_hook(record_.path));
        context.report(rules::kExecutable, 0, 0, kind.name,
                       honest ? std::optional(Severity::kInfo) : std::nullopt);
    }
}

// ------------------------------------------------------------------------------------------------
// What formats leave behind.

// The bulk of members follows at once, and there is none where nobody wants it.
bool Artifact::afterwards(std::unique_ptr<Closing> closing) {
    if (!wants_bulk() || is_member() || is_copied()) return false;
    tape_.attach(*closing);
    closings_.push_back(std::move(closing));
    return true;
}

Status Artifact::reserve(size_t bytes) {
    Status charged = scope_.hold.charge(bytes);
    if (charged) reserved_ += bytes;
    return charged;
}

void Artifact::release(size_t bytes) {
    scope_.hold.refund(bytes);
    reserved_ -= bytes;
}

// Closings use what the scan reserved.
void Artifact::end_scan() {
    if (closings_.empty()) release(reserved_);
}

void Artifact::close_all() {
    EngineContext context(*this);
    for (auto& closing : closings_) {
        Status closed = guarded(context, tape_.offset(), Status(Done{}),
                                [&] { return closing->close(context); });
        tape_.detach(*closing);
        if (!closed && closed.error().code == Code::kChanged) fault(closed.error());
        if (!closed && closed.error().code != Code::kChanged) scan_fault(closed.error());
    }
    closings_.clear();
    release(reserved_);
}

// The first framing keeps the tape and the others read along, to the end if they want to. False
// when all of them found that the bytes are something else.
bool Artifact::run_formats(const std::vector<Framing>& framings) {
    EngineContext context(*this);
    record_.format = framings.front().name;
    std::vector<std::unique_ptr<Along>> along;
    for (size_t i = 1; i < framings.size(); i++) {
        along.push_back(std::make_unique<Along>(framings[i], *this));
    }
    Status scanned = scan_guarded(framings.front(), tape_, context, &scope_.hold);
    if (!scanned) scan_fault(scanned.error());
    tensors_told();
    auto anybody_reads = [&] {
        return std::any_of(along.begin(), along.end(), [](auto& one) { return one->reading(); });
    };
    const uint64_t most = rest_will_pass() ? UINT64_MAX : tape_.offset() + kMostForAlong;
    auto goes_on = [&] { return whole_ && !session().stop.stop_requested() && anybody_reads(); };
    while (goes_on() && tape_.offset() < most && drain_block()) {
    }
    const bool cut = tape_.offset() >= most;
    std::vector<std::string> claimed;
    if (!context.disowned()) claimed.emplace_back(framings.front().name);
    for (auto& reader : along) {
        if (cut) reader->cut();
        if (reader->join(claimed.empty())) claimed.emplace_back(reader->name());
    }
    for (size_t i = 1; i < claimed.size(); i++) {
        context.report(claimed[i] == "pickle" ? rules::kPicklePrefix : rules::kPolyglot, 0, 0,
                       claimed[0] + " and " + claimed[i], std::nullopt);
    }
    if (!claimed.empty()) record_.format = claimed.front();
    end_scan();
    return !claimed.empty();
}

// ------------------------------------------------------------------------------------------------
// The end.

void Artifact::finish(const Status& settled) {
    if (!settled) fault(settled.error());
    close_all();
    judge_end();
    record_.size = tape_.size().value_or(tape_.bytes_read());
    Progress* progress = session().sinks.progress;
    if (progress && !is_member() && !progress_tap_) progress->bytes += record_.size;
    if (!wants_bulk()) {
        record_.lower_coverage(Coverage::kStructureOnly, "the bulk was not read, as asked");
        return;
    }
    bool striped = tree_ || shards_;
    if (!tape_.at_end() && !striped && !rest_left_ && whole_) {
        whole_ = false;
        record_.lower_coverage(Coverage::kUnreadable, "reading stopped before the end");
    }
}

ChildOutcome Artifact::outcome(std::optional<DigestKind> digest) {
    ChildOutcome outcome{record_.coverage, whole_ && (tape_.at_end() || rest_left_),
                         rest_left_ ? record_.size : tape_.offset(), std::nullopt};
    if (!digest || !digested() || !outcome.whole) return outcome;
    session().run_lanes();
    for (const Digest& made : made_digests()) {
        if (made.kind == *digest) outcome.digest = made;
    }
    return outcome;
}

void Artifact::seal() {
    compare();
    if (!whole_ || !wants_bulk()) return;
    if (shard_tap_) shards_ = shard_tap_->digests();
    record_.accounted.hashed = digested() || tree_ || shards_ ? record_.size : 0;
    record_.digests = made_digests();
    for (const Digest& made : record_.digests) {
        bool fact = packed_ && made.kind == DigestKind::kSha256;
        if (fact) packed_->fact({"content", "sha256", made.hex()});
    }
    // What only a container asked for is in no record, and known to those who claim something of
    // it.
    for (size_t i = reported_digests_; digested() && i < record_.digests.size(); i++) {
        const Digest& made = record_.digests[i];
        if (made.kind == DigestKind::kSha256) fact({"file", "sha256", made.hex()});
    }
    if (digested()) record_.digests.resize(reported_digests_);
    if (tensor_digests_) record_.tensors = tensor_digests_->with_digests(record_.tensors);
    if (chunk_tap_) tree_ = chunk_tap_->tree();
    if (tree_) {
        record_.chunks = ChunkRoot{tree_->shape().chunk_size, to_hex(tree_->root())};
    }
}

Status Artifact::store(const FileStamp* stamp) {
    if (session().options.joins()) {
        put_facts();
        put_claims();
        Status named = session().facts.put_name(record_, stamp);
        if (!named) return named;
        if (!put_) return put_;
    }
    return scope_.records.put(number_, record_);
}

void FindingList::add(std::vector<Finding>& findings, Finding finding) {
    auto kept = std::find_if(kept_.begin(), kept_.end(),
                             [&](const Kept& known) { return known.rule == finding.rule; });
    if (kept == kept_.end()) kept = kept_.insert(kept, {finding.rule, 0, 0});
    if (kept->count++ < kMaxFindingsPerRule) {
        kept->last = findings.size();
        findings.push_back(std::move(finding));
        return;
    }
    findings[kept->last].count += finding.count;
}

void Artifact::fault(const Error& error) {
    whole_ = false;
    if (error.code == Code::kInterrupted) return;
    scan_fault(error);
}

void Artifact::scan_fault(const Error& error) {
    const Rule* rule = lower_for(error);
    bool said = rule == std::exchange(last_fault_, rule);  // by a scan, before the rest was read
    if (rule && !said)
        EngineContext(*this).report(*rule, error.offset, 0, describe(error), std::nullopt);
}

// Lowers the coverage; the rule that says so, unless the format has said it better.
const Rule* Artifact::lower_for(const Error& error) {
    auto lower = [&](Coverage coverage, const Rule* rule) {
        record_.lower_coverage(coverage, describe(error));
        return rule;
    };
    switch (error.code) {
        case Code::kTruncated:
            return lower(Coverage::kMalformed, &rules::kTruncated);
        case Code::kMalformed:
            return lower(Coverage::kMalformed, nullptr);
        case Code::kLimit:
            if (const Rule* rule = limit_ ? limit_() : nullptr) {
                return lower(Coverage::kCutByLimit, rule);
            }
            return lower(Coverage::kCutByLimit, &rules::kLimitPinned);
        case Code::kIo:
            return lower(Coverage::kUnreadable, &rules::kUnreadable);
        case Code::kChanged:
            return lower(Coverage::kUnreadable, &rules::kChanged);
        case Code::kUnsupported:
            return lower(Coverage::kUnsupported, nullptr);
        case Code::kInterrupted:
            return lower(Coverage::kUnreadable, nullptr);
        case Code::kUsage:
            break;
    }
    return lower(Coverage::kMalformed, &rules::kFormatFailed);
}

}  // namespace assay

// What a format may do, and the one place where limits on nesting are enforced.
#include <algorithm>
#include <array>

#include "archive/compress_rules.h"
#include "artifact.h"
#include "content.h"
#include "kinds.h"

namespace assay {

namespace {

// Counts what comes out of a container and compares it with what went in.
class LimitedSource final : public ByteSource {
  public:
    LimitedSource(ByteSource& inner, Artifact& parent)
        : inner_(inner), parent_(parent), start_(parent.position()) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return inner_.size(); }
    [[nodiscard]] bool random_access() const override { return inner_.random_access(); }
    Status settle() override { return inner_.settle(); }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        if (failed_) return *failed_;
        const Rule* over = limit_reached();
        judged_at_ = parent_.position();
        return judge(offset, over, inner_.read(offset, room(max), pool));
    }
    Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) override {
        if (failed_) return *failed_;
        const Rule* over = limit_reached();
        judged_at_ = parent_.position();
        return judge(offset, over, inner_.read_ahead(offset, room(max), pool));
    }

    // Passes by without being counted: these bytes come again.
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        if (failed_) return *failed_;
        return inner_.glance(offset, max, pool);
    }

    [[nodiscard]] bool passes_by_itself() const override { return inner_.passes_by_itself(); }

    // Counts what was not read; false where it has to be, since a limit would end it, too.
    bool leave_rest() {
        if (failed_ || !passes_by_itself() || !size()) return false;
        const uint64_t rest = *size() - out_;
        uint64_t& total = parent_.scope().member_bytes;
        const uint64_t limit = parent_.session().options.limits.total_out;
        if (total > limit || rest > limit - total) return false;
        total += rest;
        return true;
    }

    [[nodiscard]] const Rule* tripped() const { return tripped_; }
    // Where the parent stood when it was judged: how far the read went that shows whether there is
    // more depends on the size of blocks.
    [[nodiscard]] uint64_t judged_at() const { return judged_at_; }

  private:
    // Ratios are judged where this much more has come out, and reads end there: what a limit cuts
    // must not depend on the size of blocks.
    static constexpr uint64_t kJudged = kMiB;

    [[nodiscard]] const NestingLimits& limits() const { return parent_.session().options.limits; }

    [[nodiscard]] uint64_t next_judgement() const {
        const uint64_t floor = limits().ratio_floor;
        return out_ < floor ? floor : floor + ((out_ - floor) / kJudged + 1) * kJudged;
    }

    // Where a limit is reached one byte shows whether there is more.
    [[nodiscard]] size_t room(size_t max) const {
        const uint64_t used = parent_.scope().member_bytes;
        uint64_t room = used < limits().total_out ? limits().total_out - used : 1;
        if (!passes_by_itself()) room = std::min(room, next_judgement() - out_);
        return static_cast<size_t>(std::min<uint64_t>(max, room));
    }

    // The limit that one more byte would break.
    [[nodiscard]] const Rule* limit_reached() const {
        const uint64_t floor = limits().ratio_floor;
        const uint64_t in = std::max<uint64_t>(parent_.position() - start_, 1);
        const bool packed = !passes_by_itself();  // else it is stored as it is
        const bool judged = packed && out_ >= floor && (out_ - floor) % kJudged == 0;
        if (judged && out_ / in > limits().ratio) return &rules::kLimitRatio;
        const bool full = parent_.scope().member_bytes >= limits().total_out;
        return full ? &rules::kLimitTotal : nullptr;
    }

    // The first failure sticks: nobody may read on behind it.
    Result<Lent> judge(uint64_t offset, const Rule* over, Result<Lent> lent) {
        if (!lent) failed_ = lent.error();
        if (!lent || lent->bytes.empty()) return lent;
        if (over) return trip(*over, offset);
        out_ += lent->bytes.size();
        parent_.scope().member_bytes += lent->bytes.size();
        return lent;
    }

    Error trip(const Rule& rule, uint64_t offset) {
        tripped_ = &rule;
        const bool ratio = &rule == &rules::kLimitRatio;
        failed_ = Error{Code::kLimit,
                        ratio ? "it unpacks to far more than it takes packed"
                              : "the file's members are too large together",
                        offset, 0};
        return *failed_;
    }

    ByteSource& inner_;
    Artifact& parent_;
    const uint64_t start_;
    uint64_t out_ = 0;
    uint64_t judged_at_ = 0;
    const Rule* tripped_ = nullptr;
    std::optional<Error> failed_;
};

}  // namespace

Result<ChildOutcome> skip_over(ByteSource& source, BlockPool& pool, Coverage coverage) {
    ChildOutcome outcome;
    outcome.coverage = coverage;
    for (;;) {
        Result<Lent> lent = source.read(outcome.bytes, pool.block_size(), pool);
        if (!lent && lent.error().code != Code::kLimit) return lent.error();
        outcome.whole = lent.ok();
        if (!lent || lent->bytes.empty()) break;
        outcome.bytes += lent->bytes.size();
    }
    Status settled = source.settle();
    if (!settled) return settled.error();
    return outcome;
}

void ScanContext::report(const Rule& rule, uint64_t offset, uint64_t length,
                         std::string_view detail, std::optional<Severity> severity,
                         Evidence evidence) {
    Finding finding;
    finding.rule = &rule;
    finding.severity = severity.value_or(rule.severity);
    finding.offset = offset;
    finding.length = length;
    finding.detail = escape_path(detail);
    finding.evidence = std::move(evidence);
    for (auto& [name, value] : finding.evidence) value = escape_path(value);
    add(std::move(finding));
}

void EngineContext::add(Finding finding) { artifact_.report(std::move(finding)); }

const Rule* EngineContext::limit_on_entry() const {
    const NestingLimits& limits = artifact_.session().options.limits;
    if (artifact_.record().place.members.size() >= limits.depth) return &rules::kLimitDepth;
    if (artifact_.scope().members >= limits.members) return &rules::kLimitMembers;
    return nullptr;
}

Result<ChildOutcome> EngineContext::child(std::string_view name, ByteSource& source,
                                          const ChildRequest& request) {
    return child_of(nullptr, name, source, request);
}

Result<ChildOutcome> EngineContext::content(std::string_view name, ByteSource& source) {
    Artifact* packed = artifact_.digested() ? &artifact_ : nullptr;
    Result<ChildOutcome> outcome = child_of(packed, name, source, {});
    if (cut_by_ == &rules::kLimitRatio) report(compress::kBomb, cut_at_, 0, "");
    return outcome;
}

Result<ChildOutcome> content_child(ScanContext& context, std::string_view name,
                                   ByteSource& source) {
    auto* engine = dynamic_cast<EngineContext*>(&context);
    return engine ? engine->content(name, source) : context.child(name, source);
}

// What the name of a packed file promises of what it unpacks to: "a.tgz" a tar.
static std::string_view promised_name(std::string_view path, std::string_view child) {
    constexpr std::array<std::string_view, 6> kOfTars = {"tgz",  "txz",  "tbz",
                                                         "tbz2", "tzst", "nemo"};
    constexpr std::array<std::string_view, 6> kPacked = {"gz", "zst", "xz", "bz2", "lzma", "lz4"};
    const std::string own = extension_of(path);
    if (child != "data" || own.empty()) return child;
    const std::string below = extension_of(path.substr(0, path.size() - own.size() - 1));
    auto among = [&](const auto& known) {
        return std::find(known.begin(), known.end(), own) != known.end();
    };
    return among(kOfTars) || (below == "tar" && among(kPacked)) ? "data.tar" : child;
}

// `packed` is the artifact, where the child is all of it.
Result<ChildOutcome> EngineContext::child_of(Artifact* packed, std::string_view name,
                                             ByteSource& source, const ChildRequest& request) {
    if (stop_requested()) return Error{Code::kInterrupted, "interrupted"};
    cut_by_ = nullptr;
    LimitedSource limited(source, artifact_);
    if (const Rule* rule = limit_on_entry()) {
        report(*rule, artifact_.position(), 0, name, std::nullopt);
        incomplete(Coverage::kCutByLimit, rule->message);
        return skip_over(limited, artifact_.session().stream, Coverage::kCutByLimit);
    }
    FileScope& scope = artifact_.scope();
    scope.members++;
    artifact_.passes_child(source.size());
    ArtifactName child_name{artifact_.record().place,
                            EntryKind::kMember,
                            member_path(artifact_.record().path, name),
                            {}};
    child_name.place.members.push_back(artifact_.next_child());
    if (packed) packed->digest_aside();
    std::optional<DigestKind> digest = request.digest;
    if (scope.image && oci::is_archive_part(name)) digest = DigestKind::kSha256;
    auto child = std::make_unique<Artifact>(scope, limited, child_name, digest, packed);
    child->limited_by([&limited] { return limited.tripped(); });
    child->inspect(promised_name(artifact_.record().path, name), request.reader);
    if (child->may_leave_rest() && limited.leave_rest()) {
        child->leave_rest();
    } else if (child->wants_bulk() || !source.random_access()) {
        child->drain();
    }
    child->finish(limited.settle());
    cut_by_ = limited.tripped();
    cut_at_ = limited.judged_at();
    ChildOutcome outcome = child->outcome(request.digest);
    scope.defer(std::move(child));
    if (!scope.stored) return scope.stored.error();
    return outcome;
}

bool EngineContext::afterwards(std::unique_ptr<Closing> closing) {
    return artifact_.afterwards(std::move(closing));
}

void EngineContext::fact(Fact fact) { artifact_.fact(std::move(fact)); }

void EngineContext::claim(Claim claim) { artifact_.claim(std::move(claim)); }

void EngineContext::tensor(TensorRecord tensor) { artifact_.tensor(tensor); }

void EngineContext::tensors_told() { artifact_.tensors_told(); }

void EngineContext::parsed(uint64_t bytes) { artifact_.record().accounted.parsed += bytes; }

void EngineContext::gap(uint64_t, uint64_t length) { artifact_.record().accounted.gaps += length; }

void EngineContext::incomplete(Coverage coverage, std::string_view reason) {
    artifact_.record().lower_coverage(coverage, reason);
}

bool EngineContext::reserve(size_t bytes) { return artifact_.reserve(bytes).ok(); }

void EngineContext::release(size_t bytes) { artifact_.release(bytes); }

void EngineContext::refine(std::string_view format) { artifact_.refine(format); }

bool EngineContext::wants_bulk() const { return artifact_.wants_bulk(); }

bool EngineContext::wants_members_whole() const {
    return artifact_.session().options.reads_in_order() || artifact_.scope().image;
}

const InspectOptions& EngineContext::options() const {
    return artifact_.session().options.inspection;
}

std::string_view EngineContext::path() const { return artifact_.record().path; }

InflatePairs* EngineContext::inflate_pairs() { return artifact_.session().pairs; }

bool EngineContext::stop_requested() const { return artifact_.session().stop.stop_requested(); }

static Result<Lent> member_part(Result<Lent> lent, uint64_t offset) {
    if (lent && lent->bytes.empty()) {
        return Error{Code::kTruncated, "the container ends inside this member", offset, 0};
    }
    return lent;
}

// Bytes that were read ahead reach the parent's taps when the member has passed them.
Result<Lent> MemberSource::read(uint64_t offset, size_t max, BlockPool&) {
    if (offset >= length_) return Lent{};
    if (start_ + offset < parent_.offset()) {
        return Error{Code::kUsage, "the member has passed these bytes", offset, 0};
    }
    Status moved = parent_.skip(start_ + offset - parent_.offset());
    if (!moved) return moved.error();
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(max, length_ - offset));
    return member_part(parent_.take(wanted), offset);
}

Result<Lent> MemberSource::read_ahead(uint64_t offset, size_t max, BlockPool&) {
    if (offset >= length_) return Lent{};
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(max, length_ - offset));
    return member_part(parent_.lend_at(start_ + offset, wanted), offset);
}

Result<Lent> MemberSource::glance(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset >= length_) return Lent{};
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(max, length_ - offset));
    BlockRef block = pool.get(wanted);
    if (!block) return Error{Code::kLimit, "the memory budget leaves no block to look ahead with"};
    Result<size_t> got = parent_.glance(start_ + offset, {block->data(), wanted});
    if (!got) return got.error();
    return member_part(Lent{block, Bytes(block->data(), *got)}, offset);
}

Status MemberSource::settle() {
    uint64_t end = start_ + length_;
    return parent_.offset() < end ? parent_.skip(end - parent_.offset()) : Status(Done{});
}

}  // namespace assay

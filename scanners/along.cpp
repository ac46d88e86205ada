#include "along.h"

namespace assay {

namespace rules {

const Rule kLimitSecondReading = {
    "engine.limit.second_reading",
    Severity::kMedium,
    "a second reading of the bytes went on for longer than was asked to be read",
    "The first bytes are also those of another format, a pickle say, which would go on through the "
    "bulk of the file. The bulk was not wanted, so only its first 16 MiB were looked at that way.",
    "Scan the file without --no-digest.",
    ""};

}  // namespace rules

std::span<const Rule> along_rules() { return {&rules::kLimitSecondReading, 1}; }

namespace {

// Notes whether the end was met.
class EndSeen final : public ByteSource {
  public:
    EndSeen(ByteSource& source, bool& seen) : source_(source), seen_(seen) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return source_.size(); }
    [[nodiscard]] bool random_access() const override { return source_.random_access(); }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = source_.read(offset, max, pool);
        seen_ = seen_ || (lent && lent->bytes.empty());
        return lent;
    }

  private:
    ByteSource& source_;
    bool& seen_;
};

}  // namespace

Result<ChildOutcome> AlongContext::child(std::string_view, ByteSource& source,
                                         const ChildRequest&) {
    incomplete(Coverage::kUnsupported, "members of a second framing are not inspected");
    BlockPool pool(kBlockAlign, 4 * kBlockAlign);
    return skip_over(source, pool, Coverage::kUnsupported);
}

template <class T>
void AlongContext::keep(std::vector<T>& kept, T said) {
    unheard = unheard || kept.size() == kMostHeard;
    if (kept.size() < kMostHeard) kept.push_back(std::move(said));
}

void AlongContext::fact(Fact fact) { keep(facts, std::move(fact)); }
void AlongContext::claim(Claim claim) { keep(claims, std::move(claim)); }
void AlongContext::tensor(TensorRecord tensor) { keep(tensors, std::move(tensor)); }

void AlongContext::incomplete(Coverage to, std::string_view why) {
    if (coverage != Coverage::kFull) return;
    coverage = to;
    reason = why;
}

Along::Along(const Framing& framing, Artifact& artifact)
    : artifact_(artifact),
      framing_(framing),
      fork_(artifact.tape().size()),
      context_(artifact.session(), artifact.record().path, artifact.record().format) {
    artifact_.tape().attach(fork_);
    thread_ = std::thread([this] { scan(); });
}

bool Along::join(bool alone) {
    fork_.finish();
    thread_.join();
    artifact_.tape().detach(fork_);
    if (framing_.by_name && !alone) return false;
    const bool doubtful = cut_ && ran_dry_ && context_.findings.empty();
    if (cut_ && ran_dry_) say_cut();
    if (context_.disowned || doubtful) return false;
    hand_over(alone);
    return true;
}

void Along::say_cut() {
    EngineContext(artifact_).report(rules::kLimitSecondReading, kMostForAlong, 0,
                                    "as " + std::string(framing_.name));
    artifact_.record().lower_coverage(Coverage::kCutByLimit, rules::kLimitSecondReading.message);
}

void Along::hand_over(bool alone) {
    for (Finding& finding : context_.findings) artifact_.report(std::move(finding));
    if (alone && context_.unheard) {
        context_.incomplete(Coverage::kCutByLimit, "not all that a second framing says was kept");
    }
    if (!alone && !context_.claims.empty()) {
        context_.incomplete(Coverage::kUnsupported, "claims of a second framing are not checked");
    }
    if (context_.coverage != Coverage::kFull) {
        artifact_.record().lower_coverage(context_.coverage, context_.reason);
    }
    if (!alone) return;
    for (Fact& fact : context_.facts) artifact_.fact(std::move(fact));
    for (Claim& claim : context_.claims) artifact_.claim(std::move(claim));
    for (const TensorRecord& tensor : context_.tensors) artifact_.tensor(tensor);
}

void Along::scan() {
    BlockPool pool(kBlockAlign, SIZE_MAX);
    EndSeen source(fork_.source(), ran_dry_);
    Tape tape(source, {pool, pool, context_.hold}, {});
    Status scanned = scan_guarded(framing_, tape, context_, nullptr);
    if (!scanned) context_.incomplete(Coverage::kMalformed, scanned.error().text);
    fork_.stop();
    reading_ = false;
}

}  // namespace assay

#include "along.h"

namespace assay {

Result<ChildOutcome> AlongContext::child(std::string_view, ByteSource& source,
                                         const ChildRequest&) {
    incomplete(Coverage::kUnsupported, "members of a second framing are not inspected");
    BlockPool pool(kBlockAlign, 4 * kBlockAlign);
    return skip_over(source, pool, Coverage::kUnsupported);
}

void AlongContext::claim(Claim) {
    incomplete(Coverage::kUnsupported, "claims of a second framing are not checked");
}

void AlongContext::incomplete(Coverage to, std::string_view why) {
    if (coverage != Coverage::kFull) return;
    coverage = to;
    reason = why;
}

Along::Along(const Framing& framing, Artifact& artifact)
    : artifact_(artifact),
      framing_(framing),
      fork_(artifact.tape().size()),
      context_(artifact.session(), artifact.record().path) {
    artifact_.tape().attach(fork_);
    thread_ = std::thread([this] { scan(); });
}

bool Along::join(bool alone) {
    fork_.finish();
    thread_.join();
    artifact_.tape().detach(fork_);
    if (context_.disowned || (framing_.by_name && !alone)) return false;
    for (Finding& finding : context_.findings) artifact_.report(std::move(finding));
    if (context_.coverage != Coverage::kFull) {
        artifact_.record().lower_coverage(context_.coverage, context_.reason);
    }
    return true;
}

void Along::scan() {
    BlockPool pool(kBlockAlign, SIZE_MAX);
    Tape tape(fork_.source(), {pool, pool, context_.hold}, {});
    Status scanned = scan_guarded(framing_, tape, context_);
    if (!scanned) context_.incomplete(Coverage::kMalformed, scanned.error().text);
    fork_.stop();
    reading_ = false;
}

}  // namespace assay

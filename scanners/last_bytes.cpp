#include "last_bytes.h"

#include "artifact.h"
#include "guarded.h"

namespace assay {

static const Rule kRules[] = {
    {"file.embedded.archive", Severity::kHigh,
     "an archive stands at the end of other bytes, inside a stream",
     "Readers of ZIP find an archive from its end, whatever stands before it. Here the bytes came "
     "in order, as those of a compressed layer do, and were taken for what they start with: the "
     "members of the archive were not looked at.",
     "Unpack what holds it, and scan the file.", "CWE-436 AML.T0010.003"}};

std::span<const Rule> last_bytes_rules() { return kRules; }

// Formats that are told by their end are asked once it has passed; a tar says itself what lies
// behind it.
void Artifact::watch_end(const std::vector<Framing>& fitting) {
    const size_t tail = session().plan.tail;
    if (tail == 0 || tape_.random_access() || tape_.offset() > 0 || !wants_bulk()) return;
    for (const Framing& framing : fitting) {
        if (framing.name == "tar" || framing.name == "pytorch-tar") return;
        for (const Format* format : session().options.formats) {
            if (format->tail > 0 && format->name == framing.name) return;
        }
    }
    last_ = std::make_unique<LastBytes>(tail, tape_.size());
    tape_.attach(*last_);
}

void Artifact::judge_end() {
    if (!last_) return;
    Probe probe;
    probe.tail = last_->take();
    probe.size = last_->passed();
    EngineContext context(*this);
    for (const Format* format : session().options.formats) {
        if (!whole_ || format->tail == 0) continue;
        if (!guarded(context, 0, false, [&] { return format->matches(probe); })) continue;
        context.report(kRules[0], 0, 0, format->name);
        record_.lower_coverage(Coverage::kUnsupported,
                               "an archive at the end of a stream was not looked into");
    }
    tape_.detach(*last_);
    last_.reset();
}

}  // namespace assay

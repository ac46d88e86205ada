#include <numeric>

#include "assay/report.h"

namespace assay {

void Summary::count(const Record& record, Severity fail_on) {
    records++;
    coverage[static_cast<size_t>(record.coverage)]++;
    if (record.kind == EntryKind::kFile) {
        files++;
        bytes += record.size;
    }
    for (const Finding& finding : record.findings) {
        findings[static_cast<size_t>(finding.severity)] += finding.count;
        if (finding.severity >= fail_on) failing += finding.count;
    }
}

static bool is_complete(const Summary& summary) {
    uint64_t records = std::reduce(summary.coverage.begin(), summary.coverage.end(), uint64_t{0});
    return !summary.interrupted && !summary.stores_damaged &&
           records == summary.coverage[static_cast<size_t>(Coverage::kFull)];
}

std::string_view name_of(Verdict verdict) {
    static constexpr std::string_view kNames[] = {"clean", "findings", "incomplete", "nothing"};
    return kNames[static_cast<size_t>(verdict)];
}

Verdict verdict_of(const Summary& summary) {
    if (summary.failing != 0 || summary.mismatches != 0) return Verdict::kFindings;
    if (!is_complete(summary)) return Verdict::kIncomplete;
    return summary.files == 0 || summary.not_applicable ? Verdict::kNothing : Verdict::kClean;
}

int exit_code_of(const Summary& summary) {
    if (summary.interrupted) return kExitInterrupted;
    switch (verdict_of(summary)) {
        case Verdict::kClean:
            return kExitClean;
        case Verdict::kFindings:
            return kExitFindings;
        case Verdict::kIncomplete:
            return kExitIncomplete;
        case Verdict::kNothing:
            return kExitNothing;
    }
    return kExitIncomplete;
}

}  // namespace assay

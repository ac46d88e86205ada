#include "assay/record.h"

namespace assay {

static constexpr std::array<std::string_view, kCoverageKinds> kCoverageNames = {
    "full", "structure_only", "cut_by_limit", "malformed", "unreadable", "unsupported"};

std::string_view name_of(Coverage coverage) {
    return kCoverageNames[static_cast<size_t>(coverage)];
}

static int lack_of(Coverage coverage) {
    switch (coverage) {
        case Coverage::kFull:
            return 0;
        case Coverage::kStructureOnly:
            return 1;
        case Coverage::kUnsupported:
            return 2;
        case Coverage::kCutByLimit:
            return 3;
        case Coverage::kMalformed:
            return 4;
        case Coverage::kUnreadable:
            return 5;
    }
    return 5;
}

void Record::lower_coverage(Coverage to, std::string_view why) {
    if (lack_of(to) <= lack_of(coverage)) return;
    coverage = to;
    reason = why;
}

}  // namespace assay

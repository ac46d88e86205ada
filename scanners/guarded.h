// The one place where a format's exceptions end.
#pragma once

#include <exception>
#include <utility>

#include "assay/context.h"

namespace assay {

// What `work` returns, or `otherwise` and a finding if it throws.
template <class Work>
auto guarded(ScanContext& context, uint64_t offset, decltype(std::declval<Work>()()) otherwise,
             Work work) {
    try {
        return work();
    } catch (const std::exception& failure) {
        context.report(rules::kFormatFailed, offset, 0, failure.what(), std::nullopt);
        context.incomplete(Coverage::kMalformed, "the scan ended with an unexpected fault");
        return otherwise;
    }
}

}  // namespace assay

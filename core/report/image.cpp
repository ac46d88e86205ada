#include "assay/image.h"

namespace assay {

std::string_view name_of(ModelState state) {
    static constexpr std::string_view kNames[] = {"present", "replaced", "removed", "unknown"};
    return kNames[static_cast<size_t>(state)];
}

std::string_view verdict_of(const ImageRecord& image) {
    bool grave = false;
    for (const ImageLayer& layer : image.layers) {
        grave |= layer.findings[static_cast<size_t>(Severity::kHigh)] > 0 ||
                 layer.findings[static_cast<size_t>(Severity::kCritical)] > 0;
    }
    grave |= image.own_findings > 0;
    if (grave) return "findings";
    if (!image.applicable) return "not_applicable";
    return image.complete ? "clean" : "incomplete";
}

}  // namespace assay

#include "image_prose.h"

#include <fmt/format.h>

#include <algorithm>

#include "prose.h"

namespace assay {

namespace {

constexpr size_t kMostModels = 50;

std::string counts(const std::array<uint64_t, 5>& findings) {
    std::string out;
    for (size_t i = findings.size(); i-- > 0;) {
        if (findings[i] == 0) continue;
        if (!out.empty()) out += ", ";
        out += fmt::format("{} {}", findings[i], name_of(static_cast<Severity>(i)));
    }
    return out.empty() ? "no findings" : out;
}

std::string_view spoken(std::string_view verdict) {
    return verdict == "not_applicable" ? "not applicable: it holds no models" : verdict;
}

std::string fate_of(const ImageModel& model) {
    std::string out(name_of(model.state));
    if (model.by_layer) out += fmt::format(" by layer {}", *model.by_layer + 1);
    return out;
}

void append_model(std::string& out, const ImageModel& model) {
    out += fmt::format("  {}  ({}, {}, layer {}, {}): {}\n", model.path, model.format,
                       human_size(model.size), model.layer + 1, fate_of(model),
                       counts(model.findings));
}

}  // namespace

std::string title_of(const ImageRecord& image) {
    std::string out = fmt::format("{} {}", image.kind == "image" ? "Image" : "Artifact",
                                  image.reference.empty() ? image.record : image.reference);
    if (image.kind != "image") out += fmt::format(" ({})", image.kind);
    if (!image.platform.empty()) out += fmt::format(" ({})", image.platform);
    if (!image.digest.empty()) out += fmt::format(", {}", image.digest);
    return out;
}

void append_image(std::string& out, const ImageRecord& image, bool layers) {
    for (size_t i = 0; layers && i < image.layers.size(); i++) {
        const ImageLayer& layer = image.layers[i];
        out += fmt::format(
            "  layer {}  {}, {}, diff id {}: {}\n", i + 1, layer.digest, human_size(layer.size),
            layer.diff_id.empty() ? "unknown" : layer.diff_id, counts(layer.findings));
    }
    const size_t shown = std::min(image.models.size(), kMostModels);
    for (size_t i = 0; i < shown; i++) append_model(out, image.models[i]);
    const uint64_t more = image.models.size() - shown + image.models_left_out;
    if (more > 0) out += fmt::format("  and {}\n", counted(more, "more model"));
    out += fmt::format("  {}, {}: {}\n", counted(image.layers.size(), "layer"),
                       counted(image.models.size() + image.models_left_out, "model"),
                       spoken(verdict_of(image)));
}

}  // namespace assay

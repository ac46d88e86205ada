#include "safetensors_metadata.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "metadata_text.h"
#include "pickle/probe.h"
#include "pickle/wrapped.h"
#include "safetensors_rules.h"

namespace assay::safetensors {

namespace {

using pickle::DecodedSource;
using pickle::Wrapping;

constexpr size_t kShown = 200;
constexpr size_t kHead = 4096;  // enough to tell what a value is

// "data:image/png;base64,…" and its like: what follows is what counts.
std::string_view without_media_type(std::string_view text) {
    constexpr std::string_view kCoding = ";base64,";
    if (!text.starts_with("data:")) return text;
    const size_t coding = text.substr(0, 128).find(kCoding);
    return coding == std::string_view::npos ? text : text.substr(coding + kCoding.size());
}

std::string_view words_of(Wrapping wrapping) {
    switch (wrapping) {
        case Wrapping::kBase64:
            return "in base64";
        case Wrapping::kHex:
            return "in hexadecimal";
        case Wrapping::kLatin1:
            return "as latin1";
        default:
            return "as it is";
    }
}

DecodedSource::Coding coding_of(Wrapping wrapping) {
    if (wrapping == Wrapping::kHex) return DecodedSource::Coding::kHex;
    if (wrapping == Wrapping::kLatin1) return DecodedSource::Coding::kLatin1;
    return DecodedSource::Coding::kBase64;
}

Status scan_payload(std::string_view key, std::string_view text, Wrapping wrapping,
                    ScanContext& context) {
    MemorySource bare(as_bytes(text));
    DecodedSource decoded(bare, coding_of(wrapping));
    const std::string name = fmt::format("__metadata__.{}", key.substr(0, kShown));
    if (wrapping == Wrapping::kBare) return context.scan_child(name, bare);
    return context.scan_child(name, decoded);
}

}  // namespace

Status check_metadata(std::string_view key, const json::Token& value, ScanContext& context) {
    if (context.options().properties) {
        context.property(fmt::format("__metadata__.{}", key.substr(0, kShown)),
                         value.text.substr(0, kShown));
    }
    const std::string_view part = suspicious_part(value.text);
    if (!part.empty()) {
        context.report(rule("metadata.suspicious_text"), value.offset, value.length,
                       fmt::format("{}: {}", key.substr(0, kShown), part));
    }
    const std::string_view text = without_media_type(value.text);
    const Bytes head = as_bytes(text.substr(0, kHead));
    const Wrapping wrapping = pickle::nested_in(head, text.size());
    if (wrapping == Wrapping::kNone) return Done{};
    context.report(rule("metadata.embedded_pickle"), value.offset, value.length,
                   fmt::format("{}: {}", key.substr(0, kShown), words_of(wrapping)));
    if (value.cut) {
        context.incomplete(Coverage::kCutByLimit, "what the metadata holds was scanned in part");
    }
    return scan_payload(key, text, wrapping, context);
}

}  // namespace assay::safetensors

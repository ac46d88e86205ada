#include "file_metadata.h"

#include <fmt/core.h>

#include <charconv>

#include "text/json_memory.h"

namespace assay::oci {

namespace {

constexpr Rule kMetadataRules[] = {
    {"modelpack.file_metadata.disagree", Severity::kHigh,
     "what is said of a model's file is not what is there",
     "Clients that go by the one restore another file than clients that go by the other.",
     "Have the artifact written again.", "CWE-436"},
    {"modelpack.file_metadata.setuid", Severity::kHigh,
     "a model's file is to be given its owner's rights",
     "A privileged client restores a program that runs as somebody else.", "Do not pull it.",
     "CWE-732"},
    {"modelpack.file_metadata.typeflag", Severity::kHigh, "a model's file is said to be no file",
     "Clients restore a link or a device in the place of data.", "Do not pull it.", "CWE-59"},
};

struct Metadata {
    std::string name;
    std::string typeflag;
    std::optional<uint64_t> mode;
    std::optional<uint64_t> size;
};

std::optional<uint64_t> number(std::string_view text) {
    uint64_t value = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = fault == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

bool read(std::string_view text, Metadata& to) {
    std::string key;
    return json::each_token(text, [&](const json::Token& token) {
        if (token.depth != 1) return;
        if (token.kind == json::Kind::kKey) key = token.text;
        if (token.kind == json::Kind::kNumber) {
            if (key == "mode") to.mode = number(token.text);
            if (key == "size") to.size = number(token.text);
            if (key == "typeflag") to.typeflag = token.text;
        }
        if (token.kind != json::Kind::kString) return;
        if (key == "name") to.name = token.text;
        if (key == "typeflag") to.typeflag = token.text;
    });
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::span<const Rule> file_metadata_rules() { return kMetadataRules; }

void check_file_metadata(std::string_view text, const Descriptor& layer, json::Waiting& found) {
    json::Token at;
    at.offset = layer.offset;
    Metadata metadata;
    if (!read(text, metadata)) return found.add(kMetadataRules[0], at, "it is no JSON");
    const bool renamed = !metadata.name.empty() && !layer.path.empty() &&
                         base_name(metadata.name) != base_name(layer.path);
    if (renamed) {
        found.add(kMetadataRules[0], at,
                  fmt::format("{} and {}", json::shown(metadata.name), json::shown(layer.path)));
    }
    // Only of what is stored as it is do both count the same bytes.
    const bool resized = layer.media_type.ends_with(".raw") && metadata.size && layer.size &&
                         *metadata.size != *layer.size;
    if (resized) {
        found.add(kMetadataRules[0], at,
                  fmt::format("{} bytes and {}", *metadata.size, *layer.size));
    }
    const uint64_t mode = metadata.mode.value_or(0);
    if (mode & 06000) found.add(kMetadataRules[1], at, fmt::format("mode {:o}", mode));
    const std::string& type = metadata.typeflag;  // '0' as text or as the number of the letter
    const bool file = type.empty() || type == "0" || type == "48" || type == "5" || type == "53";
    if (!file) found.add(kMetadataRules[2], at, json::shown(type));
}

}  // namespace assay::oci

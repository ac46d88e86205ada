#include "image_json.h"

namespace assay::cli {

bool is_image_digest(std::string_view text) {
    constexpr std::string_view kPrefix = "sha256:";
    return text.size() == kPrefix.size() + 64 && text.starts_with(kPrefix) &&
           text.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

Result<ImageDescriptor> descriptor_of(const JsonValue& json) {
    const std::string* digest = json.find_text("digest");
    const JsonValue* size = json.find("size");
    std::optional<uint64_t> bytes = size ? size->unsigned_integer() : std::nullopt;
    if (!digest || !is_image_digest(*digest) || !bytes) {
        return Error{Code::kMalformed, "a descriptor of the image has no SHA-256 or no size"};
    }
    ImageDescriptor what;
    what.digest = *digest;
    what.size = *bytes;
    if (const std::string* type = json.find_text("mediaType")) what.media_type = *type;
    if (const std::string* type = json.find_text("artifactType")) what.artifact_type = *type;
    if (const JsonValue* annotations = json.find("annotations")) {
        for (const JsonMember& member : annotations->members()) {
            if (member.value.text())
                what.annotations.emplace_back(member.key, *member.value.text());
        }
    }
    return what;
}

void put_descriptor(JsonText& json, const ImageDescriptor& what) {
    json.open('{');
    json.key("mediaType").text(what.media_type);
    json.key("digest").text(what.digest);
    json.key("size").number(what.size);
    if (!what.artifact_type.empty()) json.key("artifactType").text(what.artifact_type);
    if (!what.annotations.empty()) {
        json.key("annotations").open('{');
        for (const auto& [key, value] : what.annotations) json.key(key).text(value);
        json.close('}');
    }
    json.close('}');
}

}  // namespace assay::cli

#include "documents.h"

#include <algorithm>

#include "assay/digest.h"
#include "assay/json_copy.h"

namespace assay::registry {

std::string sha256_digest(Bytes bytes) { return "sha256:" + to_hex(sha256_of(bytes)); }

std::string digest_like(std::string_view like, Bytes bytes) {
    if (!like.starts_with("sha512:")) return sha256_digest(bytes);
    auto hasher = Hasher::make(DigestKind::kSha512, bytes.size());
    (*hasher)->update(bytes);
    return "sha512:" + (*hasher)->finish().hex();
}

static Result<Descriptor> read_descriptor(const JsonValue& value) {
    constexpr Error kWrong{Code::kMalformed, "a descriptor in the list lacks type, digest or size"};
    const std::string* type = value.find_text("mediaType");
    const std::string* digest = value.find_text("digest");
    const JsonValue* size = value.find("size");
    if (!type || !digest || !is_digest(*digest) || !size || !size->unsigned_integer())
        return kWrong;
    Descriptor found{*type, *digest, *size->unsigned_integer(), {}, {}};
    if (const std::string* kind = value.find_text("artifactType")) found.artifact_type = *kind;
    if (const JsonValue* annotations = value.find("annotations")) {
        for (const JsonMember& member : annotations->members()) {
            if (member.value.text())
                found.annotations.emplace_back(member.key, *member.value.text());
        }
    }
    return found;
}

static Result<JsonValue> parse_index(std::string_view text) {
    constexpr Error kWrong{Code::kMalformed, "the list is no image index"};
    Result<JsonValue> index = JsonValue::parse(as_bytes(text));
    if (!index) return Error{Code::kMalformed, index.error().text};
    const JsonValue* manifests = index->find("manifests");
    if (!manifests || !(manifests->is_array() || manifests->is_null())) return kWrong;
    if (index->find("layers") || index->find("config")) return kWrong;
    return index;
}

Result<std::vector<Descriptor>> read_index(std::string_view text) {
    Result<JsonValue> index = parse_index(text);
    if (!index) return index.error();
    std::vector<Descriptor> all;
    for (const JsonValue& item : index->find("manifests")->items()) {
        Result<Descriptor> descriptor = read_descriptor(item);
        if (!descriptor) return descriptor.error();
        all.push_back(std::move(*descriptor));
    }
    return all;
}

static void write_descriptor(JsonText& out, const Descriptor& descriptor) {
    out.open('{');
    out.key("mediaType").text(descriptor.media_type);
    out.key("digest").text(descriptor.digest);
    out.key("size").number(descriptor.size);
    if (!descriptor.artifact_type.empty()) out.key("artifactType").text(descriptor.artifact_type);
    if (!descriptor.annotations.empty()) {
        out.key("annotations").open('{');
        for (const auto& [name, value] : descriptor.annotations) out.key(name).text(value);
        out.close('}');
    }
    out.close('}');
}

Result<std::string> add_to_index(std::string_view text, const Descriptor& descriptor) {
    if (text.empty()) {
        text = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
               R"("manifests":[]})";
    }
    Result<JsonValue> index = parse_index(text);
    if (!index) return index.error();
    std::string written;
    JsonText out(written);
    out.open('{');
    for (const JsonMember& member : index->members()) {
        out.key(member.key);
        if (member.key != "manifests") {
            put_value(out, member.value);
            continue;
        }
        out.open('[');
        for (const JsonValue& item : member.value.items()) put_value(out, item);
        write_descriptor(out, descriptor);
        out.close(']');
    }
    out.close('}');
    return written;
}

}  // namespace assay::registry

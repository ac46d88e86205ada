#include "document.h"

#include "assay/base64.h"
#include "spool_text.h"

namespace assay::oci {

namespace {

void put(std::vector<uint8_t>& out, const Descriptor& one) {
    for (const std::string* text :
         {&one.media_type, &one.digest, &one.artifact_type, &one.ref, &one.platform, &one.path}) {
        put_text(out, *text);
    }
    put_number(out, one.size ? 1 : 0);
    put_number(out, one.size.value_or(0));
    put_number(out, one.offset);
}

Descriptor get_descriptor(Cursor& cursor) {
    Descriptor one;
    for (std::string* text :
         {&one.media_type, &one.digest, &one.artifact_type, &one.ref, &one.platform, &one.path}) {
        *text = get_text(cursor);
    }
    const bool sized = cursor.le64() == 1;
    const uint64_t size = cursor.le64();
    if (sized) one.size = size;
    one.offset = cursor.le64();
    return one;
}

void put(std::vector<uint8_t>& out, const std::string& text) { put_text(out, text); }
void put(std::vector<uint8_t>& out, const DockerImage& image);

template <class List>
void put_list(std::vector<uint8_t>& out, const List& list) {
    put_number(out, list.size());
    for (const auto& item : list) put(out, item);
}

void put(std::vector<uint8_t>& out, const DockerImage& image) {
    put_text(out, image.config);
    put_list(out, image.tags);
    put_list(out, image.layers);
    put_number(out, image.offset);
}

template <class List, class Get>
void get_list(Cursor& cursor, List& list, Get get) {
    for (uint64_t left = cursor.le64(); left > 0 && cursor.ok(); left--) {
        list.push_back(get(cursor));
    }
}

DockerImage get_image(Cursor& cursor) {
    DockerImage image;
    image.config = get_text(cursor);
    get_list(cursor, image.tags, get_text);
    get_list(cursor, image.layers, get_text);
    image.offset = cursor.le64();
    return image;
}

std::vector<Descriptor> as_list(const std::optional<Descriptor>& one) {
    return one ? std::vector<Descriptor>{*one} : std::vector<Descriptor>();
}

std::optional<Descriptor> get_optional(Cursor& cursor) {
    std::vector<Descriptor> list;
    get_list(cursor, list, get_descriptor);
    return list.empty() ? std::nullopt : std::optional(std::move(list.front()));
}

}  // namespace

void encode(const Document& document, std::vector<uint8_t>& out) {
    put_number(out, static_cast<uint64_t>(document.kind));
    put_text(out, document.media_type);
    put_text(out, document.artifact_type);
    put_text(out, document.platform);
    put_list(out, as_list(document.config));
    put_list(out, as_list(document.subject));
    put_list(out, document.items);
    put_list(out, document.diff_ids);
    put_list(out, document.images);
}

std::optional<DocumentHead> decode_head(Cursor& cursor) {
    DocumentHead head;
    head.kind = static_cast<DocumentKind>(cursor.le64());
    head.media_type = get_text(cursor);
    return cursor.ok() ? std::optional(head) : std::nullopt;
}

Document decode_document(Bytes bytes) {
    Cursor cursor(bytes);
    Document document;
    DocumentHead head = decode_head(cursor).value_or(DocumentHead());
    document.kind = head.kind;
    document.media_type = std::move(head.media_type);
    document.artifact_type = get_text(cursor);
    document.platform = get_text(cursor);
    document.config = get_optional(cursor);
    document.subject = get_optional(cursor);
    get_list(cursor, document.items, get_descriptor);
    get_list(cursor, document.diff_ids, get_text);
    get_list(cursor, document.images, get_image);
    return document;
}

// [a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+
std::optional<DigestParts> parts_of(std::string_view digest) {
    const size_t colon = digest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const DigestParts parts{digest.substr(0, colon), digest.substr(colon + 1)};
    auto among = [](std::string_view text, std::string_view letters) {
        return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
    };
    constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view kAny =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=_-";
    for (size_t at = 0; at <= parts.algorithm.size();) {
        const size_t end =
            std::min(parts.algorithm.find_first_of("+._-", at), parts.algorithm.size());
        if (!among(parts.algorithm.substr(at, end - at), kLower)) return std::nullopt;
        at = end + 1;
    }
    return among(parts.encoded, kAny) ? std::optional(parts) : std::nullopt;
}

bool is_filesystem_layer(std::string_view type) {
    return type.starts_with("application/vnd.oci.image.layer.") ||
           type.starts_with("application/vnd.docker.image.rootfs.");
}

LayerForm form_of(std::string_view type) {
    const bool known = is_filesystem_layer(type) ||
                       type.starts_with("application/vnd.cncf.model.") ||
                       type.starts_with("application/vnd.kitops.modelkit.");
    if (!known) return LayerForm::kUnknown;
    if (type.ends_with("+gzip") || type.ends_with(".tar.gzip")) return LayerForm::kGzip;
    if (type.ends_with("+zstd") || type.ends_with(".tar.zstd")) return LayerForm::kZstd;
    if (type.ends_with(".tar")) return LayerForm::kTar;
    return type.ends_with(".raw") ? LayerForm::kRaw : LayerForm::kUnknown;
}

std::string kit_repository(std::string_view path) {
    constexpr std::string_view kIndexName = "-index.json";
    std::string_view name = path.substr(path.find_last_of("/!") + 1);
    if (!name.ends_with(kIndexName) || name.size() == kIndexName.size()) return {};
    name.remove_suffix(kIndexName.size());
    for (Base64 alphabet : {Base64::kUrl, Base64::kStandard}) {
        const auto bytes = from_base64(name, alphabet);
        if (bytes) return std::string(as_text(*bytes));
    }
    return {};
}

}  // namespace assay::oci

// What a document of a container image says, once it is read: an index lists manifests, a manifest
// its configuration and its layers, a configuration what the layers come to unpacked.
//
// Documents are notes for the view that is put together after the sweep (image_book.h), so they can
// be written to a spool and read back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/bytes.h"
#include "assay/cursor.h"

namespace assay::oci {

// What one document says of another blob.
struct Descriptor {
    std::string media_type;
    std::string digest;
    std::string artifact_type;
    std::string ref;       // org.opencontainers.image.ref.name
    std::string platform;  // "linux/arm64/v8"
    std::string path;      // what a model's file is called: org.cncf.model.filepath and its kin
    std::optional<uint64_t> size;
    uint64_t offset = 0;  // in the document
};

// One image of docker's manifest.json; names are those of the archive's members.
struct DockerImage {
    std::string config;
    std::vector<std::string> tags;
    std::vector<std::string> layers;
    uint64_t offset = 0;
};

enum class DocumentKind : uint8_t {
    kNone,
    kLayout,       // oci-layout
    kIndex,        // also docker's list
    kManifest,     // also docker's, and those of all sorts of artifacts
    kConfig,       // of an image
    kModelConfig,  // of a ModelPack artifact
    kKitfile,
    kDockerSave,  // manifest.json of `docker save`
};

struct Document {
    DocumentKind kind = DocumentKind::kNone;
    std::string media_type;
    std::string artifact_type;
    std::string platform;  // of a configuration
    std::optional<Descriptor> config;
    std::optional<Descriptor> subject;  // of a Kitfile its model, which `ref` may name as a kit
    std::vector<Descriptor> items;      // manifests of an index, layers of a manifest
    std::vector<std::string> diff_ids;  // of a configuration
    std::vector<DockerImage> images;
};

// What can be told of a document without the rest of it.
struct DocumentHead {
    DocumentKind kind = DocumentKind::kNone;
    std::string media_type;
};

void encode(const Document& document, std::vector<uint8_t>& out);
// Of what encode() wrote.
Document decode_document(Bytes bytes);
// Of where they start; nothing where that is not enough of them.
std::optional<DocumentHead> decode_head(Cursor& cursor);

// The parts of a digest; nothing where it is none: "sha256:" and 64 digits.
struct DigestParts {
    std::string_view algorithm;
    std::string_view encoded;
};
std::optional<DigestParts> parts_of(std::string_view digest);

// "ghcr.io/org/model", of the index that KitOps's storage has for each repository; else empty.
std::string kit_repository(std::string_view path);

inline constexpr std::string_view kEmptyConfig = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kImageIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kImageManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kDockerList =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kDockerManifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kImageConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kDockerConfig = "application/vnd.docker.container.image.v1+json";

[[nodiscard]] inline bool is_index_type(std::string_view type) {
    return type == kImageIndex || type == kDockerList;
}
[[nodiscard]] inline bool is_manifest_type(std::string_view type) {
    return type == kImageManifest || type == kDockerManifest;
}
[[nodiscard]] inline bool is_image_config_type(std::string_view type) {
    return type == kImageConfig || type == kDockerConfig;
}

// What the bytes of a layer have to be.
enum class LayerForm : uint8_t { kUnknown, kTar, kGzip, kZstd, kRaw };
LayerForm form_of(std::string_view media_type);
// Whether the type is one of a layer of a file system.
bool is_filesystem_layer(std::string_view media_type);

}  // namespace assay::oci

// Where an image lies to which signatures and attestations are attached: a layout in a folder
// ("oci:DIR:TAG") or a registry ("docker://HOST/REPO:TAG").
//
// What hangs on an image hangs there by OCI 1.1's referrers: a manifest with the image's descriptor
// as its "subject". A layout lists them in its index.json. Anybody who can write there can attach
// what he likes, so everything that is read is bounded and has its digest checked, and nothing of
// it is trusted for where it lies. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "args.h"
#include "assay/bytes.h"
#include "assay/result.h"
#include "registries.h"

namespace assay::cli {

inline constexpr std::string_view kImageManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr size_t kMaxImageDocument = size_t{4} << 20;
inline constexpr size_t kMaxAttached = size_t{64} << 20;  // one bundle
inline constexpr size_t kMostReferrers = 1000;

struct ImageDescriptor {
    std::string media_type;
    std::string digest;  // "sha256:…", checked for its form
    uint64_t size = 0;
    std::string artifact_type;
    std::vector<std::pair<std::string, std::string>> annotations;

    [[nodiscard]] std::string_view annotation(std::string_view key) const;
};

class ImageStore {
  public:
    virtual ~ImageStore() = default;

    // The manifest that the target names, and what signatures call it.
    [[nodiscard]] const ImageDescriptor& image() const { return image_; }
    [[nodiscard]] const std::string& name() const { return name_; }

    // Whole, of at most `most` bytes; its size and digest are what the descriptor says.
    virtual Result<std::vector<uint8_t>> read(const ImageDescriptor& what, size_t most) = 0;
    // What is listed as referring to the image; a layout lists no more than that it has manifests.
    virtual Result<std::vector<ImageDescriptor>> referrers() = 0;
    // Nothing where there is no such tag.
    virtual Result<std::optional<ImageDescriptor>> tagged(const std::string& tag) = 0;

    virtual Status push_blob(const ImageDescriptor& what, Bytes bytes) = 0;
    // Under a tag, or, where that is empty, as a referrer of the image.
    virtual Status push_manifest(const ImageDescriptor& what, Bytes bytes,
                                 const std::string& tag) = 0;

    // The same for people, with what a registry has said.
    [[nodiscard]] virtual std::string failure(const Error& error) const { return describe(error); }

  protected:
    ImageDescriptor image_;
    std::string name_;
};

bool is_image(std::string_view target);

// `complaint` is filled where there is more to say than the error does.
Result<std::unique_ptr<ImageStore>> open_image(const RegistryArgs& args, const std::string& target,
                                               std::string& complaint);

// What `bytes` are called.
ImageDescriptor describe_bytes(std::string_view media_type, Bytes bytes);

struct AttachedBundle {
    std::string digest;          // of the manifest
    std::string predicate_type;  // as its annotation has it; may be empty
    std::vector<uint8_t> bundle;
};

// As cosign 3 attaches and finds them. Returns the manifest's digest.
Result<std::string> attach_bundle(ImageStore& store, std::string_view bundle,
                                  std::string_view predicate_type);
Result<std::vector<AttachedBundle>> attached_bundles(ImageStore& store);

// A signature as cosign 1 and 2 attach it: a payload that names the image, signed, under the tag
// sha256-HEX.sig, or in a manifest that refers to the image (their experiment with OCI 1.1).
struct SimpleSignature {
    std::vector<uint8_t> payload;
    std::vector<uint8_t> signature;
    std::string certificate;       // PEM; empty: a bare key
    std::string chain;             // PEM
    std::string entry;             // the log's, JSON; may be empty
    std::string predicate_type{};  // of an attestation, as its annotation has it; may be empty
};
Status attach_simple(ImageStore& store, const SimpleSignature& signature);
Result<std::vector<SimpleSignature>> simple_signatures(ImageStore& store);

// Attestations of theirs, under the tag sha256-HEX.att: payloads are envelopes, which hold their
// signature themselves.
Result<std::vector<SimpleSignature>> simple_attestations(ImageStore& store);

// The payload that cosign signs, and whether one names this image.
std::string simple_payload(const std::string& name, const std::string& digest);
Status simple_payload_names(Bytes payload, const std::string& digest);

}  // namespace assay::cli

#include "image_store.h"

#include <algorithm>

#include "assay/attestation.h"
#include "assay/base64.h"
#include "assay/bundle.h"
#include "assay/digest.h"
#include "image_json.h"
#include "image_stores.h"

namespace assay::cli {

namespace {

constexpr std::string_view kLayoutPrefix = "oci:";
constexpr std::string_view kRegistryPrefix = "docker://";
constexpr std::string_view kEmptyConfig = "application/vnd.oci.empty.v1+json";
constexpr std::string_view kImageConfig = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view kSimpleLayer = "application/vnd.dev.cosign.simplesigning.v1+json";
constexpr std::string_view kEnvelopeLayer = "application/vnd.dsse.envelope.v1+json";
constexpr std::string_view kSimpleArtifact = "application/vnd.dev.cosign.artifact.sig.v1+json";
constexpr std::string_view kContent = "dev.sigstore.bundle.content";
constexpr std::string_view kPredicateType = "dev.sigstore.bundle.predicateType";
constexpr std::string_view kTheirPredicateType = "predicateType";
constexpr std::string_view kSignatureTag = ".sig";
constexpr std::string_view kAttestationTag = ".att";
constexpr std::string_view kSignature = "dev.cosignproject.cosign/signature";
constexpr std::string_view kCertificate = "dev.sigstore.cosign/certificate";
constexpr std::string_view kChain = "dev.sigstore.cosign/chain";
constexpr std::string_view kEntry = "dev.sigstore.cosign/bundle";
constexpr std::string_view kSimpleType = "cosign container image signature";

struct Parts {
    ImageDescriptor config;
    std::vector<ImageDescriptor> layers;
    const ImageDescriptor* subject = nullptr;
    std::string artifact_type;
    std::vector<std::pair<std::string, std::string>> annotations;
};

std::string manifest_of(const Parts& parts) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("schemaVersion").number(2);
    json.key("mediaType").text(kImageManifest);
    if (!parts.artifact_type.empty()) json.key("artifactType").text(parts.artifact_type);
    put_descriptor(json.key("config"), parts.config);
    json.key("layers").open('[');
    for (const ImageDescriptor& layer : parts.layers) put_descriptor(json, layer);
    json.close(']');
    if (parts.subject) {
        ImageDescriptor bare{
            parts.subject->media_type, parts.subject->digest, parts.subject->size, {}, {}};
        put_descriptor(json.key("subject"), bare);
    }
    if (!parts.annotations.empty()) {
        json.key("annotations").open('{');
        for (const auto& [key, value] : parts.annotations) json.key(key).text(value);
        json.close('}');
    }
    json.close('}');
    return out;
}

Result<std::vector<ImageDescriptor>> layers_of(const JsonValue& manifest) {
    std::vector<ImageDescriptor> layers;
    const JsonValue* list = manifest.find("layers");
    if (!list) return layers;
    if (list->items().size() > kMostReferrers) return Error{Code::kLimit, "too many layers"};
    for (const JsonValue& item : list->items()) {
        Result<ImageDescriptor> layer = descriptor_of(item);
        if (!layer) return layer.error();
        layers.push_back(std::move(*layer));
    }
    return layers;
}

Result<JsonValue> document(ImageStore& store, const ImageDescriptor& what) {
    Result<std::vector<uint8_t>> bytes = store.read(what, kMaxImageDocument);
    if (!bytes) return bytes.error();
    return JsonValue::parse(*bytes);
}

// What is attached under "sha256-HEX.sig" and the like.
std::string tag_of(const std::string& digest, std::string_view suffix) {
    std::string tag = digest + std::string(suffix);
    tag[tag.find(':')] = '-';
    return tag;
}

// What cosign writes for a signature's image; only the layers' digests mean something.
std::string simple_config(const std::vector<ImageDescriptor>& layers) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("architecture").text("");
    json.key("os").text("");
    json.key("config").open('{');
    json.close('}');
    json.key("rootfs").open('{');
    json.key("type").text("layers");
    json.key("diff_ids").open('[');
    for (const ImageDescriptor& layer : layers) json.text(layer.digest);
    json.close(']');
    json.close('}');
    json.close('}');
    return out;
}

ImageDescriptor simple_layer(const SimpleSignature& signature) {
    ImageDescriptor layer = describe_bytes(kSimpleLayer, signature.payload);
    auto put = [&](std::string_view key, const std::string& value) {
        if (!value.empty()) layer.annotations.emplace_back(key, value);
    };
    put(kSignature, to_base64(signature.signature));
    put(kCertificate, signature.certificate);
    put(kChain, signature.chain);
    put(kEntry, signature.entry);
    return layer;
}

// The layers of what is there already under the tag.
Result<std::vector<ImageDescriptor>> layers_at(ImageStore& store, std::string_view suffix) {
    Result<std::optional<ImageDescriptor>> there =
        store.tagged(tag_of(store.image().digest, suffix));
    if (!there) return there.error();
    if (!*there) return std::vector<ImageDescriptor>();
    Result<JsonValue> manifest = document(store, **there);
    if (!manifest) return manifest.error();
    return layers_of(*manifest);
}

bool is_simple_artifact(const ImageDescriptor& listed, const JsonValue& manifest) {
    const JsonValue* config = manifest.find_path({"config", "mediaType"});
    return listed.artifact_type == kSimpleArtifact ||
           (config && config->text() && *config->text() == kSimpleArtifact);
}

// Of manifests that refer to the image. What cannot be read keeps nothing from being looked at.
Result<std::vector<ImageDescriptor>> layers_of_referrers(ImageStore& store) {
    Result<std::vector<ImageDescriptor>> list = store.referrers();
    if (!list) return list.error();
    std::vector<ImageDescriptor> all;
    for (const ImageDescriptor& listed : *list) {
        if (listed.artifact_type == kBundleType) continue;
        Result<JsonValue> manifest = document(store, listed);
        if (!manifest || !is_simple_artifact(listed, *manifest)) continue;
        const JsonValue* subject = manifest->find_path({"subject", "digest"});
        bool ours = subject && subject->text() && *subject->text() == store.image().digest;
        Result<std::vector<ImageDescriptor>> layers = layers_of(*manifest);
        if (ours && layers) all.insert(all.end(), layers->begin(), layers->end());
    }
    return all;
}

Result<SimpleSignature> read_simple(ImageStore& store, const ImageDescriptor& layer, size_t most) {
    Result<std::vector<uint8_t>> payload = store.read(layer, most);
    if (!payload) return payload.error();
    return SimpleSignature{std::move(*payload),
                           {},
                           std::string(layer.annotation(kCertificate)),
                           std::string(layer.annotation(kChain)),
                           std::string(layer.annotation(kEntry))};
}

}  // namespace

std::string_view ImageDescriptor::annotation(std::string_view key) const {
    for (const auto& [name, value] : annotations) {
        if (name == key) return value;
    }
    return {};
}

bool is_image(std::string_view target) {
    return target.starts_with(kLayoutPrefix) || target.starts_with(kRegistryPrefix);
}

Result<std::unique_ptr<ImageStore>> open_image(const RegistryArgs& args, const std::string& target,
                                               std::string& complaint) {
    if (target.starts_with(kLayoutPrefix)) {
        return open_layout(std::string_view(target).substr(kLayoutPrefix.size()));
    }
    return open_registry(args, target.substr(kRegistryPrefix.size()), complaint);
}

ImageDescriptor describe_bytes(std::string_view media_type, Bytes bytes) {
    return {std::string(media_type), "sha256:" + to_hex(sha256_of(bytes)), bytes.size(), {}, {}};
}

Result<std::string> attach_bundle(ImageStore& store, std::string_view bundle,
                                  std::string_view predicate_type) {
    constexpr std::string_view kNothing = "{}";
    Parts parts;
    parts.config = describe_bytes(kEmptyConfig, as_bytes(kNothing));
    parts.layers = {describe_bytes(kBundleType, as_bytes(bundle))};
    parts.subject = &store.image();
    parts.artifact_type = kBundleType;
    parts.annotations = {{std::string(kContent), "dsse-envelope"},
                         {std::string(kPredicateType), std::string(predicate_type)}};
    std::string manifest = manifest_of(parts);
    ImageDescriptor described = describe_bytes(kImageManifest, as_bytes(manifest));
    described.artifact_type = parts.artifact_type;
    described.annotations = parts.annotations;
    Status done = store.push_blob(parts.config, as_bytes(kNothing));
    if (done) done = store.push_blob(parts.layers[0], as_bytes(bundle));
    if (done) done = store.push_manifest(described, as_bytes(manifest), {});
    if (!done) return done.error();
    return described.digest;
}

// Lists name types loosely: cosign's stand-in for the referrers API has the config's instead.
static bool may_be_bundle(const ImageDescriptor& listed) {
    return listed.artifact_type.empty() || listed.artifact_type == kBundleType ||
           listed.artifact_type == kEmptyConfig;
}

static Result<AttachedBundle> read_bundle_at(ImageStore& store, const ImageDescriptor& listed) {
    Result<JsonValue> manifest = document(store, listed);
    if (!manifest) return manifest.error();
    const JsonValue* subject = manifest->find_path({"subject", "digest"});
    bool ours = subject && subject->text() && *subject->text() == store.image().digest;
    Result<std::vector<ImageDescriptor>> layers = layers_of(*manifest);
    if (!layers) return layers.error();
    if (!ours || layers->size() != 1 || (*layers)[0].media_type != kBundleType) {
        return Error{Code::kUnsupported, "no bundle that refers to this image"};
    }
    Result<std::vector<uint8_t>> bytes = store.read((*layers)[0], kMaxAttached);
    if (!bytes) return bytes.error();
    const JsonValue* type = manifest->find_path({"annotations", kPredicateType});
    return AttachedBundle{listed.digest, type && type->text() ? *type->text() : std::string(),
                          std::move(*bytes)};
}

// One that cannot be read does not keep the others from being looked at: anybody may attach junk.
Result<std::vector<AttachedBundle>> attached_bundles(ImageStore& store) {
    Result<std::vector<ImageDescriptor>> list = store.referrers();
    if (!list) return list.error();
    std::vector<AttachedBundle> bundles;
    for (const ImageDescriptor& listed : *list) {
        if (!may_be_bundle(listed)) continue;
        Result<AttachedBundle> bundle = read_bundle_at(store, listed);
        if (bundle) bundles.push_back(std::move(*bundle));
    }
    return bundles;
}

Status attach_simple(ImageStore& store, const SimpleSignature& signature) {
    Result<std::vector<ImageDescriptor>> layers = layers_at(store, kSignatureTag);
    if (!layers) return layers.error();
    layers->push_back(simple_layer(signature));
    Status done = store.push_blob(layers->back(), signature.payload);
    std::string config = simple_config(*layers);
    Parts parts;
    parts.config = describe_bytes(kImageConfig, as_bytes(config));
    parts.layers = std::move(*layers);
    std::string manifest = manifest_of(parts);
    if (done) done = store.push_blob(parts.config, as_bytes(config));
    if (!done) return done;
    return store.push_manifest(describe_bytes(kImageManifest, as_bytes(manifest)),
                               as_bytes(manifest), tag_of(store.image().digest, kSignatureTag));
}

Result<std::vector<SimpleSignature>> simple_signatures(ImageStore& store) {
    Result<std::vector<ImageDescriptor>> layers = layers_at(store, kSignatureTag);
    if (!layers) return layers.error();
    Result<std::vector<ImageDescriptor>> more = layers_of_referrers(store);
    if (!more) return more.error();
    layers->insert(layers->end(), more->begin(), more->end());
    std::vector<SimpleSignature> found;
    for (const ImageDescriptor& layer : *layers) {
        std::optional<std::vector<uint8_t>> signature = from_base64(layer.annotation(kSignature));
        if (layer.media_type != kSimpleLayer || !signature || signature->empty()) continue;
        Result<SimpleSignature> one = read_simple(store, layer, kMaxImageDocument);
        if (!one) continue;
        one->signature = std::move(*signature);
        found.push_back(std::move(*one));
    }
    return found;
}

Result<std::vector<SimpleSignature>> simple_attestations(ImageStore& store) {
    Result<std::vector<ImageDescriptor>> layers = layers_at(store, kAttestationTag);
    if (!layers) return layers.error();
    std::vector<SimpleSignature> found;
    for (const ImageDescriptor& layer : *layers) {
        if (layer.media_type != kEnvelopeLayer) continue;
        Result<SimpleSignature> one = read_simple(store, layer, kMaxAttached);
        if (!one) continue;
        one->predicate_type = layer.annotation(kTheirPredicateType);
        found.push_back(std::move(*one));
    }
    return found;
}

std::string simple_payload(const std::string& name, const std::string& digest) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("critical").open('{');
    json.key("identity").open('{');
    json.key("docker-reference").text(name);
    json.close('}');
    json.key("image").open('{');
    json.key("docker-manifest-digest").text(digest);
    json.close('}');
    json.key("type").text(kSimpleType);
    json.close('}');
    json.key("optional").raw("null");
    json.close('}');
    return out;
}

// cosign's own description writes the keys with a capital; its code does not care. Two that differ
// in that alone are none, since readers would take one or the other.
static const JsonValue* find_any_case(const JsonValue* holder, std::string_view key) {
    const JsonValue* found = nullptr;
    if (!holder) return nullptr;
    for (const JsonMember& member : holder->members()) {
        auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
        if (!std::ranges::equal(member.key, key, same)) continue;
        if (found) return nullptr;
        found = &member.value;
    }
    return found;
}

Status simple_payload_names(Bytes payload, const std::string& digest) {
    Result<JsonValue> json = JsonValue::parse(payload);
    if (!json) return json.error();
    const JsonValue* critical = find_any_case(&*json, "critical");
    const JsonValue* type = find_any_case(critical, "type");
    const JsonValue* named =
        find_any_case(find_any_case(critical, "image"), "docker-manifest-digest");
    if (!type || !type->text() || *type->text() != kSimpleType) {
        return Error{Code::kMalformed, "what was signed is no signature of an image"};
    }
    if (named && named->text() && *named->text() == digest) return Done{};
    return Error{Code::kMalformed, "the signature is of another image"};
}

}  // namespace assay::cli

// Sigstore bundles, version 0.3: a signature, what was signed or its digest, and what is needed to
// verify it, in one JSON document.
//
// Who writes them: model_signing, cosign, ours. How attackers bend them: two kinds of material or
// of content in one bundle (readers choose differently), two signatures, a public key that comes
// along with what it shall verify, keys of JSON objects that come twice. All of that is refused;
// keys and certificates inside a bundle are claims, never trust.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/dsse.h"
#include "assay/json_value.h"

namespace assay {

inline constexpr std::string_view kBundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
inline constexpr size_t kMaxBundle = size_t{1} << 30;

struct MessageSignature {
    std::string algorithm;        // "SHA2_256"; empty when the bundle has no digest
    std::vector<uint8_t> digest;  // a hint: compare it, but verify the signature itself
    std::vector<uint8_t> signature;
};

struct Bundle {
    enum class Material : uint8_t { kPublicKey, kCertificateChain, kCertificate };

    std::string media_type = std::string(kBundleType);
    Material material = Material::kPublicKey;
    std::optional<std::string> key_hint;             // of a public key
    bool embeds_key = false;                         // old model_signing: never trusted
    std::vector<std::vector<uint8_t>> certificates;  // DER, the signer's first
    JsonValue tlog_entries;                          // null, or an array
    std::vector<std::vector<uint8_t>> timestamps;    // RFC 3161 responses, DER

    // Exactly one of the two.
    std::optional<Envelope> envelope;
    std::optional<MessageSignature> message;
};

// How model signing names a public key: SHA-256 (hex) of its PEM text, written anew. cosign hashes
// the DER form and writes base64.
std::string oms_key_hint(const PublicKey& key);

// kMalformed, or kLimit, when it is no bundle. `limits` bounds the document; see JsonLimits.
Result<Bundle> read_bundle(Bytes document, const JsonLimits& limits = {kMaxBundle});

// Whether the material belongs to a bundle of OpenSSF model signing: its own media type only.
inline bool is_oms_media_type(const Bundle& bundle) { return bundle.media_type == kBundleType; }

std::string write_bundle(const Bundle& bundle);

// The same around a payload that is too large to be held: `head`, then the payload in base64, then
// `tail`. The envelope's payload is not looked at.
struct BundleFrame {
    std::string head;
    std::string tail;
};
BundleFrame frame_bundle(const Bundle& bundle);

}  // namespace assay

#include "assay/cosign_bundle.h"

#include "assay/base64.h"
#include "assay/digest.h"
#include "assay/json_value.h"
#include "proto_json.h"

namespace assay {

// PEM as it is, or in base64. A public key in this place vouches for nothing.
static Result<std::vector<Certificate>> certificates_in(std::string_view text) {
    std::optional<std::vector<uint8_t>> decoded = bytes_of_json(text);
    Bytes pem = decoded ? Bytes(*decoded) : as_bytes(text);
    if (as_text(pem).find("BEGIN PUBLIC KEY") != std::string_view::npos) {
        return std::vector<Certificate>();
    }
    return Certificate::all_of(pem);
}

Result<OldCosignBundle> read_old_cosign_bundle(Bytes document, const JsonLimits& limits) {
    Result<JsonValue> json = JsonValue::parse(document, limits);
    if (!json) return json.error();
    OldCosignBundle bundle;
    std::optional<std::vector<uint8_t>> signature = proto::bytes(json->find("base64Signature"));
    if (!signature || signature->empty()) {
        return Error{Code::kMalformed, "not a bundle of cosign's: it has no base64Signature"};
    }
    bundle.signature = std::move(*signature);
    std::string_view cert = proto::text(json->find("cert"));
    if (!cert.empty()) {
        Result<std::vector<Certificate>> read = certificates_in(cert);
        if (!read) return read.error();
        bundle.certificates = std::move(*read);
    }
    const JsonValue* rekor = json->find("rekorBundle");
    if (rekor && rekor->is_object()) {
        Result<LogEntry> entry = LogEntry::from_rekor_bundle(*rekor);
        if (!entry) return entry.error();
        bundle.entry = std::move(*entry);
    }
    return bundle;
}

std::string cosign_key_hint(const PublicKey& key) { return to_base64(sha256_of(key.spki())); }

}  // namespace assay

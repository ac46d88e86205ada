#include "assay/bundle.h"

#include <algorithm>

#include "assay/base64.h"
#include "assay/digest.h"
#include "assay/json_copy.h"
#include "proto_json.h"

namespace assay {

namespace {

Error malformed(const char* text) { return {Code::kMalformed, text}; }

// Absent and null are the same in JSON forms of protocol buffers.
const JsonValue* present(const JsonValue& value, std::string_view key) {
    const JsonValue* found = value.find(key);
    return found && !found->is_null() ? found : nullptr;
}

bool is_known_media_type(std::string_view type) {
    constexpr std::string_view kOld = "application/vnd.dev.sigstore.bundle+json;version=0.";
    if (type == kBundleType) return true;
    return type.starts_with(kOld) && type.size() == kOld.size() + 1 && type.back() >= '1' &&
           type.back() <= '3';
}

Status add_bytes(const JsonValue& holder, std::string_view key, const char* complaint,
                 std::vector<std::vector<uint8_t>>& to) {
    const std::string* text = holder.find_text(key);
    auto bytes = text ? bytes_of_json(*text) : std::nullopt;
    if (!bytes || bytes->empty()) return malformed(complaint);
    to.push_back(std::move(*bytes));
    return Done{};
}

Status read_key(const JsonValue& key, Bundle& bundle) {
    bundle.material = Bundle::Material::kPublicKey;
    if (!key.is_object()) return malformed("publicKey is no object");
    const JsonValue* hint = present(key, "hint");
    if (hint && !hint->text()) return malformed("the hint of the public key is no text");
    if (hint && !hint->text()->empty()) bundle.key_hint = *hint->text();
    bundle.embeds_key = present(key, "rawBytes") != nullptr;
    return Done{};
}

Status read_chain(const JsonValue& chain, Bundle& bundle) {
    bundle.material = Bundle::Material::kCertificateChain;
    const JsonValue* certificates = present(chain, "certificates");
    if (!certificates || certificates->items().empty()) {
        return malformed("the certificate chain is empty");
    }
    for (const JsonValue& one : certificates->items()) {
        Status added =
            add_bytes(one, "rawBytes", "a certificate is no base64", bundle.certificates);
        if (!added) return added;
    }
    return Done{};
}

Status read_timestamps(const JsonValue& material, Bundle& bundle) {
    const JsonValue* data = present(material, "timestampVerificationData");
    const JsonValue* stamps = data ? present(*data, "rfc3161Timestamps") : nullptr;
    if (!stamps) return Done{};
    if (!stamps->is_array()) return malformed("rfc3161Timestamps is no list");
    for (const JsonValue& one : stamps->items()) {
        Status added =
            add_bytes(one, "signedTimestamp", "a timestamp is no base64", bundle.timestamps);
        if (!added) return added;
    }
    return Done{};
}

Status read_material(const JsonValue& material, Bundle& bundle) {
    const JsonValue* key = present(material, "publicKey");
    const JsonValue* chain = present(material, "x509CertificateChain");
    const JsonValue* certificate = present(material, "certificate");
    if ((key != nullptr) + (chain != nullptr) + (certificate != nullptr) != 1) {
        return malformed("a bundle has exactly one of public key, certificate and chain");
    }
    Status read = key ? read_key(*key, bundle) : Status(Done{});
    if (chain) read = read_chain(*chain, bundle);
    if (certificate) {
        bundle.material = Bundle::Material::kCertificate;
        read = add_bytes(*certificate, "rawBytes", "the certificate is no base64",
                         bundle.certificates);
    }
    if (!read) return read;
    if (const JsonValue* entries = present(material, "tlogEntries")) {
        if (!entries->is_array()) return malformed("tlogEntries is no list");
        bundle.tlog_entries = *entries;
    }
    return read_timestamps(material, bundle);
}

Result<MessageSignature> read_message(const JsonValue& value) {
    MessageSignature message;
    const std::string* signature = value.find_text("signature");
    auto bytes = signature ? bytes_of_json(*signature) : std::nullopt;
    if (!bytes || bytes->empty()) return malformed("the signature is no base64");
    message.signature = std::move(*bytes);
    const JsonValue* digest = present(value, "messageDigest");
    if (!digest) return message;
    const std::string* algorithm = digest->find_text("algorithm");
    const std::string* text = digest->find_text("digest");
    auto value_of = text ? bytes_of_json(*text) : std::nullopt;
    if (!algorithm || !value_of) return malformed("the message digest is damaged");
    message.algorithm = *algorithm;
    message.digest = std::move(*value_of);
    return message;
}

Status read_content(const JsonValue& root, Bundle& bundle) {
    const JsonValue* envelope = present(root, "dsseEnvelope");
    const JsonValue* message = present(root, "messageSignature");
    if ((envelope != nullptr) == (message != nullptr)) {
        return malformed("a bundle has exactly one of envelope and message signature");
    }
    if (envelope) {
        Result<Envelope> read = read_envelope(*envelope);
        if (!read) return read.error();
        bundle.envelope = std::move(*read);
        return Done{};
    }
    Result<MessageSignature> read = read_message(*message);
    if (!read) return read.error();
    bundle.message = std::move(*read);
    return Done{};
}

void write_certificate(JsonText& json, const std::vector<uint8_t>& der) {
    json.open('{');
    json.key("rawBytes").text(to_base64(der));
    json.close('}');
}

void write_timestamps(JsonText& json, const Bundle& bundle) {
    if (bundle.timestamps.empty()) return;
    json.key("timestampVerificationData").open('{');
    json.key("rfc3161Timestamps").open('[');
    for (const auto& stamp : bundle.timestamps) {
        json.open('{');
        json.key("signedTimestamp").text(to_base64(stamp));
        json.close('}');
    }
    json.close(']');
    json.close('}');
}

void write_material(JsonText& json, const Bundle& bundle) {
    json.key("verificationMaterial").open('{');
    if (bundle.material == Bundle::Material::kPublicKey) {
        json.key("publicKey").open('{');
        if (bundle.key_hint) json.key("hint").text(*bundle.key_hint);
        json.close('}');
    } else if (bundle.material == Bundle::Material::kCertificate) {
        write_certificate(json.key("certificate"), bundle.certificates.front());
    } else {
        json.key("x509CertificateChain").open('{');
        json.key("certificates").open('[');
        for (const auto& der : bundle.certificates) write_certificate(json, der);
        json.close(']');
        json.close('}');
    }
    json.key("tlogEntries");
    if (bundle.tlog_entries.is_array()) {
        put_value(json, bundle.tlog_entries);
    } else {
        json.raw("[]");
    }
    write_timestamps(json, bundle);
    json.close('}');
}

void write_message(JsonText& json, const MessageSignature& message) {
    json.key("messageSignature").open('{');
    if (!message.algorithm.empty()) {
        json.key("messageDigest").open('{');
        json.key("algorithm").text(message.algorithm);
        json.key("digest").text(to_base64(message.digest));
        json.close('}');
    }
    json.key("signature").text(to_base64(message.signature));
    json.close('}');
}

}  // namespace

std::string oms_key_hint(const PublicKey& key) { return to_hex(sha256_of(as_bytes(key.pem()))); }

Result<Bundle> read_bundle(Bytes document, const JsonLimits& limits) {
    Result<JsonValue> parsed = JsonValue::parse(document, limits);
    if (!parsed) return parsed.error();
    Bundle bundle;
    const std::string* type = parsed->find_text("mediaType");
    if (!type) return malformed("not a bundle: it has no mediaType");
    if (!is_known_media_type(*type)) return malformed("not a bundle of a kind that is known here");
    bundle.media_type = *type;
    const JsonValue* material = present(*parsed, "verificationMaterial");
    if (!material || !material->is_object()) {
        return malformed("the bundle has no verificationMaterial");
    }
    Status read = read_material(*material, bundle);
    if (read) read = read_content(*parsed, bundle);
    if (read && !proto::has_known_fields_only(*parsed, proto::kBundle)) {
        read = malformed("the bundle has a field that its format does not know");
    }
    if (!read) return read.error();
    return bundle;
}

std::string write_bundle(const Bundle& bundle) {
    if (bundle.envelope) {
        BundleFrame frame = frame_bundle(bundle);
        return frame.head + to_base64(bundle.envelope->payload) + frame.tail;
    }
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("mediaType").text(bundle.media_type);
    write_material(json, bundle);
    write_message(json, *bundle.message);
    json.close('}');
    return text + "\n";
}

BundleFrame frame_bundle(const Bundle& bundle) {
    BundleFrame frame;
    JsonText head(frame.head);
    head.open('{');
    head.key("mediaType").text(bundle.media_type);
    write_material(head, bundle);
    head.key("dsseEnvelope").open('{');
    head.key("payload").raw("\"");
    JsonText tail(frame.tail);
    tail.raw("\"");
    tail.key("payloadType").text(bundle.envelope->payload_type);
    tail.key("signatures").open('[');
    tail.open('{');
    tail.key("sig").text(to_base64(bundle.envelope->signature));
    tail.key("keyid").text(bundle.envelope->keyid);
    tail.close('}');
    tail.close(']');
    tail.close('}');
    tail.close('}');
    frame.tail += '\n';
    return frame;
}

}  // namespace assay

#include "assay/dsse.h"

#include <fmt/format.h>

#include "assay/base64.h"

namespace assay {

std::optional<std::vector<uint8_t>> bytes_of_json(std::string_view text) {
    const bool url = text.find_first_of("-_") != std::string_view::npos;
    if (url || text.size() % 4 == 0) {
        return from_base64(text, url ? Base64::kUrl : Base64::kStandard);
    }
    if (text.find('=') != std::string_view::npos) return std::nullopt;  // some of its padding
    std::string padded(text);
    padded.append((4 - text.size() % 4) % 4, '=');
    return from_base64(padded);
}

namespace {

Error malformed(const char* text) { return {Code::kMalformed, text}; }

Result<std::vector<uint8_t>> bytes_at(const JsonValue& value, std::string_view key,
                                      const char* complaint) {
    const std::string* text = value.find_text(key);
    auto bytes = text ? bytes_of_json(*text) : std::nullopt;
    if (!bytes) return malformed(complaint);
    return std::move(*bytes);
}

}  // namespace

Result<Envelope> read_envelope(const JsonValue& value) {
    Envelope envelope;
    if (!value.is_object()) return malformed("the envelope is no object");
    const std::string* type = value.find_text("payloadType");
    if (!type) return malformed("the envelope has no payloadType");
    envelope.payload_type = *type;
    auto payload = bytes_at(value, "payload", "the envelope's payload is no base64");
    if (!payload) return payload.error();
    envelope.payload = std::move(*payload);
    const JsonValue* signatures = value.find("signatures");
    if (!signatures || signatures->items().size() != 1) {
        return malformed("an envelope has exactly one signature");
    }
    const JsonValue& signature = signatures->items().front();
    auto bytes = bytes_at(signature, "sig", "the envelope's signature is no base64");
    if (!bytes) return bytes.error();
    if (bytes->empty()) return malformed("the envelope's signature is empty");
    envelope.signature = std::move(*bytes);
    const JsonValue* keyid = signature.find("keyid");
    if (keyid && !keyid->is_null() && !keyid->text()) return malformed("keyid is no text");
    if (keyid && keyid->text()) envelope.keyid = *keyid->text();
    return envelope;
}

void write_envelope(JsonText& json, const Envelope& envelope) {
    json.open('{');
    json.key("payload").text(to_base64(envelope.payload));
    json.key("payloadType").text(envelope.payload_type);
    json.key("signatures").open('[');
    json.open('{');
    json.key("sig").text(to_base64(envelope.signature));
    json.key("keyid").text(envelope.keyid);
    json.close('}');
    json.close(']');
    json.close('}');
}

std::string pae_head(std::string_view type, uint64_t payload_size) {
    return fmt::format("DSSEv1 {} {} {} ", type.size(), type, payload_size);
}

std::vector<uint8_t> pae_of(std::string_view type, Bytes payload) {
    std::string head = pae_head(type, payload.size());
    std::vector<uint8_t> pae(head.begin(), head.end());
    pae.insert(pae.end(), payload.begin(), payload.end());
    return pae;
}

Result<std::vector<uint8_t>> sign_pae(const PrivateKey& key, std::string_view type, uint64_t size,
                                      const Pieces& payload) {
    const std::string head = pae_head(type, size);
    std::optional<MessageDigest> digest = digest_for(key.algorithm());
    if (digest) {
        MessageHash hash(*digest);
        hash.update(as_bytes(head));
        Status passed = payload([&](Bytes piece) { hash.update(piece); });
        if (!passed) return passed.error();
        return key.sign_digest(hash.finish(), RsaPadding::kPss);
    }
    std::vector<uint8_t> whole(head.begin(), head.end());
    Status passed =
        payload([&](Bytes piece) { whole.insert(whole.end(), piece.begin(), piece.end()); });
    if (!passed) return passed.error();
    return key.sign(whole, RsaPadding::kPss);
}

static Status verify_by(MessageDigest digest, const Envelope& envelope, const PublicKey& key) {
    MessageHash hash(digest);
    hash.update(as_bytes(pae_head(envelope.payload_type, envelope.payload.size())));
    hash.update(envelope.payload);
    return key.verify_digest(hash.finish(), envelope.signature);
}

Status verify_envelope(const Envelope& envelope, const PublicKey& key) {
    std::optional<MessageDigest> digest = digest_for(key.algorithm());
    if (digest) return verify_by(*digest, envelope, key);
    return key.verify(pae_of(envelope.payload_type, envelope.payload), envelope.signature);
}

Status verify_statement_envelope(const Envelope& envelope, const PublicKey& key) {
    Status holds = verify_envelope(envelope, key);
    std::optional<MessageDigest> digest = digest_for(key.algorithm());
    if (holds || !digest || *digest == MessageDigest::kSha256) return holds;
    return verify_by(MessageDigest::kSha256, envelope, key);
}

namespace {

bool has(Bytes bytes, char wanted) { return as_text(bytes).find(wanted) != std::string_view::npos; }

void append_repr(std::string& out, uint8_t byte, char quote) {
    const char c = static_cast<char>(byte);
    if (c == '\\' || c == quote) {
        out += '\\';
        out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
        out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
        out += fmt::format("\\x{:02x}", byte);
    } else {
        out += c;
    }
}

// What Python's repr() makes of bytes.
std::string repr_of(Bytes bytes) {
    const char quote = has(bytes, '\'') && !has(bytes, '"') ? '"' : '\'';
    std::string text = "b";
    text += quote;
    for (uint8_t byte : bytes) append_repr(text, byte, quote);
    return text += quote;
}

}  // namespace

Status verify_envelope_v02(const Envelope& envelope, const PublicKey& key, bool by_certificate) {
    std::string pae = fmt::format("DSSEV1 {} {} {} ", kInTotoPayload.size(), kInTotoPayload,
                                  envelope.payload.size()) +
                      repr_of(envelope.payload);
    std::optional<MessageDigest> digest = digest_for(key.algorithm());
    if (!digest) return Error{Code::kUnsupported, "version 0.2 knew keys of elliptic curves alone"};
    Status holds = key.verify_digest(MessageHash::of(MessageDigest::kSha256, as_bytes(pae)),
                                     envelope.signature);
    if (holds || by_certificate) return holds;
    return key.verify_digest(MessageHash::of(*digest, as_bytes(pae)), envelope.signature);
}

}  // namespace assay

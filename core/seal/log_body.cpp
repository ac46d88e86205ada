// What an entry's body says, in the forms that logs have by now. Each must name the very signature,
// the very certificate or key, and the digest of what was signed; one that leaves any of them out
// (intoto 0.0.1 has no signature) proves nothing and is refused.
//
//   hashedrekord 0.0.1  spec.data.hash, spec.signature.content, spec.signature.publicKey.content
//   hashedrekord 0.0.2  spec.hashedRekordV002.{data.{algorithm, digest}, signature.{content,
//   verifier}}
//   dsse 0.0.1          spec.payloadHash, spec.signatures[].{signature, verifier}
//   dsse 0.0.2          spec.dsseV002.{payloadHash.digest, signatures[].{content, verifier}}
//   intoto 0.0.2        spec.content.payloadHash, spec.content.envelope.signatures[].{sig,
//   publicKey}
//
// The first two are of whatever was signed, by the digest that it was signed by: of a file, or of
// an envelope's PAE. The others know envelopes, and name the payload by SHA-256 whatever the key.
#include <openssl/err.h>

#include "assay/bytes.h"
#include "assay/transparency.h"
#include "proto_json.h"

namespace assay {

namespace {

constexpr Error kOther{Code::kMalformed, "the log entry is of another signature"};
constexpr Error kOtherSigner{Code::kMalformed, "the log entry is of another signer"};
constexpr Error kOtherContent{Code::kMalformed, "the log entry is of other content"};
constexpr Error kOdd{Code::kUnsupported, "the log entry is of a kind that cannot be checked"};

using MaybeBytes = std::optional<std::vector<uint8_t>>;

bool equals(const MaybeBytes& held, Bytes expected) {
    return held && !expected.empty() && std::ranges::equal(*held, expected);
}

// Base64 of PEM of the certificate, or of the key.
bool is_signer_pem(const JsonValue* value, const LoggedSignature& logged) {
    MaybeBytes pem = proto::bytes(value);
    if (!pem) return false;
    if (logged.certificate.empty()) {
        Result<PublicKey> key = PublicKey::from_pem(as_text(*pem));
        return key && key->spki() == logged.spki;
    }
    Result<std::vector<Certificate>> all = Certificate::all_of(*pem);
    return all && (*all)[0].der() == logged.certificate;
}

// The newer form: {"x509Certificate": {"rawBytes"}} or {"publicKey": {"rawBytes"}}.
bool is_signer(const JsonValue* verifier, const LoggedSignature& logged) {
    if (!verifier) return false;
    bool by_key = logged.certificate.empty();
    const JsonValue* raw =
        verifier->find_path({by_key ? "publicKey" : "x509Certificate", "rawBytes"});
    return equals(proto::bytes(raw), by_key ? logged.spki : logged.certificate);
}

// {"algorithm": "sha256", "value": hex} is one of the digests; of no kind that is not among them.
bool is_hash(const JsonValue* hash, const MessageDigests& digests) {
    if (!hash) return false;
    std::optional<MessageDigest> kind = message_digest_named(proto::text(hash->find("algorithm")));
    auto known = kind ? digests.find(*kind) : digests.end();
    if (known == digests.end()) return false;
    std::string_view hex = proto::text(hash->find("value"));
    std::vector<uint8_t> value(hex.size() / 2);
    return hex.size() % 2 == 0 && from_hex(hex, value) && equals(value, known->second);
}

// The newer form: {"algorithm": "SHA2_256", "digest": base64}.
bool is_typed_hash(const JsonValue* hash, const MessageDigests& digests) {
    if (!hash) return false;
    std::optional<MessageDigest> kind =
        message_digest_in_bundle(proto::text(hash->find("algorithm")));
    auto known = kind ? digests.find(*kind) : digests.end();
    return known != digests.end() && equals(proto::bytes(hash->find("digest")), known->second);
}

const JsonValue* only_item(const JsonValue* list) {
    return list && list->items().size() == 1 ? &list->items()[0] : nullptr;
}

Status judged(bool content, bool signature, bool signer) {
    if (!content) return kOtherContent;
    if (!signature) return kOther;
    if (!signer) return kOtherSigner;
    return Done{};
}

Status hashed_record(const JsonValue& spec, const LoggedSignature& logged) {
    return judged(is_hash(spec.find_path({"data", "hash"}), logged.digests),
                  equals(proto::bytes(spec.find_path({"signature", "content"})), logged.signature),
                  is_signer_pem(spec.find_path({"signature", "publicKey", "content"}), logged));
}

Status hashed_record_2(const JsonValue& spec, const LoggedSignature& logged) {
    const JsonValue* inner = spec.find("hashedRekordV002");
    if (!inner) return kOdd;
    const JsonValue* content = inner->find_path({"signature", "content"});
    return judged(is_typed_hash(inner->find("data"), logged.digests),
                  equals(proto::bytes(content), logged.signature),
                  is_signer(inner->find_path({"signature", "verifier"}), logged));
}

Status dsse(const JsonValue& spec, const LoggedSignature& logged) {
    const JsonValue* one = only_item(spec.find("signatures"));
    if (!one) return kOther;
    return judged(is_hash(spec.find("payloadHash"), logged.payload),
                  equals(proto::bytes(one->find("signature")), logged.signature),
                  is_signer_pem(one->find("verifier"), logged));
}

Status dsse_2(const JsonValue& spec, const LoggedSignature& logged) {
    const JsonValue* inner = spec.find("dsseV002");
    const JsonValue* one = inner ? only_item(inner->find("signatures")) : nullptr;
    if (!one) return kOdd;
    return judged(is_typed_hash(inner->find("payloadHash"), logged.payload),
                  equals(proto::bytes(one->find("content")), logged.signature),
                  is_signer(one->find("verifier"), logged));
}

// Its signature is base64 of the envelope's base64.
Status intoto_2(const JsonValue& spec, const LoggedSignature& logged) {
    const JsonValue* one = only_item(spec.find_path({"content", "envelope", "signatures"}));
    if (!one) return kOther;
    MaybeBytes outer = proto::bytes(one->find("sig"));
    MaybeBytes inner = outer ? bytes_of_json(as_text(*outer)) : std::nullopt;
    return judged(is_hash(spec.find_path({"content", "payloadHash"}), logged.payload),
                  equals(inner, logged.signature), is_signer_pem(one->find("publicKey"), logged));
}

struct Form {
    std::string_view kind, version;
    bool envelope;  // knows nothing else
    Status (*check)(const JsonValue& spec, const LoggedSignature& logged);
};

constexpr Form kForms[] = {
    {"hashedrekord", "0.0.1", false, hashed_record},
    {"hashedrekord", "0.0.2", false, hashed_record_2},
    {"dsse", "0.0.1", true, dsse},
    {"dsse", "0.0.2", true, dsse_2},
    {"intoto", "0.0.2", true, intoto_2},
};

}  // namespace

Status body_matches(const LogEntry& entry, const LoggedSignature& logged) {
    Result<JsonValue> body = JsonValue::parse(entry.body);
    if (!body) return Error{Code::kMalformed, "the log entry's body cannot be read"};
    std::string_view kind = proto::text(body->find("kind"));
    std::string_view version = proto::text(body->find("apiVersion"));
    bool named_so = (entry.kind.empty() || entry.kind == kind) &&
                    (entry.version.empty() || entry.version == version);
    const JsonValue* spec = body->find("spec");
    if (!named_so || !spec) return kOdd;
    for (const Form& form : kForms) {
        bool same = form.kind == kind && form.version == version;
        if (same && form.envelope && logged.payload.empty()) return kOther;
        if (same) return form.check(*spec, logged);
    }
    return kOdd;
}

}  // namespace assay

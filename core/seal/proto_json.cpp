#include "proto_json.h"

#include <algorithm>
#include <charconv>

namespace assay::proto {

std::optional<int64_t> integer(const JsonValue* value) {
    if (!value) return std::nullopt;
    if (std::optional<int64_t> number = value->integer()) {
        return *number >= 0 ? number : std::nullopt;
    }
    const std::string* digits = value->text();
    if (!digits || digits->empty()) return std::nullopt;
    int64_t number = 0;
    const char* end = digits->data() + digits->size();
    auto [stop, fault] = std::from_chars(digits->data(), end, number);
    if (fault != std::errc() || stop != end || number < 0) return std::nullopt;
    return number;
}

namespace {

constexpr Field kBytes[] = {{"rawBytes"}};
constexpr Message kRawBytes{kBytes};
constexpr Field kCertificates[] = {{"certificates", &kRawBytes}};
constexpr Message kCertificateChain{kCertificates};
constexpr Field kLogIdFields[] = {{"keyId"}};
constexpr Message kLogId{kLogIdFields};

// model_signing wrote the key itself up to version 1.0.1.
constexpr Field kKeyIdFields[] = {{"hint"}, {"rawBytes"}, {"keyDetails"}};
constexpr Message kKeyId{kKeyIdFields};

constexpr Field kKindFields[] = {{"kind"}, {"version"}};
constexpr Message kKind{kKindFields};
constexpr Field kPromiseFields[] = {{"signedEntryTimestamp"}};
constexpr Message kPromise{kPromiseFields};
constexpr Field kCheckpointFields[] = {{"envelope"}};
constexpr Message kCheckpoint{kCheckpointFields};
constexpr Field kProofFields[] = {
    {"logIndex"}, {"rootHash"}, {"treeSize"}, {"hashes"}, {"checkpoint", &kCheckpoint}};
constexpr Message kProof{kProofFields};
constexpr Field kEntryFields[] = {{"logIndex"},
                                  {"logId", &kLogId},
                                  {"kindVersion", &kKind},
                                  {"integratedTime"},
                                  {"inclusionPromise", &kPromise},
                                  {"inclusionProof", &kProof},
                                  {"canonicalizedBody"}};
constexpr Message kEntry{kEntryFields};

constexpr Field kStampFields[] = {{"signedTimestamp"}};
constexpr Message kStamp{kStampFields};
constexpr Field kStampsFields[] = {{"rfc3161Timestamps", &kStamp}};
constexpr Message kStamps{kStampsFields};
constexpr Field kMaterialFields[] = {{"publicKey", &kKeyId},
                                     {"x509CertificateChain", &kCertificateChain},
                                     {"certificate", &kRawBytes},
                                     {"tlogEntries", &kEntry},
                                     {"timestampVerificationData", &kStamps}};
constexpr Message kMaterial{kMaterialFields};

constexpr Field kDigestFields[] = {{"algorithm"}, {"digest"}};
constexpr Message kDigest{kDigestFields};
constexpr Field kMessageFields[] = {{"messageDigest", &kDigest}, {"signature"}};
constexpr Message kMessage{kMessageFields};
constexpr Field kSignatureFields[] = {{"sig"}, {"keyid"}};
constexpr Message kSignature{kSignatureFields};
constexpr Field kEnvelopeFields[] = {{"payload"}, {"payloadType"}, {"signatures", &kSignature}};
constexpr Message kEnvelope{kEnvelopeFields};
constexpr Field kBundleFields[] = {{"mediaType"},
                                   {"verificationMaterial", &kMaterial},
                                   {"messageSignature", &kMessage},
                                   {"dsseEnvelope", &kEnvelope}};

constexpr Field kPeriodFields[] = {{"start"}, {"end"}};
constexpr Message kPeriod{kPeriodFields};
constexpr Field kKeyFields[] = {{"rawBytes"}, {"keyDetails"}, {"validFor", &kPeriod}};
constexpr Message kKey{kKeyFields};
constexpr Field kLogFields[] = {{"baseUrl"},
                                {"hashAlgorithm"},
                                {"publicKey", &kKey},
                                {"logId", &kLogId},
                                {"checkpointKeyId", &kLogId},
                                {"operator"}};
constexpr Message kLog{kLogFields};
constexpr Field kNameFields[] = {{"organization"}, {"commonName"}};
constexpr Message kName{kNameFields};
constexpr Field kAuthorityFields[] = {{"subject", &kName},
                                      {"uri"},
                                      {"certChain", &kCertificateChain},
                                      {"validFor", &kPeriod},
                                      {"operator"}};
constexpr Message kAuthority{kAuthorityFields};
constexpr Field kRootFields[] = {{"mediaType"},
                                 {"tlogs", &kLog},
                                 {"certificateAuthorities", &kAuthority},
                                 {"ctlogs", &kLog},
                                 {"timestampAuthorities", &kAuthority}};

}  // namespace

const Message kBundle{kBundleFields};
const Message kTrustedRoot{kRootFields};

bool has_known_fields_only(const JsonValue& value, const Message& message) {
    auto fits = [&](const JsonValue& item) { return has_known_fields_only(item, message); };
    if (!std::ranges::all_of(value.items(), fits)) return false;
    return std::ranges::all_of(value.members(), [&](const JsonMember& member) {
        auto known = std::ranges::find(message.fields, member.key, &Field::name);
        if (known == message.fields.end()) return false;
        return !known->holds || has_known_fields_only(member.value, *known->holds);
    });
}

}  // namespace assay::proto

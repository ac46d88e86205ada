// Fulcio writes the identity as the one subject alternative name, and the issuer as extension
// 1.3.6.1.4.1.57264.1.8 (a DER UTF8String) or, before that, .1.1 (the bare text). Both may be there
// and must not differ. A user name is an "other name" of type .1.7.
#include "assay/identity.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "openssl.h"
#include "x509.h"

namespace assay {

namespace {

constexpr char kIssuer[] = "1.3.6.1.4.1.57264.1.8";
constexpr char kOldIssuer[] = "1.3.6.1.4.1.57264.1.1";
constexpr char kUserName[] = "1.3.6.1.4.1.57264.1.7";

using ObjectPtr = std::unique_ptr<ASN1_OBJECT, FreeBy<ASN1_OBJECT_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>>;
using StringPtr = std::unique_ptr<ASN1_UTF8STRING, FreeBy<ASN1_UTF8STRING_free>>;

Bytes bytes_of(const ASN1_STRING* text) {
    return {ASN1_STRING_get0_data(text), static_cast<size_t>(ASN1_STRING_length(text))};
}

// Empty for what cannot be a name; a zero byte would end the name for others.
std::string name_of(Bytes bytes) {
    std::string name(as_text(bytes));
    return name.find('\0') == std::string::npos ? name : std::string();
}

// The content of an extension that stands there at most once.
std::optional<Bytes> extension(const Certificate& certificate, const char* oid) {
    ObjectPtr object(OBJ_txt2obj(oid, 1));
    int at = X509_get_ext_by_OBJ(certificate.openssl(), object.get(), -1);
    if (at < 0 || X509_get_ext_by_OBJ(certificate.openssl(), object.get(), at) >= 0) return {};
    return bytes_of(X509_EXTENSION_get_data(X509_get_ext(certificate.openssl(), at)));
}

std::string utf8_string(Bytes der) {
    const uint8_t* at = der.data();
    StringPtr text(d2i_ASN1_UTF8STRING(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!text || at != der.data() + der.size()) return {};
    return name_of(bytes_of(text.get()));
}

Result<std::string> issuer_of(const Certificate& certificate) {
    std::optional<Bytes> now = extension(certificate, kIssuer);
    std::optional<Bytes> old = extension(certificate, kOldIssuer);
    std::string issuer = now ? utf8_string(*now) : old ? name_of(*old) : std::string();
    if (issuer.empty()) {
        return Error{Code::kMalformed, "the certificate does not say who vouched for its identity"};
    }
    if (now && old && name_of(*old) != issuer) {
        return Error{Code::kMalformed, "the certificate names two issuers of its identity"};
    }
    return issuer;
}

std::string user_name(const OTHERNAME& other) {
    ObjectPtr type(OBJ_txt2obj(kUserName, 1));
    bool text = OBJ_cmp(other.type_id, type.get()) == 0 && other.value->type == V_ASN1_UTF8STRING;
    return text ? name_of(bytes_of(other.value->value.utf8string)) : std::string();
}

std::string name_of(const GENERAL_NAME& name) {
    switch (name.type) {
        case GEN_EMAIL:
            return name_of(bytes_of(name.d.rfc822Name));
        case GEN_URI:
            return name_of(bytes_of(name.d.uniformResourceIdentifier));
        case GEN_OTHERNAME:
            return user_name(*name.d.otherName);
        default:
            return {};
    }
}

}  // namespace

Result<SignerIdentity> identity_of(const Certificate& certificate) {
    NamesPtr names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate.openssl(), NID_subject_alt_name, nullptr, nullptr)));
    ERR_clear_error();
    if (!names || sk_GENERAL_NAME_num(names.get()) != 1) {
        return Error{Code::kMalformed, "the certificate does not have exactly one identity"};
    }
    std::string name = name_of(*sk_GENERAL_NAME_value(names.get(), 0));
    if (name.empty())
        return Error{Code::kUnsupported, "the certificate's identity is of no known kind"};
    Result<std::string> issuer = issuer_of(certificate);
    if (!issuer) return issuer.error();
    return SignerIdentity{std::move(name), std::move(*issuer)};
}

Status matches(const IdentityRule& rule, const SignerIdentity& identity) {
    bool name = rule.name_pattern ? rule.name_pattern->matches(identity.name)
                                  : !rule.name.empty() && rule.name == identity.name;
    if (!name) return Error{Code::kMalformed, "signed with another identity"};
    bool issuer = rule.issuer_pattern ? rule.issuer_pattern->matches(identity.issuer)
                                      : !rule.issuer.empty() && rule.issuer == identity.issuer;
    if (!issuer) return Error{Code::kMalformed, "the identity was vouched for by another issuer"};
    return Done{};
}

}  // namespace assay

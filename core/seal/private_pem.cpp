// Private keys as files: PEM of four kinds, by OpenSSL's decoder, and cosign's.
//
// What comes before the key (openssl writes "EC PARAMETERS" there unless told not to) is passed
// over. A password is asked for only where the file says that it is encrypted.
#include <openssl/err.h>
#include <openssl/pem.h>

#include "assay/cosign_key.h"
#include "assay/keys.h"
#include "assay/small_file.h"
#include "openssl.h"

namespace assay {

namespace {

struct Asked {
    const PasswordSource& source;
    std::optional<Error> refused;
    bool asked = false;
};

// OpenSSL's callback for a password; a negative answer ends the reading.
int give_password(char* buffer, int size, int, void* user) {
    Asked& asked = *static_cast<Asked*>(user);
    asked.asked = true;
    if (!asked.source) return -1;
    Result<Secret> password = asked.source();
    if (!password) {
        asked.refused = password.error();
        return -1;
    }
    if (password->size() > static_cast<size_t>(size)) return -1;
    if (password->size() > 0) std::memcpy(buffer, password->bytes().data(), password->size());
    return static_cast<int>(password->size());
}

Result<PrivateKey> from_cosign(std::string_view pem, const PasswordSource& source) {
    if (!source) return Error{Code::kUsage, "the key is encrypted, and there is no password"};
    Result<Secret> password = source();
    if (!password) return password.error();
    Result<Secret> der = open_cosign_key(pem, password->bytes());
    if (!der) return der.error();
    return PrivateKey::from_pkcs8(der->bytes());
}

Error why_not(const Asked& asked, std::string_view pem) {
    if (asked.refused) return *asked.refused;
    if (asked.asked && !asked.source) {
        return {Code::kUsage, "the key is encrypted, and there is no password"};
    }
    if (asked.asked) return {Code::kMalformed, "wrong password, or a damaged key file"};
    auto holds = [&](std::string_view label) { return pem.find(label) != std::string_view::npos; };
    if (holds("PUBLIC KEY-----")) {
        return {Code::kMalformed, "this is a public key; the private one is needed"};
    }
    if (holds("CERTIFICATE-----")) {
        return {Code::kMalformed, "this is a certificate; the private key of it is needed"};
    }
    return {Code::kMalformed, "not a private key (PEM)"};
}

}  // namespace

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, const PasswordSource& password) {
    if (is_cosign_key(pem)) return from_cosign(pem, password);
    Asked asked{password, {}, false};
    BioPtr bio = bio_of(as_bytes(pem));
    KeyPtr key = own_key(
        PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, give_password, &asked, nullptr, nullptr));
    ERR_clear_error();
    if (!key) return why_not(asked, pem);
    return from_openssl(std::move(key));
}

Result<PrivateKey> PrivateKey::from_pkcs8(Bytes der) {
    using InfoPtr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeBy<PKCS8_PRIV_KEY_INFO_free>>;
    const uint8_t* at = der.data();
    InfoPtr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
    KeyPtr key =
        info && at == der.data() + der.size() ? own_key(EVP_PKCS82PKEY(info.get())) : KeyPtr();
    ERR_clear_error();
    if (!key) return Error{Code::kMalformed, "not a private key (PKCS#8)"};
    return from_openssl(std::move(key));
}

Result<Secret> PrivateKey::pkcs8() const {
    using InfoPtr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeBy<PKCS8_PRIV_KEY_INFO_free>>;
    InfoPtr info(EVP_PKEY2PKCS8(key_.get()));
    int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    ERR_clear_error();
    if (size <= 0) return Error{Code::kUnsupported, "the key cannot be taken out of where it is"};
    Secret der(static_cast<size_t>(size));
    uint8_t* end = der.data();
    i2d_PKCS8_PRIV_KEY_INFO(info.get(), &end);
    return der;
}

Result<PublicKey> load_public_key(const std::string& path) {
    Result<Secret> text = load_small_secret(path, kMaxKeyFile);
    if (!text) return text.error();
    return PublicKey::from_pem(text->text());
}

Result<PrivateKey> load_private_key(const std::string& path, const PasswordSource& password) {
    Result<Secret> text = load_small_secret(path, kMaxKeyFile);
    if (!text) return text.error();
    return PrivateKey::from_pem(text->text(), password);
}

}  // namespace assay

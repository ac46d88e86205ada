#include "assay/cosign_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>

#include "assay/base64.h"
#include "assay/json_text.h"
#include "assay/json_value.h"
#include "openssl.h"
#include "secret_box.h"

namespace assay {

namespace {

constexpr char kPemType[] = "ENCRYPTED SIGSTORE PRIVATE KEY";
constexpr char kOldPemType[] = "ENCRYPTED COSIGN PRIVATE KEY";
constexpr size_t kSalt = 32;
constexpr size_t kMostSalt = 1024;

struct ScryptCost {
    uint64_t n, r, p;
    auto operator<=>(const ScryptCost&) const = default;
};

// What cosign has written by now; the second is what it writes.
constexpr std::array kCosts = {ScryptCost{32'768, 8, 1}, ScryptCost{65'536, 8, 1},
                               ScryptCost{131'072, 8, 1}};
constexpr ScryptCost kCost = kCosts[1];

struct SealedKey {
    ScryptCost cost{};
    std::vector<uint8_t> salt, nonce, box;
};

Result<Secret> stretched(Bytes password, Bytes salt, ScryptCost cost) {
    using KdfPtr = std::unique_ptr<EVP_KDF, FreeBy<EVP_KDF_free>>;
    using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, FreeBy<EVP_KDF_CTX_free>>;
    KdfPtr kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
    KdfContextPtr context(EVP_KDF_CTX_new(kdf.get()));
    uint64_t most = uint64_t{256} << 20;
    uint8_t nothing = 0;  // OpenSSL tells no password from an empty one by the pointer
    uint8_t* secret = password.empty() ? &nothing : const_cast<uint8_t*>(password.data());
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret, password.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, const_cast<uint8_t*>(salt.data()),
                                          salt.size()),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &cost.n),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &cost.r),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &cost.p),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most),
        OSSL_PARAM_END};
    Secret key(kBoxKey);
    bool done = context && EVP_KDF_derive(context.get(), key.data(), key.size(), params) == 1;
    ERR_clear_error();
    if (!done) return Error{Code::kLimit, "the password cannot be stretched: too little memory"};
    return key;
}

// The JSON inside the PEM.
Result<std::vector<uint8_t>> pem_body(std::string_view pem) {
    BioPtr bio = bio_of(as_bytes(pem));
    char* name = nullptr;
    char* header = nullptr;
    uint8_t* data = nullptr;
    long size = 0;
    bool read = PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1;
    bool right =
        read && (std::string_view(name) == kPemType || std::string_view(name) == kOldPemType);
    std::vector<uint8_t> body(data, data + (right ? size : 0));
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    ERR_clear_error();
    if (!right) return Error{Code::kMalformed, "the encrypted key's PEM is damaged"};
    return body;
}

std::vector<uint8_t> bytes_at(const JsonValue* value) {
    const std::string* text = value ? value->text() : nullptr;
    std::optional<std::vector<uint8_t>> bytes = text ? from_base64(*text) : std::nullopt;
    return bytes ? std::move(*bytes) : std::vector<uint8_t>();
}

uint64_t number_at(const JsonValue& of, std::string_view key) {
    const JsonValue* value = of.find(key);
    return value ? value->unsigned_integer().value_or(0) : 0;
}

bool is_text(const JsonValue* value, std::string_view expected) {
    const std::string* text = value ? value->text() : nullptr;
    return text && *text == expected;
}

Result<ScryptCost> cost_of(const JsonValue& params) {
    ScryptCost cost{number_at(params, "N"), number_at(params, "r"), number_at(params, "p")};
    for (const ScryptCost& known : kCosts) {
        if (cost == known) return cost;
    }
    return Error{Code::kUnsupported, "the key's scrypt parameters are none that cosign writes"};
}

Result<SealedKey> sealed_key(const JsonValue& json) {
    const JsonValue* params = json.find_path({"kdf", "params"});
    if (!params || !is_text(json.find_path({"kdf", "name"}), "scrypt") ||
        !is_text(json.find_path({"cipher", "name"}), "nacl/secretbox")) {
        return Error{Code::kUnsupported, "the key is not encrypted as cosign does it"};
    }
    Result<ScryptCost> cost = cost_of(*params);
    if (!cost) return cost.error();
    SealedKey key{*cost, bytes_at(json.find_path({"kdf", "salt"})),
                  bytes_at(json.find_path({"cipher", "nonce"})), bytes_at(json.find("ciphertext"))};
    bool whole = !key.salt.empty() && key.salt.size() <= kMostSalt &&
                 key.nonce.size() == kBoxNonce && key.box.size() > kBoxTag;
    if (!whole)
        return Error{Code::kMalformed, "the encrypted key's salt, nonce or text is damaged"};
    return key;
}

std::string json_of(const SealedKey& key) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("kdf").open('{');
    json.key("name").text("scrypt");
    json.key("params").open('{');
    json.key("N").number(key.cost.n);
    json.key("r").number(key.cost.r);
    json.key("p").number(key.cost.p);
    json.close('}');
    json.key("salt").text(to_base64(key.salt));
    json.close('}');
    json.key("cipher").open('{');
    json.key("name").text("nacl/secretbox");
    json.key("nonce").text(to_base64(key.nonce));
    json.close('}');
    json.key("ciphertext").text(to_base64(key.box));
    json.close('}');
    return out;
}

std::string pem_of(Bytes body) {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio(bio.get(), kPemType, "", body.data(), static_cast<long>(body.size()));
    const char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<size_t>(size));
}

bool fill_randomly(std::vector<uint8_t>& bytes, size_t size) {
    bytes.resize(size);
    return RAND_bytes(bytes.data(), static_cast<int>(size)) == 1;
}

}  // namespace

bool is_cosign_key(std::string_view pem) {
    for (const char* type : {kPemType, kOldPemType}) {
        if (pem.find(std::string("-----BEGIN ") + type + "-----") != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

Result<Secret> open_cosign_key(std::string_view pem, Bytes password) {
    Result<std::vector<uint8_t>> body = pem_body(pem);
    if (!body) return body.error();
    Result<JsonValue> json = JsonValue::parse(*body);
    if (!json) return Error{Code::kMalformed, "the encrypted key's JSON is damaged"};
    Result<SealedKey> sealed = sealed_key(*json);
    if (!sealed) return sealed.error();
    Result<Secret> key = stretched(password, sealed->salt, sealed->cost);
    if (!key) return key.error();
    return open_box(sealed->box, sealed->nonce, key->bytes());
}

Result<std::string> seal_cosign_key(const PrivateKey& key, Bytes password) {
    Result<Secret> der = key.pkcs8();
    if (!der) return der.error();
    SealedKey sealed{kCost, {}, {}, {}};
    if (!fill_randomly(sealed.salt, kSalt) || !fill_randomly(sealed.nonce, kBoxNonce)) {
        return Error{Code::kIo, "the system gives no random numbers"};
    }
    Result<Secret> box_key = stretched(password, sealed.salt, sealed.cost);
    if (!box_key) return box_key.error();
    sealed.box = seal_box(der->bytes(), sealed.nonce, box_key->bytes());
    return pem_of(as_bytes(json_of(sealed)));
}

}  // namespace assay

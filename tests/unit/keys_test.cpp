// Keys: every kind signs and verifies, OpenSSL's own calls agree, and what is weak, odd or damaged
// is refused when it is read.
#include "assay/keys.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "assay/cosign_key.h"
#include "core/seal/openssl.h"

namespace assay {
namespace {

constexpr std::array kAlgorithms = {KeyAlgorithm::kEcP256, KeyAlgorithm::kEcP384,
                                    KeyAlgorithm::kEcP521, KeyAlgorithm::kEd25519,
                                    KeyAlgorithm::kRsa};

PasswordSource password(std::string_view text) {
    return [text]() -> Result<Secret> { return Secret::copy_of(as_bytes(text)); };
}

std::string text_of(BIO* bio) {
    const char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<size_t>(size)};
}

// As `openssl pkey` would write it; encrypted if there is a password.
std::string pem_of(const PrivateKey& key, const char* password = nullptr) {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.public_key().openssl(),
                                  password ? EVP_aes_256_cbc() : nullptr, nullptr, 0, nullptr,
                                  const_cast<char*>(password));
    return text_of(bio.get());
}

PrivateKey made(KeyAlgorithm algorithm) {
    Result<PrivateKey> key = PrivateKey::generate(algorithm);
    EXPECT_TRUE(key.ok());
    return *key;
}

KeyPtr odd_key(const char* type, const char* curve) {
    return own_key(EVP_PKEY_Q_keygen(nullptr, nullptr, type, curve));
}

TEST(Keys, EveryKindSignsAndVerifies) {
    for (KeyAlgorithm algorithm : kAlgorithms) {
        PrivateKey key = made(algorithm);
        Bytes message = as_bytes("what was signed");
        Result<std::vector<uint8_t>> signature = key.sign(message, RsaPadding::kPss);
        ASSERT_TRUE(signature.ok());
        EXPECT_TRUE(key.public_key().verify(message, *signature).ok()) << name_of(algorithm);
        EXPECT_FALSE(key.public_key().verify(as_bytes("what was not"), *signature).ok());
        EXPECT_FALSE(made(algorithm).public_key().verify(message, *signature).ok());
        signature->push_back(0);
        EXPECT_FALSE(key.public_key().verify(message, *signature).ok()) << "a byte behind";
        signature->erase(signature->end() - 2, signature->end());
        EXPECT_FALSE(key.public_key().verify(message, *signature).ok()) << "truncated";
        EXPECT_FALSE(key.public_key().verify(message, {}).ok()) << "no signature";
    }
}

TEST(Keys, DigestsSignWhatMessagesDo) {
    for (KeyAlgorithm algorithm : kAlgorithms) {
        PrivateKey key = made(algorithm);
        std::optional<MessageDigest> kind = digest_for(algorithm);
        if (!kind) {
            EXPECT_FALSE(key.sign_digest(std::vector<uint8_t>(32), RsaPadding::kPss).ok());
            continue;
        }
        MessageHash hash(*kind);
        hash.update(as_bytes("in "));
        hash.update(as_bytes("two parts"));
        std::vector<uint8_t> digest = hash.finish();
        EXPECT_EQ(digest, MessageHash::of(*kind, as_bytes("in two parts")));
        EXPECT_TRUE(
            key.public_key()
                .verify(as_bytes("in two parts"), *key.sign_digest(digest, RsaPadding::kPss))
                .ok());
        EXPECT_TRUE(
            key.public_key()
                .verify_digest(digest, *key.sign(as_bytes("in two parts"), RsaPadding::kPss))
                .ok());
        EXPECT_FALSE(key.sign_digest(Bytes(digest).first(20), RsaPadding::kPss).ok())
            << "no such digest";
    }
}

// The digest that goes with a curve, as anybody else computes it.
TEST(Keys, OpensslVerifies) {
    const EVP_MD* digests[] = {EVP_sha256(), EVP_sha384(), EVP_sha512(), nullptr, EVP_sha256()};
    for (KeyAlgorithm algorithm : kAlgorithms) {
        if (algorithm == KeyAlgorithm::kRsa) continue;  // padding must be said: see below
        PrivateKey key = made(algorithm);
        Bytes message = as_bytes("for others");
        std::vector<uint8_t> signature = *key.sign(message, RsaPadding::kPss);
        HashContextPtr context(EVP_MD_CTX_new());
        EVP_DigestVerifyInit(context.get(), nullptr, digests[static_cast<size_t>(algorithm)],
                             nullptr, key.public_key().openssl());
        EXPECT_EQ(EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                   message.data(), message.size()),
                  1);
    }
}

TEST(Keys, RsaPadsInTwoWays) {
    PrivateKey key = made(KeyAlgorithm::kRsa);
    Bytes message = as_bytes("padded");
    std::vector<uint8_t> pss = *key.sign(message, RsaPadding::kPss);
    std::vector<uint8_t> pkcs1 = *key.sign(message, RsaPadding::kPkcs1);
    EXPECT_EQ(pkcs1, *key.sign(message, RsaPadding::kPkcs1));
    EXPECT_NE(pss, *key.sign(message, RsaPadding::kPss)) << "a salt that is the same";
    EXPECT_TRUE(key.public_key().verify(message, pss).ok());
    EXPECT_TRUE(key.public_key().verify(message, pkcs1).ok());
}

TEST(Keys, PemOfEveryKindIsRead) {
    for (KeyAlgorithm algorithm : kAlgorithms) {
        PrivateKey key = made(algorithm);
        Result<PrivateKey> read = PrivateKey::from_pem(pem_of(key), nullptr);
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(read->public_key().spki(), key.public_key().spki());
        Result<PublicKey> half = PublicKey::from_pem(key.public_key().pem());
        ASSERT_TRUE(half.ok());
        EXPECT_EQ(half->spki(), key.public_key().spki());
        EXPECT_TRUE(PublicKey::from_spki(key.public_key().spki()).ok());
    }
}

TEST(Keys, PasswordsAreAskedForWhereNeededAndOnlyThere) {
    PrivateKey key = made(KeyAlgorithm::kEcP256);
    bool asked = false;
    PasswordSource source = [&]() -> Result<Secret> {
        asked = true;
        return Secret::copy_of(as_bytes("open sesame"));
    };
    EXPECT_TRUE(PrivateKey::from_pem(pem_of(key), source).ok());
    EXPECT_FALSE(asked);
    std::string sealed = pem_of(key, "open sesame");
    EXPECT_TRUE(PrivateKey::from_pem(sealed, source).ok());
    EXPECT_TRUE(asked);
    EXPECT_STREQ(PrivateKey::from_pem(sealed, password("wrong")).error().text,
                 "wrong password, or a damaged key file");
    EXPECT_EQ(PrivateKey::from_pem(sealed, nullptr).error().code, Code::kUsage);
    PasswordSource refuses = []() -> Result<Secret> { return Error{Code::kInterrupted, "no"}; };
    EXPECT_EQ(PrivateKey::from_pem(sealed, refuses).error().code, Code::kInterrupted);
}

TEST(Keys, OlderFormsOfEcKeys) {
    PrivateKey key = made(KeyAlgorithm::kEcP384);
    BioPtr bio(BIO_new(BIO_s_mem()));
    BIO_puts(bio.get(),
             "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n");
    PEM_write_bio_PrivateKey_traditional(bio.get(), key.public_key().openssl(), nullptr, nullptr, 0,
                                         nullptr, nullptr);
    std::string text = text_of(bio.get());
    ASSERT_NE(text.find("BEGIN EC PRIVATE KEY"), std::string::npos);
    Result<PrivateKey> read = PrivateKey::from_pem(text, nullptr);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->public_key().spki(), key.public_key().spki());
}

TEST(Keys, ACompressedPointIsWrittenWhole) {
    KeyPtr key = odd_key("EC", "prime256v1");
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   "compressed");
    std::vector<uint8_t> compressed = der_of(i2d_PUBKEY, key.get());
    Result<PublicKey> read = PublicKey::from_spki(compressed);
    ASSERT_TRUE(read.ok());
    EXPECT_LT(compressed.size(), read->spki().size());
    EXPECT_EQ(read->spki().size(), 91U);
}

TEST(Keys, WeakAndForeignKeysAreRefused) {
    struct Odd {
        const char* type;
        const char* curve;
    };
    for (Odd odd : {Odd{"EC", "secp256k1"}, Odd{"EC", "secp224r1"}, Odd{"EC", "brainpoolP256r1"}}) {
        EXPECT_FALSE(PublicKey::from_openssl(odd_key(odd.type, odd.curve)).ok()) << odd.curve;
    }
    EXPECT_FALSE(
        PublicKey::from_openssl(own_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{1024})))
            .ok());
    EXPECT_FALSE(
        PublicKey::from_openssl(own_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"))).ok());
    EXPECT_FALSE(
        PublicKey::from_openssl(own_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"))).ok());
}

TEST(Keys, ACurveThatIsSpelledOutIsRefused) {
    KeyPtr key = odd_key("EC", "prime256v1");
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
    std::vector<uint8_t> der = der_of(i2d_PUBKEY, key.get());
    ASSERT_GT(der.size(), 200U);
    EXPECT_FALSE(PublicKey::from_spki(der).ok());
}

TEST(Keys, DamagedFilesAreRefused) {
    PrivateKey key = made(KeyAlgorithm::kEcP256);
    std::string pem = key.public_key().pem();
    EXPECT_TRUE(PublicKey::from_pem(pem + "\n \n").ok());
    EXPECT_FALSE(PublicKey::from_pem(pem + pem).ok()) << "two keys";
    EXPECT_FALSE(PublicKey::from_pem(pem.substr(0, pem.size() / 2)).ok());
    EXPECT_FALSE(PublicKey::from_pem("").ok());
    EXPECT_STREQ(PublicKey::from_pem(pem_of(key)).error().text,
                 "this is a private key; its public half is needed");
    EXPECT_STREQ(PrivateKey::from_pem(pem, nullptr).error().text,
                 "this is a public key; the private one is needed");
    std::vector<uint8_t> spki = key.public_key().spki();
    for (size_t size = 0; size < spki.size(); size++) {
        EXPECT_FALSE(PublicKey::from_spki(Bytes(spki).first(size)).ok());
    }
    spki.push_back(0);
    EXPECT_FALSE(PublicKey::from_spki(spki).ok());
}

class CosignKeys : public testing::Test {
  protected:
    PrivateKey key_ = made(KeyAlgorithm::kEcP256);
    std::string sealed_ = *seal_cosign_key(key_, as_bytes("hello"));

    // The file with something of its JSON replaced.
    [[nodiscard]] std::string with(const std::string& from, const std::string& to) const {
        std::vector<uint8_t> body = body_of(sealed_);
        std::string json(as_text(body));
        size_t at = json.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        json.replace(at, from.size(), to);
        BioPtr bio(BIO_new(BIO_s_mem()));
        PEM_write_bio(bio.get(), "ENCRYPTED SIGSTORE PRIVATE KEY", "", as_bytes(json).data(),
                      static_cast<long>(json.size()));
        return text_of(bio.get());
    }

    static std::vector<uint8_t> body_of(const std::string& pem) {
        BioPtr bio = bio_of(as_bytes(pem));
        char* name = nullptr;
        char* header = nullptr;
        uint8_t* data = nullptr;
        long size = 0;
        PEM_read_bio(bio.get(), &name, &header, &data, &size);
        std::vector<uint8_t> body(data, data + size);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
        return body;
    }
};

TEST_F(CosignKeys, GoThereAndBack) {
    EXPECT_TRUE(is_cosign_key(sealed_));
    Result<PrivateKey> read = PrivateKey::from_pem(sealed_, password("hello"));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->public_key().spki(), key_.public_key().spki());
    EXPECT_STREQ(PrivateKey::from_pem(sealed_, password("Hello")).error().text,
                 "wrong password, or a damaged key file");
    EXPECT_NE(sealed_, *seal_cosign_key(key_, as_bytes("hello"))) << "salt and nonce are new";
}

TEST_F(CosignKeys, MayHaveAnEmptyPassword) {
    std::string sealed = *seal_cosign_key(key_, {});
    EXPECT_TRUE(PrivateKey::from_pem(sealed, password("")).ok());
    EXPECT_FALSE(PrivateKey::from_pem(sealed, password("x")).ok());
}

TEST_F(CosignKeys, OlderNameOfThePem) {
    std::string old = sealed_;
    for (size_t at = 0; (at = old.find("SIGSTORE", at)) != std::string::npos;) {
        old.replace(at, 8, "COSIGN");
    }
    EXPECT_TRUE(PrivateKey::from_pem(old, password("hello")).ok());
}

TEST_F(CosignKeys, NoOtherWorkIsDoneThanCosignAsksFor) {
    EXPECT_TRUE(PrivateKey::from_pem(with("65536", "65536 "), password("hello")).ok());
    EXPECT_FALSE(PrivateKey::from_pem(with("65536", "32768"), password("hello")).ok());
    for (const char* n : {"1099511627776", "16384", "0", "-1", "65536.0", "\"65536\"", "65537"}) {
        Error error = PrivateKey::from_pem(with("65536", n), password("hello")).error();
        EXPECT_STREQ(error.text, "the key's scrypt parameters are none that cosign writes") << n;
    }
    EXPECT_FALSE(PrivateKey::from_pem(with("\"r\":8", "\"r\":8000000"), password("hello")).ok());
    EXPECT_FALSE(PrivateKey::from_pem(with("\"p\":1", "\"p\":1000000"), password("hello")).ok());
}

TEST_F(CosignKeys, DamageIsNamed) {
    auto text = [&](const char* from, const char* to) {
        return std::string(PrivateKey::from_pem(with(from, to), password("hello")).error().text);
    };
    EXPECT_EQ(text("scrypt", "pbkdf2"), "the key is not encrypted as cosign does it");
    EXPECT_EQ(text("nacl/secretbox", "aes"), "the key is not encrypted as cosign does it");
    EXPECT_EQ(text("\"nonce\":\"", "\"nonce\":\"AA"),
              "the encrypted key's salt, nonce or text is damaged");
    EXPECT_EQ(text("\"salt\":", "\"slat\":"), "the encrypted key's salt, nonce or text is damaged");
    EXPECT_EQ(text("\"kdf\":", "\"kdf\":1,\"kdf\":"), "the encrypted key's JSON is damaged");
    EXPECT_EQ(text("\"}", "\""), "the encrypted key's JSON is damaged");
}

TEST_F(CosignKeys, EveryByteOfTheBoxCounts) {
    std::vector<uint8_t> body = body_of(sealed_);
    std::string json(as_text(body));
    size_t at = json.find("\"ciphertext\":\"") + 14;
    for (size_t i = 0; i < 3; i++) {
        std::string old = json.substr(at + 40 * i, 1);
        std::string changed = json.substr(at + 40 * i, 8);
        std::string other = (old == "A" ? "B" : "A") + changed.substr(1);
        EXPECT_FALSE(PrivateKey::from_pem(with(changed, other), password("hello")).ok());
    }
}

// The memory is the secure heap's own and stays mapped, so that it can be looked at afterwards.
TEST(Secret, IsWipedWhenItGoesOrShrinks) {
    const std::string text = "open sesame, and sixteen bytes more than the heap's own links take";
    const uint8_t* was = nullptr;
    {
        Secret secret = Secret::copy_of(as_bytes(text));
        was = secret.data();
        if (CRYPTO_secure_allocated(was) == 0) GTEST_SKIP() << "no memory can be locked here";
        const Bytes whole = secret.bytes();
        secret.shrink(40);
        const Bytes rest = whole.subspan(40);
        EXPECT_TRUE(std::all_of(rest.begin(), rest.end(), [](uint8_t byte) { return byte == 0; }));
        const Secret moved = std::move(secret);
        EXPECT_EQ(moved.text(), text.substr(0, 40));
    }
    const Bytes left(was, text.size());
    EXPECT_EQ(as_text(left).find("sesame"), std::string_view::npos);
    EXPECT_EQ(as_text(left).find("bytes more"), std::string_view::npos);
}

}  // namespace
}  // namespace assay

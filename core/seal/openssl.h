// OpenSSL's objects, freed by their holders.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "assay/bytes.h"

namespace assay {

template <auto kFree>
struct FreeBy {
    template <class T>
    void operator()(T* held) const {
        kFree(held);
    }
};

using BioPtr = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using KeyPtr = std::shared_ptr<EVP_PKEY>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;
using HashContextPtr = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;

inline KeyPtr own_key(EVP_PKEY* key) { return key ? KeyPtr(key, EVP_PKEY_free) : KeyPtr(); }

// Reads `bytes`, which it borrows.
inline BioPtr bio_of(Bytes bytes) {
    return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// What an i2d_ function makes of an object; empty when it fails.
template <class Encode, class T>
std::vector<uint8_t> der_of(Encode encode, T* object) {
    int size = encode(object, nullptr);
    if (size <= 0) return {};
    std::vector<uint8_t> der(static_cast<size_t>(size));
    uint8_t* end = der.data();
    encode(object, &end);
    return der;
}

}  // namespace assay

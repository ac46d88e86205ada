// One stream's SHA-256, by OpenSSL's assembly for this CPU (with its SHA instructions, if any).
//
// The EVP interface hides the chaining state, and a stream must be able to leave the lanes in mid
// file when its neighbours have ended. The older SHA256_* calls run the same assembly and show the
// state; they are marked as deprecated for the sake of providers, which this does not need.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>

#include "assay/digest.h"
#include "assay/lanes.h"

namespace assay {

void compress_single(uint32_t* state, const uint8_t* data, size_t blocks) {
    SHA256_CTX context{};
    std::copy_n(state, 8, context.h);
    context.md_len = SHA256_DIGEST_LENGTH;
    SHA256_Update(&context, data, blocks * kSha256Block);
    std::copy_n(context.h, 8, state);
}

// Not by EVP either: fetching its method for the first time costs more than most of what is hashed
// here, a third of the whole start of the program.
std::array<uint8_t, 32> sha256_of(Bytes bytes) {
    std::array<uint8_t, 32> digest{};
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.data(), bytes.size());
    SHA256_Final(digest.data(), &context);
    return digest;
}

}  // namespace assay

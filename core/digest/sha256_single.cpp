// One stream's SHA-256, by OpenSSL's assembly for this CPU (with its SHA instructions, if any).
//
// The EVP interface hides the chaining state, and a stream must be able to leave the lanes in mid
// file when its neighbours have ended. The older SHA256_* calls run the same assembly and show the
// state; they are marked as deprecated for the sake of providers, which this does not need.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>

#include "assay/lanes.h"

namespace assay {

void compress_single(uint32_t* state, const uint8_t* data, size_t blocks) {
    SHA256_CTX context{};
    std::copy_n(state, 8, context.h);
    context.md_len = SHA256_DIGEST_LENGTH;
    SHA256_Update(&context, data, blocks * kSha256Block);
    std::copy_n(context.h, 8, state);
}

}  // namespace assay

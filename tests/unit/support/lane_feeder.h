// Feeds streams with bytes cut into blocks, and OpenSSL's answer to compare with.
#pragma once

#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "assay/lanes.h"
#include "assay/tap.h"

namespace assay::test {

inline Sha256Digest evp_sha256(Bytes bytes) {
    Sha256Digest digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return digest;
}

// A block of its own for every piece, so that the sanitizer sees a use after the piece's end.
class Feeder {
  public:
    template <class Sink>
    void feed(Sink& sink, Bytes bytes, size_t piece) {
        while (!bytes.empty()) {
            size_t n = std::min(piece, bytes.size());
            BlockRef block = pool_.get(n);
            std::copy_n(bytes.data(), n, block->data());
            sink.feed(block, Bytes(block->data(), n));
            bytes = bytes.subspan(n);
        }
    }
    BlockPool& pool() { return pool_; }

  private:
    BlockPool pool_{0, size_t{1} << 30};
};

}  // namespace assay::test

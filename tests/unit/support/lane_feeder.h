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

// Copies pieces into blocks. With a block size of 0 each piece has memory of its own, and the
// address sanitizer sees a step beyond it; else a block that was let go too early is soon
// another's.
class Feeder {
  public:
    explicit Feeder(size_t block_size = 1024) : pool_(block_size, size_t{1} << 30) {}

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

  private:
    BlockPool pool_;
};

}  // namespace assay::test

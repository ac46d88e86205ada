// Digests of equal parts of a stream, its shards: how large a file's manifest entries are when one
// digest for the whole file is not wanted. The last one may be short; a stream of no bytes has
// none.
//
// SHA-256 of each is a stream of the lanes; other digests are computed as the bytes come.
#pragma once

#include <memory>
#include <vector>

#include "assay/chunk_tree.h"
#include "assay/digest.h"

namespace assay {

struct ShardPlan {
    uint64_t size = 0;
    DigestKind kind = DigestKind::kSha256;

    [[nodiscard]] uint64_t count(uint64_t stream) const {
        return stream / size + (stream % size != 0);
    }
};

class ShardTap final : public Tap {
  public:
    // Precondition: the digest is available, and the size is not 0. Borrows the lanes.
    ShardTap(const ShardPlan& plan, LaneSet& lanes);

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    [[nodiscard]] bool done() const { return !lanes_ || lanes_->done(); }
    // Precondition: finish() was called, and done().
    [[nodiscard]] std::vector<Digest> digests() const;

  private:
    void end_shard();

    const ShardPlan plan_;
    std::unique_ptr<ChunkTap> lanes_;  // SHA-256
    std::unique_ptr<Hasher> hasher_;   // others: of the shard that is open
    uint64_t total_ = 0;
    uint64_t in_shard_ = 0;
    std::vector<Digest> digests_;
};

// The digest that a lane computed.
Digest digest_of(const Sha256Digest& sha256);

}  // namespace assay

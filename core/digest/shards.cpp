#include "assay/shards.h"

#include <algorithm>

namespace assay {

Digest digest_of(const Sha256Digest& sha256) {
    Digest digest;
    std::copy(sha256.begin(), sha256.end(), digest.value.begin());
    return digest;
}

ShardTap::ShardTap(const ShardPlan& plan, LaneSet& lanes) : plan_(plan) {
    if (plan.kind != DigestKind::kSha256) return;
    lanes_ = std::make_unique<ChunkTap>(lanes, plan.size, kWholeLeaf);
}

void ShardTap::feed(const BlockRef& block, Bytes bytes) {
    total_ += bytes.size();
    if (lanes_) return lanes_->feed(block, bytes);
    while (!bytes.empty()) {
        if (!hasher_) hasher_ = std::move(*Hasher::make(plan_.kind, std::nullopt));
        auto n = static_cast<size_t>(std::min<uint64_t>(bytes.size(), plan_.size - in_shard_));
        hasher_->update(bytes.first(n));
        bytes = bytes.subspan(n);
        in_shard_ += n;
        if (in_shard_ == plan_.size) end_shard();
    }
}

void ShardTap::end_shard() {
    digests_.push_back(hasher_->finish());
    hasher_.reset();
    in_shard_ = 0;
}

void ShardTap::finish() {
    if (lanes_) return lanes_->finish();
    if (hasher_) end_shard();
}

std::vector<Digest> ShardTap::digests() const {
    if (!lanes_ || total_ == 0) return digests_;
    std::vector<Digest> digests;
    for (const Sha256Digest& leaf : lanes_->leaves()) digests.push_back(digest_of(leaf));
    return digests;
}

}  // namespace assay

// What is left of an artifact when its formats have read what they need: the hot loop.
//
// One worker passes it block by block beside others; the last large file of a run is passed by all
// threads, in order through a pipeline, or in any order where only chunks and shards are wanted.
#include <algorithm>

#include "artifact.h"
#include "assay/stripes.h"

namespace assay {

bool Artifact::wants_rest() {
    if (!wants_bulk() || rest_left_) return false;
    const bool wanted = rest_will_pass();
    if (!wanted) leave_rest();
    return wanted;
}

bool Artifact::drain_block() {
    Result<bool> more = tape_.drain_block();
    if (!more) fault(more.error());
    return more.ok() && *more;
}

void Artifact::drain() {
    while (whole_ && !session().stop.stop_requested() && drain_block()) {
    }
}

void Artifact::drain_pipelined(size_t room) {
    if (aside_) return drain();
    constexpr size_t kWindows = 3;
    constexpr size_t kMaxWindow = 32 * kMiB;
    if (shard_tap_) return drain();  // it may share its lanes with the chunk tree
    size_t window = chunk_tap_ ? static_cast<size_t>(*session().options.chunk_size) : kMiB;
    while (chunk_tap_ && window * 2 <= std::min(room / (kWindows + 1), kMaxWindow)) window *= 2;
    if (window > room / (kWindows + 1)) return drain();

    std::vector<WindowStage> stages;
    auto add_stage = [&](Tap& tap, LaneSet* lanes) {
        tape_.detach(tap);
        if (lanes) lanes->run();
        if (lanes) lanes->set_queue_limit(SIZE_MAX);
        stages.emplace_back([&tap, lanes](const Window& pieces) {
            for (const Lent& piece : pieces) tap.feed(piece.block, piece.bytes);
            if (lanes) lanes->run();
        });
    };
    for (auto& closing : closings_) add_stage(*closing, nullptr);
    if (chunk_tap_) add_stage(*chunk_tap_, &session().chunk_lanes);
    if (tensor_digests_) add_stage(tensor_digests_->tap(), &session().tensor_lanes);
    if (digests_) add_stage(*digests_, &session().lanes);
    session().stream.on_pressure({});

    Status drained = assay::drain_pipelined(tape_, window, kWindows, stages, session().stop);
    if (!drained) fault(drained.error());
    if (drained && chunk_tap_) chunk_tap_->finish();
    if (drained && tensor_digests_) tensor_digests_->tap().finish();
    if (drained && digests_) digests_->finish();
    session().reset_lanes();
}

// With both, chunks have to divide shards: then one reading serves the two.
bool Artifact::can_stripe() const {
    const VisitOptions& options = session().options;
    if (digests_ || options.inspect || (!chunk_tap_ && !shard_tap_)) return false;
    return !chunk_tap_ || !shard_tap_ || options.shards->size % *options.chunk_size == 0;
}

bool Artifact::drain_striped(FileSource& file) {
    const VisitOptions& options = session().options;
    if (!can_stripe()) return false;
    ChunkShape shape{file.stamp().size, shard_tap_ ? options.shards->size : *options.chunk_size};
    if (shape.leaves() < 2) return false;
    StripeOptions stripes;
    stripes.engine = options.engine;
    stripes.start = shard_tap_ ? kWholeLeaf : tree_leaf();
    stripes.block_size = session().plan.stripe_block();
    stripes.stop = session().stop;
    if (Progress* progress = session().sinks.progress) {
        stripes.progress = [progress](uint64_t bytes) { progress->bytes += bytes; };
    }
    std::vector<Sha256Digest> inner;
    if (chunk_tap_ && shard_tap_) {
        stripes.inner_size = *options.chunk_size;
        inner.resize(ChunkShape{shape.size, stripes.inner_size}.leaves());
        stripes.inner = inner.data();
    }
    if (shard_tap_ && options.shards->kind != DigestKind::kSha256) {
        keep_shards(stripe_digests(file, *options.shards, stripes), shape, std::move(inner));
        return true;
    }
    keep_striped(shape, stripe_leaves(file, shape, stripes), std::move(inner));
    return true;
}

void Artifact::keep_striped(const ChunkShape& shape, Result<std::vector<Sha256Digest>> leaves,
                            std::vector<Sha256Digest> inner) {
    const bool is_tree = !shard_tap_;
    if (chunk_tap_) tape_.detach(*chunk_tap_);
    if (shard_tap_) tape_.detach(*shard_tap_);
    chunk_tap_.reset();
    shard_tap_.reset();
    if (!leaves) return fault(leaves.error());
    if (is_tree) {
        tree_ = ChunkTree::build(shape, std::move(*leaves));
        return;
    }
    keep_inner(shape, std::move(inner));
    shards_.emplace();
    for (const Sha256Digest& leaf : *leaves) shards_->push_back(digest_of(leaf));
}

void Artifact::keep_inner(const ChunkShape& shape, std::vector<Sha256Digest> inner) {
    if (inner.empty()) return;
    const ChunkShape chunks{shape.size, *session().options.chunk_size};
    tree_ = ChunkTree::build(chunks, std::move(inner));
}

void Artifact::keep_shards(Result<std::vector<Digest>> digests, const ChunkShape& shape,
                           std::vector<Sha256Digest> inner) {
    if (chunk_tap_) tape_.detach(*chunk_tap_);
    tape_.detach(*shard_tap_);
    chunk_tap_.reset();
    shard_tap_.reset();
    if (!digests) return fault(digests.error());
    keep_inner(shape, std::move(inner));
    shards_ = std::move(*digests);
}

}  // namespace assay

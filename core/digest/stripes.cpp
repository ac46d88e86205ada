#include "assay/stripes.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <numeric>

namespace assay {

namespace {

// One chunk on its way through a lane.
struct Stripe {
    std::unique_ptr<Sha256Stream> stream;
    std::unique_ptr<ChunkTap> inner;
    uint64_t offset;
    uint64_t left;
};

// Some chunks side by side, a block of each in turn.
class StripeGroup {
  public:
    StripeGroup(FileSource& file, const ChunkShape& shape, const StripeOptions& options)
        : file_(file),
          shape_(shape),
          options_(options),
          pool_(options.block_size, 4 * kMaxLanes * (options.block_size + kBlockAlign),
                file.placement()),
          lanes_(options.engine, lane_width() * options.block_size),
          inner_lanes_(options.engine, lane_width() * options.block_size) {}

    Status hash(std::span<const uint64_t> chunks, Sha256Digest* leaves) {
        std::vector<Stripe> stripes;
        for (uint64_t i : chunks) {
            stripes.push_back(begin(i));
        }
        while (std::any_of(stripes.begin(), stripes.end(), [](auto& s) { return s.left > 0; })) {
            if (options_.stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
            for (Stripe& stripe : stripes) {
                Status fed = feed_block(stripe);
                if (!fed) return fed;
            }
        }
        end(stripes, chunks, leaves);
        return Done{};
    }

  private:
    Stripe begin(uint64_t chunk) {
        Stripe stripe;
        stripe.stream = std::make_unique<Sha256Stream>(lanes_, options_.start.state,
                                                       options_.start.prefix_bytes);
        if (options_.inner_size > 0) {
            stripe.inner = std::make_unique<ChunkTap>(inner_lanes_, options_.inner_size);
        }
        stripe.offset = chunk * shape_.chunk_size;
        stripe.left = shape_.chunk_bytes(chunk);
        return stripe;
    }

    void end(std::vector<Stripe>& stripes, std::span<const uint64_t> chunks, Sha256Digest* leaves) {
        for (Stripe& stripe : stripes) {
            stripe.stream->finish();
            if (stripe.inner) stripe.inner->finish();
        }
        lanes_.run();
        inner_lanes_.run();
        for (size_t i = 0; i < stripes.size(); i++) {
            leaves[i] = stripes[i].stream->digest();
            if (!stripes[i].inner) continue;
            const std::vector<Sha256Digest> inner = stripes[i].inner->leaves();
            const uint64_t first = chunks[i] * (shape_.chunk_size / options_.inner_size);
            std::copy(inner.begin(), inner.end(), options_.inner + first);
        }
    }

    Status feed_block(Stripe& stripe) {
        if (stripe.left == 0) return Done{};
        size_t want = static_cast<size_t>(std::min<uint64_t>(stripe.left, pool_.block_size()));
        Result<Lent> lent = file_.read(stripe.offset, want, pool_);
        if (!lent) return lent.error();
        if (lent->bytes.empty()) {
            return Error{Code::kTruncated, "the file shrank while it was read", stripe.offset, 0};
        }
        stripe.stream->feed(lent->block, lent->bytes);
        if (stripe.inner) stripe.inner->feed(lent->block, lent->bytes);
        stripe.offset += lent->bytes.size();
        stripe.left -= lent->bytes.size();
        if (options_.progress) options_.progress(lent->bytes.size());
        return Done{};
    }

    FileSource& file_;
    const ChunkShape& shape_;
    const StripeOptions& options_;
    BlockPool pool_;
    LaneSet lanes_;
    LaneSet inner_lanes_;
};

// The first failure ends it. Isolated: a thread that waits here takes no other file meanwhile.
Status on_all_threads(uint64_t tasks, const std::function<Status(uint64_t task)>& work) {
    std::atomic<bool> failed{false};
    Error first_error{Code::kIo, "", 0, 0};
    auto run = [&](uint64_t task) {
        if (failed) return;
        Status status = work(task);
        if (!status && !failed.exchange(true)) first_error = status.error();
    };
    tbb::this_task_arena::isolate([&] {
        tbb::parallel_for(
            tbb::blocked_range<uint64_t>(0, tasks, 1),
            [&](const auto& range) {
                for (uint64_t i = range.begin(); i < range.end(); i++) run(i);
            },
            tbb::simple_partitioner());
    });
    if (failed) return first_error;
    return Done{};
}

// One shard after the other, and the chunks within as lanes have them.
class ShardHasher {
  public:
    ShardHasher(FileSource& file, const ShardPlan& plan, const StripeOptions& options)
        : file_(file),
          plan_(plan),
          options_(options),
          pool_(options.block_size, 4 * kMaxLanes * (options.block_size + kBlockAlign),
                file.placement()),
          lanes_(options.engine, lane_width() * options.block_size) {}

    Result<Digest> hash(uint64_t shard) {
        std::unique_ptr<Hasher> hasher = std::move(*Hasher::make(plan_.kind, std::nullopt));
        std::optional<ChunkTap> inner;
        if (options_.inner_size > 0) inner.emplace(lanes_, options_.inner_size);
        const uint64_t end = std::min(file_.stamp().size, (shard + 1) * plan_.size);
        for (uint64_t at = shard * plan_.size; at < end;) {
            if (options_.stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
            auto want = static_cast<size_t>(std::min<uint64_t>(end - at, pool_.block_size()));
            Result<Lent> lent = file_.read(at, want, pool_);
            if (!lent) return lent.error();
            if (lent->bytes.empty()) {
                return Error{Code::kTruncated, "the file shrank while it was read", at, 0};
            }
            hasher->update(lent->bytes);
            if (inner) inner->feed(lent->block, lent->bytes);
            at += lent->bytes.size();
            if (options_.progress) options_.progress(lent->bytes.size());
        }
        if (inner) keep(*inner, shard);
        return hasher->finish();
    }

  private:
    void keep(ChunkTap& inner, uint64_t shard) {
        inner.finish();
        lanes_.run();
        const std::vector<Sha256Digest> leaves = inner.leaves();
        std::copy(leaves.begin(), leaves.end(),
                  options_.inner + shard * (plan_.size / options_.inner_size));
    }

    FileSource& file_;
    const ShardPlan& plan_;
    const StripeOptions& options_;
    BlockPool pool_;
    LaneSet lanes_;
};

// Half the lanes' chunks per group when there are few, so that every thread has some.
uint64_t chunks_per_group(uint64_t chunks) {
    auto threads = static_cast<uint64_t>(tbb::this_task_arena::max_concurrency());
    return std::clamp<uint64_t>((chunks + threads - 1) / threads, 1, lane_width());
}

}  // namespace

Result<std::vector<Sha256Digest>> stripe_leaves(FileSource& file, const ChunkShape& shape,
                                                const StripeOptions& options) {
    std::vector<uint64_t> all(shape.leaves());
    std::iota(all.begin(), all.end(), uint64_t{0});
    return stripe_chunks(file, shape, all, options);
}

Result<std::vector<Sha256Digest>> stripe_chunks(FileSource& file, const ChunkShape& shape,
                                                std::span<const uint64_t> chunks,
                                                const StripeOptions& options) {
    std::vector<Sha256Digest> leaves(chunks.size());
    const uint64_t per_group = chunks_per_group(leaves.size());
    const uint64_t groups = (leaves.size() + per_group - 1) / per_group;

    // A thread keeps its blocks from one group to the next: fresh memory would cost a page fault
    // for every page of every group.
    tbb::enumerable_thread_specific<StripeGroup> stripes(
        [&] { return StripeGroup(file, shape, options); });
    Status hashed = on_all_threads(groups, [&](uint64_t group) {
        uint64_t first = group * per_group;
        uint64_t last = std::min<uint64_t>(first + per_group, leaves.size());
        return stripes.local().hash(chunks.subspan(first, last - first), leaves.data() + first);
    });
    if (!hashed) return hashed.error();
    return leaves;
}

Result<std::vector<Digest>> stripe_digests(FileSource& file, const ShardPlan& plan,
                                           const StripeOptions& options) {
    std::vector<Digest> digests(plan.count(file.stamp().size));
    tbb::enumerable_thread_specific<ShardHasher> hashers(
        [&] { return ShardHasher(file, plan, options); });
    Status hashed = on_all_threads(digests.size(), [&](uint64_t shard) -> Status {
        Result<Digest> digest = hashers.local().hash(shard);
        if (!digest) return digest.error();
        digests[shard] = *digest;
        return Done{};
    });
    if (!hashed) return hashed.error();
    return digests;
}

}  // namespace assay

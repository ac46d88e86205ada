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

// What every thread has of its own: blocks, and lanes for the chunks within what it hashes.
class StripeReader {
  public:
    StripeReader(FileSource& file, const StripeOptions& options)
        : file_(file),
          options_(options),
          pool_(options.block_size, 4 * kMaxLanes * (options.block_size + kBlockAlign),
                file.placement()),
          inner_lanes_(options.engine, lane_width() * options.block_size) {}

    Result<Lent> read(uint64_t at, uint64_t left) {
        if (options_.stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        const auto want = static_cast<size_t>(std::min<uint64_t>(left, pool_.block_size()));
        Result<Lent> lent = file_.read(at, want, pool_);
        if (lent && lent->bytes.empty()) {
            return Error{Code::kTruncated, "the file shrank while it was read", at, 0};
        }
        if (lent && options_.progress) options_.progress(lent->bytes.size());
        return lent;
    }

    // Null where nobody asks for chunks within.
    std::unique_ptr<ChunkTap> inner_tap() {
        if (options_.inner_size == 0) return nullptr;
        return std::make_unique<ChunkTap>(inner_lanes_, options_.inner_size);
    }
    void run_inner() { inner_lanes_.run(); }
    // Of what begins at that byte of the file, once the lanes have run.
    void keep(const ChunkTap* inner, uint64_t begin) {
        if (!inner) return;
        const std::vector<Sha256Digest> leaves = inner->leaves();
        std::copy(leaves.begin(), leaves.end(), options_.inner + begin / options_.inner_size);
    }

  private:
    FileSource& file_;
    const StripeOptions& options_;
    BlockPool pool_;
    LaneSet inner_lanes_;
};

// Some chunks side by side, a block of each in turn.
class StripeGroup {
  public:
    StripeGroup(FileSource& file, const ChunkShape& shape, const StripeOptions& options)
        : shape_(shape),
          options_(options),
          reader_(file, options),
          lanes_(options.engine, lane_width() * options.block_size) {}

    Status hash(std::span<const uint64_t> chunks, Sha256Digest* leaves) {
        std::vector<Stripe> stripes;
        for (uint64_t i : chunks) {
            stripes.push_back(begin(i));
        }
        while (std::any_of(stripes.begin(), stripes.end(), [](auto& s) { return s.left > 0; })) {
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
        auto stream = std::make_unique<Sha256Stream>(lanes_, options_.start.state,
                                                     options_.start.prefix_bytes);
        return {std::move(stream), reader_.inner_tap(), chunk * shape_.chunk_size,
                shape_.chunk_bytes(chunk)};
    }

    void end(std::vector<Stripe>& stripes, std::span<const uint64_t> chunks, Sha256Digest* leaves) {
        for (Stripe& stripe : stripes) {
            stripe.stream->finish();
            if (stripe.inner) stripe.inner->finish();
        }
        lanes_.run();
        reader_.run_inner();
        for (size_t i = 0; i < stripes.size(); i++) {
            leaves[i] = stripes[i].stream->digest();
            reader_.keep(stripes[i].inner.get(), chunks[i] * shape_.chunk_size);
        }
    }

    Status feed_block(Stripe& stripe) {
        if (stripe.left == 0) return Done{};
        Result<Lent> lent = reader_.read(stripe.offset, stripe.left);
        if (!lent) return lent.error();
        stripe.stream->feed(lent->block, lent->bytes);
        if (stripe.inner) stripe.inner->feed(lent->block, lent->bytes);
        stripe.offset += lent->bytes.size();
        stripe.left -= lent->bytes.size();
        return Done{};
    }

    const ChunkShape& shape_;
    const StripeOptions& options_;
    StripeReader reader_;
    LaneSet lanes_;
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
        : file_(file), plan_(plan), reader_(file, options) {}

    Result<Digest> hash(uint64_t shard) {
        std::unique_ptr<Hasher> hasher = std::move(*Hasher::make(plan_.kind, std::nullopt));
        const std::unique_ptr<ChunkTap> inner = reader_.inner_tap();
        const uint64_t begin = shard * plan_.size;
        const uint64_t end = std::min(file_.stamp().size, begin + plan_.size);
        for (uint64_t at = begin; at < end;) {
            Result<Lent> lent = reader_.read(at, end - at);
            if (!lent) return lent.error();
            hasher->update(lent->bytes);
            if (inner) inner->feed(lent->block, lent->bytes);
            at += lent->bytes.size();
        }
        if (inner) inner->finish();
        reader_.run_inner();
        reader_.keep(inner.get(), begin);
        return hasher->finish();
    }

  private:
    FileSource& file_;
    const ShardPlan& plan_;
    StripeReader reader_;
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

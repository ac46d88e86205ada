// Leaves of a chunk tree when nothing needs the file's bytes in order: every lane reads a chunk of
// its own, so one file fills all lanes of all threads and no byte waits in memory for its turn.
#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "assay/chunk_tree.h"
#include "assay/shards.h"

namespace assay {

struct StripeOptions {
    Engine engine = Engine::kAuto;
    LeafStart start = tree_leaf();
    // Also leaves of chunks of this size, which divides shape.chunk_size (or the shards), in the
    // same reading: leaf i of the file goes to inner[i]. 0: none. Borrowed.
    uint64_t inner_size = 0;
    Sha256Digest* inner = nullptr;
    size_t memory = 0;      // for the blocks of all threads
    size_t block_size = 0;  // what one lane reads at a time
    std::stop_token stop;
    std::function<void(uint64_t bytes)> progress;  // called on any thread
};

// Of these chunks, in their order. Each is less than shape.leaves().
Result<std::vector<Sha256Digest>> stripe_chunks(FileSource& file, const ChunkShape& shape,
                                                std::span<const uint64_t> chunks,
                                                const StripeOptions& options);

// Of all of them. Reads each byte of the file once. The caller settles the file afterwards.
Result<std::vector<Sha256Digest>> stripe_leaves(FileSource& file, const ChunkShape& shape,
                                                const StripeOptions& options);

// The same for digests of other kinds than SHA-256, each of a shard: a thread hashes one at a time.
// Precondition: the digest is available.
Result<std::vector<Digest>> stripe_digests(FileSource& file, const ShardPlan& plan,
                                           const StripeOptions& options);

}  // namespace assay

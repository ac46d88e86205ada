// The chunk tree: SHA-256 leaves over fixed chunks of a file under a binary tree, so that a range
// can be verified, and the range that changed be found, without reading the rest.
//
//   leaf i  = SHA-256(block("assay.chunk-tree.leaf/1") || bytes of chunk i)
//   node    = SHA-256(block("assay.chunk-tree.node/1") || left || right); an odd one moves up as is
//   root    = SHA-256(block("assay.chunk-tree.root/1") || le64 size || le64 chunk size || top)
//
// block(x) is x padded with zeros to 64 bytes, one block of SHA-256: its state is a constant, so
// the three kinds can't pass for one another at no cost a byte. The root binds size and chunk size,
// and with them the shape of the tree. An empty file has one leaf, over nothing.
//
// docs/chunk-tree.md describes the side file byte by byte.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/lanes.h"
#include "assay/result.h"
#include "assay/source.h"
#include "assay/tap.h"

namespace assay {

inline constexpr uint64_t kDefaultChunkSize = uint64_t{4} << 20;
inline constexpr uint64_t kMinChunkSize = 4096;
inline constexpr uint64_t kMaxChunkSize = uint64_t{1} << 30;

// The shape is a function of these two alone.
struct ChunkShape {
    uint64_t size = 0;
    uint64_t chunk_size = kDefaultChunkSize;

    [[nodiscard]] bool valid() const;  // a power of two within the bounds
    [[nodiscard]] uint64_t leaves() const;
    [[nodiscard]] uint64_t chunk_bytes(uint64_t index) const;  // the last one may be short
    [[nodiscard]] std::vector<uint64_t> level_sizes() const;   // from the leaves to the top
};

Sha256State chunk_leaf_start();

// How the digest of a part begins: a tree's leaf behind its label, or with the part itself.
struct LeafStart {
    Sha256State state;
    uint64_t prefix_bytes;
};
inline LeafStart tree_leaf() { return {chunk_leaf_start(), kSha256Block}; }
inline constexpr LeafStart kWholeLeaf{kSha256Start, 0};

// All levels of the tree, leaves first, each an array of digests.
class ChunkTree {
  public:
    // Precondition: leaves.size() == shape.leaves().
    static ChunkTree build(const ChunkShape& shape, std::vector<Sha256Digest> leaves);

    [[nodiscard]] const ChunkShape& shape() const { return shape_; }
    [[nodiscard]] const Sha256Digest& root() const { return root_; }
    [[nodiscard]] const std::vector<std::vector<Sha256Digest>>& levels() const { return levels_; }

    // The side file's bytes.
    [[nodiscard]] std::vector<uint8_t> encode() const;

  private:
    ChunkShape shape_;
    std::vector<std::vector<Sha256Digest>> levels_;
    Sha256Digest root_{};
};

// Leaves of an artifact that passes a tape in order.
class ChunkTap final : public Tap {
  public:
    ChunkTap(LaneSet& lanes, uint64_t chunk_size, const LeafStart& start = tree_leaf());

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    [[nodiscard]] bool done() const;
    // Precondition of both: done().
    [[nodiscard]] ChunkTree tree() const;
    [[nodiscard]] std::vector<Sha256Digest> leaves() const;

  private:
    void open_leaf();
    void collect_finished();

    LaneSet& lanes_;
    const uint64_t chunk_size_;
    const LeafStart start_;
    uint64_t total_ = 0;
    uint64_t left_in_chunk_;
    std::vector<std::unique_ptr<Sha256Stream>> open_;  // in order; only the last still takes bytes
    std::vector<Sha256Digest> leaves_;
    bool finished_ = false;
};

// A side file opened for verifying ranges: only the nodes on the way to the root are read.
class ChunkSideFile {
  public:
    static Result<std::unique_ptr<ChunkSideFile>> open(const std::string& path);

    [[nodiscard]] const ChunkShape& shape() const { return shape_; }
    [[nodiscard]] const Sha256Digest& root() const { return root_; }

    // Whether `leaf` is chunk `index` of the tree with this root. Says nothing about the root:
    // compare root() with one that you trust.
    Result<bool> proves(uint64_t index, const Sha256Digest& leaf) const;

  private:
    ChunkSideFile(std::unique_ptr<FileSource> file, const ChunkShape& shape);
    Result<Sha256Digest> node(size_t level, uint64_t index) const;

    std::unique_ptr<FileSource> file_;
    ChunkShape shape_;
    std::vector<uint64_t> level_sizes_;
    Sha256Digest root_{};
};

struct RangeVerdict {
    uint64_t chunks = 0;               // that were read
    std::vector<uint64_t> bad_chunks;  // whose bytes are not what the tree says
};

// Reads the chunks that cover [offset, offset + length) of `file` and compares them with the tree.
// kChanged when the file does not have the size the tree was made for.
Result<RangeVerdict> verify_range(const FileSource& file, const ChunkSideFile& side,
                                  uint64_t offset, uint64_t length);

}  // namespace assay

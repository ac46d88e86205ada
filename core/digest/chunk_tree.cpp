// The side file: a header of 64 bytes, the levels from the leaves up, then the root.
//
//    0  8  "ASSAYCT\x01"          magic and version
//    8  4  1                      algorithm: SHA-256
//   12  4  number of levels
//   16  8  size of the file
//   24  8  chunk size
//   32  8  number of leaves
//   40 24  zero
//   64     32 bytes a node, level by level, leaves first; the top level has one node
//  end-32  the root
//
// Everything but size and chunk size follows from those two; a reader recomputes it and refuses a
// file that says otherwise, so no count in it can be used to make us read or allocate.
#include "assay/chunk_tree.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "assay/cursor.h"
#include "assay/digest.h"

namespace assay {

namespace {

constexpr uint8_t kMagic[8] = {'A', 'S', 'S', 'A', 'Y', 'C', 'T', 1};
constexpr uint32_t kAlgorithmSha256 = 1;
constexpr size_t kHeaderSize = 64;
constexpr size_t kDigestSize = sizeof(Sha256Digest);

std::array<uint8_t, kSha256Block> prefix_block(std::string_view label) {
    std::array<uint8_t, kSha256Block> block{};
    std::copy(label.begin(), label.end(), block.begin());
    return block;
}

// SHA-256 over a prefix block and one more part of at most 64 bytes.
Sha256Digest hash_labelled(std::string_view label, Bytes part) {
    std::array<uint8_t, 2 * kSha256Block> input{};
    auto prefix = prefix_block(label);
    std::copy(prefix.begin(), prefix.end(), input.begin());
    std::copy(part.begin(), part.end(), input.begin() + kSha256Block);
    return sha256_of(Bytes(input).first(kSha256Block + part.size()));
}

Sha256Digest hash_node(const Sha256Digest& left, const Sha256Digest& right) {
    std::array<uint8_t, 2 * kDigestSize> pair;
    std::copy(left.begin(), left.end(), pair.begin());
    std::copy(right.begin(), right.end(), pair.begin() + kDigestSize);
    return hash_labelled("assay.chunk-tree.node/1", pair);
}

Sha256Digest hash_root(const ChunkShape& shape, const Sha256Digest& top) {
    std::array<uint8_t, 16 + kDigestSize> part;
    store_le(part.data(), shape.size);
    store_le(part.data() + 8, shape.chunk_size);
    std::copy(top.begin(), top.end(), part.begin() + 16);
    return hash_labelled("assay.chunk-tree.root/1", part);
}

std::vector<Sha256Digest> parents_of(const std::vector<Sha256Digest>& level) {
    std::vector<Sha256Digest> parents;
    parents.reserve((level.size() + 1) / 2);
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
        parents.push_back(hash_node(level[i], level[i + 1]));
    }
    if (level.size() % 2 == 1) parents.push_back(level.back());
    return parents;
}

}  // namespace

bool ChunkShape::valid() const {
    return std::has_single_bit(chunk_size) && chunk_size >= kMinChunkSize &&
           chunk_size <= kMaxChunkSize;
}

uint64_t ChunkShape::leaves() const {
    return size == 0 ? 1 : size / chunk_size + (size % chunk_size != 0);
}

uint64_t ChunkShape::chunk_bytes(uint64_t index) const {
    return std::min(chunk_size, size - index * chunk_size);
}

std::vector<uint64_t> ChunkShape::level_sizes() const {
    std::vector<uint64_t> sizes{leaves()};
    while (sizes.back() > 1) sizes.push_back(sizes.back() / 2 + sizes.back() % 2);
    return sizes;
}

Sha256State chunk_leaf_start() {
    static const Sha256State start = [] {
        Sha256State state = kSha256Start;
        compress_single(state.data(), prefix_block("assay.chunk-tree.leaf/1").data(), 1);
        return state;
    }();
    return start;
}

ChunkTree ChunkTree::build(const ChunkShape& shape, std::vector<Sha256Digest> leaves) {
    assert(leaves.size() == shape.leaves());
    ChunkTree tree;
    tree.shape_ = shape;
    tree.levels_.push_back(std::move(leaves));
    while (tree.levels_.back().size() > 1) {
        tree.levels_.push_back(parents_of(tree.levels_.back()));
    }
    tree.root_ = hash_root(shape, tree.levels_.back().front());
    return tree;
}

std::vector<uint8_t> ChunkTree::encode() const {
    std::vector<uint8_t> bytes(kHeaderSize);
    std::copy(std::begin(kMagic), std::end(kMagic), bytes.begin());
    store_le(bytes.data() + 8, kAlgorithmSha256);
    store_le(bytes.data() + 12, static_cast<uint32_t>(levels_.size()));
    store_le(bytes.data() + 16, shape_.size);
    store_le(bytes.data() + 24, shape_.chunk_size);
    store_le(bytes.data() + 32, shape_.leaves());
    for (const auto& level : levels_) {
        for (const auto& node : level) bytes.insert(bytes.end(), node.begin(), node.end());
    }
    bytes.insert(bytes.end(), root_.begin(), root_.end());
    return bytes;
}

// ------------------------------------------------------------------------------------------------

ChunkTap::ChunkTap(LaneSet& lanes, uint64_t chunk_size, const LeafStart& start)
    : lanes_(lanes), chunk_size_(chunk_size), start_(start), left_in_chunk_(0) {}

void ChunkTap::open_leaf() {
    open_.push_back(std::make_unique<Sha256Stream>(lanes_, start_.state, start_.prefix_bytes));
}

void ChunkTap::feed(const BlockRef& block, Bytes bytes) {
    total_ += bytes.size();
    while (!bytes.empty()) {
        if (left_in_chunk_ == 0) {
            open_leaf();
            left_in_chunk_ = chunk_size_;
        }
        size_t n = static_cast<size_t>(std::min<uint64_t>(bytes.size(), left_in_chunk_));
        open_.back()->feed(block, bytes.first(n));
        bytes = bytes.subspan(n);
        left_in_chunk_ -= n;
        if (left_in_chunk_ == 0) open_.back()->finish();
    }
    collect_finished();
}

void ChunkTap::finish() {
    if (total_ == 0) open_leaf();
    if (left_in_chunk_ > 0 || total_ == 0) open_.back()->finish();
    finished_ = true;
}

void ChunkTap::collect_finished() {
    size_t ready = 0;
    while (ready < open_.size() && open_[ready]->done()) {
        leaves_.push_back(open_[ready++]->digest());
    }
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(ready));
}

bool ChunkTap::done() const {
    auto stream_done = [](const auto& stream) { return stream->done(); };
    return finished_ && std::all_of(open_.begin(), open_.end(), stream_done);
}

std::vector<Sha256Digest> ChunkTap::leaves() const {
    std::vector<Sha256Digest> leaves = leaves_;
    for (const auto& stream : open_) leaves.push_back(stream->digest());
    return leaves;
}

ChunkTree ChunkTap::tree() const { return ChunkTree::build({total_, chunk_size_}, leaves()); }

// ------------------------------------------------------------------------------------------------

namespace {

Result<ChunkShape> read_header(Bytes bytes) {
    Cursor cursor(bytes);
    Bytes magic = cursor.bytes(sizeof kMagic);
    uint32_t algorithm = cursor.le32();
    uint32_t levels = cursor.le32();
    ChunkShape shape{cursor.le64(), cursor.le64()};
    uint64_t leaves = cursor.le64();
    Bytes unused = cursor.bytes(24);
    if (!cursor.ok()) return cursor.error();
    if (!std::equal(magic.begin(), magic.end(), std::begin(kMagic))) {
        return Error{Code::kMalformed, "not a chunk tree, or of another version", 0, 0};
    }
    if (algorithm != kAlgorithmSha256) {
        return Error{Code::kUnsupported, "the chunk tree uses an unknown algorithm", 8, 0};
    }
    if (!shape.valid()) return Error{Code::kMalformed, "impossible chunk size", 24, 0};
    if (leaves != shape.leaves() || levels != shape.level_sizes().size()) {
        return Error{Code::kMalformed, "the tree's shape does not fit the file's size", 12, 0};
    }
    if (std::any_of(unused.begin(), unused.end(), [](uint8_t byte) { return byte != 0; })) {
        return Error{Code::kMalformed, "the header's last bytes must be zero", 40, 0};
    }
    return shape;
}

uint64_t encoded_size(const std::vector<uint64_t>& level_sizes) {
    uint64_t nodes = 1;
    for (uint64_t n : level_sizes) nodes += n;
    return kHeaderSize + nodes * kDigestSize;
}

}  // namespace

ChunkSideFile::ChunkSideFile(std::unique_ptr<FileSource> file, const ChunkShape& shape)
    : file_(std::move(file)), shape_(shape), level_sizes_(shape.level_sizes()) {}

Result<std::unique_ptr<ChunkSideFile>> ChunkSideFile::open(const std::string& path) {
    auto file = FileSource::open(path, FileSource::Direct::kNo);
    if (!file) return file.error();
    std::array<uint8_t, kHeaderSize> header{};
    Result<size_t> got = (*file)->read_into(0, header.data(), header.size());
    if (!got) return got.error();
    Result<ChunkShape> shape = read_header(Bytes(header).first(*got));
    if (!shape) return shape.error();

    std::unique_ptr<ChunkSideFile> side(new ChunkSideFile(std::move(*file), *shape));
    uint64_t size = encoded_size(side->level_sizes_);
    if (side->file_->stamp().size != size) {
        return Error{Code::kMalformed, "the chunk tree has not the length that it must have", 0, 0};
    }
    got = side->file_->read_into(size - kDigestSize, side->root_.data(), kDigestSize);
    if (!got) return got.error();
    if (*got != kDigestSize) return Error{Code::kTruncated, "the chunk tree ends early", 0, 0};
    Result<Sha256Digest> top = side->node(side->level_sizes_.size() - 1, 0);
    if (!top) return top.error();
    if (hash_root(*shape, *top) != side->root_) {
        return Error{Code::kMalformed, "the root is not that of this tree", size - kDigestSize, 0};
    }
    return side;
}

Result<Sha256Digest> ChunkSideFile::node(size_t level, uint64_t index) const {
    uint64_t before = 0;
    for (size_t i = 0; i < level; i++) before += level_sizes_[i];
    Sha256Digest digest{};
    uint64_t offset = kHeaderSize + (before + index) * kDigestSize;
    Result<size_t> got = file_->read_into(offset, digest.data(), kDigestSize);
    if (!got) return got.error();
    if (*got != kDigestSize) return Error{Code::kTruncated, "the chunk tree ends early", offset, 0};
    return digest;
}

Result<bool> ChunkSideFile::proves(uint64_t index, const Sha256Digest& leaf) const {
    if (index >= level_sizes_.front()) return Error{Code::kUsage, "no such chunk", 0, 0};
    Sha256Digest climbing = leaf;
    for (size_t level = 0; level + 1 < level_sizes_.size(); level++, index /= 2) {
        uint64_t sibling = index ^ 1;
        if (sibling >= level_sizes_[level]) continue;
        Result<Sha256Digest> other = node(level, sibling);
        if (!other) return other.error();
        climbing = index % 2 == 0 ? hash_node(climbing, *other) : hash_node(*other, climbing);
    }
    return hash_root(shape_, climbing) == root_;
}

namespace {

constexpr size_t kReadSize = size_t{256} << 10;

Result<Sha256Digest> hash_chunk(const FileSource& file, const ChunkShape& shape, uint64_t index,
                                std::vector<uint8_t>& buffer) {
    std::unique_ptr<Hasher> hasher = std::move(*Hasher::make(DigestKind::kSha256, std::nullopt));
    hasher->update(prefix_block("assay.chunk-tree.leaf/1"));
    uint64_t offset = index * shape.chunk_size;
    uint64_t left = shape.chunk_bytes(index);
    while (left > 0) {
        size_t want = static_cast<size_t>(std::min<uint64_t>(left, buffer.size()));
        Result<size_t> got = file.read_into(offset, buffer.data(), want);
        if (!got) return got.error();
        if (*got != want) return Error{Code::kTruncated, "the file ends early", offset + *got, 0};
        hasher->update(Bytes(buffer).first(want));
        offset += want;
        left -= want;
    }
    Sha256Digest leaf;
    std::copy_n(hasher->finish().value.begin(), leaf.size(), leaf.begin());
    return leaf;
}

}  // namespace

Result<RangeVerdict> verify_range(const FileSource& file, const ChunkSideFile& side,
                                  uint64_t offset, uint64_t length) {
    const ChunkShape& shape = side.shape();
    if (file.stamp().size != shape.size) {
        return Error{Code::kChanged, "the file has not the size that the tree was made for", 0, 0};
    }
    if (offset > shape.size || length > shape.size - offset) {
        return Error{Code::kUsage, "the range does not lie in the file", offset, 0};
    }
    RangeVerdict verdict;
    if (length == 0) return verdict;
    std::vector<uint8_t> buffer(kReadSize);
    for (uint64_t i = offset / shape.chunk_size; i <= (offset + length - 1) / shape.chunk_size;
         i++) {
        Result<Sha256Digest> leaf = hash_chunk(file, shape, i, buffer);
        if (!leaf) return leaf.error();
        Result<bool> good = side.proves(i, *leaf);
        if (!good) return good.error();
        verdict.chunks++;
        if (!*good) verdict.bad_chunks.push_back(i);
    }
    return verdict;
}

}  // namespace assay

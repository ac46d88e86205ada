// The chunk tree once more, written from docs/chunk-tree.md alone: by recursion over ranges of
// chunks instead of level by level, and with nothing but OpenSSL's SHA-256.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "tests/unit/support/lane_feeder.h"

namespace assay::test {

class ChunkReference {
  public:
    ChunkReference(Bytes file, uint64_t chunk_size) : file_(file), chunk_size_(chunk_size) {}

    [[nodiscard]] uint64_t chunks() const {
        return file_.empty() ? 1 : (file_.size() + chunk_size_ - 1) / chunk_size_;
    }

    [[nodiscard]] Sha256Digest leaf(uint64_t index) const {
        auto start = static_cast<size_t>(index * chunk_size_);
        Bytes chunk = file_.subspan(start, std::min<size_t>(chunk_size_, file_.size() - start));
        return labelled("assay.chunk-tree.leaf/1", std::string(as_text(chunk)));
    }

    // Over the chunks [first, first + count): a full tree to the left, the rest to the right.
    [[nodiscard]] Sha256Digest over(uint64_t first, uint64_t count) const {
        if (count == 1) return leaf(first);
        uint64_t left = std::bit_floor(count - 1);
        return labelled("assay.chunk-tree.node/1",
                        text(over(first, left)) + text(over(first + left, count - left)));
    }

    [[nodiscard]] Sha256Digest root() const {
        return labelled("assay.chunk-tree.root/1",
                        le(file_.size(), 8) + le(chunk_size_, 8) + text(over(0, chunks())));
    }

    // How many nodes there are `level` above the leaves.
    [[nodiscard]] uint64_t width(unsigned level) const { return ((chunks() - 1) >> level) + 1; }

    [[nodiscard]] unsigned levels() const {
        return static_cast<unsigned>(std::bit_width(chunks() - 1)) + 1;
    }

    [[nodiscard]] Sha256Digest node(unsigned level, uint64_t index) const {
        uint64_t first = index << level;
        return over(first, std::min(uint64_t{1} << level, chunks() - first));
    }

    [[nodiscard]] std::string side_file() const {
        std::string out = "ASSAYCT\x01" + le(1, 4) + le(levels(), 4) + le(file_.size(), 8) +
                          le(chunk_size_, 8) + le(chunks(), 8) + std::string(24, '\0');
        for (unsigned level = 0; level < levels(); level++) {
            for (uint64_t i = 0; i < width(level); i++) out += text(node(level, i));
        }
        return out + text(root());
    }

  private:
    static Sha256Digest labelled(std::string label, const std::string& rest) {
        label.resize(64, '\0');
        return evp_sha256(as_bytes(label + rest));
    }

    static std::string text(const Sha256Digest& digest) { return std::string(as_text(digest)); }

    static std::string le(uint64_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i) & 0xff);
        return out;
    }

    Bytes file_;
    uint64_t chunk_size_;
};

}  // namespace assay::test

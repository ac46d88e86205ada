// RFC 6962, section 2.1.1: from a leaf up to the root, each hash of the proof is a neighbour.
//
// The path has two parts: as long as there are neighbours on both sides the index says on which
// side the next hash lies; beyond that all of them lie left. Their numbers follow from index and
// size alone, so a proof of any other length is wrong whatever it hashes to.
#include <algorithm>
#include <bit>

#include "assay/digest.h"
#include "assay/transparency.h"

namespace assay {

namespace {

constexpr size_t kHash = 32;

std::vector<uint8_t> leaf_hash(Bytes body) {
    std::vector<uint8_t> input{0x00};
    input.insert(input.end(), body.begin(), body.end());
    std::array<uint8_t, kHash> hash = sha256_of(input);
    return {hash.begin(), hash.end()};
}

std::vector<uint8_t> node_hash(Bytes left, Bytes right) {
    std::vector<uint8_t> input{0x01};
    input.insert(input.end(), left.begin(), left.end());
    input.insert(input.end(), right.begin(), right.end());
    std::array<uint8_t, kHash> hash = sha256_of(input);
    return {hash.begin(), hash.end()};
}

}  // namespace

Status verify_inclusion(const InclusionProof& proof, Bytes body) {
    constexpr Error kWrong{Code::kMalformed, "the log's inclusion proof does not lead to its root"};
    if (proof.index >= proof.tree_size) return kWrong;
    auto inner = static_cast<size_t>(std::bit_width(proof.index ^ (proof.tree_size - 1)));
    auto border = static_cast<size_t>(std::popcount(inner < 64 ? proof.index >> inner : 0));
    if (proof.hashes.size() != inner + border) return kWrong;
    std::vector<uint8_t> hash = leaf_hash(body);
    for (size_t level = 0; level < proof.hashes.size(); level++) {
        const std::vector<uint8_t>& next = proof.hashes[level];
        if (next.size() != kHash) return kWrong;
        bool left = level >= inner || ((proof.index >> level) & 1) != 0;
        hash = left ? node_hash(next, hash) : node_hash(hash, next);
    }
    if (hash != proof.root) return kWrong;
    return Done{};
}

}  // namespace assay

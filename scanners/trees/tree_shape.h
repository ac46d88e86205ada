// The shape of a tree of decisions: whether a prediction that starts at its root comes to an end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay::trees {

// The children of each node, as two lists have them; what is no node fits, too.
struct TreeShape {
    std::span<const int32_t> left, right;
    // Where leaves are: of XGBoost's trees they are nodes whose left child is -1, of LightGBM's
    // children below 0, which are numbers of leaves.
    bool leaves_are_nodes = true;
    // Of nodes that are leaves and hold vectors: how many vectors there are; the right child of a
    // leaf is the number of its own.
    std::optional<uint64_t> vectors = std::nullopt;
};

inline constexpr size_t kBytesPerNode = 5;

// What is wrong with it, if something is. Nodes that nothing leads to are not looked at: they were
// deleted. Takes up to kBytesPerNode more bytes for each node, and time in proportion.
std::optional<std::string> fault_of(const TreeShape& tree);

}  // namespace assay::trees

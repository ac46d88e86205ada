// The shape of one tree of XGBoost's: whether a prediction that starts at its root comes to an end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay::xgboost {

// The children of each node, as both lists have them; anything that is no node fits, too. At a leaf
// the left one is -1. `leaves`, of trees whose leaves hold vectors: how many vectors there are; the
// right child of a leaf is the number of its own.
struct TreeShape {
    std::span<const int32_t> left, right;
    std::optional<uint64_t> leaves;
};

inline constexpr size_t kBytesPerNode = 5;

// What is wrong with it, if something is. Nodes that nothing leads to are not looked at: they were
// deleted. Takes up to kBytesPerNode more bytes for each node, and time in proportion.
std::optional<std::string> fault_of(const TreeShape& tree);

}  // namespace assay::xgboost

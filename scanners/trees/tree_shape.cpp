#include "tree_shape.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace assay::trees {

namespace {

class Descent {
  public:
    explicit Descent(const TreeShape& tree)
        : tree_(tree), seen_(std::min(tree.left.size(), tree.right.size())) {}

    std::optional<std::string> run() {
        if (seen_.empty()) return std::nullopt;
        enter(0, 0);
        while (!fault_ && !open_.empty()) {
            const int32_t node = open_.back();
            open_.pop_back();
            look_at(node);
        }
        return std::move(fault_);
    }

  private:
    void look_at(int32_t node) {
        const auto at = static_cast<size_t>(node);
        if (tree_.leaves_are_nodes && tree_.left[at] == -1) return look_at_leaf(node);
        for (const int32_t child : {tree_.left[at], tree_.right[at]}) {
            const bool leaf = !tree_.leaves_are_nodes && child < 0;
            if (!leaf && !fault_) enter(node, child);
        }
    }

    void look_at_leaf(int32_t node) {
        if (!tree_.vectors) return;
        const int32_t vector = tree_.right[static_cast<size_t>(node)];
        if (vector >= 0 && static_cast<uint64_t>(vector) < *tree_.vectors) return;
        fault_ = fmt::format("leaf {} has vector {} of {}", node, vector, *tree_.vectors);
    }

    // A node that two lead to would be looked at for each path to it, a circle for ever.
    void enter(int32_t from, int32_t node) {
        if (node < 0 || static_cast<size_t>(node) >= seen_.size()) {
            fault_ = fmt::format("node {} has child {} of {}", from, node, seen_.size());
        } else if (seen_[static_cast<size_t>(node)]) {
            fault_ = fmt::format("node {} leads to node {}, as another does", from, node);
        } else {
            seen_[static_cast<size_t>(node)] = true;
            open_.push_back(node);
        }
    }

    const TreeShape& tree_;
    std::vector<bool> seen_;
    std::vector<int32_t> open_;
    std::optional<std::string> fault_;
};

}  // namespace

std::optional<std::string> fault_of(const TreeShape& tree) { return Descent(tree).run(); }

}  // namespace assay::trees

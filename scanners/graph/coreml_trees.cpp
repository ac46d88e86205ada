#include "coreml_trees.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "coreml.h"

namespace assay::coreml {

namespace {

bool comes_before(const TreeNode& a, const TreeNode& b) {
    return std::tie(a.tree, a.number) < std::tie(b.tree, b.number);
}

std::string shown_node(const TreeNode& node) {
    return fmt::format("node {} of tree {}", node.number, node.tree);
}

}  // namespace

void Trees::open() {
    nodes_.items().clear();
    dimensions_ = most_ = 0;
    evaluated_ = false;
}

void Trees::evaluation(uint64_t dimension) {
    evaluated_ = true;
    most_ = std::max(most_, dimension);
}

void Trees::judge(uint64_t at) {
    if (!afford_) return;
    auto& nodes = nodes_.items();
    std::sort(nodes.begin(), nodes.end(), comes_before);
    auto wrong = fault();
    if (!wrong && evaluated_ && most_ >= dimensions_) {
        wrong = fmt::format("a leaf adds to number {} of {}", most_, dimensions_);
    }
    if (!wrong) return;
    context_.report(rule("tree.index_out_of_range"), at, 0, *wrong);
    context_.incomplete(Coverage::kMalformed, rule("tree.index_out_of_range").message);
}

std::optional<std::string> Trees::fault() {
    const auto& nodes = nodes_.items();
    for (size_t i = 1; i < nodes.size(); i++) {
        if (!comes_before(nodes[i - 1], nodes[i])) return shown_node(nodes[i]) + " comes twice";
    }
    for (const TreeNode& from : nodes) {
        if (from.leaf || (enter(from, from.yes) && enter(from, from.no))) continue;
        return shown_node(from) + " has a child that is not there, or has another parent";
    }
    // Nodes that lead to each other in a circle leave none to begin with, or are never reached.
    for (size_t begin = 0; begin < nodes.size();) {
        size_t end = begin;
        size_t roots = 0;
        for (; end < nodes.size() && nodes[end].tree == nodes[begin].tree; end++) {
            if (!nodes[end].led_to) roots++;
        }
        if (roots != 1) return fmt::format("tree {} has {} roots", nodes[begin].tree, roots);
        begin = end;
    }
    return std::nullopt;
}

bool Trees::enter(const TreeNode& from, uint64_t child) {
    auto& nodes = nodes_.items();
    TreeNode wanted;
    wanted.tree = from.tree;
    wanted.number = child;
    const auto found = std::lower_bound(nodes.begin(), nodes.end(), wanted, comes_before);
    if (found == nodes.end() || comes_before(wanted, *found) || found->led_to) return false;
    found->led_to = true;
    return true;
}

}  // namespace assay::coreml

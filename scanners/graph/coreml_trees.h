// Trees of decisions in a model of Core ML: nodes in any order, which name each other by numbers.
//
// They are kept until the last of them has come, 40 bytes each, which the artifact pays for; then
// every child must be there, each of one parent, and each tree must begin somewhere.
#pragma once

#include "assay/context.h"
#include "tensor/paid_vector.h"

namespace assay::coreml {

struct TreeNode {
    static constexpr uint64_t kLeaf = 6;  // what a node does

    uint64_t tree = 0;
    uint64_t number = 0;
    uint64_t yes = 0;
    uint64_t no = 0;
    bool leaf = false;
    bool led_to = false;
};

class Trees {
  public:
    explicit Trees(ScanContext& context) : context_(context), nodes_(context) {}

    TreeNode node;  // the one that is being read

    void open();
    void add() { afford_ = afford_ && nodes_.push_back(node); }
    void dimensions(uint64_t count) { dimensions_ = count; }
    void evaluation(uint64_t dimension);  // that a leaf adds to
    // When all nodes have come; `at` is where.
    void judge(uint64_t at);
    [[nodiscard]] bool afford() const { return afford_; }

  private:
    std::optional<std::string> fault();
    bool enter(const TreeNode& from, uint64_t child);

    ScanContext& context_;
    PaidVector<TreeNode> nodes_;
    uint64_t dimensions_ = 0;
    uint64_t most_ = 0;  // of what leaves add to
    bool evaluated_ = false;
    bool afford_ = true;
};

}  // namespace assay::coreml

// Which operators a graph of TensorFlow uses that reach beyond it, one finding for each.
//
// Whatever was saved with a saver reads and writes files in it; those nodes are told apart by where
// TensorFlow puts them (functions that trace a saver, and the scope "save" before that) and by
// where their files' names come from; see tf_savers.h. They are mentioned, not passed over in
// silence.
#pragma once

#include <map>
#include <set>
#include <string>

#include "assay/context.h"
#include "tf_ops.h"
#include "tf_savers.h"

namespace assay::tensorflow {

class Nodes {
  public:
    explicit Nodes(ScanContext& context) : context_(context), savers_(context) {}

    // `function` is the one that the node is in, or empty.
    Status add(const Node& node, std::string_view function);
    // A function of the graph may be used like an operator.
    Status define(std::string_view function);

    // When all nodes are in. A model with assets reads its vocabularies from them.
    void end(bool has_assets);

    [[nodiscard]] uint64_t count() const { return count_; }
    [[nodiscard]] size_t functions() const { return defined_.size(); }

  private:
    struct Use {
        uint64_t at;
        uint64_t count;
        Reach reach;
        std::string where;
    };

    Status keep(size_t bytes, uint64_t at);
    void report(const std::string& op, std::string_view saver, const Use& use, bool has_assets);

    ScanContext& context_;
    Savers savers_;
    std::map<std::pair<std::string, std::string>, Use> uses_;  // by operator, and saver if in one
    std::set<std::string, std::less<>> defined_;
    uint64_t count_ = 0;
};

}  // namespace assay::tensorflow

// Which operators a model uses, and which of them neither ONNX nor the model itself defines.
//
// A node names an operator and its domain. The domain of ONNX is empty; a model may bring functions
// of its own in any domain; everything else comes from a library that the runtime is told to load.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "assay/context.h"

namespace assay::onnx {

class Operators {
  public:
    explicit Operators(ScanContext& context) : context_(context) {}

    void begin_node(uint64_t at) { nodes_.push_back({at, "", ""}); }
    void name_node(std::string_view op) { nodes_.back().op = op; }
    void place_node(std::string_view domain) { nodes_.back().domain = domain; }
    Status end_node();

    // Of the model, or of the function that is open.
    void import_domain(std::string_view domain);
    void begin_function(uint64_t at);
    Status end_function(std::string_view domain, std::string_view name);

    // When all nodes and functions are in. `imports`: the model has to say which domains it uses.
    void end(bool imports);

    [[nodiscard]] uint64_t nodes() const { return count_; }
    [[nodiscard]] size_t functions() const { return defined_.size(); }

  private:
    struct Node {
        uint64_t at;
        std::string op;
        std::string domain;
    };
    struct Use {
        uint64_t at;
        uint64_t count;
    };
    // What one list of imports is for.
    struct Scope {
        uint64_t at = 0;
        std::set<std::string, std::less<>> used;
        std::set<std::string, std::less<>> imported;
    };
    using Name = std::pair<std::string, std::string>;  // domain, operator

    Status keep(size_t bytes, uint64_t at);
    Status use(const Node& node);
    void check_imports(const Scope& scope);

    ScanContext& context_;
    std::vector<Node> nodes_;  // open ones: subgraphs lie in attributes of nodes
    Scope model_;
    Scope function_;
    bool in_function_ = false;
    std::map<Name, Use> foreign_;  // outside of the domains of ONNX
    std::set<Name> defined_;
    uint64_t count_ = 0;
};

}  // namespace assay::onnx

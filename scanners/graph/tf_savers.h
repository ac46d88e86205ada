// Which nodes of a graph belong to its saver, and whether that saver is one.
//
// A saver writes to the file that it is told when the model is saved, so its operators are no
// finding of their own. But a scope is no more than a name: nodes that write to a path of the
// model's choice can be put there, too. What makes a saver is that its file's name comes from
// outside of the model: from a placeholder, never from a constant that is a path, from another part
// of the graph, or from a function of the model that calls it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "assay/context.h"

namespace assay::tensorflow {

struct Node {
    static constexpr size_t kInputs = 4;
    static constexpr size_t kCalls = 64;

    uint64_t at = 0;
    std::string name;
    std::string op;
    std::vector<std::string> inputs;  // the first kInputs
    std::vector<std::string> calls;   // savers' functions that its attributes name, up to kCalls
    bool names_file = false;          // an attribute is "file://…"
    bool holds_path = false;          // a constant is a path from the root, or a URL
};

// Whether the text leads somewhere by itself.
bool is_full_path(std::string_view text);

// By its name.
bool is_function_of_saver(std::string_view name);

class Savers {
  public:
    explicit Savers(ScanContext& context) : context_(context) {}

    // The scope or the function, or nothing where the node is in no saver by its name.
    static std::string_view place_of(std::string_view node, std::string_view function);

    Status see(const Node& node, std::string_view function);
    // All nodes were seen.
    void end();
    // Precondition: end(). Whether the place takes its file's name from elsewhere.
    [[nodiscard]] bool is_saver(std::string_view place) const;

  private:
    using Names = std::set<std::string, std::less<>>;

    void see_call(const Node& node, std::string_view function);
    Status see_in_scope(const Node& node);
    Status keep(const std::vector<std::string>& names);
    void doubt(std::string_view place) { doubted_.emplace(place); }

    ScanContext& context_;
    std::map<std::string, std::vector<std::string>, std::less<>> inputs_;  // of nodes in scopes
    std::vector<std::string> files_;  // nodes in scopes that open one
    Names doubted_;
    bool all_doubted_ = false;
};

}  // namespace assay::tensorflow

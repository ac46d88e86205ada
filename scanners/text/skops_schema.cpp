// schema.json of skops: a tree of nodes that describes a scikit-learn model.
//
//   {"__class__": "Pipeline", "__module__": "sklearn.pipeline", "__loader__": "ObjectNode",
//    "content": {…}, "protocol": 2}
//
// The loader says how a node becomes an object, class and module of what. skops shows the user what
// is not in its list of trusted types, but several loaders took the type from another place than
// the one that was shown: so an innocent class could stand beside a loader that calls a function
// of the operator module, a method, or a constructor with arguments of the file's choice.
#include "skops_schema.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "json_path.h"
#include "json_rules.h"
#include "pickle/names.h"

namespace assay {

namespace {

using json::Kind;
using json::rule;
using json::shown;
using json::Token;
using pickle::Tier;

constexpr double kNewestProtocol = 2;

// Loaders whose class and module can only be these; an empty class may be any.
struct Loader {
    std::string_view name;
    std::string_view module;
    std::string_view klass;
};
constexpr std::array<Loader, 11> kLoaders = {{
    {"BytesNode", "builtins", "bytes"},
    {"BytearrayNode", "builtins", "bytearray"},
    {"ListNode", "builtins", "list"},
    {"SetNode", "builtins", "set"},
    {"SliceNode", "builtins", "slice"},
    {"PartialNode", "functools", "partial"},
    {"OperatorFuncNode", "operator", ""},
    {"NdArrayNode", "numpy", ""},
    {"DTypeNode", "numpy", ""},
    {"RandomStateNode", "numpy", ""},
    {"SparseMatrixNode", "scipy", ""},
}};

bool within(std::string_view module, std::string_view package) {
    return module == package || (module.starts_with(package) && module.size() > package.size() &&
                                 module[package.size()] == '.');
}

// Classes of these libraries are what skops is for.
bool is_trusted(std::string_view module, std::string_view name) {
    const Tier tier = pickle::judge(module, name, false).tier;
    if (tier != Tier::kUnknown) return tier == Tier::kAllowed;
    return within(module, "sklearn") || within(module, "numpy") || within(module, "scipy");
}

// Keys that matter; vocabularies have a million others.
bool is_read(std::string_view key) {
    return key.starts_with("__") || key == "content" || key == "function" || key == "func" ||
           key == "module_path" || key == "protocol";
}

class SkopsSchema final : public JsonVisitor {
  public:
    explicit SkopsSchema(ScanContext& context) : context_(context) {}

    bool token(const Token& token) override;
    Status end(bool) override {
        if (!known_) return Done{};
        context_.refine("skops-schema");
        found_.report(context_);
        return Done{};
    }
    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&rule("hf.json.dup_key"), nullptr};
        return known_ ? &kFaults : nullptr;
    }

  private:
    struct Node {
        std::string key;  // that was read last
        std::string klass;
        std::string module;
        std::string loader;
        std::string function;  // of its content,
        std::string path;      // and the module of that
    };

    void text(const Token& token);
    void judge(const Token& end);
    void judge_loader(const Token& end);
    void judge_function(const Token& end);
    void judge_method(const Token& end);

    ScanContext& context_;
    std::vector<Node> nodes_;  // that are open; every object is one
    json::Waiting found_;
    bool known_ = false;
};

bool SkopsSchema::token(const Token& token) {
    if (token.depth == 0 && token.kind == Kind::kArray) return false;
    switch (token.kind) {
        case Kind::kObject:
            nodes_.emplace_back();
            break;
        case Kind::kKey:
            nodes_.back().key = is_read(token.text) ? shown(token.text) : std::string();
            if (nodes_.size() == 1) known_ |= token.text == "__loader__";
            break;
        case Kind::kString:
            if (!nodes_.empty() && !nodes_.back().key.empty()) text(token);
            break;
        case Kind::kNumber:
            if (token.depth == 1 && nodes_.back().key == "protocol" &&
                (token.length > 1 || token.text[0] - '0' > kNewestProtocol)) {
                found_.add(rule("skops.protocol.unknown"), token, shown(token.text));
            }
            break;
        case Kind::kObjectEnd:
            judge(token);
            nodes_.pop_back();
            break;
        default:
            break;
    }
    return true;
}

// The content of a function stands in an object of its own: it belongs to the node around it.
void SkopsSchema::text(const Token& token) {
    Node& node = nodes_.back();
    const std::string value = shown(token.text);
    if (node.key == "__class__") node.klass = value;
    if (node.key == "__module__") node.module = value;
    if (node.key == "__loader__") node.loader = value;
    if (nodes_.size() < 2) return;
    Node& outer = nodes_[nodes_.size() - 2];
    if (outer.key != "content") return;
    if (node.key == "function" || node.key == "func") outer.function = value;
    if (node.key == "module_path") outer.path = value;
}

void SkopsSchema::judge(const Token& end) {
    const Node& node = nodes_.back();
    if (node.loader.empty()) return;
    judge_loader(end);
    judge_function(end);
    judge_method(end);
    const std::string type = node.module + "." + node.klass;
    const bool function = node.loader == "FunctionNode" || node.loader == "MethodNode" ||
                          node.loader == "OperatorFuncNode";
    if (function || is_trusted(node.module, node.klass)) return;
    if (node.loader == "ConstructorFromReduceNode" || node.loader == "ReduceNode") {
        found_.add(rule("skops.loader.constructor_from_reduce"), end, type);
    }
    found_.add(rule("skops.type.untrusted"), end, type);
}

void SkopsSchema::judge_loader(const Token& end) {
    const Node& node = nodes_.back();
    const auto* known = std::find_if(kLoaders.begin(), kLoaders.end(),
                                     [&](const Loader& one) { return one.name == node.loader; });
    if (known == kLoaders.end()) return;
    const bool module = known->module.empty() || within(node.module, known->module);
    const bool klass = known->klass.empty() || node.klass == known->klass;
    if (module && klass) return;
    found_.add(rule("skops.loader.class_mismatch"), end,
               fmt::format("{}: {}.{}", node.loader, node.module, node.klass));
}

void SkopsSchema::judge_function(const Token& end) {
    const Node& node = nodes_.back();
    if (node.loader == "OperatorFuncNode") {
        const bool plain =
            node.module == "operator" && (node.klass == "itemgetter" || node.klass == "attrgetter");
        found_.add(rule("skops.loader.operator_func"), end, node.module + "." + node.klass,
                   plain ? std::optional(Severity::kLow) : std::nullopt);
    }
    // Older versions named the function in the content.
    const bool inside = !node.path.empty() || !node.function.empty();
    const std::string& module = inside ? node.path : node.module;
    const std::string& name = inside ? node.function : node.klass;
    if (node.loader == "FunctionNode" && !is_trusted(module, name)) {
        found_.add(rule("skops.loader.function"), end, module + "." + name);
    }
    if (node.loader == "PartialNode" && (node.module != "functools" || node.klass != "partial")) {
        found_.add(rule("skops.loader.partial"), end, node.module + "." + node.klass);
    }
}

// A method of an object that is trusted itself, by a plain name, is what skops means it for.
void SkopsSchema::judge_method(const Token& end) {
    const Node& node = nodes_.back();
    if (node.loader != "MethodNode") return;
    const bool plain = !node.function.starts_with('_') &&
                       node.function.find('.') == std::string::npos &&
                       pickle::method_capability(node.function) == pickle::Capability::kNone &&
                       is_trusted(node.module, node.klass);
    found_.add(rule("skops.loader.method"), end,
               fmt::format("{}.{}: {}", node.module, node.klass, node.function),
               plain ? std::optional(Severity::kMedium) : std::nullopt);
}

}  // namespace

const JsonKind kSkopsSchema{
    "skops-schema",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<SkopsSchema>(context);
    },
};

}  // namespace assay

#include "keras_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "keras_operators.h"
#include "keras_rules.h"
#include "pickle/names.h"

namespace assay {

namespace keras {

namespace {

constexpr size_t kMostFindings = 1000;
constexpr size_t kMostOthers = 16;
constexpr size_t kLongestName = 200;
constexpr size_t kLongestText = 512;  // of what a finding shows

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// ------------------------------------------------------------------------------------------------
// Names

// Parts of Keras that do something else than compute, by module (behind "keras.", without "src").
constexpr std::string_view kNoModules[] = {"saving",    "config",        "datasets", "backend",
                                           "callbacks", "preprocessing", "wrappers", "export"};
// By name, in any module of Keras.
constexpr std::string_view kNoNames[] = {"clear_session",
                                         "enable_unsafe_deserialization",
                                         "load_model",
                                         "model_from_json",
                                         "model_from_config",
                                         "save_model",
                                         "clone_model",
                                         "load_img",
                                         "save_img",
                                         "load_weights",
                                         "save_weights",
                                         "serialize_keras_object",
                                         "get_file",
                                         "deserialize_keras_object",
                                         "register_keras_serializable"};
// What a function of the user's own is never called.
constexpr std::string_view kBuiltins[] = {
    "eval",    "exec",    "compile", "open", "__import__", "getattr", "setattr",
    "delattr", "globals", "locals",  "vars", "input",      "help",    "breakpoint"};
// What is saved with models of all there is in keras.utils.
constexpr std::string_view kSavedUtils[] = {"FeatureSpace", "Feature", "Cross"};

std::string_view next_part(std::string_view& module) {
    const std::string_view part = module.substr(0, module.find('.'));
    module.remove_prefix(std::min(module.size(), part.size() + 1));
    return part;
}

bool is_keras(std::string_view module) {
    constexpr std::string_view kRoots[] = {"keras",     "keras_hub", "keras_cv",
                                           "keras_nlp", "tf_keras",  "keras_core"};
    const std::string_view root = next_part(module);
    if (is_one_of(root, kRoots)) return true;
    if (root != "tensorflow") return false;
    const std::string_view part = next_part(module);
    return part == "keras" || (part == "python" && next_part(module) == "keras");
}

bool is_non_modeling(std::string_view module, std::string_view name) {
    if (is_one_of(name, kNoNames) || name.ends_with("_from_directory")) return true;
    next_part(module);
    std::string_view part = next_part(module);
    while (part == "src" || part == "api" || part == "_tf_keras" || part == "keras" ||
           part == "python") {
        part = next_part(module);
    }
    if (part == "backend" && name == "KerasTensor") return false;
    return is_one_of(part, kNoModules) || (part == "utils" && !is_one_of(name, kSavedUtils));
}

// Nodes that stand for a value and not for a class; their modules are not imported.
bool is_value(std::string_view name) { return name.starts_with("__") && name.ends_with("__"); }

const Rule* layer_rule(std::string_view name) {
    if (name == "TFSMLayer") return &rules::kTfsm;
    if (name == "TorchModuleWrapper") return &rules::kTorchWrapper;
    if (name == "JaxLayer") return &rules::kJax;
    if (name == "FlaxLayer") return &rules::kFlax;
    return nullptr;
}

// ------------------------------------------------------------------------------------------------
// The walk

// What is remembered of an object that is open. Texts are cut.
struct Node {
    bool object = false;
    std::string in;   // the key that it stands under, in the object around it
    std::string key;  // the last one
    uint64_t offset = 0;
    std::string class_name;
    std::string module;
    std::string registered;
    std::string function;     // "config" that is a text: what a node of class "function" names
    bool has_config = false;  // an object or a list
    // Of the object under "config", told to the node around it.
    std::string vocabulary;  // a path where words should be
    std::string words;       // a path that the layer remembers, and may not read
    std::string table;       // the same of a tokenizer
    bool code = false;       // bytecode
};

class ConfigVisitor final : public JsonVisitor {
  public:
    // `certain`: findings are said whatever the document looks like.
    ConfigVisitor(ScanContext& context, bool certain) : context_(context), certain_(certain) {}

    bool token(const json::Token& token) override;
    Status end(bool whole) override;
    [[nodiscard]] const JsonFaults* faults() const override;
    // The whole of it is no configuration at all.
    [[nodiscard]] bool is_model() const { return model_; }

  private:
    struct Finding {
        const Rule* rule;
        uint64_t offset;
        std::string detail;
        std::optional<Severity> severity;
    };

    void open(const json::Token& token, bool object);
    void close();
    void key(const json::Token& token);
    void text(const json::Token& token);
    [[nodiscard]] bool sleeps(const json::Token& token);
    bool is_foreign(std::string_view key);
    void tell_parent(const Node& node);
    void judge(const Node& node);
    void judge_function(const Node& node);
    void judge_class(const Node& node);
    void judge_paths(const Node& node);
    void judge_name(const Node& node, std::string_view name);
    bool judge_module(const Node& node, std::string_view name);
    void found(const Rule& rule, uint64_t offset, std::string_view detail,
               std::optional<Severity> severity = std::nullopt);

    ScanContext& context_;
    const bool certain_;
    std::vector<Node> nodes_;
    json::DuplicateKeys keys_;
    std::vector<Finding> findings_;
    bool model_ = false;
    bool telling_ = false;  // a key of a model's was met at the top
    bool asleep_ = false;   // until one is
    size_t others_ = 0;     // keys at the top before
    size_t paid_ = 0;
    bool cut_ = false;
};

void ConfigVisitor::found(const Rule& rule, uint64_t offset, std::string_view detail,
                          std::optional<Severity> severity) {
    if (findings_.size() == kMostFindings) return;
    findings_.push_back({&rule, offset, std::string(detail.substr(0, kLongestText)), severity});
}

bool ConfigVisitor::token(const json::Token& token) {
    if (token.depth == 0 && token.kind == json::Kind::kArray && !certain_) return false;
    if (sleeps(token)) return true;
    switch (token.kind) {
        case json::Kind::kObject:
        case json::Kind::kArray:
            open(token, token.kind == json::Kind::kObject);
            break;
        case json::Kind::kObjectEnd:
        case json::Kind::kArrayEnd:
            close();
            break;
        case json::Kind::kKey:
            key(token);
            break;
        case json::Kind::kString:
            text(token);
            break;
        default:
            break;
    }
    return true;
}

void ConfigVisitor::open(const json::Token& token, bool object) {
    Node node;
    node.object = object;
    node.offset = token.offset;
    if (!nodes_.empty()) {
        Node& around = nodes_.back();
        if (around.object && around.key == "config") around.has_config = true;
        node.in = around.object ? around.key : around.in;
    }
    if (object) keys_.open();
    nodes_.push_back(std::move(node));
}

void ConfigVisitor::close() {
    if (nodes_.empty()) return;
    const Node node = std::move(nodes_.back());
    nodes_.pop_back();
    if (!node.object) return;
    keys_.close();
    tell_parent(node);
    judge(node);
    if (nodes_.empty()) model_ = !node.class_name.empty() && node.has_config;
}

void ConfigVisitor::tell_parent(const Node& node) {
    if (nodes_.empty() || !nodes_.back().object || nodes_.back().key != "config") return;
    Node& around = nodes_.back();
    around.vocabulary = node.vocabulary;
    around.words = node.words;
    around.table = node.table;
    around.code |= node.code;
}

// A key that cannot be remembered any more might come again unseen.
void ConfigVisitor::key(const json::Token& token) {
    if (nodes_.empty()) return;
    nodes_.back().key = token.text.substr(0, kLongestName);
    if (cut_) return;
    if (!keys_.add(token.hash)) found(rules::kDuplicateKey, token.offset, token.text);
    if (keys_.bytes() <= paid_) return;
    const size_t more = keys_.bytes() - paid_ + 4096;
    cut_ = !context_.reserve(more);
    if (!cut_) paid_ += more;
}

void ConfigVisitor::text(const json::Token& token) {
    if (nodes_.empty()) return;
    Node& node = nodes_.back();
    const std::string value(token.text.substr(0, kLongestText));
    if (!node.object) {
        // Keras 2 writes a lambda as a list: bytecode, defaults, closure.
        if (node.in == "function" && nodes_.size() > 1) nodes_[nodes_.size() - 2].code = true;
        return;
    }
    const std::string& key = node.key;
    if (const auto op = operator_that_reaches(key, token.text, token.cut)) {
        found(rules::kOperator, token.offset, *op);
    }
    if (key == "class_name") {
        node.class_name = value;
    } else if (key == "module") {
        node.module = value;
    } else if (key == "registered_name") {
        node.registered = value;
    } else if (key == "config") {
        node.function = value;
    } else if (key == "vocabulary" || key == "idf_weights") {
        node.vocabulary = value;
    } else if (key == "vocabulary_file") {
        node.words = value;
    } else if (key == "proto" || key == "merges") {
        node.table = value;
    } else if ((key == "function_type" || key == "output_shape_type") && value == "lambda") {
        node.code = true;
    } else if (key == "module_type" && value == "lambda") {
        node.code = true;
    }
}

// ------------------------------------------------------------------------------------------------
// Judgement

void ConfigVisitor::judge(const Node& node) {
    if (node.class_name.empty()) return;
    if (node.class_name == "function") return judge_function(node);
    judge_class(node);
    judge_paths(node);
}

void ConfigVisitor::judge_class(const Node& node) {
    const std::string_view name = node.class_name;
    if (name == "__lambda__") return found(rules::kMarshal, node.offset, "__lambda__");
    if (name == "Lambda") {
        found(rules::kLambda, node.offset, "Lambda");
        if (node.code) found(rules::kMarshal, node.offset, "Lambda");
    } else if (const Rule* rule = layer_rule(name)) {
        found(*rule, node.offset, name);
    } else {
        judge_name(node, name);
    }
}

// A function is named by "config"; one that is described there is like any class.
void ConfigVisitor::judge_function(const Node& node) {
    if (node.function.empty()) return judge_name(node, node.class_name);
    judge_name(node, node.function);
}

// Values have no module, but for types of TensorFlow, which old versions imported.
void ConfigVisitor::judge_name(const Node& node, std::string_view name) {
    if (node.module.empty()) {
        if (node.registered.find('>') != std::string::npos) {
            found(rules::kCustom, node.offset, node.registered);
        }
        return;
    }
    if (is_value(name) && node.module.starts_with("tensorflow.")) return;
    if (!is_keras(node.module)) {
        if (judge_module(node, name)) return;
    } else if (is_non_modeling(node.module, name)) {
        return found(rules::kNonModeling, node.offset, fmt::format("{}.{}", node.module, name));
    }
    if (node.registered.find('>') == std::string::npos) return;
    if (is_keras(std::string_view(node.registered).substr(0, node.registered.find('>')))) return;
    found(rules::kCustom, node.offset, node.registered);
}

// What a program registers under a name of its own is not imported. Modules that everybody has are
// what attackers name; one that nobody here knows is the author's own.
bool ConfigVisitor::judge_module(const Node& node, std::string_view name) {
    const bool plain_function = node.module == "builtins" && node.class_name == "function";
    const pickle::Judgement verdict = pickle::judge(node.module, name, false);
    const bool named = !node.registered.empty();
    if (plain_function && verdict.tier != pickle::Tier::kDangerous) return true;
    const bool own = named && node.registered == "function" && !is_one_of(name, kBuiltins);
    if (plain_function && own) return true;
    if (verdict.tier == pickle::Tier::kUnknown && named) {
        found(rules::kCustom, node.offset, fmt::format("{}.{}", node.module, name));
    } else {
        found(rules::kModule, node.offset, fmt::format("{}.{}", node.module, name));
    }
    return true;
}

void ConfigVisitor::judge_paths(const Node& node) {
    constexpr std::string_view kLookups[] = {"StringLookup", "IntegerLookup", "IndexLookup",
                                             "TextVectorization"};
    // What a program registered under such a name may do the same.
    const size_t mark = node.class_name.rfind('>');
    const bool custom = mark != std::string::npos;
    const std::string_view name = std::string_view(node.class_name).substr(custom ? mark + 1 : 0);
    if (is_one_of(name, kLookups)) {
        const std::string& words = node.words.empty() ? node.vocabulary : node.words;
        if ((custom || node.vocabulary.empty()) && !words.empty()) {
            found(rules::kVocabulary, node.offset, fmt::format("{}: {}", node.class_name, words),
                  Severity::kMedium);
        } else if (!node.vocabulary.empty()) {
            found(rules::kVocabulary, node.offset,
                  fmt::format("{}: {}", node.class_name, node.vocabulary));
        }
        return;
    }
    if (!node.class_name.ends_with("Tokenizer")) return;
    const std::string& path = node.vocabulary.empty() ? node.table : node.vocabulary;
    if (path.empty()) return;
    found(rules::kPreprocessing, node.offset, fmt::format("{}: {}", node.class_name, path));
}

// Keys twice are said here, where it is known what the node is for.
const JsonFaults* ConfigVisitor::faults() const {
    static constexpr JsonFaults kFaults{nullptr, &rules::kMissing};
    return model_ && !certain_ ? &kFaults : nullptr;
}

// A document may be anything, a vocabulary of a million words among them. But a model's keys may
// come behind any others.
bool ConfigVisitor::sleeps(const json::Token& token) {
    if (certain_ || telling_ || nodes_.size() != 1) return false;
    const bool key = token.kind == json::Kind::kKey && token.depth == 1;
    if (key) asleep_ = is_foreign(token.text) || (asleep_ && !telling_);
    const bool end = token.kind == json::Kind::kObjectEnd && token.depth == 0;
    return asleep_ && !end;
}

bool ConfigVisitor::is_foreign(std::string_view key) {
    constexpr std::string_view kForeign[] = {"model_type", "architectures", "added_tokens",
                                             "weight_map", "vocab",         "learner"};
    if (key == "class_name" || key == "config") telling_ = true;
    return !telling_ && (is_one_of(key, kForeign) || ++others_ > kMostOthers);
}

Status ConfigVisitor::end(bool) {
    if (!certain_ && !model_) return Done{};
    if (cut_) context_.incomplete(Coverage::kCutByLimit, "the configuration has too many keys");
    if (!certain_) context_.refine("keras");
    for (const Finding& finding : findings_) {
        context_.report(*finding.rule, finding.offset, 0, finding.detail, finding.severity);
    }
    return Done{};
}

Status judge_fault(const json::Fault& fault, ScanContext& context) {
    const bool deep = fault.kind == json::FaultKind::kTooDeep;
    context.report(deep ? rules::kDepth : rules::kMissing, fault.offset, 0, fault.text);
    return Error{Code::kMalformed, fault.text, fault.offset};
}

}  // namespace

Status scan_config(Tape& tape, ScanContext& context) {
    ConfigVisitor visitor(context, true);
    json::Reader reader(tape);
    json::Token token;
    bool wanted = true;
    while (wanted && reader.next(token)) wanted = visitor.token(token);
    Status ended = visitor.end(!reader.fault());
    if (reader.failed()) return *reader.failed();
    if (reader.fault()) return judge_fault(*reader.fault(), context);
    if (!ended) return ended;
    context.parsed(reader.offset());
    if (!visitor.is_model()) {
        context.report(rules::kMissing, 0, 0, "the configuration describes no model");
    }
    return Done{};
}

}  // namespace keras

const JsonKind kKerasJson = {"keras", [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
                                 return std::make_unique<keras::ConfigVisitor>(context, false);
                             }};

}  // namespace assay

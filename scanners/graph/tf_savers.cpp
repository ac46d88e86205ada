#include "tf_savers.h"

#include <algorithm>
#include <array>

namespace assay::tensorflow {

namespace {

constexpr std::string_view kFileName = "saver_filename";

// "save" or "save_7" of "save/Const".
std::string_view scope_of(std::string_view node) {
    const size_t slash = node.find('/');
    if (slash == std::string_view::npos) return {};
    const std::string_view scope = node.substr(0, slash);
    if (!scope.starts_with("save")) return {};
    const std::string_view number = scope.substr(4);
    const bool plain =
        number.empty() || (number.size() > 1 && number[0] == '_' &&
                           number.find_first_not_of("0123456789", 1) == std::string_view::npos);
    return plain ? scope : std::string_view();
}

// The node of an input, "save/Const:0".
std::string node_of(std::string_view input) {
    return std::string(input.substr(0, input.find(':')));
}

template <size_t n>
bool is_one_of(std::string_view op, const std::array<std::string_view, n>& ops) {
    return std::find(ops.begin(), ops.end(), op) != ops.end();
}

bool opens_file(std::string_view op) {
    constexpr std::array<std::string_view, 5> kOps = {"SaveV2", "RestoreV2", "Save", "Restore",
                                                      "MergeV2Checkpoints"};
    return is_one_of(op, kOps);
}

// Those that the name of a file passes.
bool passes_name(std::string_view op) {
    constexpr std::array<std::string_view, 6> kOps = {
        "Identity", "PlaceholderWithDefault", "StringJoin", "ShardedFilename", "Pack", "Select"};
    return is_one_of(op, kOps) || opens_file(op);
}

}  // namespace

bool is_function_of_saver(std::string_view name) {
    return name.starts_with("__inference__traced_save") ||
           name.starts_with("__inference__traced_restore");
}

bool is_full_path(std::string_view text) {
    constexpr size_t kLongest = 1024;
    if (text.empty() || text.size() > kLongest) return false;
    const bool root = text[0] == '/' || text[0] == '\\' || text[0] == '~';
    const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
    const size_t scheme = text.find("://");
    const bool url = scheme != std::string_view::npos && scheme > 0 &&
                     std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme),
                                 [](char c) { return (c >= 'a' && c <= 'z') || c == '3'; });
    const bool up = text.starts_with("../") || text.find("/../") != std::string_view::npos;
    return root || drive || url || up;
}

std::string_view Savers::place_of(std::string_view node, std::string_view function) {
    if (function.empty()) return scope_of(node);
    return is_function_of_saver(function) ? function : std::string_view();
}

Status Savers::keep(const std::vector<std::string>& names) {
    constexpr size_t kNode = 280;  // with its places in what end() makes
    constexpr size_t kInput = 80 + sizeof(std::string);
    size_t bytes = kNode;
    for (const std::string& name : names) bytes += name.size() + kInput;
    if (context_.reserve(bytes)) return Done{};
    return Error{Code::kLimit, "the graph has more names than memory allows"};
}

Status Savers::see(const Node& node, std::string_view function) {
    see_call(node, function);
    const std::string_view place = place_of(node.name, function);
    if (!place.empty() && node.holds_path) doubt(place);
    if (function.empty() && node.name.starts_with(kFileName) && node.op != "Placeholder") {
        all_doubted_ = true;
    }
    return function.empty() && !place.empty() ? see_in_scope(node) : Status(Done{});
}

// TensorFlow calls its savers from the graph, with the placeholder for the file as the first input.
void Savers::see_call(const Node& node, std::string_view function) {
    const bool fed =
        function.empty() && !node.inputs.empty() && node.inputs[0].starts_with(kFileName);
    if (fed || is_function_of_saver(function)) return;
    for (const std::string& called : node.calls) {
        if (is_function_of_saver(called)) doubt(called);
    }
    if (is_function_of_saver(node.op)) doubt(node.op);
}

Status Savers::see_in_scope(const Node& node) {
    if (!passes_name(node.op)) return Done{};
    std::vector<std::string> inputs;
    // Behind the file's name stand names of tensors and the tensors.
    const size_t count = opens_file(node.op) ? 1 : node.inputs.size();
    for (const std::string& input : node.inputs) {
        if (inputs.size() < count && !input.starts_with('^')) inputs.push_back(node_of(input));
    }
    Status kept = keep(inputs);
    if (!kept) return kept;
    if (opens_file(node.op)) files_.push_back(node.name);
    inputs_.emplace(node.name, std::move(inputs));
    return Done{};
}

// From nodes whose file's name comes from elsewhere on to those that it is passed to; each node
// once.
void Savers::end() {
    std::multimap<std::string_view, std::string_view> passed;
    std::set<std::string_view> elsewhere;
    std::vector<std::string_view> open;
    const auto add = [&](std::string_view node) {
        if (elsewhere.insert(node).second) open.push_back(node);
    };
    for (const auto& [node, inputs] : inputs_) {
        for (const std::string& input : inputs) {
            if (scope_of(input).empty()) add(node);
            passed.emplace(input, node);
        }
    }
    while (!open.empty()) {
        const auto [from, to] = passed.equal_range(open.back());
        open.pop_back();
        for (auto one = from; one != to; ++one) add(one->second);
    }
    for (const std::string& file : files_) {
        if (elsewhere.contains(file)) doubt(scope_of(file));
    }
}

bool Savers::is_saver(std::string_view place) const {
    return !place.empty() && !all_doubted_ && !doubted_.contains(place);
}

}  // namespace assay::tensorflow

#include "keras_operators.h"

#include <algorithm>
#include <iterator>

#include "graph/tf_ops.h"

namespace assay::keras {

namespace {

constexpr size_t kLongestShown = 200;

// Of TensorFlow's Python interface what is no computation; a name, or all below one.
constexpr std::string_view kReaching[] = {
    "app",
    "autograph",
    "compat.as_path",
    "config",
    "data",
    "debugging.experimental",
    "distribute",
    "experimental.dlpack",
    "flags",
    "function",
    "gfile",
    "io.TFRecordWriter",
    "io.gfile",
    "io.write_graph",
    "keras.backend.eval",
    "keras.models",
    "keras.preprocessing",
    "keras.saving",
    "lite",
    "load_library",
    "load_file_system_library",
    "load_op_library",
    "lookup.TextFileInitializer",
    "mlir",
    "numpy_function",
    "profiler",
    "py_func",
    "py_function",
    "python_io",
    "resource_loader",
    "saved_model",
    "summary",
    "sysconfig",
    "test",
    "train",
    "keras.utils.get_file",
};
constexpr std::string_view kPrefixes[] = {"tf.",        "tensorflow.", "compat.v1.",
                                          "compat.v2.", "_api.v1.",    "_api.v2."};

bool is_reaching(std::string_view op) {
    using tensorflow::Reach;
    const Reach reach = tensorflow::reach_of(op);
    return reach != Reach::kNone && reach != Reach::kFilesIfNamed;
}

// read_file is ReadFile.
std::string operator_of(std::string_view function) {
    std::string op;
    bool upper = true;
    for (const char c : function) {
        if (c != '_') op += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
        upper = c == '_';
    }
    return op;
}

bool is_reaching_function(std::string_view name) {
    for (bool more = true; more;) {
        more = false;
        for (const std::string_view prefix : kPrefixes) {
            if (!name.starts_with(prefix)) continue;
            name.remove_prefix(prefix.size());
            more = true;
        }
    }
    for (const std::string_view known : kReaching) {
        if (name == known) return true;
        if (name.starts_with(known) && name[known.size()] == '.') return true;
    }
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return is_reaching(last) || is_reaching(operator_of(last));
}

bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A node is JSON within the JSON, or the bytes of a message: the name of its operator stands in it
// by itself. TensorFlow writes no characters as numbers there, which would hide one.
std::optional<std::string> reaching_node(std::string_view node, bool cut) {
    for (size_t from = 0; from < node.size();) {
        size_t to = from;
        while (to < node.size() && is_of_name(node[to])) to++;
        const std::string_view word = node.substr(from, to - from);
        if (is_reaching(word)) return std::string(word);
        from = std::max(to, from + 1);
    }
    if (node.find("\\u") != std::string_view::npos) return "a node with a hidden name";
    if (cut) return "a node too long to be looked at";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> operator_that_reaches(std::string_view key, std::string_view text,
                                                 bool cut) {
    if (key == "node_def") return reaching_node(text, cut);
    const bool activation = key == "activation" && text.find('.') != std::string_view::npos;
    if (key != "function" && key != "cls_symbol" && !activation) return std::nullopt;
    if (!is_reaching_function(text)) return std::nullopt;
    return std::string(text.substr(0, kLongestShown));
}

}  // namespace assay::keras

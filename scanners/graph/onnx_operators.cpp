#include "onnx_operators.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "onnx_rules.h"

namespace assay::onnx {

namespace {

constexpr size_t kMostName = 256;  // of a name that is kept

bool is_of_onnx(std::string_view domain) {
    constexpr std::string_view kDomains[] = {
        "",
        "ai.onnx",
        "ai.onnx.ml",
        "ai.onnx.training",
        "ai.onnx.preview.training",
        "ai.onnx.preview",
    };
    return std::find(std::begin(kDomains), std::end(kDomains), domain) != std::end(kDomains);
}

// What ONNX Runtime brings itself.
bool is_of_runtime(std::string_view domain) {
    constexpr std::string_view kDomains[] = {
        "com.microsoft",     "com.microsoft.nchwc",  "com.microsoft.experimental",
        "com.microsoft.dml", "com.ms.internal.nhwc", "org.pytorch.aten",
    };
    return std::find(std::begin(kDomains), std::end(kDomains), domain) != std::end(kDomains);
}

bool runs_python(std::string_view op) {
    return op.starts_with("PyOp") || op.starts_with("PythonOp") || op.starts_with("PyCustomOp");
}

}  // namespace

Status Operators::keep(size_t bytes, uint64_t at) {
    constexpr size_t kNode = 128;
    if (context_.reserve(bytes + kNode)) return Done{};
    return Error{Code::kLimit, "the model has more operators than memory allows", at, 0};
}

Status Operators::end_node() {
    const Node node = std::move(nodes_.back());
    nodes_.pop_back();
    count_++;
    if (runs_python(node.op)) {
        context_.report(rule("op.python"), node.at, 0, fmt::format("{}: {}", node.domain, node.op));
    }
    return use(node);
}

Status Operators::use(const Node& node) {
    const std::string domain = node.domain.substr(0, kMostName);
    Scope& scope = in_function_ ? function_ : model_;
    if (scope.used.find(domain) == scope.used.end()) {
        Status kept = keep(domain.size(), node.at);
        if (!kept) return kept;
        scope.used.insert(domain);
    }
    if (is_of_onnx(domain)) return Done{};
    Name name{domain, node.op.substr(0, kMostName)};
    const auto known = foreign_.find(name);
    if (known != foreign_.end()) {
        known->second.count++;
        return Done{};
    }
    Status kept = keep(name.first.size() + name.second.size(), node.at);
    if (kept) foreign_.emplace(std::move(name), Use{node.at, 1});
    return kept;
}

void Operators::import_domain(std::string_view domain) {
    constexpr size_t kMost = 1000;  // more than any model needs
    Scope& scope = in_function_ ? function_ : model_;
    if (scope.imported.size() < kMost) scope.imported.emplace(domain.substr(0, kMostName));
}

void Operators::begin_function(uint64_t at) {
    in_function_ = true;
    function_ = {};
    function_.at = at;
}

Status Operators::end_function(std::string_view domain, std::string_view name) {
    check_imports(function_);
    in_function_ = false;
    Status kept = keep(domain.size() + name.size(), function_.at);
    if (kept) defined_.emplace(domain.substr(0, kMostName), name.substr(0, kMostName));
    return kept;
}

void Operators::check_imports(const Scope& scope) {
    for (const std::string& domain : scope.used) {
        const bool of_onnx = domain.empty() || domain == "ai.onnx";
        const bool known = of_onnx
                               ? scope.imported.contains("") || scope.imported.contains("ai.onnx")
                               : scope.imported.contains(domain);
        if (!known) context_.report(rule("opset.missing"), scope.at, 0, "domain '" + domain + "'");
    }
}

// One finding for each domain, with the first operator of it that the model does not define.
void Operators::end(bool imports) {
    if (imports) check_imports(model_);
    for (auto from = foreign_.begin(); from != foreign_.end();) {
        const std::string& domain = from->first.first;
        const auto to = std::find_if(from, foreign_.end(),
                                     [&](const auto& one) { return one.first.first != domain; });
        std::vector<std::pair<uint64_t, std::string>> needed;
        for (auto it = from; it != to; ++it) {
            if (!defined_.contains(it->first)) needed.emplace_back(it->second.at, it->first.second);
        }
        if (!needed.empty()) {
            const auto& [at, op] = *std::min_element(needed.begin(), needed.end());
            const std::string more =
                needed.size() > 1 ? fmt::format(" and {} more", needed.size() - 1) : "";
            context_.report(rule("op.custom_domain"), at, 0,
                            fmt::format("{}: {}{}", domain, op, more),
                            is_of_runtime(domain) ? std::optional(Severity::kLow) : std::nullopt);
        }
        from = to;
    }
}

}  // namespace assay::onnx

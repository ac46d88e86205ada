#include "tf_nodes.h"

#include <fmt/core.h>

#include "tf_rules.h"

namespace assay::tensorflow {

namespace {

constexpr size_t kMostName = 256;  // of a name that is kept

const Rule& rule_for(Reach reach) {
    switch (reach) {
        case Reach::kPython:
            return rule("op.python");
        case Reach::kNetwork:
            return rule("op.network");
        case Reach::kDebug:
            return rule("op.debug");
        case Reach::kNone:
            return rule("op.unknown");
        default:
            return rule("op.file_io");
    }
}

}  // namespace

Status Nodes::keep(size_t bytes, uint64_t at) {
    constexpr size_t kNode = 160;
    if (context_.reserve(bytes + kNode)) return Done{};
    return Error{Code::kLimit, "the graph has more names than memory allows", at, 0};
}

Status Nodes::add(const Node& node, std::string_view function) {
    count_++;
    Status seen = savers_.see(node, function);
    if (!seen) return seen;
    const Reach reach = reach_of(node.op);
    if (reach == Reach::kNone && is_known_op(node.op)) return Done{};
    if (reach == Reach::kFilesIfNamed && !node.names_file) return Done{};
    const bool of_saver = reach == Reach::kFilesOfSaver;
    const std::string_view saver = of_saver ? Savers::place_of(node.name, function) : "";
    std::pair<std::string, std::string> key{node.op.substr(0, kMostName), saver};
    const auto known = uses_.find(key);
    if (known != uses_.end()) {
        known->second.count++;
        return Done{};
    }
    std::string where = node.name.substr(0, kMostName);
    if (!function.empty()) where += fmt::format(" in {}", function.substr(0, kMostName));
    Status kept = keep(key.first.size() + key.second.size() + where.size(), node.at);
    if (kept) uses_.emplace(std::move(key), Use{node.at, 1, reach, std::move(where)});
    return kept;
}

Status Nodes::define(std::string_view function) {
    Status kept = keep(function.size(), 0);
    if (kept) defined_.emplace(function.substr(0, kMostName));
    return kept;
}

void Nodes::end(bool has_assets) {
    savers_.end();
    for (const auto& [key, use] : uses_) report(key.first, key.second, use, has_assets);
}

void Nodes::report(const std::string& op, std::string_view saver, const Use& use, bool has_assets) {
    if (use.reach == Reach::kNone && defined_.contains(op)) return;
    std::optional<Severity> severity;
    if (savers_.is_saver(saver)) severity = Severity::kInfo;
    if (use.reach == Reach::kVocabulary && has_assets) severity = Severity::kLow;
    const std::string more = use.count > 1 ? fmt::format(", {} in all", use.count) : "";
    context_.report(rule_for(use.reach), use.at, 0, fmt::format("{}: {}{}", op, use.where, more),
                    severity);
}

}  // namespace assay::tensorflow

// The data behind names.h: rules by module, split by library so that each table can be read and
// checked by a person. docs/pickle-verdict.md says in words what was reviewed.
//
// A rule names a module and some of its names:
//   "collections"   the module alone            "torch.optim.**"  the module and all below it
//   "Counter deque" these names, dotted ones and dunders included
//   "*"             every class-like name: a capital first, then letters and digits only
//   "_*"            the same after one underscore
//   "*Config"       class-like names that end so
//   "**"            whatever the name is
// Exact names win over patterns, the module itself over the namespaces around it, and the first of
// equals wins. A pattern never allows a dotted name, a dunder or a class that other libraries lend
// (Popen, CDLL ...: see is_borrowed in names.cpp).
#pragma once

#include <span>
#include <string_view>

#include "names.h"

namespace assay::pickle {

struct Ruling {
    Tier tier;
    Capability capability;
    Use use;
};

constexpr Ruling allow(Use use = Use::kPlain) { return {Tier::kAllowed, Capability::kNone, use}; }
constexpr Ruling deny(Capability capability, Use use = Use::kPlain) {
    return {Tier::kDangerous, capability, use};
}

struct NameRule {
    std::string_view module;
    std::string_view names;
    Ruling verdict;
    std::string_view reason;  // ends up in reports: one clause, no full stop

    constexpr bool is_namespace() const { return module.ends_with(".**"); }
    constexpr std::string_view base() const {
        return is_namespace() ? module.substr(0, module.size() - 3) : module;
    }
};

// Each sorted by base().
extern const std::span<const NameRule> kBuiltinRules;
extern const std::span<const NameRule> kStandardRules;
extern const std::span<const NameRule> kStandardDangers;
extern const std::span<const NameRule> kPython2Rules;
extern const std::span<const NameRule> kNumericRules;
extern const std::span<const NameRule> kLearningRules;
extern const std::span<const NameRule> kPandasRules;
extern const std::span<const NameRule> kTorchRules;
extern const std::span<const NameRule> kTorchDangers;
extern const std::span<const NameRule> kOtherRules;
using RuleTables = std::span<const std::span<const NameRule>* const>;
RuleTables all_rules();

// Every top-level module of the standard library of Python 2.7 and 3.6 to 3.14, sorted, and what a
// name of it that nobody has reviewed is taken for.
struct StandardModule {
    std::string_view name;
    Capability capability;
};
extern const std::span<const StandardModule> kStandardModules;

// Python 2 spellings, sorted by (module, name); an empty name stands for every other name.
struct Renamed {
    std::string_view module;
    std::string_view name;
    GlobalName now;
};
extern const std::span<const Renamed> kRenamedNames;
extern const std::span<const Renamed> kRenamedModules;

// Sorted by module; names between spaces.
struct NameSet {
    std::string_view module;
    std::string_view names;
};
extern const std::span<const NameSet> kWeightsOnly;

// Whether `word` is one of the words of a list that single spaces separate.
constexpr bool has_word(std::string_view list, std::string_view word) {
    if (word.empty()) return false;
    for (size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
        size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) {
            return true;
        }
    }
    return false;
}

// For static_assert beside each table.
constexpr bool sorted_by_base(std::span<const NameRule> rules) {
    for (size_t i = 1; i < rules.size(); ++i) {
        if (rules[i].base() < rules[i - 1].base()) return false;
    }
    return true;
}

}  // namespace assay::pickle

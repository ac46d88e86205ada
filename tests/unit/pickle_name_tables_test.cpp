// The tables behind the verdict: they keep the order that the lookup needs, every row is what is
// judged, and what can be compared with an interpreter is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "scanners/pickle/name_tables.h"

namespace assay::pickle {
namespace {

std::vector<std::string> words_of(std::string_view list) {
    std::vector<std::string> words;
    while (!list.empty()) {
        std::string_view word = list.substr(0, list.find(' '));
        if (!word.empty()) words.emplace_back(word);
        list.remove_prefix(std::min(list.size(), word.size() + 1));
    }
    return words;
}

TEST(PickleNameTables, ModulesAreSortedAndUnique) {
    auto before = [](const StandardModule& a, const StandardModule& b) { return a.name < b.name; };
    EXPECT_TRUE(std::ranges::is_sorted(kStandardModules, before));
    for (size_t i = 1; i < kStandardModules.size(); ++i) {
        EXPECT_NE(kStandardModules[i].name, kStandardModules[i - 1].name);
    }
    EXPECT_GT(kStandardModules.size(), 450u);
}

TEST(PickleNameTables, RulesAreSortedAndWellFormed) {
    for (const auto* table : all_rules()) {
        EXPECT_TRUE(sorted_by_base(*table));
        for (const NameRule& rule : *table) {
            EXPECT_FALSE(rule.names.empty()) << rule.module;
            EXPECT_FALSE(rule.reason.empty()) << rule.module;
            EXPECT_EQ(rule.names.find("  "), rule.names.npos) << rule.module;
            EXPECT_NE(rule.names.back(), ' ') << rule.module;
            EXPECT_EQ(rule.verdict.tier == Tier::kDangerous,
                      rule.verdict.capability != Capability::kNone)
                << rule.module;
            EXPECT_LE(std::ranges::count(rule.base(), '.'), 6) << rule.module;
        }
    }
}

// A name is said once: in a module, by an exact rule, in all tables together.
TEST(PickleNameTables, NoNameIsJudgedTwice) {
    std::vector<std::string> said;
    for (const auto* table : all_rules()) {
        for (const NameRule& rule : *table) {
            for (const std::string& name : words_of(rule.names)) {
                said.push_back(std::string(rule.module) + " " + name);
            }
        }
    }
    std::ranges::sort(said);
    auto twice = std::ranges::adjacent_find(said);
    EXPECT_EQ(twice, said.end()) << *twice;
    EXPECT_GT(said.size(), 2'000u);
}

// "**" is for refusing only.
TEST(PickleNameTables, PatternsThatAllowEverythingDoNotExist) {
    for (const auto* table : all_rules()) {
        for (const NameRule& rule : *table) {
            if (rule.verdict.tier != Tier::kAllowed) continue;
            EXPECT_FALSE(has_word(rule.names, "**")) << rule.module;
        }
    }
}

TEST(PickleNameTables, RulesAreWhatIsJudged) {
    for (const auto* table : all_rules()) {
        for (const NameRule& rule : *table) {
            for (const std::string& name : words_of(rule.names)) {
                if (name.find('*') != name.npos) continue;
                EXPECT_EQ(judge(rule.base(), name, false).reason, rule.reason)
                    << rule.module << " " << name;
            }
        }
    }
}

TEST(PickleNameTables, WeightsOnlyListIsExact) {
    size_t count = 0;
    for (const NameSet& set : kWeightsOnly) {
        for (const std::string& name : words_of(set.names)) {
            EXPECT_TRUE(weights_only_allows(set.module, name)) << set.module << " " << name;
            EXPECT_TRUE(judge(set.module, name, false).tier == Tier::kAllowed) << name;
            ++count;
        }
    }
    // 11 plain names; 46 dtypes; 10 dense tensors and 9 sparse ones, each also for cuda; 17
    // storages and 12 for cuda; 2 more storages; 5 schemes; 11 + 1 rebuilding functions.
    EXPECT_EQ(count, 11u + 46u + 2 * 10 + 2 * 9 + 17 + 12 + 2 + 5 + 12);
    EXPECT_TRUE(weights_only_allows("__builtin__", "set"));
    EXPECT_FALSE(weights_only_allows("torch", "Size device"));
    EXPECT_FALSE(weights_only_allows("torch", "long"));
    EXPECT_FALSE(weights_only_allows("torch.sparse", "BoolTensor"));
    EXPECT_FALSE(weights_only_allows("torch.cuda", "QInt8Storage"));
    EXPECT_FALSE(weights_only_allows("builtins", "getattr"));
    EXPECT_FALSE(weights_only_allows("os", "system"));
    EXPECT_FALSE(weights_only_allows("", ""));
}

// --- the mapping of Python 2 names, against the interpreter's own ---------------------------

std::string output_of(const char* command) {
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
    std::string text;
    char buffer[4096];
    while (pipe != nullptr && fgets(buffer, sizeof buffer, pipe.get()) != nullptr) text += buffer;
    return text;
}

TEST(PickleNameTables, RenamesAreThoseOfCPython) {
    std::string text = output_of(
        "/usr/bin/python3 -c '\n"
        "import _compat_pickle as c\n"
        "for m, n in c.IMPORT_MAPPING.items(): print(m, \"-\", n, \"-\")\n"
        "for m, n in c.NAME_MAPPING.items(): print(*m, *n)'");
    std::vector<std::string> words = words_of([&] {
        std::ranges::replace(text, '\n', ' ');
        return std::string_view(text);
    }());
    ASSERT_GT(words.size(), 4u * 100);
    for (size_t i = 0; i + 3 < words.size(); i += 4) {
        bool whole = words[i + 1] == "-";
        std::string name = whole ? "some_name" : words[i + 1];
        GlobalName now = python3_name(words[i], name);
        EXPECT_EQ(now.module, words[i + 2]) << words[i];
        EXPECT_EQ(now.name, whole ? name : words[i + 3]) << words[i];
    }
    // Newer interpreters drop a module that is gone (tkinter.tix).
    size_t ours = kRenamedNames.size() + kRenamedModules.size();
    EXPECT_GE(ours, words.size() / 4);
    EXPECT_LE(ours, words.size() / 4 + 2);
}

TEST(PickleNameTables, EveryModuleOfTheInterpreterIsKnown) {
    std::string text = output_of(
        "/usr/bin/python3 -c 'import sys; print(*sys.stdlib_module_names, "
        "*sys.builtin_module_names)'");
    std::ranges::replace(text, '\n', ' ');
    std::vector<std::string> modules = words_of(text);
    ASSERT_GT(modules.size(), 200u);
    for (const std::string& module : modules) {
        EXPECT_TRUE(judge(module, "no_such_name", false).standard) << module;
    }
}

}  // namespace
}  // namespace assay::pickle

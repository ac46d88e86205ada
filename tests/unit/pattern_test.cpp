// Patterns: RE2's answers for what is understood, refusal of the rest, and time in proportion.
#include "assay/pattern.h"

#include <gtest/gtest.h>

#include <chrono>

namespace assay {
namespace {

struct Case {
    const char* pattern;
    const char* text;
    bool found;
};

constexpr Case kCases[] = {
    {"abc", "xxabcxx", true},
    {"^abc$", "abc", true},
    {"^abc$", "xabc", false},
    {"^abc$", "abcx", false},
    {"\\Aabc\\z", "abc", true},
    {"\\Aabc\\z", "abc\n", false},
    {"^abc$", "abc\n", false},
    {"a.c", "abc", true},
    {"a.c", "a\nc", false},
    {"^a.c$", "a\u00e9c", true},
    {"^a..c$", "a\u00e9c", false},
    {"^a[^b]c$", "a\U0001F600c", true},
    {"^\u00e9{2}$", "\u00e9\u00e9", true},
    {"^.$", "\xe9", false},
    {"a\\.c", "abc", false},
    {"a\\.c", "a.c", true},
    {"^a*$", "", true},
    {"^a+$", "", false},
    {"^a?b$", "b", true},
    {"^a?b$", "aab", false},
    {"^a{2}$", "aa", true},
    {"^a{2}$", "aaa", false},
    {"^a{2,}$", "aaaa", true},
    {"^a{2,}$", "a", false},
    {"^a{0,2}b$", "aab", true},
    {"^a{0,2}b$", "aaab", false},
    {"^(ab){2}$", "abab", true},
    {"^(?:ab|cd)+$", "abcdab", true},
    {"^(?:ab|cd)+$", "abc", false},
    {"^a|b$", "axx", true},
    {"^a|b$", "xxb", true},
    {"^a|b$", "xax", false},
    {"^[a-c]+$", "abc", true},
    {"^[a-c]+$", "abd", false},
    {"^[^/]+$", "a/b", false},
    {"^[a\\]\\d-]+$", "]a5-", true},
    {"^\\w+@\\w+\\.com$", "alice@example.com", true},
    {"^\\w+@\\w+\\.com$", "alice@exampleXcom", false},
    {"^\\D\\S\\W$", "a:/", true},
    {"^\\D$", "5", false},
    {"^a*?b$", "aaab", true},
    {"^https://github\\.com/org/.+@refs/(heads|tags)/.*$",
     "https://github.com/org/repo/.github/workflows/x.yml@refs/tags/v1", true},
    {"^(a|)$", "", true},
    {"^\\^\\$$", "^$", true},
    {"\xC3\xA4", "\xC3\xA4", true},
};

TEST(Pattern, Matches) {
    for (const Case& one : kCases) {
        Result<Pattern> pattern = Pattern::compile(one.pattern);
        ASSERT_TRUE(pattern.ok()) << one.pattern;
        EXPECT_EQ(pattern->matches(one.text), one.found) << one.pattern << " in " << one.text;
    }
}

TEST(Pattern, WhatIsNotUnderstoodIsRefused) {
    for (const char* pattern : {"",
                                "(",
                                ")",
                                "a)",
                                "[",
                                "[a",
                                "[]",
                                "[b-a]",
                                "[[:alpha:]]",
                                "a**",
                                "a+*",
                                "*a",
                                "+",
                                "?",
                                "{2}",
                                "a{",
                                "a{}",
                                "a{x}",
                                "a{2",
                                "a{3,2}",
                                "a{101}",
                                "a{0,999999999999}",
                                "(?i)a",
                                "(?P<n>a)",
                                "(?=a)",
                                "(?<=a)",
                                "\\b",
                                "\\1",
                                "\\p{L}",
                                "\\x41",
                                "\\Q",
                                "a\\",
                                "[\\d-z]",
                                "\\"}) {
        EXPECT_FALSE(Pattern::compile(pattern).ok()) << pattern;
    }
    EXPECT_FALSE(Pattern::compile(std::string(5000, 'a')).ok());
    EXPECT_FALSE(Pattern::compile(std::string(100, '(') + std::string(100, ')')).ok());
    EXPECT_FALSE(Pattern::compile("(((((a{100}){100}){100}){100}){100})").ok());
}

TEST(Pattern, SaysWhetherAllOfTheTextIsMeant) {
    for (const char* whole : {"^abc$", "^(a|b)$", "^$"}) {
        EXPECT_TRUE(Pattern::compile(whole)->anchored()) << whole;
    }
    for (const char* part : {"abc", "^abc", "abc$", "^a|b$", "^abc\\$"}) {
        EXPECT_FALSE(Pattern::compile(part)->anchored()) << part;
    }
}

// Backtracking would take longer than the universe is old.
TEST(Pattern, TakesTimeInProportion) {
    const std::string text(10'000, 'a');
    auto start = std::chrono::steady_clock::now();
    for (const char* pattern : {"^(a*)*b$", "^(a|aa)+$b", "^(a?){50}a{50}b$", "(x+x+)+y"}) {
        Result<Pattern> compiled = Pattern::compile(pattern);
        ASSERT_TRUE(compiled.ok()) << pattern;
        EXPECT_FALSE(compiled->matches(text)) << pattern;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace assay

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
    {"(?i)^ALICE@example$", "Alice@EXAMPLE", true},
    {"^alice(?i)BOB$", "alicebob", true},
    {"^alice(?i)BOB$", "ALICEbob", false},
    {"^((?i)a)b$", "Ab", true},
    {"^((?i)a)b$", "AB", false},
    {"^(?i:a)b$", "Ab", true},
    {"^(?i:a)b$", "aB", false},
    {"^(?i)a(?-i)b$", "Ab", true},
    {"^(?i)a(?-i)b$", "AB", false},
    {"^(?i)[a-c]+$", "AbC", true},
    {"^(?i)[^a]$", "A", false},
    {"^(?i)k$", "\u212a", true},
    {"^(?i)[^k]$", "\u212a", false},
    {"^(?i)s$", "\u017f", true},
    {"^(?i)\\W$", "\u017f", false},
    {"^(?i)[^k]$", "\u017f", true},
    {"^k$", "\u212a", false},
    {"^a.b$", "a\nb", false},
    {"^(?s)a.b$", "a\nb", true},
    {"(?m)^b$", "a\nb\nc", true},
    {"(?m)\\Ab", "a\nb", false},
    {"^b$", "a\nb\nc", false},
    {"^(?U)a+$", "aa", true},
    {"^[[:alnum:]]+$", "aZ9", true},
    {"^[[:alnum:]]+$", "a_", false},
    {"^[[:^alnum:]_-]+$", "_-", true},
    {"^[[:word:]@.[:punct:]]+$", "a@b.c!", true},
    {"^(?i)[[:upper:]]+$", "aZ", true},
    {"^[[:foo]+$", "[:of", true},
    {"^[^]+]$", "a", true},
    {"^[^]+]$", "]", false},
    {"^[^]+]$", "+", false},
    {"^[]a]+$", "]a", true},
    {"^[a-]+$", "a-", true},
    {"^[-a]+$", "a-", true},
    {"^[\\d-z]+$", "5-z", true},
    {"^[\\d-z]+$", "a", false},
    {"^[\\x41-\\x{44}]+$", "AD", true},
    {"^[\u0430-\u044f]+$", "\u0436\u044f", true},
    {"^[\u0430-\u044f]$", "z", false},
    {"^[^\u0436]$", "\u0436", false},
    {"^[^\u0436]$", "\u0437", true},
    {"^[\x7f-\u0800]$", "\u07ff", true},
    {"^[\x7f-\u0800]$", "\u0801", false},
    {"^[\u00ff-\U0001F600]$", "\U0001F600", true},
    {"^[\u00ff-\U0001F600]$", "\U0001F601", false},
    {"^\\x{1F600}$", "\U0001F600", true},
    {"^\\x41\\101\\t$", "AA\t", true},
    {"\\bbob\\b", "alice bob", true},
    {"\\bbob\\b", "alicebob", false},
    {"\\bbob\\b", "bob_", false},
    {"\\Bbob", "alicebob", true},
    {"\\Bbob", "alice bob", false},
    {"\\B", "a\u00e9a", false},
    {"\\b", "\u00e9", false},
    {"^(?P<user>[a-z]+)@(?<host>[a-z.]+)$", "alice@example.com", true},
    {"^a{x}$", "a{x}", true},
    {"^a{,2}$", "a{,2}", true},
    {"^a{$", "a{", true},
    {"^(?:a{500}){2}$", "a", false},
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
                                "[^]",
                                "[^]a",
                                "[b-a]",
                                "[[:foo:]]",
                                "[[:d:]]",
                                "a**",
                                "a+*",
                                "*a",
                                "+",
                                "?",
                                "{2}",
                                "a{3,2}",
                                "a{1001}",
                                "a{2}{3}",
                                "a{0,999999999999}",
                                "(?i",
                                "(?x)a",
                                "(?i-)a",
                                "(?-i-s)a",
                                "(?i)*",
                                "(?i)\u00e9",
                                "(?i)[\u00e9]",
                                "(?P<>a)",
                                "(?P<n-m>a)",
                                "(?P=n)",
                                "(?=a)",
                                "(?!a)",
                                "(?<=a)",
                                "(?<!a)",
                                "\\1",
                                "\\8",
                                "\\y",
                                "\\Z",
                                "\\\u00e9",
                                "\\pL",
                                "\\p{L}",
                                "\\P{L}",
                                "[\\pL]",
                                "\\x4",
                                "\\x{}",
                                "\\x{110000}",
                                "\\Q",
                                "a\\",
                                "[\\b]",
                                "[a-\\d]",
                                "\xC3",
                                "[\xC3]",
                                "\\"}) {
        EXPECT_FALSE(Pattern::compile(pattern).ok()) << pattern;
    }
    EXPECT_FALSE(Pattern::compile(std::string(5000, 'a')).ok());
    EXPECT_FALSE(Pattern::compile(std::string(100, '(') + std::string(100, ')')).ok());
    EXPECT_FALSE(Pattern::compile("(((((a{100}){100}){100}){100}){100})").ok());
}

TEST(Pattern, SaysWhetherAllOfTheTextIsMeant) {
    for (const char* whole :
         {"^abc$", "^(a|b)$", "^$", "(?i)^a$", "(^a$)", "^a$|^b$", "^(?:a|b)$", "(?s)\\Aa.*\\z"}) {
        EXPECT_TRUE(Pattern::compile(whole)->anchored()) << whole;
    }
    for (const char* part : {"abc", "^abc", "abc$", "^a|b$", "^abc\\$", "(?m)^a$", "^a$|b",
                             "^a|^b$", "x*^a$", "^a$x*", "\\ba\\b"}) {
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

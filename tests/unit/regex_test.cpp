// Regular expressions: which of them can take exponential time.
//
// The oracle is a matcher that backtracks and counts its steps, over expressions made at random.
#include <gtest/gtest.h>

#include "scanners/text/regex_ambiguity.h"
#include "scanners/text/regex_tree.h"
#include "tests/unit/support/random.h"

namespace assay {
namespace {

using namespace test;
using regex::Node;

TEST(Regex, KnownOnes) {
    for (const char* text : {"(a+)+$", "(?:a|a)*b", "(a*b*)*c", "(?:a{1,3})+b", "((a?)*)*b",
                             "(?:x+x+)+y", R"((?:\w|\d)*!)", "(?:(?:a+)+c)*", "(?=(a+)+b)a"}) {
        EXPECT_EQ(ambiguity_of(text), Ambiguity::kExponential) << text;
    }
    for (const char* text :
         {"", "a+", "(?:ab+)*c", "a*a*a*b", R"(\d+(?:\.\d+)*x)", "(?>a+)+b", "(?:a++)+b", "(?:a+)+",
          "(?:[ab]c)*d", "[^]a]*", R"(\x{61}\u0061\n)"}) {
        EXPECT_EQ(ambiguity_of(text), Ambiguity::kNone) << text;
    }
    for (const char* text :
         {"(", ")", "[a", "a**b(", "*a", R"(\)", "(?<a", R"(\p{L)", "[[:alpha:"}) {
        EXPECT_EQ(ambiguity_of(text), Ambiguity::kUnknown) << text;
    }
}

TEST(Regex, WhatIsLargeEndsSoon) {
    std::string deep;
    for (int i = 0; i < 90; i++) deep = "(?:" + deep + "a*){16}";
    EXPECT_NE(ambiguity_of(deep + "b"), Ambiguity::kNone);
    EXPECT_EQ(ambiguity_of(std::string(100'000, '(')), Ambiguity::kUnknown);
    EXPECT_EQ(ambiguity_of(std::string(100'000, 'a')), Ambiguity::kTooLarge);
}

// What else must match; lives as long as the call that it is given to. A function that keeps what
// it is made of would take memory for each of millions of steps.
class Then {
  public:
    template <class Function>
    Then(const Function& function)  // NOLINT: stands for it
        : function_(&function), call_([](const void* it, size_t at) {
              return static_cast<bool>((*static_cast<const Function*>(it))(at));
          }) {}
    bool operator()(size_t at) const { return call_(function_, at); }

  private:
    const void* function_;
    bool (*call_)(const void*, size_t);
};

// Matches all of a text, as far as the steps last; every way is tried.
class Matcher {
  public:
    explicit Matcher(std::string text) : text_(std::move(text)) {}

    // `then` says whether what is left matches.
    bool match(const Node& node, size_t at, Then then) {
        if (++steps > kMost) return false;
        switch (node.kind) {
            case Node::Kind::kSet:
                return at < text_.size() && node.set.test(static_cast<uint8_t>(text_[at])) &&
                       then(at + 1);
            case Node::Kind::kAlternative:
                for (const Node& part : node.parts) {
                    if (match(part, at, then)) return true;
                }
                return false;
            case Node::Kind::kSequence:
                return sequence(node, 0, at, then);
            case Node::Kind::kRepeat:
                return repeat(node, 0, at, then);
            default:
                return then(at);
        }
    }

    static constexpr uint64_t kMost = 1'000'000;
    uint64_t steps = 0;

  private:
    bool sequence(const Node& node, size_t part, size_t at, Then then) {
        if (part == node.parts.size()) return then(at);
        return match(node.parts[part], at,
                     [&, part](size_t behind) { return sequence(node, part + 1, behind, then); });
    }
    // What took nothing is not repeated.
    bool repeat(const Node& node, uint32_t done, size_t at, Then then) {
        if (done < node.most && match(node.parts[0], at, [&, done, at](size_t behind) {
                return (behind > at || done < node.least) && repeat(node, done + 1, behind, then);
            })) {
            return true;
        }
        return done >= node.least && then(at);
    }

    const std::string text_;
};

std::string expression(Dice& dice, int depth) {
    const uint64_t kind = dice.below(depth > 3 ? 2 : 7);
    const auto inner = [&] { return expression(dice, depth + 1); };
    constexpr const char* kTimes[] = {"*", "+", "?", "{1,2}", "{2}"};
    if (kind < 2) return std::string(1, static_cast<char>('a' + dice.below(2)));
    if (kind < 4) return inner() + inner();
    if (kind == 4) return "(?:" + inner() + "|" + inner() + ")";
    return "(?:" + inner() + ")" + kTimes[dice.below(std::size(kTimes))];
}

uint64_t steps_of(const std::string& text, size_t repeats, const std::string& word) {
    std::string subject;
    for (size_t i = 0; i < repeats; i++) subject += word;
    const std::optional<Node> tree = regex::parse(text);
    Matcher matcher(subject + "!");
    matcher.match(*tree, 0, [&](size_t at) { return at == subject.size() + 2; });
    return matcher.steps;
}

// Nothing that the matcher needs exponentially many steps for is called harmless.
TEST(Regex, RandomOnesBesideAMatcher) {
    size_t exponential = 0;
    for (uint64_t seed : seeds(200)) {
        Dice dice(seed);
        const std::string text = expression(dice, 0) + "!!";  // never matches in the end
        const Ambiguity found = ambiguity_of(text);
        uint64_t worst = 0;
        for (const char* word : {"a", "b", "ab", "aab", "abb", "aabb", "abab"}) {
            worst = std::max(worst, steps_of(text, 24, word));
        }
        const bool slow = worst >= Matcher::kMost;
        exponential += slow ? 1 : 0;
        if (slow) {
            EXPECT_EQ(found, Ambiguity::kExponential) << seed_text(seed) << " " << text;
        }
    }
    EXPECT_GT(exponential, 10u);
}

}  // namespace
}  // namespace assay

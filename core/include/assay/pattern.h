// Regular expressions whose matching takes time in proportion to pattern times text, whatever both
// are: the text is an attacker's, and backtracking (std::regex) would let him stall us.
//
// The syntax is RE2's, as Go and so cosign have it: literals, ".", classes [a-z] [^/] [[:alnum:]],
// \d \w \s \D \W \S, escapes of punctuation and of characters (\n \x41), groups (…), (?:…) and
// (?P<name>…), alternatives |, the repetitions * + ? {n} {n,} {n,m} up to 1000 (also lazy: it makes
// no difference here), the anchors ^ $ \A \z \b \B, and flags (?i) (?m) (?s) (?U). Everything else
// is refused, never taken for something else: of what RE2 has these are classes of Unicode (\pL),
// both cases of letters that are not ASCII, \Q…\E. As in cosign a pattern may match anywhere in the
// text unless it is anchored. "." and sets stand for characters of UTF-8.
#pragma once

#include <array>
#include <bitset>
#include <string_view>
#include <vector>

#include "assay/result.h"

namespace assay {

class Pattern {
  public:
    static Result<Pattern> compile(std::string_view pattern);

    [[nodiscard]] bool matches(std::string_view text) const;
    // Whether it must match from the first to the last byte: however it begins it is with ^, and it
    // ends with $.
    [[nodiscard]] bool anchored() const { return anchored_; }

  private:
    friend class PatternProgram;
    using Set = std::bitset<256>;
    enum class Op : uint8_t {
        kBytes,
        kSplit,
        kBegin,
        kEnd,
        kLineBegin,
        kLineEnd,
        kBoundary,
        kNoBoundary,
        kMatch,
    };
    struct Step {
        Op op;
        uint32_t next = 0;   // and for kSplit
        uint32_t other = 0;  // also this
        uint32_t set = 0;    // kBytes: in sets_
    };

    struct Threads;
    static bool passes(Op op, std::string_view text, size_t at);
    void follow(Threads& threads, uint32_t step, std::string_view text, size_t at) const;
    [[nodiscard]] bool reaches(std::vector<uint32_t> todo, Op barrier, bool bytes_count) const;
    [[nodiscard]] bool must_match_all() const;

    std::vector<Step> steps_;
    std::vector<Set> sets_;
    uint32_t start_ = 0;
    bool anchored_ = false;
};

}  // namespace assay

// Regular expressions whose matching takes time in proportion to pattern times text, whatever both
// are: the text is an attacker's, and backtracking (std::regex) would let him stall us.
//
// The syntax is the part of RE2's (which cosign uses) that names of identities need: literals, ".",
// classes [a-z] [^/], \d \w \s \D \W \S, escapes of punctuation, groups (…) and (?:…), alternatives
// |, the repetitions * + ? {n} {n,} {n,m} up to 100 (also lazy: it makes no difference here), and
// the anchors ^ $ \A \z. Everything else is refused, never taken for something else. As in cosign a
// pattern may match anywhere in the text unless it is anchored. "." and sets stand for characters
// of UTF-8 (a set names ASCII alone: [^x] has all others, too); "." is never a newline.
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
    // Whether it must match from the first to the last byte: begins with ^ and ends with $.
    [[nodiscard]] bool anchored() const { return anchored_; }

  private:
    friend class PatternCompiler;
    using Set = std::bitset<256>;
    enum class Op : uint8_t { kBytes, kSplit, kBegin, kEnd, kMatch };
    struct Step {
        Op op;
        uint32_t next = 0;   // and for kSplit
        uint32_t other = 0;  // also this
        uint32_t set = 0;    // kBytes: in sets_
    };

    struct Threads;
    void follow(Threads& threads, uint32_t step, size_t at, size_t size) const;

    std::vector<Step> steps_;
    std::vector<Set> sets_;
    uint32_t start_ = 0;
    bool anchored_ = false;
};

}  // namespace assay

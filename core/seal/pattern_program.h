// The program of a pattern while it is made, by Thompson's construction.
//
// Threads: one at a time.
#pragma once

#include "assay/pattern.h"
#include "rune_set.h"

namespace assay {

class PatternProgram {
  public:
    using Op = Pattern::Op;

    // A part of the program: its first step, and the ends of steps that lead nowhere yet, twice the
    // step's index, plus one for `other`.
    struct Fragment {
        uint32_t first = 0;
        std::vector<uint32_t> open;
    };

    Fragment nothing();  // leads on, whatever comes
    Fragment one(Op op);
    Fragment character(const RuneSet& set);
    Fragment join(const Fragment& a, Fragment b);
    Fragment either(const Fragment& a, const Fragment& b);
    Fragment maybe(const Fragment& a);
    Fragment star(const Fragment& a);
    Fragment plus(const Fragment& a);

    // Then no step is added any more, and fragments are not what they should be.
    [[nodiscard]] bool is_full() const { return full_; }
    Pattern finish(const Fragment& all);

  private:
    using Set = Pattern::Set;
    using Step = Pattern::Step;

    uint32_t add(Step step);
    void close(const Fragment& fragment, uint32_t to);
    Fragment bytes(uint32_t first, uint32_t last);
    Fragment bytes(const Set& set);
    Fragment sequence_of(const ByteSpans& spans);
    std::vector<Fragment> any_other();

    Pattern out_;
    bool full_ = false;
};

}  // namespace assay

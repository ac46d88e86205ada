// Whether a regular expression makes a reader that backtracks try exponentially many ways.
//
// Such a reader tries one way after the other to match what repeats. Where a repetition can pass
// the same text in two ways and come back to where it began, n repetitions have 2^n ways, and all
// of them are tried where the text does not match in the end: (a+)+, (a|a)*, (a*b*)*. That is a
// property of the automaton of the expression: it has a state, and a text that leads back to that
// state along two different paths. (Weber and Seidl 1991 call it EDA.) A state where the expression
// may end does no harm: the reader stops there before it tries anything else.
//
// The syntax is Oniguruma's, as tokenizers use it. Look-around and atomic groups are automata of
// their own; what refers back is passed over; of characters, samples stand for each category.
#pragma once

#include <string_view>

namespace assay {

enum class Ambiguity {
    kNone,
    kExponential,
    kTooLarge,  // to be told
    kUnknown,   // it does not parse
};

Ambiguity ambiguity_of(std::string_view expression);

}  // namespace assay

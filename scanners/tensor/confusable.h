// Whether two names look alike, as far as that can be had without a Unicode library.
//
// What is done: characters that are not seen are dropped; letters with a mark become the letter and
// its mark (Latin, Greek, Cyrillic, Hangul), so that composed and decomposed spellings are one;
// full-width forms and letters of other scripts that look like Latin ones become those; all spaces
// and dashes are one. What is not: several marks in different orders, marks of other scripts,
// Unicode's own table of confusable characters beyond what is here.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// A text that is the same for names that look alike, not for showing. ASCII stays what it is, so a
// name of ASCII alone is its own skeleton.
std::string skeleton_of(std::string_view name);

}  // namespace assay

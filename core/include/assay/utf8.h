// Characters of text that may be anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

struct Utf8Char {
    size_t length;  // 0: not UTF-8
    char32_t code;
};
// The character that `text` starts with; overlong forms, surrogates and what lies beyond U+10FFFF
// are not UTF-8. Precondition: !text.empty().
Utf8Char utf8_at(std::string_view text);

// How many characters from the start on need no thought, since most texts are plain ASCII
// throughout: from blank to tilde, and none of `reserved`.
size_t plain_run(std::string_view text, std::string_view reserved);

// Precondition: `code` is what UTF-8 can hold.
void append_utf8(std::string& out, char32_t code);

// Control characters (C0, DEL, C1), and what reorders or breaks a line without being seen (bidi
// controls, line and paragraph separators).
bool is_deceptive(char32_t code);

}  // namespace assay

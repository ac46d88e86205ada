// Numbers and sentences as a person reads them on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// "512 B", "1.2 KiB", "34.5 GiB".
std::string human_size(uint64_t bytes);

// "1 file", "12 files".
std::string counted(uint64_t count, std::string_view what);

// The columns that UTF-8 text takes, one per character.
size_t columns_of(std::string_view text);

// Appends `text` as lines that start with `indent` spaces and, where a space allows it, end within
// `width` columns.
void append_wrapped(std::string& out, std::string_view text, size_t indent, size_t width);

// At most `limit` characters of `text`; says how many more there are.
std::string shortened(std::string_view text, size_t limit);

}  // namespace assay

// Small steps through texts that are held by somebody else.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace assay {

// Up to the newline, which is taken, too.
inline std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

inline bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(),
                       [&](std::string_view start) { return text.starts_with(start); });
}

}  // namespace assay

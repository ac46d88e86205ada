#include "prose.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {

std::string human_size(uint64_t bytes) {
    static constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return fmt::format("{} B", bytes);
    auto value = static_cast<double>(bytes);
    size_t unit = 0;
    // 1023.95 and more would be printed as 1024.0
    while (value >= 1023.95) {
        value /= 1024;
        unit++;
    }
    return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string counted(uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

static bool starts_character(char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }

size_t columns_of(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

void append_wrapped(std::string& out, std::string_view text, size_t indent, size_t width) {
    size_t column = 0;
    while (!text.empty()) {
        std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        size_t columns = columns_of(word);
        bool breaks = column == 0 || column + 1 + columns > width;
        if (breaks && column != 0) out += '\n';
        out.append(breaks ? indent : 1, ' ');
        out += word;
        column = (breaks ? indent : column + 1) + columns;
    }
    out += '\n';
}

std::string shortened(std::string_view text, size_t limit) {
    size_t columns = columns_of(text);
    if (columns <= limit) return std::string(text);
    size_t end = 0;
    for (size_t seen = 0; end < text.size(); end++) {
        if (starts_character(text[end]) && ++seen > limit) break;
    }
    return fmt::format("{}… ({} more)", text.substr(0, end), counted(columns - limit, "character"));
}

}  // namespace assay

// Where an artifact stands in the whole run, fixed before any work on it starts. Whatever the
// threads do, results leave in place order. And how paths are written, so that a report is text
// that cannot deceive its reader.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/utf8.h"

namespace assay {

struct Place {
    uint32_t target = 0;            // index of the target on the command line
    uint64_t file = 0;              // index of the file over all targets, in walk order
    std::vector<uint32_t> members;  // index at each level of nesting

    auto operator<=>(const Place&) const = default;
    [[nodiscard]] bool is_file() const { return members.empty(); }
};

// Paths in reports. Written %XX, byte by byte: what is not UTF-8 (strictly: overlong forms,
// surrogates and what lies beyond U+10FFFF included), what is_deceptive(), '%', and '!'. So a
// report is always text, and '!' always separates a container from its member. '/' stays.
std::string escape_path(std::string_view path);
std::string member_path(std::string_view escaped_parent, std::string_view member_name);

// The same for text that is no path: '%' and '!' stay as they are.
std::string escape_text(std::string_view text);

// Joins `relative`, as the input has it, to the folder of `from` and resolves "." and "..".
// `from` and `resolved` are escaped paths; what a member refers to lies in the same container.
// False when that leaves the target or the container, or when `relative` is absolute, empty or
// holds a zero byte.
bool resolve_within(std::string_view from, std::string_view relative, std::string& resolved);

}  // namespace assay

// Fields as protocol buffers' JSON writes them: bytes in base64 of either alphabet, 64-bit numbers
// as text or as numbers, members that may be left out.
#pragma once

#include <optional>
#include <vector>

#include "assay/base64.h"
#include "assay/json_value.h"

namespace assay::proto {

inline std::optional<std::vector<uint8_t>> bytes(const std::string& text) {
    std::optional<std::vector<uint8_t>> read = from_base64(text);
    if (read) return read;
    read = from_base64(text, Base64::kUrl);
    if (read) return read;
    size_t missing = (4 - text.size() % 4) % 4;  // padding may be left out of either
    return missing == 0 ? std::nullopt : from_base64(text + std::string(missing, '='));
}

inline std::optional<std::vector<uint8_t>> bytes(const JsonValue* value) {
    const std::string* text = value ? value->text() : nullptr;
    return text ? bytes(*text) : std::nullopt;
}

// Not negative; nothing for what is missing or no number.
std::optional<int64_t> integer(const JsonValue* value);

inline std::string_view text(const JsonValue* value) {
    const std::string* held = value ? value->text() : nullptr;
    return held ? std::string_view(*held) : std::string_view();
}

}  // namespace assay::proto

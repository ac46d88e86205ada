// Fields as protocol buffers' JSON writes them: bytes in base64 of either alphabet, 64-bit numbers
// as text or as numbers, members that may be left out.
#pragma once

#include <optional>
#include <vector>

#include "assay/dsse.h"
#include "assay/json_value.h"

namespace assay::proto {

inline std::optional<std::vector<uint8_t>> bytes(const JsonValue* value) {
    const std::string* text = value ? value->text() : nullptr;
    return text ? bytes_of_json(*text) : std::nullopt;
}

// Not negative; nothing for what is missing or no number.
std::optional<int64_t> integer(const JsonValue* value);

inline std::string_view text(const JsonValue* value) {
    const std::string* held = value ? value->text() : nullptr;
    return held ? std::string_view(*held) : std::string_view();
}

}  // namespace assay::proto

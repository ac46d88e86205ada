// Fields as protocol buffers' JSON writes them: bytes in base64 of either alphabet, 64-bit numbers
// as text or as numbers, members that may be left out.
#pragma once

#include <optional>
#include <span>
#include <string_view>
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

// The fields that a message may have, by their names in JSON, and what those hold that are
// messages, too, or lists of them.
struct Message;
struct Field {
    std::string_view name;
    const Message* holds = nullptr;
};
struct Message {
    std::span<const Field> fields;
};
extern const Message kBundle;
extern const Message kTrustedRoot;

// The format's own tools refuse a field that they do not know: it may change what the others mean.
// Names as in the definitions (media_type), which nobody writes, are not known here.
bool has_known_fields_only(const JsonValue& value, const Message& message);

}  // namespace assay::proto

#include "assay/json_copy.h"

namespace assay {

// NOLINTNEXTLINE(misc-no-recursion): as deep as JsonValue::parse allowed
void put_value(JsonText& json, const JsonValue& value) {
    switch (value.kind()) {
        case JsonValue::Kind::kString:
            return json.text(*value.text());
        case JsonValue::Kind::kNumber:
            return json.raw(*value.number());
        case JsonValue::Kind::kNull:
            return json.raw("null");
        case JsonValue::Kind::kTrue:
        case JsonValue::Kind::kFalse:
            return json.boolean(value.kind() == JsonValue::Kind::kTrue);
        case JsonValue::Kind::kArray:
            json.open('[');
            for (const JsonValue& item : value.items()) put_value(json, item);
            return json.close(']');
        case JsonValue::Kind::kObject:
            json.open('{');
            for (const JsonMember& member : value.members()) {
                put_value(json.key(member.key), member.value);
            }
            return json.close('}');
    }
}

}  // namespace assay

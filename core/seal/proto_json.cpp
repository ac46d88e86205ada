#include "proto_json.h"

#include <charconv>

namespace assay::proto {

std::optional<int64_t> integer(const JsonValue* value) {
    if (!value) return std::nullopt;
    if (std::optional<int64_t> number = value->integer()) {
        return *number >= 0 ? number : std::nullopt;
    }
    const std::string* digits = value->text();
    if (!digits || digits->empty()) return std::nullopt;
    int64_t number = 0;
    const char* end = digits->data() + digits->size();
    auto [stop, fault] = std::from_chars(digits->data(), end, number);
    if (fault != std::errc() || stop != end || number < 0) return std::nullopt;
    return number;
}

}  // namespace assay::proto

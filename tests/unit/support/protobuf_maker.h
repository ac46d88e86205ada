// Writes messages of protobuf, of which every part may lie.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "assay/bytes.h"

namespace assay::test {

inline std::string varint(uint64_t value) {
    std::string out;
    for (; value > 127; value >>= 7) out += static_cast<char>((value & 127) | 128);
    return out + static_cast<char>(value);
}

inline std::string tag(uint32_t number, uint32_t wire) {
    return varint(uint64_t{number} << 3 | wire);
}

inline std::string number(uint32_t field, uint64_t value) { return tag(field, 0) + varint(value); }

// A text, bytes, a message or packed numbers.
inline std::string field(uint32_t field, std::string_view content) {
    return tag(field, 2) + varint(content.size()) + std::string(content);
}

inline std::string fixed32(uint32_t field, uint32_t value) {
    uint8_t bytes[4];
    store_le(bytes, value);
    return tag(field, 5) + std::string(as_text(bytes));
}

inline std::string fixed64(uint32_t field, uint64_t value) {
    uint8_t bytes[8];
    store_le(bytes, value);
    return tag(field, 1) + std::string(as_text(bytes));
}

}  // namespace assay::test

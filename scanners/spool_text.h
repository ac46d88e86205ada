// How notes of the engine lie in spools: numbers of eight bytes, texts after their length. What is
// read back is our own, yet it is read like anything else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/cursor.h"

namespace assay {

inline constexpr size_t kLengthBytes = 4;

inline void put_length(std::vector<uint8_t>& out, size_t length) {
    uint8_t bytes[kLengthBytes];
    store_le(bytes, static_cast<uint32_t>(length));
    out.insert(out.end(), bytes, bytes + kLengthBytes);
}

inline void put_text(std::vector<uint8_t>& out, std::string_view text) {
    put_length(out, text.size());
    out.insert(out.end(), text.begin(), text.end());
}

inline void put_number(std::vector<uint8_t>& out, uint64_t number) {
    uint8_t bytes[8];
    store_le(bytes, number);
    out.insert(out.end(), bytes, bytes + 8);
}

inline std::string get_text(Cursor& cursor) {
    uint32_t length = cursor.le32();
    return std::string(as_text(cursor.bytes(length)));
}

}  // namespace assay

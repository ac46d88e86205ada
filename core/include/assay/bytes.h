// A view of bytes, and the few conversions that everything needs.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace assay {

using Bytes = std::span<const uint8_t>;

inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool starts_with(Bytes bytes, std::string_view prefix) {
    return as_text(bytes).starts_with(prefix);
}

// Precondition of the loads: `from` has as many bytes as the type.
template <class T>
T load_le(const uint8_t* from) {
    T value = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&value, from, sizeof(T));
    } else {
        for (size_t i = sizeof(T); i-- > 0;) value = static_cast<T>((value << 8) | from[i]);
    }
    return value;
}

template <class T>
T load_be(const uint8_t* from) {
    T value = 0;
    for (size_t i = 0; i < sizeof(T); i++) value = static_cast<T>((value << 8) | from[i]);
    return value;
}

template <class T>
void store_le(uint8_t* to, T value) {
    for (size_t i = 0; i < sizeof(T); i++) to[i] = static_cast<uint8_t>(value >> (8 * i));
}

template <class T>
void store_be(uint8_t* to, T value) {
    for (size_t i = 0; i < sizeof(T); i++) {
        to[i] = static_cast<uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
    }
}

std::string to_hex(Bytes bytes);

// Lower or upper case digits, an even number of them; false leaves `out` unspecified.
bool from_hex(std::string_view text, std::span<uint8_t> out);

}  // namespace assay

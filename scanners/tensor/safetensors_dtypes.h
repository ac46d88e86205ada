// The types that safetensors knows, as its reference reader spells them: exactly these, in
// capitals.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::safetensors {

struct Dtype {
    std::string_view name;
    unsigned bits;  // of an item; not always whole bytes
};

inline constexpr Dtype kDtypes[] = {
    {"BF16", 16},   {"F16", 16},    {"F32", 32},    {"F64", 64},        {"BOOL", 8},
    {"U8", 8},      {"I8", 8},      {"U16", 16},    {"I16", 16},        {"U32", 32},
    {"I32", 32},    {"U64", 64},    {"I64", 64},    {"C64", 64},        {"F4", 4},
    {"F8_E4M3", 8}, {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8},
    {"F6_E2M3", 6}, {"F6_E3M2", 6},
};

// Null when the format does not know it.
inline const Dtype* dtype_named(std::string_view name) {
    for (const Dtype& dtype : kDtypes) {
        if (dtype.name == name) return &dtype;
    }
    return nullptr;
}

}  // namespace assay::safetensors

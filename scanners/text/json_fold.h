// Keys as Go's encoding/json matches them with the fields of a struct: letters fold by Unicode's
// simple rules, so that "Layers" and "layerſ" are both "layers" to docker, containerd and skopeo,
// and to nobody who reads the document in Python. Keys of maps, such as annotations, do not fold.
#pragma once

#include <span>
#include <string_view>

namespace assay::json {

// Whether Go takes `key` for the field `name`, which is ASCII.
inline bool equals_folded(std::string_view key, std::string_view name) {
    constexpr std::string_view kLongS = "\xC5\xBF";
    constexpr std::string_view kKelvin = "\xE2\x84\xAA";
    auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (char wanted : name) {
        const char letter = small(wanted);
        size_t taken = !key.empty() && small(key.front()) == letter ? 1 : 0;
        if (letter == 's' && key.starts_with(kLongS)) taken = kLongS.size();
        if (letter == 'k' && key.starts_with(kKelvin)) taken = kKelvin.size();
        if (taken == 0) return false;
        key.remove_prefix(taken);
    }
    return key.empty();
}

// Which of the fields Go takes the key for; the key itself where it is none of them.
inline std::string_view meant_by(std::string_view key, std::span<const std::string_view> names) {
    for (std::string_view name : names) {
        if (equals_folded(key, name)) return name;
    }
    return key;
}

}  // namespace assay::json

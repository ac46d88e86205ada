// A path, or a name, as eight bytes.
#pragma once

#include <string_view>
#include <vector>

#include "assay/digest.h"
#include "spool_text.h"

namespace assay {

// Two that differ in path or salt collide by accident alone.
inline uint64_t key_of(std::string_view path, uint64_t salt) {
    std::vector<uint8_t> bytes;
    put_number(bytes, salt);
    bytes.insert(bytes.end(), path.begin(), path.end());
    return load_le<uint64_t>(sha256_of(bytes).data());
}

}  // namespace assay

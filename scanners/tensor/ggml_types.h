// The types of ggml's tensors: how many numbers a block holds and how many bytes it takes.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::gguf {

struct TensorType {
    std::string_view name;
    uint32_t block = 0;     // numbers; 0 where the type has been removed
    uint32_t bytes = 0;     // for each block,
    uint32_t or_bytes = 0;  // as others have it, where readers disagree
};

// Null where there never was such a type.
const TensorType* tensor_type(uint32_t id);

}  // namespace assay::gguf

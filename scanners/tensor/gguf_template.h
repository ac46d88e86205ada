// Chat templates in a GGUF file's metadata.
#pragma once

#include <cstdint>
#include <string_view>

#include "assay/context.h"

namespace assay::gguf {

inline constexpr uint64_t kLargestTemplate = 256 * 1024;

// `text` is the whole template, which stands at `offset` under `key`.
void scan_template(std::string_view key, std::string_view text, uint64_t offset,
                   ScanContext& context);

}  // namespace assay::gguf

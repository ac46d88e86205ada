// The metadata of a safetensors file: a map from text to text that no loader needs, written by
// trainers and converters, shown by web pages.
#pragma once

#include <string_view>

#include "assay/context.h"
#include "text/json.h"

namespace assay::safetensors {

// Looks at one value, which is a string.
Status check_metadata(std::string_view key, const json::Token& value, ScanContext& context);

}  // namespace assay::safetensors

// What tells a safetensors file, which has no magic number.
#pragma once

#include "assay/bytes.h"

namespace assay::safetensors {

// Whether bytes start as such a file does: a length that some reader would take, and then JSON.
bool begins_like_one(Bytes head);

}  // namespace assay::safetensors

// Models in several files, NAME-00001-of-00003.gguf and so on. Each part says which one it is and
// how many there are; loaders find the others by the name.
#pragma once

#include "assay/context.h"
#include "gguf_values.h"

namespace assay::gguf {

// Checks what a part says of itself, and claims that the others are beside it.
void check_split(const Metadata& metadata, uint64_t tensors, ScanContext& context);

}  // namespace assay::gguf

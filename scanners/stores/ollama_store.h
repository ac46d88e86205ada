// What is read in the store of Ollama besides its blobs.
#pragma once

#include "assay/context.h"

namespace assay::ollama {

// A manifest. The path of a blob, relative to it, is `blobs` and the digits of its digest; blobs
// are parts of `model`.
Status scan_manifest(Tape& tape, ScanContext& context, const std::string& blobs,
                     const std::string& model);

}  // namespace assay::ollama

// Prompt templates in Go's language for templates, as Ollama keeps them in blobs.
#pragma once

#include "assay/format.h"

namespace assay::ollama {

// Text with actions in it.
bool is_template(const Probe& probe);
Status scan_template(Tape& tape, ScanContext& context);

}  // namespace assay::ollama

// Stores in words, for the outputs that people read.
#pragma once

#include <string>

#include "assay/report.h"

namespace assay {

// "huggingface hub: 63 blobs are what their names say, 1 corrupt; 3 models, 1 damaged"
std::string store_line(const StoreReport& store);

// One line for each blob that is not as it should be: state, path, what it breaks. `target` is the
// store's, as typed.
std::string bad_lines(const StoreReport& store, std::string_view target);

// The finding says of one blob what such a line says.
bool is_told_by_store(const Finding& finding);

}  // namespace assay

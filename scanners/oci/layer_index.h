// Indexes of layers that are made to be fetched in parts; see layer_index.cpp.
#pragma once

#include "text/json_kind.h"

namespace assay::oci {

extern const JsonKind kLayerIndex;

}  // namespace assay::oci

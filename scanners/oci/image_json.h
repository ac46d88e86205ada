// The documents of container images, and of what is stored like them.
#pragma once

#include "text/json_kind.h"

namespace assay {

extern const JsonKind kImageJson;

}  // namespace assay

// The form of torch 0.1; see torch_tar.cpp.
#pragma once

#include "assay/format.h"

namespace assay {

extern const Format kTorchTarFormat;

}  // namespace assay

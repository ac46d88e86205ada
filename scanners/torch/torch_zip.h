// PyTorch's archives: checkpoints, TorchScript, torch.package, torch.export, TorchServe; see
// torch_zip.cpp.
#pragma once

#include <memory>

#include "archive/zip_kind.h"

namespace assay {

extern const ZipKind kTorchZip;

}  // namespace assay

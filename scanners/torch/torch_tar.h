// The old tar form of torch.save as a kind of tar; see torch_tar.cpp.
#pragma once

#include <memory>

#include "archive/tar.h"

namespace assay::torch {

// Whether the first member is one of torch's.
bool starts_torch_tar(const Probe& probe);

// Whether an archive with such an entry, wherever it stands, is read by torch as its own: it takes
// members by name. A file called "pickle" alone does not make one.
bool tells_torch_tar(const TarEntry& entry);

// Reports the form. Borrows the context.
std::unique_ptr<TarVisitor> tar_visitor(ScanContext& context);

}  // namespace assay::torch

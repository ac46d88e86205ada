// "docker://HOST/REPO:TAG": the parts of an image, streamed from a registry. No byte of it touches
// a disk: each blob's connection is read like a pipe.
#pragma once

#include "assay/visit.h"
#include "walk.h"

namespace assay::oci {

// `place` is what stands behind "docker://".
std::vector<WalkEntry> expand_registry(const std::string& place, const VisitOptions& options);

}  // namespace assay::oci

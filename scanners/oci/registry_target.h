// "docker://HOST/REPO:TAG": the parts of an image, streamed from a registry. No byte of it touches
// a disk: each blob's connection is read like a pipe.
#pragma once

#include <stop_token>

#include "assay/visit.h"
#include "walk.h"

namespace assay::oci {

// `place` is what stands behind "docker://". The parts are named as in an image layout: index.json,
// which says what the name stood for when it was asked, and blobs.
std::vector<WalkEntry> expand_registry(const std::string& place, const VisitOptions& options,
                                       const std::stop_token& stop);

}  // namespace assay::oci

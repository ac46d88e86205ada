// What torch.save wrote before 1.6, and still does if asked; see torch_legacy.cpp.
#pragma once

#include "assay/context.h"
#include "assay/tape.h"

namespace assay::torch {

// Whether a file that starts like this is one: its first object is torch's magic number, or, if it
// is `certain` to be a pickle, the second is the number that follows that.
bool is_legacy(Bytes head, bool certain);

Status scan_legacy(Tape& tape, ScanContext& context);

}  // namespace assay::torch

// Formats that need random access, over bytes that come in order: a deflated member, standard
// input. All of it is taken into memory first, which the artifact pays for.
#pragma once

#include "artifact.h"

namespace assay {

// Passes the whole tape and scans a copy. Where memory does not allow it the coverage is
// unsupported; then nothing more may have been passed than fits.
Status scan_in_memory(const Framing& framing, Tape& tape, ScanContext& context, PinHold& hold);

}  // namespace assay

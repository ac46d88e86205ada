// Archives and files that are read at random, within bytes that come in order: a ZIP archive in a
// compressed layer, say. `--spool SIZE` lets such bytes wait in an unlinked temporary file, so that
// they are read as a file would be.
//
// The file is made where TMPDIR says. Files of a target share its room: only the holder of the
// large ticket (assay/pins.h) has bytes there, and what is nested shares them.
#pragma once

#include <functional>
#include <span>

#include "assay/context.h"
#include "assay/rules.h"

namespace assay {

using TapeScan = std::function<Status(Tape&, ScanContext&)>;

// `scan` over the tape; where that is read in order and there is a spool, over what all of it
// holds, which is passed first. What does not fit the spool is scanned in order from its first
// byte, and the finding and the coverage say so.
Status scan_at_random(Tape& tape, ScanContext& context, const TapeScan& scan);

std::span<const Rule> spool_rules();

}  // namespace assay

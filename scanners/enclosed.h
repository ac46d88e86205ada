// An archive inside a pickle: whoever saves a model into memory and pickles the bytes
// (torch.save into a BytesIO) writes a file at whose end, or near it, readers of ZIP find an
// archive. It is no second framing of the file where it is an operand of the pickle from its first
// byte to its last: then the pickle's scan looks into it.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/format.h"
#include "assay/tape.h"

namespace assay {

struct Enclosed {
    uint64_t begin;
    uint64_t size;
};

// Looks at a file of which the beginning is a pickle's, and the end an archive's. Nothing where the
// bytes in front of the archive are no operand's length, or where a reader that takes its offsets
// from the beginning of the file would find another one. Whether the pickle's program comes by
// there is for its scan to say.
std::optional<Enclosed> enclosed_archive(const Probe& probe, Tape& tape);

}  // namespace assay

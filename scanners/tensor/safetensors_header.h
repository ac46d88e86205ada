// The header of a safetensors file: what it says of each tensor, and what is wrong with how it says
// it. It is read token by token, so only places and names (as hashes) are kept of a header of any
// size.
#pragma once

#include "assay/context.h"
#include "extents.h"

namespace assay::safetensors {

// The reference reader refuses longer ones.
inline constexpr uint64_t kMaxHeader = 100'000'000;

struct Header {
    Extents extents;       // of the tensors whose place is known
    uint64_t tensors = 0;  // that it lists
    bool complete = true;  // the place of every tensor is known
    bool cut = false;      // a limit ended the reading, which has been said
};

// Reads the `length` bytes that the tape stands before; afterwards it stands on the data, unless
// the header was cut. Findings, tensors and facts go to the context, which has also paid for what
// is kept. An Error where the data's layout cannot be known.
Result<Header> read_header(Tape& tape, ScanContext& context, uint64_t length);

}  // namespace assay::safetensors

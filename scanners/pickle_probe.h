// Whether bytes that carry no magic would run as a pickle.
#pragma once

#include "assay/bytes.h"

namespace assay {

// True when `head`, read as a pickle, reaches an instruction that calls something, or is still a
// valid pickle where it ends (so that nobody can say what follows). `complete` says that the head
// is all there is.
bool could_be_pickle(Bytes head, bool complete);

}  // namespace assay

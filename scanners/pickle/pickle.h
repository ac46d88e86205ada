// Python's pickles; see pickle.cpp.
#pragma once

#include "assay/format.h"

namespace assay {

extern const Format kPickle;

}  // namespace assay

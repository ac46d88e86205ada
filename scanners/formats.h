// Every format of this build, one line each. When several match, the first one keeps the tape and
// the others read along: containers first, since they go inside; pickles last, since almost
// anything may turn out to be one, too.
#pragma once

#include <array>

#include "archive/zip.h"
#include "assay/format.h"
#include "pickle/pickle.h"

namespace assay {

inline constexpr std::array kFormats = {
    &kZip,
    &kPickle,
};

}  // namespace assay

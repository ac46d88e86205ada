// Every format of this build, one line each. When several match, the first one keeps the tape and
// the others read along.
#pragma once

#include <span>

#include "assay/format.h"

namespace assay {

// Empty until the pickle, tensor and archive formats arrive; the engine's own checks need none.
inline constexpr std::span<const Format* const> kFormats{};

}  // namespace assay

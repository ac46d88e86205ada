// Archives that are something in particular, one line each: who recognises one by the name of a
// member brings a visitor that reads it.
#pragma once

#include <array>

#include "keras/keras_zip.h"
#include "torch/torch_zip.h"
#include "zip_kind.h"

namespace assay {

inline constexpr std::array kZipKinds = {
    &kTorchZip,
    &kKerasZip,
};

}  // namespace assay

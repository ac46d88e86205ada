// Keras's own archives; see keras_zip.cpp.
#pragma once

#include "archive/zip_kind.h"

namespace assay {

extern const ZipKind kKerasZip;

}  // namespace assay

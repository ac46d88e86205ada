// An image as a person reads it.
#pragma once

#include <string>

#include "assay/image.h"

namespace assay {

// "Image latest (linux/amd64), sha256:…".
std::string title_of(const ImageRecord& image);

// Its models, a line each; with `layers`, those before.
void append_image(std::string& out, const ImageRecord& image, bool layers);

}  // namespace assay

// Documents of images: descriptors read, manifests written.
#pragma once

#include "assay/json_copy.h"
#include "assay/json_text.h"
#include "assay/json_value.h"
#include "image_store.h"

namespace assay::cli {

// kMalformed where a digest or a size is missing or odd.
Result<ImageDescriptor> descriptor_of(const JsonValue& json);
void put_descriptor(JsonText& json, const ImageDescriptor& what);

bool is_image_digest(std::string_view text);  // "sha256:" and 64 lower-case digits

}  // namespace assay::cli

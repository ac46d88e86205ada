// The kinds of image stores; open_image() chooses.
#pragma once

#include "image_store.h"

namespace assay::cli {

// What stands behind "oci:".
Result<std::unique_ptr<ImageStore>> open_layout(std::string_view place);

}  // namespace assay::cli

// The kinds of image stores; open_image() chooses.
#pragma once

#include "image_store.h"

namespace assay::cli {

// What stands behind "oci:".
Result<std::unique_ptr<ImageStore>> open_layout(std::string_view place);
// What stands behind "docker://". `complaint` is what the registry said, where it said something.
Result<std::unique_ptr<ImageStore>> open_registry(const RegistryArgs& args,
                                                  const std::string& place, std::string& complaint);

}  // namespace assay::cli

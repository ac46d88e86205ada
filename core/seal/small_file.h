// A file that is small by its nature (a key, certificates, a bundle) as a whole.
#pragma once

#include <string>
#include <vector>

#include "assay/secret.h"

namespace assay {

// Links are followed, pipes read. More than `most` bytes: kLimit.
Result<Secret> read_small_secret(const std::string& path, size_t most);
Result<std::vector<uint8_t>> read_small(const std::string& path, size_t most);

}  // namespace assay

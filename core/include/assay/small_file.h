// A file that is small by its nature (a key, certificates, a bundle) as a whole.
#pragma once

#include <string>
#include <vector>

#include "assay/result.h"
#include "assay/secret.h"

namespace assay {

// Links are followed, pipes read. More than `most` bytes: kLimit, of a regular file before any of
// it is read.
Result<Secret> load_small_secret(const std::string& path, size_t most);
Result<std::vector<uint8_t>> load_small_file(const std::string& path, size_t most);

}  // namespace assay

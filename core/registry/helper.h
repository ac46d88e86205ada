// docker-credential-NAME, run as docker does.
#pragma once

#include <optional>
#include <string>

#include "assay/result.h"

namespace assay::registry {

// What the helper prints when it is asked for `server`; nothing when it knows nobody there. The
// caller wipes it.
Result<std::optional<std::string>> run_helper(const std::string& name, const std::string& server);

}  // namespace assay::registry

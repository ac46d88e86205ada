// Where passwords of keys come from: COSIGN_PASSWORD, or a prompt at the terminal without echo.
// Never the command line, which every user of the machine can read.
#pragma once

#include <string>

#include "assay/secret.h"

namespace assay::cli {

// For a key that turns out to be encrypted; `name` is what the prompt calls it.
PasswordSource password_of(const std::string& name);

// For a new key: asked for twice.
Result<Secret> new_password(const std::string& name);

}  // namespace assay::cli

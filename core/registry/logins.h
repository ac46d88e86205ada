// What docker's config.json says, for the file and for those who test how it is read.
#pragma once

#include "assay/json_value.h"
#include "assay/registry_login.h"

namespace assay::registry {

// May run a helper.
Result<std::optional<Login>> find_in_config(const JsonValue& config, const std::string& host,
                                            const std::string& repository);

// What `docker-credential-NAME get` printed: {"ServerURL": …, "Username": …, "Secret": …}.
Result<std::optional<Login>> login_of_helper(const std::string& said);

}  // namespace assay::registry

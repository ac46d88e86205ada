// What docker's config.json says, for the file and for those who test how it is read.
#pragma once

#include "assay/json_value.h"
#include "assay/registry_login.h"

namespace assay::registry {

// How a helper is asked, by its name, about a server: what it printed.
using AskHelper = Result<std::optional<std::string>> (*)(const std::string& name,
                                                         const std::string& server);

Result<std::optional<Login>> find_in_config(const JsonValue& config, const std::string& host,
                                            const std::string& repository, AskHelper ask);

// What `docker-credential-NAME get` printed: {"ServerURL": …, "Username": …, "Secret": …}.
Result<std::optional<Login>> login_of_helper(const std::string& said);

}  // namespace assay::registry

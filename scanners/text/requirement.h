// What pip is told to install, one line of it: "a==1", "a @ https://…", "--extra-index-url …".
#pragma once

#include <string>
#include <string_view>

#include "assay/rules.h"

namespace assay::pip {

extern const Rule kAddress;  // mlflow.requirements.url

// Whether it names an address, or where to look for one, rather than a package of the usual index.
bool names_address(std::string_view requirement);

// As it may be shown: without the user and the password of an address.
std::string without_secrets(std::string_view requirement);

}  // namespace assay::pip

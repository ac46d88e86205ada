// What the command line and the environment say of registries: which are spoken to without TLS, and
// who we are there.
#pragma once

#include <memory>

#include "args.h"
#include "assay/registry.h"

namespace assay::cli {

// Whether any target lies in a registry.
bool names_registry(const Args& args);

// Complains and returns null where credentials cannot be read or the system has no libcurl.
std::shared_ptr<registry::Session> open_registries(const Args& args);

}  // namespace assay::cli

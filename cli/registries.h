// What the command line and the environment say of registries: which are spoken to without TLS,
// whom to trust, and who we are there. The library reads no environment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assay/registry.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct RegistryArgs {
    std::vector<std::string> plain_http;  // hosts
    std::string ca_file;
    std::string config;  // instead of the usual files of credentials
};

// --plain-http, --cacert, --registry-config.
void add_registry_options(CLI::App& app, RegistryArgs& args);

// Whether any target lies in a registry.
bool names_registry(const std::vector<std::string>& targets);
// "oci:DIR", "docker://HOST/REPO" and their kin.
bool names_image(std::string_view target);

// Complains and returns null where credentials cannot be read or the system has no libcurl.
std::shared_ptr<registry::Session> open_registries(const RegistryArgs& args);

}  // namespace assay::cli

// Registries as the user's environment has them: whose logins, which proxy.
#pragma once

#include <memory>

#include "assay/registry.h"

namespace assay::cli {

// Logins are those of docker, podman and skopeo: $REGISTRY_AUTH_FILE, else
// $XDG_RUNTIME_DIR/containers/auth.json and $DOCKER_CONFIG/config.json (~/.docker). Proxies are
// $HTTPS_PROXY and $NO_PROXY; SSL_CERT_FILE names further roots.
Result<std::shared_ptr<registry::Session>> registry_session();

}  // namespace assay::cli

#include "registry_session.h"

#include <cstdlib>

#include "assay/version.h"
#include "image_store.h"

namespace assay::cli {

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT: nobody sets it
    return value ? value : "";
}

std::string first_of(std::string a, std::string b) {
    return a.empty() ? std::move(b) : std::move(a);
}

std::vector<std::string> login_files() {
    std::string only = variable("REGISTRY_AUTH_FILE");
    if (!only.empty()) return {only};
    std::vector<std::string> files;
    std::string run = variable("XDG_RUNTIME_DIR");
    std::string docker = variable("DOCKER_CONFIG");
    std::string home = variable("HOME");
    if (!run.empty()) files.push_back(run + "/containers/auth.json");
    if (docker.empty() && !home.empty()) docker = home + "/.docker";
    if (!docker.empty()) files.push_back(docker + "/config.json");
    return files;
}

}  // namespace

Result<std::shared_ptr<registry::Session>> registry_session() {
    registry::Settings settings;
    Result<registry::FindLogin> logins = registry::docker_config_logins(login_files());
    if (!logins) return logins.error();
    settings.find_login = std::move(*logins);
    settings.proxy = first_of(variable("HTTPS_PROXY"), variable("https_proxy"));
    settings.no_proxy = first_of(variable("NO_PROXY"), variable("no_proxy"));
    settings.ca_file = variable("SSL_CERT_FILE");
    settings.user_agent = std::string("assay/") + kVersion;
    settings.bounds.document_size = kMaxAttached;
    return registry::open_session(std::move(settings));
}

}  // namespace assay::cli

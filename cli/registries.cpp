#include "registries.h"

#include <algorithm>
#include <cstdlib>

#include "commands.h"

namespace assay::cli {

namespace {

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT: nobody sets it
    return value ? value : "";
}

// Where docker, podman and skopeo keep logins; the first that knows a host answers.
std::vector<std::string> login_files() {
    std::vector<std::string> files;
    auto add = [&](const std::string& folder, const char* file) {
        if (!folder.empty()) files.push_back(folder + file);
    };
    add(from_environment("REGISTRY_AUTH_FILE"), "");
    add(from_environment("XDG_RUNTIME_DIR"), "/containers/auth.json");
    const std::string docker = from_environment("DOCKER_CONFIG");
    add(docker.empty() ? from_environment("HOME") : docker,
        docker.empty() ? "/.docker/config.json" : "/config.json");
    return files;
}

// A user and a password in the environment are for every host that asks: a job that scans one
// registry sets them.
Result<registry::FindLogin> find_login() {
    registry::Login login;
    login.user = from_environment("ASSAY_REGISTRY_USER");
    login.password = registry::Secret(from_environment("ASSAY_REGISTRY_PASSWORD"));
    if (!login.user.empty()) return registry::login_of(std::move(login));
    return registry::docker_config_logins(login_files());
}

}  // namespace

bool names_registry(const Args& args) {
    return std::any_of(args.targets.begin(), args.targets.end(),
                       [](const std::string& target) { return target.starts_with("docker://"); });
}

std::shared_ptr<registry::Session> open_registries(const Args& args) {
    registry::Settings settings;
    settings.plain_http = args.plain_http;
    settings.ca_file = args.ca_file;
    settings.proxy = from_environment("HTTPS_PROXY");
    settings.no_proxy = from_environment("NO_PROXY");
    Result<registry::FindLogin> login = find_login();
    if (!login) {
        complain("credentials for registries", describe(login.error()));
        return nullptr;
    }
    settings.find_login = std::move(*login);
    auto session = registry::open_session(std::move(settings));
    if (session) return std::move(*session);
    complain("registries", describe(session.error()));
    return nullptr;
}

}  // namespace assay::cli

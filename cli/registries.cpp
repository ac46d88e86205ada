#include "registries.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "assay/version.h"
#include "commands.h"

namespace assay::cli {

void add_registry_options(CLI::App& app, RegistryArgs& args) {
    const char* group = "Registries";
    app.add_option("--plain-http", args.plain_http,
                   "A registry (or HOST:PORT) that is spoken to without TLS. None is but on "
                   "loopback, unless it is named here. Repeatable")
        ->type_name("HOST")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--cacert", args.ca_file,
                   "Certificates (PEM) to trust besides those of the system")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--registry-config", args.config,
                   "Credentials, in the form of docker's config.json. Without it they are those "
                   "in ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD, else what `docker login`, "
                   "`podman login` and `skopeo login` keep")
        ->type_name("FILE")
        ->group(group);
}

bool names_registry(const std::vector<std::string>& targets) {
    return std::any_of(targets.begin(), targets.end(),
                       [](const std::string& target) { return target.starts_with("docker://"); });
}

bool names_image(std::string_view target) {
    constexpr std::string_view kTransports[] = {"docker://",
                                                "oci:", "oci-archive:", "docker-archive:"};
    return std::any_of(std::begin(kTransports), std::end(kTransports),
                       [&](std::string_view one) { return target.starts_with(one); });
}

static std::string from_environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT: nobody sets it
    return value ? value : "";
}

// Programs differ in which of the two spellings they read; curl's is the small one.
static std::string from_environment(const char* name, const char* other) {
    std::string value = from_environment(name);
    return value.empty() ? from_environment(other) : value;
}

// Where docker, podman and skopeo keep logins; the first that knows a host answers.
static std::vector<std::string> login_files() {
    if (std::string only = from_environment("REGISTRY_AUTH_FILE"); !only.empty()) return {only};
    std::vector<std::string> files;
    auto add = [&](const std::string& folder, const char* file) {
        if (!folder.empty()) files.push_back(folder + file);
    };
    const std::string home = from_environment("HOME");
    const std::string docker = from_environment("DOCKER_CONFIG");
    add(from_environment("XDG_RUNTIME_DIR"), "/containers/auth.json");
    add(home, "/.config/containers/auth.json");
    add(docker.empty() ? home : docker, docker.empty() ? "/.docker/config.json" : "/config.json");
    return files;
}

// One by one, so that a complaint can name the file that is at fault.
static Result<registry::FindLogin> logins_in(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        Result<registry::FindLogin> alone = registry::docker_config_logins({file});
        if (!alone) complain(file, describe(alone.error()));
        if (!alone) return alone;
    }
    return registry::docker_config_logins(files);
}

// A user and a password in the environment are for every host that asks: a job that scans one
// registry sets them.
static Result<registry::FindLogin> find_login(const RegistryArgs& args) {
    if (!args.config.empty()) return logins_in({args.config});
    registry::Login login;
    login.user = from_environment("ASSAY_REGISTRY_USER");
    login.password = registry::Secret(from_environment("ASSAY_REGISTRY_PASSWORD"));
    if (!login.user.empty()) return registry::login_of(std::move(login));
    return logins_in(login_files());
}

static registry::Settings settings_of(const RegistryArgs& args) {
    registry::Settings settings;
    settings.plain_http = args.plain_http;
    settings.ca_file = args.ca_file;
    settings.proxy = from_environment("https_proxy", "HTTPS_PROXY");
    settings.no_proxy = from_environment("no_proxy", "NO_PROXY");
    if (!settings.no_proxy.empty()) settings.no_proxy += ",";
    settings.no_proxy += "localhost,127.0.0.1,::1";  // what stays here goes through nobody
    settings.user_agent = std::string("assay/") + kVersion;
    return settings;
}

std::shared_ptr<registry::Session> open_registries(const RegistryArgs& args) {
    Result<registry::FindLogin> login = find_login(args);
    if (!login) return nullptr;
    registry::Settings settings = settings_of(args);
    settings.find_login = std::move(*login);
    Result<std::shared_ptr<registry::Session>> session =
        registry::open_session(std::move(settings));
    if (session) return std::move(*session);
    complain(args.ca_file.empty() ? "registries" : args.ca_file, describe(session.error()));
    return nullptr;
}

}  // namespace assay::cli

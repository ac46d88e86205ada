// Who we are to a registry: credentials, and where they come from.
//
// The library reads no environment: which files to read, and what a variable held, is handed over
// by the caller. Secrets are wiped when they go and are part of no message.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/result.h"

namespace assay::registry {

// A text that is overwritten when it is no longer needed. It has no operator<< on purpose.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret& other) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret other) noexcept;
    ~Secret();
    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

  private:
    std::string text_;
};

// Overwrites what `text` holds, then empties it.
void wipe(std::string& text);

// A user with a password, or an identity token that a token server exchanges (then `user` is
// whatever the helper said, often "<token>").
struct Login {
    std::string user;
    Secret password;
    Secret identity_token;
};

// What is known for a repository of a host ("ghcr.io", "localhost:5000", "docker.io"): nothing, a
// login, or why it could not be had. Called on any thread, by one at a time.
using FindLogin = std::function<Result<std::optional<Login>>(const std::string& host,
                                                             const std::string& repository)>;

// One login for every host that is asked about.
FindLogin login_of(Login login);

// Docker's config.json and what podman and skopeo keep in auth.json: `credHelpers` of the host,
// else `auths`, else `credsStore`. The files are read now, the first one that knows the repository
// answers, and one that does not exist knows nobody. Helpers are run when they are asked, as
// `docker-credential-NAME get`, found in the PATH of the process, without a shell, for a minute
// at most (they may ask their user).
Result<FindLogin> docker_config_logins(const std::vector<std::string>& paths);

}  // namespace assay::registry

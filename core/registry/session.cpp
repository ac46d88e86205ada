#include "session.h"

#include <unistd.h>

#include <algorithm>

namespace assay::registry {

static constexpr size_t kMostIdle = 16;
static constexpr size_t kMostAuthorizations = 1024;

Result<std::shared_ptr<Session>> open_session(Settings settings) {
    Result<const Curl*> curl = load_curl();
    if (!curl) return curl.error();
    if (!settings.ca_file.empty() && access(settings.ca_file.c_str(), R_OK) != 0) {
        return Error{Code::kUsage, "cannot read the file of trusted certificates", 0, errno};
    }
    return std::make_shared<Session>(**curl, std::move(settings));
}

// The name of Docker Hub is not where it answers.
static std::string answering_host(const std::string& host) {
    return host == "docker.io" ? "registry-1.docker.io" : host;
}

std::string Session::base_of(const std::string& host) {
    std::string at = answering_host(host);
    Result<Url> plain = parse_url(curl_, "http://" + at + "/");
    bool named = std::ranges::any_of(settings_.plain_http, [&](const std::string& entry) {
        return plain && (entry == at || entry == plain->host || entry == plain->place());
    });
    std::lock_guard lock(mutex_);
    return (named || plain_.contains(host) ? "http://" : "https://") + at;
}

bool Session::may_be_plain(const Url& url) const {
    auto names = [&](const std::string& entry) {
        return entry == url.host || entry == url.place();
    };
    return is_loopback(url.host) || std::ranges::any_of(settings_.plain_http, names);
}

void Session::speak_plainly(const std::string& host) {
    std::lock_guard lock(mutex_);
    plain_.insert(host);
}

Secret Session::authorization(const std::string& purpose) {
    std::lock_guard lock(mutex_);
    auto found = authorizations_.find(purpose);
    return found == authorizations_.end() ? Secret() : found->second;
}

void Session::keep_authorization(const std::string& purpose, Secret value) {
    std::lock_guard lock(mutex_);
    if (authorizations_.size() >= kMostAuthorizations) authorizations_.clear();
    authorizations_[purpose] = std::move(value);
}

Result<std::optional<Login>> Session::login(const Reference& repository) {
    if (!settings_.find_login) return std::optional<Login>();
    std::lock_guard lock(login_mutex_);
    std::string name = repository.host + "/" + repository.repository;
    if (auto known = logins_.find(name); known != logins_.end()) return known->second;
    Result<std::optional<Login>> found =
        settings_.find_login(repository.host, repository.repository);
    if (found) logins_[name] = found.value();
    return found;
}

std::unique_ptr<Exchange> Session::take_exchange() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Exchange>(curl_, settings_);
    std::unique_ptr<Exchange> exchange = std::move(idle_.back());
    idle_.pop_back();
    return exchange;
}

void Session::give_back(std::unique_ptr<Exchange> exchange) {
    if (!exchange) return;
    exchange->end();
    std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(exchange));
}

}  // namespace assay::registry

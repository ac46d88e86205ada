// What all clients share: settings, which scheme a host is spoken to with, who we are there, and
// connections that wait for their next use.
//
// Any thread; logins are looked up by one at a time, since a helper may ask its user.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "assay/registry.h"
#include "exchange.h"
#include "url.h"

namespace assay::registry {

class Session {
  public:
    Session(const Curl& curl, Settings settings) : curl_(curl), settings_(std::move(settings)) {}

    [[nodiscard]] const Curl& curl() const { return curl_; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const Bounds& bounds() const { return settings_.bounds; }

    // "https://HOST", or http where that is allowed and what the host speaks.
    std::string base_of(const std::string& host);
    // Whether http may be spoken with whom this URL names.
    [[nodiscard]] bool may_be_plain(const Url& url) const;
    // Something on loopback that does not speak TLS is spoken to plainly from now on.
    void speak_plainly(const std::string& host);

    // An authorization that worked, by what it is for; empty where there is none.
    Secret authorization(const std::string& purpose);
    void keep_authorization(const std::string& purpose, Secret value);

    Result<std::optional<Login>> login(const Reference& repository);

    std::unique_ptr<Exchange> take_exchange();
    void give_back(std::unique_ptr<Exchange> exchange);

  private:
    const Curl& curl_;
    const Settings settings_;
    std::mutex login_mutex_;
    std::map<std::string, std::optional<Login>> logins_;
    std::mutex mutex_;  // guards what follows
    std::set<std::string> plain_;
    std::map<std::string, Secret> authorizations_;
    std::vector<std::unique_ptr<Exchange>> idle_;
};

}  // namespace assay::registry

// URLs, taken apart by libcurl's own reader: what we decide on is what it will connect to.
#pragma once

#include <string>
#include <string_view>

#include "assay/result.h"
#include "curl.h"

namespace assay::registry {

struct Url {
    std::string text;    // whole and normalised
    std::string scheme;  // "https" or "http"
    std::string host;    // lower case; an address of IPv6 in brackets
    std::string port;    // always given

    [[nodiscard]] bool secure() const { return scheme == "https"; }
    [[nodiscard]] bool same_origin(const Url& other) const {
        return scheme == other.scheme && host == other.host && port == other.port;
    }
    // HOST:PORT, for messages: a path may hold what is secret, a signature for example.
    [[nodiscard]] std::string place() const { return host + ":" + port; }
};

// `text`, which may be relative to `base` where that is not empty. kMalformed for what is no URL,
// another scheme, and a user or password inside.
Result<Url> parse_url(const Curl& curl, const std::string& text, const std::string& base = {});

// Whether a host is this machine: "localhost", 127.0.0.0/8 and [::1], by name alone.
bool is_loopback(std::string_view host);

// As a value of a query.
std::string escape_query(std::string_view text);

}  // namespace assay::registry

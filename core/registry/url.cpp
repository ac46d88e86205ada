#include "url.h"

#include <algorithm>
#include <array>
#include <memory>

namespace assay::registry {

namespace {

struct Freed {
    const Curl* curl;
    void operator()(CURLU* url) const { curl->url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, Freed>;

}  // namespace

static std::string part(const Curl& curl, CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl.url_get(url, which, &text, flags) != CURLUE_OK || !text) return {};
    std::string copy = text;
    curl.free(text);
    return copy;
}

static bool set(const Curl& curl, CURLU* url, const std::string& text) {
    return curl.url_set(url, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
}

static bool has_login(const Curl& curl, CURLU* url) {
    return !part(curl, url, CURLUPART_USER).empty() || !part(curl, url, CURLUPART_PASSWORD).empty();
}

static bool is_visible(char c) { return c > ' ' && c < 0x7f; }

Result<Url> parse_url(const Curl& curl, const std::string& text, const std::string& base) {
    constexpr Error kWrong{Code::kMalformed, "the registry sends us to what is no usable URL"};
    if (text.empty() || !std::ranges::all_of(text, is_visible)) return kWrong;
    Handle handle(curl.url(), Freed{&curl});
    if (!handle) return Error{Code::kLimit, "no memory for a URL"};
    if (!base.empty() && !set(curl, handle.get(), base)) return kWrong;
    if (!set(curl, handle.get(), text)) return kWrong;
    Url url{part(curl, handle.get(), CURLUPART_URL), part(curl, handle.get(), CURLUPART_SCHEME),
            part(curl, handle.get(), CURLUPART_HOST),
            part(curl, handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
    std::ranges::transform(url.host, url.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    bool known = url.scheme == "https" || url.scheme == "http";
    if (!known || url.host.empty() || has_login(curl, handle.get())) return kWrong;
    return url;
}

// Four numbers: "127.evil.example" is a name.
static bool is_loopback_address(std::string_view host) {
    auto fits = [](char c) { return c == '.' || (c >= '0' && c <= '9'); };
    return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
           std::ranges::all_of(host, fits);
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "[::1]" || is_loopback_address(host);
}

std::string escape_query(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF", kPlain = "-._~:/,";
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (word || kPlain.find(c) != kPlain.npos) {
            out += c;
        } else {
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return out;
}

}  // namespace assay::registry

// What is said of a request that failed. A registry's own words are shown, bounded and without
// control characters, and without any secret that it may repeat.
#include <algorithm>

#include "assay/json_value.h"
#include "caller.h"

namespace assay::registry {

static constexpr size_t kLongestCode = 60;
static constexpr size_t kLongestMessage = 300;
static constexpr size_t kShortestSecret = 3;  // shorter ones are in every text

std::string Failure::text() const {
    std::string text = what + ": " + why;
    if (!advice.empty()) text += " (" + advice + ")";
    return text;
}

const char* text_of_status(int status) {
    switch (status) {
        case 400:
            return "the registry answers 400 Bad Request";
        case 401:
            return "the registry answers 401 Unauthorized";
        case 403:
            return "the registry answers 403 Forbidden";
        case 404:
            return "the registry answers 404 Not Found";
        case 405:
            return "the registry answers 405 Method Not Allowed";
        case 416:
            return "the registry answers 416 Range Not Satisfiable";
        case 429:
            return "the registry answers 429 Too Many Requests";
        case 500:
            return "the registry answers 500 Internal Server Error";
        case 502:
            return "the registry answers 502 Bad Gateway";
        case 503:
            return "the registry answers 503 Service Unavailable";
        case 504:
            return "the registry answers 504 Gateway Timeout";
        default:
            return status >= 500   ? "the registry answers an error of its own (5xx)"
                   : status >= 400 ? "the registry refuses (4xx)"
                   : status >= 300 ? "the registry redirects what may not be redirected"
                                   : "the registry answers with a status that makes no sense here";
    }
}

std::string Caller::without_secrets(std::string text) const {
    for (const Secret& secret : shown_) {
        std::string_view value = secret.reveal();
        for (std::string_view scheme : {"Basic ", "Bearer "}) {
            if (value.starts_with(scheme)) value.remove_prefix(scheme.size());
        }
        if (value.size() < kShortestSecret) continue;
        for (size_t at = text.find(value); at != text.npos; at = text.find(value, at + 3)) {
            text.replace(at, value.size(), "***");
        }
    }
    return text;
}

// {"errors":[{"code":"UNAUTHORIZED","message":"authentication required", …}]}
std::string Caller::refusal_text(int status, std::string_view body) const {
    std::string text = std::to_string(status);
    Result<JsonValue> document = JsonValue::parse(as_bytes(body));
    const JsonValue* errors = document ? document->find("errors") : nullptr;
    if (!errors || errors->items().empty()) {
        std::string_view known = text_of_status(status);
        size_t at = known.find(text);
        return at == known.npos ? text : std::string(known.substr(at));
    }
    const JsonValue& first = errors->items().front();
    const std::string* code = first.find_text("code");
    const std::string* message = first.find_text("message");
    if (code) text += " " + printable(without_secrets(*code), kLongestCode);
    if (message) text += ": " + printable(without_secrets(*message), kLongestMessage);
    return text;
}

std::string Caller::advice_for(const Ask& ask, int status) const {
    if (status == 401 && !knows_login_) {
        return "nothing is known to log in to " + ask.repository.host +
               " with: `docker login` or `skopeo login` keep that, or set ASSAY_REGISTRY_USER and "
               "ASSAY_REGISTRY_PASSWORD";
    }
    if (status == 401)
        return "the login that is known for " + ask.repository.host + " is not taken";
    if (status == 403) return "the login may not do this";
    if (status == 404) return "check the name; what is private may look as if it were not there";
    if (status == 429) return "try again later";
    return {};
}

std::string Caller::advice_for(Trouble trouble) const {
    if (trouble == Trouble::kNoTls) {
        return "if " + url_.host + " has no TLS, --plain-http " + url_.place() + " allows that";
    }
    if (trouble == Trouble::kCertificate) return "--cacert FILE names who else is to be trusted";
    return {};
}

Error Caller::refused(const Ask& ask) {
    failure_ = {Code::kIo, status(), ask.what, refusal_text(status(), refusal_),
                advice_for(ask, status())};
    return {Code::kIo, text_of_status(status())};
}

Error Caller::wrong(const Ask& ask, const char* text) {
    failure_ = {Code::kMalformed, 0, ask.what, text, {}};
    return {Code::kMalformed, text};
}

Error Caller::broken(const Ask& ask, const Error& error) {
    Trouble trouble = exchange_ ? exchange_->trouble() : Trouble::kNone;
    failure_ = {error.code, 0, ask.what, error.text, advice_for(trouble)};
    bool more = trouble != Trouble::kNone && trouble != Trouble::kStopped;
    if (more) failure_.why += ": " + without_secrets(exchange_->trouble_text());
    return error;
}

}  // namespace assay::registry

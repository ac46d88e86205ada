// Requests to one registry, with everything around them: scheme, credentials, redirects, patience
// with those who are busy, and what to say when it fails.
#pragma once

#include "session.h"

namespace assay::registry {

// What is asked of a registry.
struct Ask {
    std::string what;  // "reading the manifest of …", for messages
    Reference repository;
    std::string method = "GET";
    std::string path;  // "/v2/…", or a whole URL on the registry's origin or elsewhere (an upload)
    std::vector<std::string> headers{};
    Bytes body{};
    bool writes = false;     // asks for the right to push, too
    bool follows = false;    // redirects: only what the specification redirects
    bool anonymous = false;  // never shows who we are
};

class Caller {
  public:
    Caller(std::shared_ptr<Session> session, std::stop_token stop);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    // Until the head of an answer is there, whatever its status: 401 only where nothing we know
    // helped. The body of a refusal (400 and above) has been read.
    Status send(const Ask& ask);
    // The same, again and again after what may pass: 429, 5xx, connections that broke. Requests
    // that change something are repeated only where the registry says it did nothing.
    Status send_patiently(const Ask& ask);

    [[nodiscard]] Exchange& answer() { return *exchange_; }
    [[nodiscard]] int status() const { return exchange_->status(); }
    // Of what was sent last, after redirects.
    [[nodiscard]] const Url& url() const { return url_; }

    // The body, whole, as a document of bounded size and time.
    Result<std::string> document();

    // The answer's status is not what `ask` hoped for.
    Error refused(const Ask& ask);
    // The answer is a lie, or nothing that can be used.
    Error wrong(const Ask& ask, const char* text);
    // The connection failed.
    Error broken(const Ask& ask, const Error& error);

    // Waits before another try; false when there is to be none. `tries` counts them.
    Result<bool> pause(uint32_t& tries);
    // Whether another try may help: what trouble there was, or what status.
    [[nodiscard]] bool may_pass() const;

    [[nodiscard]] const Failure& failure() const { return failure_; }
    void set_failure(Failure failure) { failure_ = std::move(failure); }
    [[nodiscard]] Session& session() { return *session_; }
    // No more is wanted of the last answer.
    void rest();

  private:
    Status send_once(const Ask& ask);
    Status send_to(const Ask& ask, const Url& home);
    Status begin(const Ask& ask, const Url& home);
    Result<Url> redirected(const Url& from);
    Status read_refusal();
    [[nodiscard]] bool may_repeat(const Ask& ask) const;
    [[nodiscard]] Clock::time_point deadline_of(const Ask& ask) const;

    // authorize.cpp: true when another try has something new to show.
    Result<bool> authorize(const Ask& ask);
    bool authorize_basic(const Ask& ask, const std::optional<Login>& login);
    Result<bool> authorize_bearer(const Ask& ask, const Challenge& challenge,
                                  const std::optional<Login>& login);
    Result<Secret> fetch_token(const Ask& ask, const Request& request);
    Error no_token(const Request& request, const Error& error, std::string why);
    [[nodiscard]] bool may_ask_for_token(const Url& realm) const;

    // failure.cpp
    [[nodiscard]] std::string without_secrets(std::string text) const;
    [[nodiscard]] std::string refusal_text(int status, std::string_view body) const;
    [[nodiscard]] std::string advice_for(const Ask& ask, int status) const;
    [[nodiscard]] std::string advice_for(Trouble trouble) const;

    const std::shared_ptr<Session> session_;
    const std::stop_token stop_;
    std::unique_ptr<Exchange> exchange_;
    Url home_;                   // the registry's origin, as it was last spoken to
    Url url_;                    // what was asked last, after redirects
    std::string refusal_;        // the body of an answer of 400 or more
    std::vector<Secret> shown_;  // what must not come back in a message
    bool knows_login_ = false;   // for advice
    Failure failure_;
};

// Whether a server may send us on: never from TLS to none, and without TLS only to where that is
// allowed.
Status may_step(const Session& session, const Url& from, const Url& to);

// What an authorization is kept for.
std::string purpose_of(const Ask& ask);

// A static text for a status that is no success.
const char* text_of_status(int status);

}  // namespace assay::registry

// How a registry is answered that asks who we are: Basic, or Bearer, whose tokens are fetched from
// the server that the challenge names (the realm).
//
// A registry could name any server. What it is told is what the registry itself could have asked
// for by Basic, so nothing is lost by that; but it must be told over TLS, and it is not followed
// when it redirects.
#include "assay/base64.h"
#include "assay/json_value.h"
#include "caller.h"

namespace assay::registry {

std::string purpose_of(const Ask& ask) {
    return ask.repository.host + "/" + ask.repository.repository +
           (ask.writes ? ":pull,push" : ":pull") + (ask.anonymous ? " anonymous" : "");
}

static std::vector<Challenge> challenges_of(const Headers& headers) {
    std::vector<Challenge> all;
    for (const std::string& field : headers.all("www-authenticate")) {
        for (Challenge& challenge : parse_challenges(field)) all.push_back(std::move(challenge));
    }
    return all;
}

static const Challenge* find(const std::vector<Challenge>& all, std::string_view scheme) {
    for (const Challenge& challenge : all) {
        if (challenge.scheme == scheme) return &challenge;
    }
    return nullptr;
}

Result<bool> Caller::authorize(const Ask& ask) {
    if (!url_.same_origin(home_)) return false;  // whoever we were sent to is told nothing
    std::vector<Challenge> all = challenges_of(exchange_->headers());
    std::optional<Login> login;
    if (!ask.anonymous) {
        Result<std::optional<Login>> found = session_->login(ask.repository);
        if (!found) {
            failure_ = {found.error().code,
                        0,
                        "looking up who we are at " + ask.repository.host,
                        describe(found.error()),
                        {}};
            return found.error();
        }
        login = std::move(found.value());
    }
    knows_login_ = login.has_value();
    if (const Challenge* bearer = find(all, "bearer")) {
        return authorize_bearer(ask, *bearer, login);
    }
    return find(all, "basic") && authorize_basic(ask, login);
}

static Secret basic_of(const Login& login) {
    std::string pair = login.user + ":" + login.password.reveal();
    std::string coded = to_base64(as_bytes(pair));
    std::string value = "Basic " + coded;
    Secret secret(value);
    wipe(pair), wipe(coded), wipe(value);
    return secret;
}

bool Caller::authorize_basic(const Ask& ask, const std::optional<Login>& login) {
    if (!login || login->password.empty()) return false;
    shown_.push_back(login->password);
    session_->keep_authorization(purpose_of(ask), basic_of(*login));
    return true;
}

bool Caller::may_ask_for_token(const Url& realm) const {
    return realm.secure() || (!home_.secure() && session_->may_be_plain(realm));
}

static std::string scope_of(const Ask& ask, const Challenge& challenge) {
    std::string asked = challenge.param("scope");
    if (!asked.empty()) return asked;
    return "repository:" + ask.repository.repository + (ask.writes ? ":pull,push" : ":pull");
}

// OAuth's form, for an identity token; the older way, by Basic or by nobody, for the others.
static Request token_request(const Url& realm, const Ask& ask, const Challenge& challenge,
                             const std::optional<Login>& login, std::string& form) {
    std::string query = "service=" + escape_query(challenge.param("service")) +
                        "&scope=" + escape_query(scope_of(ask, challenge));
    Request request;
    request.what = "asking " + realm.place() + " for a token";
    request.url = realm.text;
    request.only_tls = realm.secure();
    if (login && !login->identity_token.empty()) {
        form = query + "&grant_type=refresh_token&client_id=assay&refresh_token=" +
               escape_query(login->identity_token.reveal());
        request.method = "POST";
        request.body = as_bytes(form);
        request.headers = {"Content-Type: application/x-www-form-urlencoded"};
        return request;
    }
    request.url += (realm.text.find('?') == std::string::npos ? "?" : "&") + query;
    if (login && !login->password.empty()) request.authorization = basic_of(*login);
    return request;
}

Result<bool> Caller::authorize_bearer(const Ask& ask, const Challenge& challenge,
                                      const std::optional<Login>& login) {
    Result<Url> realm = parse_url(session_->curl(), challenge.param("realm"));
    if (!realm || !may_ask_for_token(*realm)) {
        return wrong(ask, "the registry names a token server that may not be asked");
    }
    if (login) {
        shown_.push_back(login->password);
        shown_.push_back(login->identity_token);
    }
    std::string form;
    Request request = token_request(*realm, ask, challenge, login, form);
    request.deadline = Clock::now() + session_->bounds().document;
    Result<Secret> token = fetch_token(ask, request);
    wipe(form);
    if (!token) return token.error();
    session_->keep_authorization(purpose_of(ask), std::move(*token));
    return true;
}

static bool is_token(const std::string& text) {
    for (char c : text) {
        if (c <= ' ' || c >= 0x7f) return false;
    }
    return !text.empty();
}

// Of {"token": …} or {"access_token": …}.
static Result<Secret> read_token(std::string& body) {
    Result<JsonValue> answer = JsonValue::parse(as_bytes(body));
    wipe(body);
    if (!answer) return answer.error();
    const std::string* token = answer->find_text("token");
    if (!token || token->empty()) token = answer->find_text("access_token");
    if (!token || !is_token(*token)) return Error{Code::kMalformed, "there is no token in it"};
    std::string value = "Bearer " + *token;
    Secret secret(value);
    wipe(value);
    wipe(const_cast<std::string&>(*token));  // our own, about to go
    return secret;
}

Result<Secret> Caller::fetch_token(const Ask& ask, const Request& request) {
    std::unique_ptr<Exchange> exchange = session_->take_exchange();
    Status begun = exchange->begin(request, stop_);
    if (!begun) return no_token(request, begun.error(), exchange->trouble_text());
    Result<std::string> body = exchange->read_all(session_->bounds().token_size);
    int status = exchange->status();
    if (!body) return no_token(request, body.error(), exchange->trouble_text());
    session_->give_back(std::move(exchange));
    if (status != 200) {
        Error refused{Code::kIo, "the token server refuses"};
        Error told = no_token(request, refused, refusal_text(status, *body));
        failure_.status = status;
        failure_.advice = advice_for(ask, status);
        return told;
    }
    Result<Secret> token = read_token(*body);
    if (!token)
        return no_token(request, {Code::kMalformed, "the token server's answer is none"}, {});
    return token;
}

Error Caller::no_token(const Request& request, const Error& error, std::string why) {
    failure_ = {error.code, 0, request.what, error.text, {}};
    if (!why.empty() && why != error.text) failure_.why += ": " + without_secrets(std::move(why));
    return error;
}

}  // namespace assay::registry

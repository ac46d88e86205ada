#include "caller.h"

#include <algorithm>
#include <thread>

namespace assay::registry {

Caller::Caller(std::shared_ptr<Session> session, std::stop_token stop)
    : session_(std::move(session)), stop_(std::move(stop)) {}

Caller::~Caller() { rest(); }

void Caller::rest() { session_->give_back(std::move(exchange_)); }

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Status may_step(const Session& session, const Url& from, const Url& to) {
    if (to.secure()) return Done{};
    if (from.secure()) return Error{Code::kMalformed, "the registry redirects from https to http"};
    if (session.may_be_plain(to)) return Done{};
    return Error{Code::kMalformed, "the registry redirects to a host without TLS"};
}

Clock::time_point Caller::deadline_of(const Ask& ask) const {
    const Bounds& bounds = session_->bounds();
    if (!ask.body.empty() || ask.writes) return Clock::now() + bounds.upload;
    if (ask.follows && ask.method == "GET") return Clock::time_point::max();  // a blob
    return Clock::now() + bounds.document;
}

Status Caller::begin(const Ask& ask, const Url& home) {
    Request request{ask.what, ask.method, url_.text, ask.headers, {}, ask.body};
    request.deadline = deadline_of(ask);
    request.only_tls = url_.secure();
    if (url_.same_origin(home)) request.authorization = session_->authorization(purpose_of(ask));
    if (!request.authorization.empty()) shown_.push_back(request.authorization);
    return exchange_->begin(request, stop_);
}

Result<Url> Caller::redirected(const Url& from) {
    Result<Url> to = parse_url(session_->curl(), exchange_->location(), from.text);
    if (!to) return to;
    if (Status allowed = may_step(*session_, from, *to); !allowed) return allowed.error();
    return to;
}

Status Caller::send_to(const Ask& ask, const Url& home) {
    Result<Url> at = parse_url(session_->curl(), ask.path, home.text);
    if (!at) return at.error();
    if (Status allowed = may_step(*session_, home, *at); !allowed) return allowed.error();
    url_ = *at;
    for (uint32_t hops = 0;; hops++) {
        if (Status begun = begin(ask, home); !begun) return begun;
        if (!ask.follows || !is_redirect(status())) return read_refusal();
        if (hops == session_->bounds().redirects) {
            return Error{Code::kMalformed, "the registry redirects too often"};
        }
        at = redirected(url_);
        if (!at) return at.error();
        url_ = *at;
    }
}

// Loopback is spoken to plainly where nothing there speaks TLS: what never leaves the machine needs
// none. Certificates that are there are verified all the same.
Status Caller::send_once(const Ask& ask) {
    const std::string& host = ask.repository.host;
    Result<Url> home = parse_url(session_->curl(), session_->base_of(host) + "/");
    if (!home) return home.error();
    home_ = *home;
    Status sent = send_to(ask, home_);
    bool fall_back = !sent && exchange_->trouble() == Trouble::kNoTls && home_.secure() &&
                     is_loopback(home_.host) && url_.same_origin(home_);
    if (!fall_back) return sent;
    session_->speak_plainly(host);
    home = parse_url(session_->curl(), session_->base_of(host) + "/");
    if (!home) return home.error();
    home_ = *home;
    return send_to(ask, home_);
}

Status Caller::read_refusal() {
    refusal_.clear();
    if (status() < 400) return Done{};
    Result<std::string> body = exchange_->read_all(session_->bounds().token_size);
    if (body) refusal_ = std::move(*body);
    if (!body && body.error().code == Code::kInterrupted) return body.error();
    return Done{};
}

Status Caller::send(const Ask& ask) {
    if (!exchange_) exchange_ = session_->take_exchange();
    failure_ = {};
    shown_.clear();
    Status sent = send_once(ask);
    if (!sent || status() != 401) return sent;
    Result<bool> again = authorize(ask);
    if (!again) return again.error();
    return *again ? send_once(ask) : sent;
}

bool Caller::may_pass() const {
    constexpr int kPassing[] = {408, 429, 500, 502, 503, 504};
    Trouble trouble = exchange_->trouble();
    if (trouble != Trouble::kNone) return trouble == Trouble::kBroken;
    return std::ranges::find(kPassing, status()) != std::end(kPassing);
}

bool Caller::may_repeat(const Ask& ask) const {
    if (ask.method == "GET" || ask.method == "HEAD") return true;
    return exchange_->trouble() == Trouble::kNone && (status() == 429 || status() == 503);
}

Status Caller::send_patiently(const Ask& ask) {
    for (uint32_t tries = 0;;) {
        Status sent = send(ask);
        bool told = !failure_.why.empty();  // by somebody who knew better, the token server's case
        if (!told && may_pass() && may_repeat(ask)) {
            Result<bool> again = pause(tries);
            if (!again) return broken(ask, again.error());
            if (*again) continue;
        }
        if (!sent && !told) return broken(ask, sent.error());
        return sent;
    }
}

Result<bool> Caller::pause(uint32_t& tries) {
    const Bounds& bounds = session_->bounds();
    if (++tries >= bounds.tries) return false;
    auto wanted = bounds.first_pause * (1U << std::min(tries - 1, 16U));
    std::optional<std::string> asked = exchange_->headers().one("retry-after");
    if (auto seconds = asked ? parse_number(*asked) : std::nullopt) {
        auto most = static_cast<uint64_t>(bounds.longest_pause.count());
        uint64_t told = *seconds > most / 1000 ? most : *seconds * 1000;
        wanted = std::max(wanted, std::chrono::milliseconds(told));
    }
    auto until = Clock::now() + std::min(wanted, bounds.longest_pause);
    while (Clock::now() < until) {
        if (stop_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(50)));
    }
    return true;
}

Result<std::string> Caller::document() {
    return exchange_->read_all(session_->bounds().document_size);
}

}  // namespace assay::registry

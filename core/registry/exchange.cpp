#include "exchange.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

namespace assay::registry {

static constexpr long kBuffer = 64 << 10;  // libcurl's, per connection
static constexpr int kTurn = 100;          // milliseconds between looks at the stop token
static constexpr size_t kLongestText = 300;

bool Drip::waited(Clock::duration time) {
    waited_ += time;
    if (waited_ < window_) return false;
    bool slow = came_ < least_;
    restart();
    return slow;
}

Exchange::Exchange(const Curl& curl, const Settings& settings)
    : curl_(curl),
      settings_(settings),
      multi_(curl.multi_init()),
      easy_(curl.easy_init()),
      drip_(settings.bounds.slow_window, settings.bounds.slow_bytes) {}

Exchange::~Exchange() {
    end();
    if (easy_) curl_.easy_cleanup(easy_);
    if (multi_) curl_.multi_cleanup(multi_);
}

void Exchange::end() {
    if (added_) curl_.multi_remove(multi_, easy_);
    added_ = false;
    if (easy_) curl_.easy_reset(easy_);  // forgets the headers' list, then
    for (curl_slist* line = list_; line; line = line->next) {
        OPENSSL_cleanse(line->data, std::strlen(line->data));  // one may be an authorization
    }
    curl_.list_free(list_);
    list_ = nullptr;
}

// ---- what is asked for

void Exchange::prepare_trust(const Request& request) {
    curl_.set(easy_, CURLOPT_PROTOCOLS_STR, request.only_tls ? "https" : "https,http");
    curl_.set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_.set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_.set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_.set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // CAPATH stays: the system's roots are trusted besides.
    if (!settings_.ca_file.empty()) {
        curl_.set(easy_, CURLOPT_CAINFO, settings_.ca_file.c_str());
    }
    curl_.set(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_.set(easy_, CURLOPT_PROXY, settings_.proxy.c_str());  // empty: not the environment's
    curl_.set(easy_, CURLOPT_NOPROXY, settings_.no_proxy.c_str());
}

void Exchange::prepare_method(const Request& request) {
    if (request.method == "HEAD") curl_.set(easy_, CURLOPT_NOBODY, 1L);
    if (request.method == "GET" || request.method == "HEAD") return;
    curl_.set(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "DELETE") return;
    curl_.set(easy_, CURLOPT_POST, 1L);
    curl_.set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_.set(easy_, CURLOPT_POSTFIELDS,
              request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
}

void Exchange::prepare_headers(const Request& request) {
    for (const std::string& header : request.headers) {
        list_ = curl_.list_append(list_, header.c_str());
    }
    list_ = curl_.list_append(list_, "Expect:");
    if (!request.authorization.empty()) {
        std::string line = "Authorization: " + request.authorization.reveal();
        list_ = curl_.list_append(list_, line.c_str());
        wipe(line);
    }
    curl_.set(easy_, CURLOPT_HTTPHEADER, list_);
}

void Exchange::prepare(const Request& request) {
    curl_.set(easy_, CURLOPT_URL, request.url.c_str());
    curl_.set(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_.set(easy_, CURLOPT_QUICK_EXIT, 1L);  // no waiting for a resolver that hangs
    curl_.set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_.set(easy_, CURLOPT_USERAGENT, settings_.user_agent.c_str());
    curl_.set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
              static_cast<long>(settings_.bounds.connect.count()));
    curl_.set(easy_, CURLOPT_BUFFERSIZE, kBuffer);
    curl_.set(easy_, CURLOPT_ERRORBUFFER, curl_text_.data());
    curl_.set(easy_, CURLOPT_HEADERFUNCTION, &Exchange::on_header);
    curl_.set(easy_, CURLOPT_HEADERDATA, this);
    curl_.set(easy_, CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    curl_.set(easy_, CURLOPT_WRITEDATA, this);
    prepare_trust(request);
    prepare_method(request);
    prepare_headers(request);
}

Status Exchange::begin(const Request& request, const std::stop_token& stop) {
    if (!multi_ || !easy_) return Error{Code::kLimit, "no memory for a connection"};
    end();
    stop_ = stop;
    deadline_ = request.deadline;
    measured_ = request.method == "GET" || request.method == "HEAD";
    drip_.restart();
    status_ = 0, header_bytes_ = 0, filled_ = 0, carried_ = 0, room_ = 0, target_ = nullptr;
    head_done_ = body_done_ = paused_ = false;
    headers_.clear(), carry_.clear(), refusal_.clear(), trouble_text_.clear();
    trouble_ = Trouble::kNone;
    curl_text_[0] = 0;
    prepare(request);
    added_ = curl_.multi_add(multi_, easy_) == CURLM_OK;
    if (!added_) return Error{Code::kLimit, "no memory for a connection"};
    while (!head_done_ && !body_done_) {
        if (Status status = turn(); !status) return status;
    }
    return head_done_ ? Status(Done{}) : fail(Trouble::kBroken, "no answer");
}

// ---- what comes

size_t Exchange::on_header(char* data, size_t one, size_t n, void* self) {
    return static_cast<Exchange*>(self)->take_header({data, one * n});
}

size_t Exchange::on_body(char* data, size_t one, size_t n, void* self) {
    return static_cast<Exchange*>(self)->take_body(data, one * n);
}

// Returning less than came is libcurl's sign to give up.
size_t Exchange::take_header(std::string_view line) {
    size_t n = line.size();
    header_bytes_ += n;
    drip_.came(n);
    if (header_bytes_ > settings_.bounds.headers) {
        refusal_ = "the head of the answer is too long";
        return 0;
    }
    if (head_done_) return n;  // trailers: nothing in them is ours
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
        headers_.clear();
        return n;
    }
    if (!line.empty()) {
        headers_.add(line);
        return n;
    }
    return end_of_head() ? n : 0;
}

// libcurl decodes what is transferred as gzip even where nobody asked for it.
bool Exchange::end_of_head() {
    long code = 0;
    curl_.get(easy_, CURLINFO_RESPONSE_CODE, &code);
    if (code < 200) return true;  // "100 Continue": another head follows
    status_ = static_cast<int>(code);
    head_done_ = true;
    std::string transfer = headers_.one("transfer-encoding").value_or("identity");
    std::string content = headers_.one("content-encoding").value_or("identity");
    bool plain = (transfer == "identity" || transfer == "chunked") && content == "identity";
    if (!plain) refusal_ = "the answer is encoded, although that was not asked for";
    return plain;
}

size_t Exchange::take_body(const char* data, size_t n) {
    if (carried_ < carry_.size()) {
        paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    drip_.came(n);
    size_t direct = std::min(n, room_ - filled_);
    if (direct > 0) std::copy_n(data, direct, target_ + filled_);
    filled_ += direct;
    carry_.assign(data + direct, data + n);
    carried_ = 0;
    return n;
}

Result<size_t> Exchange::read(uint8_t* to, size_t n) {
    size_t kept = std::min(n, carry_.size() - carried_);
    std::copy_n(carry_.data() + carried_, kept, to);
    carried_ += kept;
    if (kept > 0 || n == 0) return kept;
    if (trouble_ != Trouble::kNone) return error();
    target_ = to, room_ = n, filled_ = 0;
    if (std::exchange(paused_, false)) curl_.pause(easy_, CURLPAUSE_CONT);
    Status went = Done{};
    while (went && filled_ == 0 && !body_done_) went = turn();
    target_ = nullptr, room_ = 0;
    size_t got = std::exchange(filled_, 0);
    if (!went && got == 0) return went.error();  // else the next call meets it again
    return got;
}

Result<std::string> Exchange::read_all(size_t most) {
    std::string body;
    std::array<uint8_t, 16 << 10> piece;
    for (;;) {
        Result<size_t> got = read(piece.data(), piece.size());
        if (!got) return got.error();
        if (*got == 0) return body;
        if (*got > most - body.size()) return Error{Code::kLimit, "the answer is too long"};
        body += as_text(Bytes(piece.data(), *got));
    }
}

// ---- turns

Status Exchange::turn() {
    if (stop_.stop_requested()) return fail(Trouble::kStopped, "interrupted");
    int running = 0;
    size_t before = filled_;
    curl_.multi_perform(multi_, &running);
    if (trouble_ == Trouble::kNone) collect();
    if (trouble_ != Trouble::kNone) return error();
    if (body_done_ || filled_ > before || paused_) return Done{};
    auto start = Clock::now();
    curl_.multi_poll(multi_, nullptr, 0, kTurn, nullptr);
    measure(Clock::now() - start);
    return trouble_ == Trouble::kNone ? Status(Done{}) : Status(error());
}

void Exchange::collect() {
    int left = 0;
    while (CURLMsg* message = curl_.multi_info(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        if (message->data.result != CURLE_OK) {
            (void)fail(message->data.result);
        } else {
            body_done_ = true;
        }
    }
}

void Exchange::measure(Clock::duration waited) {
    if (Clock::now() > deadline_) {
        (void)fail(Trouble::kDeadline, "the answer took too long");
    } else if (measured_ && drip_.waited(waited)) {
        (void)fail(Trouble::kSlow, "next to nothing came for too long");
    }
}

static Trouble trouble_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:  // only connecting has a time limit of libcurl's
            return Trouble::kUnreachable;
        case CURLE_SSL_CONNECT_ERROR:
            return Trouble::kNoTls;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return Trouble::kCertificate;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_WRITE_ERROR:
            return Trouble::kProtocol;
        default:
            return Trouble::kBroken;
    }
}

Status Exchange::fail(CURLcode code) {
    if (!refusal_.empty()) return fail(Trouble::kProtocol, refusal_);
    if (code == CURLE_OUT_OF_MEMORY && !head_done_) {  // so it says of a line beyond its own limit
        return fail(Trouble::kProtocol, "the head of the answer is too long");
    }
    const char* text = curl_text_[0] != 0 ? curl_text_.data() : curl_.text_of(code);
    return fail(trouble_of(code), text);
}

// After trouble the connection is of no use, and what it still holds must not be read.
Status Exchange::fail(Trouble trouble, std::string text) {
    trouble_ = trouble;
    trouble_text_ = printable(text, kLongestText);
    end();
    return error();
}

Error Exchange::error() const {
    switch (trouble_) {
        case Trouble::kStopped:
            return {Code::kInterrupted, "interrupted"};
        case Trouble::kUnreachable:
            return {Code::kIo, "the registry cannot be reached"};
        case Trouble::kNoTls:
            return {Code::kIo, "the registry does not speak TLS"};
        case Trouble::kCertificate:
            return {Code::kIo, "the registry's certificate is not trusted"};
        case Trouble::kSlow:
            return {Code::kIo, "the registry sends next to nothing"};
        case Trouble::kDeadline:
            return {Code::kIo, "the registry takes too long to answer"};
        case Trouble::kProtocol:
            return {Code::kMalformed, "the registry's answer breaks the rules of HTTP"};
        case Trouble::kBroken:
        case Trouble::kNone:
            break;
    }
    return {Code::kIo, "the connection to the registry broke"};
}

}  // namespace assay::registry

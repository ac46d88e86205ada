// One HTTP request and its answer, by libcurl's multi interface on the calling thread: bytes move
// while somebody waits in begin() or read(), and never otherwise. What libcurl could do by itself
// (redirects, credentials, decoding, other protocols, reading the environment) is switched off.
//
// HTTP/1.1 on purpose: a reader that is slow then stops its own connection and nothing else.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "assay/registry.h"
#include "curl.h"
#include "headers.h"

namespace assay::registry {

using Clock = std::chrono::steady_clock;

struct Request {
    std::string what;  // for messages
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers;
    Secret authorization;  // the value of that field; none when empty
    Bytes body{};          // borrowed until the answer is there; of POST, PUT and PATCH
    Clock::time_point deadline = Clock::time_point::max();
    bool only_tls = true;
};

// What went wrong with the connection, as far as it decides what to do next.
enum class Trouble : uint8_t {
    kNone,
    kStopped,      // the user said so
    kUnreachable,  // no address, no connection
    kNoTls,        // what answers does not speak TLS
    kCertificate,  // it does, and is not trusted
    kBroken,       // the connection ended early
    kSlow,         // next to nothing came
    kDeadline,     // what should be short took too long
    kProtocol,     // what came is not HTTP as we speak it
};

// Whether bytes come too slowly: measured over waiting alone, since a reader may be slow itself.
class Drip {
  public:
    Drip(std::chrono::milliseconds window, uint64_t least) : window_(window), least_(least) {}
    void restart() { waited_ = {}, came_ = 0; }
    void came(uint64_t bytes) { came_ += bytes; }
    // Whether a whole window has now been waited for less than is wanted.
    bool waited(Clock::duration time);

  private:
    const Clock::duration window_;
    const uint64_t least_;
    Clock::duration waited_{};
    uint64_t came_ = 0;
};

class Exchange {
  public:
    Exchange(const Curl& curl, const Settings& settings);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // Gives up what went on before, sends, and waits for the head of the answer. On an error
    // trouble() tells more.
    Status begin(const Request& request, const std::stop_token& stop);

    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] const Headers& headers() const { return headers_; }
    // Where the answer redirects to, as it stands there; empty where it does not.
    [[nodiscard]] std::string location() const { return headers_.one("location").value_or(""); }

    // Bytes of the body: 1 to n, waiting for them; none at its end.
    Result<size_t> read(uint8_t* to, size_t n);
    // What is left of it, at most `most` bytes; kLimit beyond.
    Result<std::string> read_all(size_t most);

    [[nodiscard]] Trouble trouble() const { return trouble_; }
    // In words, bounded, without what could be secret.
    [[nodiscard]] const std::string& trouble_text() const { return trouble_text_; }

    // Leaves the body; the connection is kept where the answer was read to its end.
    void end();

  private:
    static size_t on_header(char* data, size_t one, size_t n, void* self);
    static size_t on_body(char* data, size_t one, size_t n, void* self);
    size_t take_header(std::string_view line);
    size_t take_body(const char* data, size_t n);
    bool end_of_head();

    void prepare(const Request& request);
    void prepare_method(const Request& request);
    void prepare_headers(const Request& request);
    void prepare_trust(const Request& request);
    Status turn();  // some progress, or a short wait
    void collect();
    void measure(Clock::duration waited);
    Status fail(Trouble trouble, std::string text);
    Status fail(CURLcode code);
    [[nodiscard]] Error error() const;

    const Curl& curl_;
    const Settings& settings_;
    CURLM* multi_;
    CURL* easy_;
    curl_slist* list_ = nullptr;
    bool added_ = false;
    std::stop_token stop_;
    Clock::time_point deadline_{};
    Drip drip_;
    bool measured_ = false;  // reading, not writing: a registry may take its time to store

    int status_ = 0;
    Headers headers_;
    size_t header_bytes_ = 0;
    bool head_done_ = false;
    bool body_done_ = false;
    std::string refusal_;  // why a callback of ours gave up

    uint8_t* target_ = nullptr;  // where the body goes while somebody waits for it
    size_t room_ = 0;
    size_t filled_ = 0;
    std::vector<uint8_t> carry_;  // what came beyond that: at most one piece of libcurl's
    size_t carried_ = 0;
    bool paused_ = false;

    Trouble trouble_ = Trouble::kNone;
    std::string trouble_text_;
    std::array<char, CURL_ERROR_SIZE> curl_text_{};
};

}  // namespace assay::registry

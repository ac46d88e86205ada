// A registry's client: what the OCI distribution specification defines, and no more than its
// documents' own digests. It knows no format of models.
//
// Everything that comes from a registry is hostile: sizes, digests, headers, redirects and errors
// are bounded and checked. Certificates are always verified; plain HTTP is spoken on loopback and
// with hosts that the caller named. Credentials go to the origin they are for and, where a registry
// asks for a token, to its token server.
//
// Owner and threads: a Session is shared by everybody who talks to registries with the same
// settings, from any thread. A Client belongs to one thread at a time, and so does a source that it
// opened; both hold the session. libcurl is loaded when the first session is opened, and works on
// the calling thread: nothing happens between calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/bytes.h"
#include "assay/registry_login.h"
#include "assay/result.h"
#include "assay/source.h"

namespace assay::registry {

// HOST[:PORT]/REPO[:TAG][@DIGEST], as docker and skopeo read it: without a host it is docker.io, a
// single name there lies under library/, and without tag and digest the tag is latest. Where both
// are given the digest decides.
struct Reference {
    std::string host;        // with its port, if one was given; as written
    std::string repository;  // "library/busybox"
    std::string tag;         // may be empty beside a digest
    std::string digest;      // "sha256:…", or empty

    // What names the manifest in a request: the digest, else the tag.
    [[nodiscard]] const std::string& wanted() const { return digest.empty() ? tag : digest; }
    // HOST/REPO:TAG@DIGEST, whole.
    [[nodiscard]] std::string text() const;
    // The same repository, another manifest.
    [[nodiscard]] Reference at(std::string_view tag_or_digest) const;

    bool operator==(const Reference&) const = default;
};

// With or without "docker://" before it.
Result<Reference> parse_reference(std::string_view text);

// "sha256:" and 64 lower-case hex digits, or "sha512:" and 128.
bool is_digest(std::string_view text);

struct Descriptor {
    std::string media_type;
    std::string digest;
    uint64_t size = 0;
    std::string artifact_type;                                     // may be empty
    std::vector<std::pair<std::string, std::string>> annotations;  // in the order of the document
};

// As it came, its digest checked: against the one that was asked for, and the one that was
// promised.
struct Manifest {
    std::string bytes;
    std::string media_type;  // from the response; what the document says may differ
    std::string digest;      // sha256, or the algorithm that was asked for
};

// Why a request failed, for people: no secret is in it, and what a registry said is bounded and has
// no control characters.
struct Failure {
    Code code = Code::kIo;
    int status = 0;      // of HTTP; 0 where there was no answer
    std::string what;    // "reading the manifest of HOST/REPO:TAG"
    std::string why;     // "401 UNAUTHORIZED: authentication required"
    std::string advice;  // what to do, may be empty

    // "WHAT: WHY (ADVICE)"
    [[nodiscard]] std::string text() const;
};

// Every number that bounds what a registry can do to us.
struct Bounds {
    std::chrono::milliseconds connect{15'000};        // to connect, TLS included
    std::chrono::milliseconds document{120'000};      // for a whole document that is no blob
    std::chrono::milliseconds upload{600'000};        // for a piece of an upload
    std::chrono::milliseconds slow_window{30'000};    // over this long…
    uint64_t slow_bytes = 32 * 1024;                  // …at least so much must come
    uint32_t tries = 5;                               // one after the other, without progress
    std::chrono::milliseconds first_pause{500};       // before the second; doubled each time
    std::chrono::milliseconds longest_pause{20'000};  // also for what Retry-After asks
    uint64_t progress = 8 << 20;  // bytes that came make up for the tries before them
    uint32_t redirects = 5;
    uint32_t pages = 100;            // of a list of referrers
    size_t headers = 64 << 10;       // of one answer
    size_t document_size = 4 << 20;  // manifests, lists
    size_t token_size = 64 << 10;
    size_t upload_piece = 16 << 20;  // larger blobs go up in pieces
};

struct Settings {
    std::vector<std::string> plain_http;  // HOST or HOST:PORT, besides loopback
    std::string ca_file;                  // PEM: trusted besides the system's roots
    std::string proxy;                    // empty: none
    std::string no_proxy;                 // as curl's NOPROXY
    FindLogin find_login;                 // empty: nobody
    std::string user_agent = "assay";
    Bounds bounds;
};

class Session;

// kUnsupported where the system has no libcurl, kUsage where ca_file cannot be read.
Result<std::shared_ptr<Session>> open_session(Settings settings);

// What anybody may do to a repository.
enum class Anonymous : uint8_t {
    kRefused,   // 401, 403 or 405 to an upload without credentials
    kMayWrite,  // an upload was begun, and cancelled
    kNoAnswer,  // something else: see failure()
};

class Client {
  public:
    // A stop ends whatever waits within a fraction of a second: kInterrupted.
    explicit Client(std::shared_ptr<Session> session, std::stop_token stop = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    // Of the last call that returned an error; valid until the next call. The Error itself carries
    // a static text that tells kinds of failure apart, so that reports stay the same.
    [[nodiscard]] const Failure& failure() const;

    // ---- reading

    Result<Manifest> manifest(const Reference& reference);

    // A blob of at most `most` bytes, whole; its size and digest are checked.
    Result<std::string> small_blob(const Reference& repository, const Descriptor& blob,
                                   size_t most = size_t{4} << 20);

    // A blob in order, nothing but blocks of the reader's pool in memory. A connection that breaks
    // is taken up again where it broke. Whether the bytes have the descriptor's digest is for the
    // reader to see, who digests them anyway; that they are descriptor.size many is checked here.
    // The source does not need the client any more. Its failures are told by failure_of().
    Result<std::unique_ptr<ByteSource>> open_blob(const Reference& repository,
                                                  const Descriptor& blob);

    // What refers to `digest`: the referrers API, else the tag that stands in for it. The filter,
    // where not empty, is applied here, too: registries may ignore it.
    Result<std::vector<Descriptor>> referrers(const Reference& repository,
                                              const std::string& digest,
                                              const std::string& artifact_type = {});

    // ---- writing

    Result<bool> has_blob(const Reference& repository, const std::string& digest);

    // Nothing is sent where the blob is there already.
    Result<Descriptor> push_blob(const Reference& repository, Bytes bytes);

    // The same for what is not held in memory: `source` is read in order once, from its start, in
    // pieces. Precondition: the caller knows digest and size.
    Status push_blob(const Reference& repository, const Descriptor& blob, ByteSource& source,
                     BlockPool& pool);

    // Under the reference's digest (checked here, first) or its tag.
    Result<Descriptor> push_manifest(const Reference& reference, const std::string& media_type,
                                     Bytes bytes);

    // Pushes a manifest, whose `subject` has the digest `subject`, by its own digest, and sees to
    // it that referrers() finds it: where the registry does not index referrers itself, the index
    // under the stand-in tag is read, extended and written, again if somebody else was quicker.
    // The blobs of the manifest must be there. `described` is what the list says of it besides
    // digest and size.
    Result<Descriptor> push_referrer(const Reference& repository, const std::string& subject,
                                     const Descriptor& described, Bytes manifest);

    // Asks without credentials whether an upload may begin, and cancels it. This writes to the
    // registry's log at least: only for users who asked for it.
    Anonymous probe_write(const Reference& repository);

  private:
    friend class BlobSource;
    struct State;
    std::unique_ptr<State> state_;
};

// The failure of a source that open_blob() made, after its read() or settle() returned an error;
// null for other sources and before. Lives as long as the source.
const Failure* failure_of(const ByteSource& source);

}  // namespace assay::registry

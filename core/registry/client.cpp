#include "client.h"

#include "documents.h"

namespace assay::registry {

static constexpr const char* kAccept =
    "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json, */*;q=0.1";

Client::Client(std::shared_ptr<Session> session, std::stop_token stop)
    : state_(std::make_unique<State>(std::move(session), std::move(stop))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const Failure& Client::failure() const { return state_->caller.failure(); }

std::string path_of(const Reference& repository, std::string_view kind, std::string_view rest) {
    return "/v2/" + repository.repository + "/" + std::string(kind) + "/" + std::string(rest);
}

Ask manifest_ask(const Reference& reference) {
    Ask ask;
    ask.what = "reading the manifest of " + reference.text();
    ask.repository = reference;
    ask.path = path_of(reference, "manifests", reference.wanted());
    ask.headers = {kAccept};
    return ask;
}

// What a registry promises in Docker-Content-Digest, and what was asked for, must be what came.
static const char* check_digest(const Reference& reference, const Headers& headers,
                                const std::string& bytes, std::string& digest) {
    std::optional<std::string> promised = headers.one("docker-content-digest");
    if (promised && !is_digest(*promised)) return "the registry's Docker-Content-Digest is none";
    digest = digest_like(reference.digest, as_bytes(bytes));
    if (!reference.digest.empty() && digest != reference.digest) {
        return "the manifest that came has another digest than the one that was asked for";
    }
    if (promised && digest_like(*promised, as_bytes(bytes)) != *promised) {
        return "the manifest that came has another digest than the registry says";
    }
    return nullptr;
}

Result<Manifest> take_manifest(Caller& caller, const Ask& ask, const Reference& reference) {
    Result<std::string> bytes = caller.document();
    if (!bytes && bytes.error().code == Code::kLimit) {
        return caller.wrong(ask, "the manifest is larger than the 4 MiB that are allowed");
    }
    if (!bytes) return caller.broken(ask, bytes.error());
    const Headers& headers = caller.answer().headers();
    Manifest manifest{std::move(*bytes), {}, {}};
    const char* lie = check_digest(reference, headers, manifest.bytes, manifest.digest);
    if (lie) return caller.wrong(ask, lie);
    manifest.media_type = parse_media_type(headers.one("content-type").value_or(""));
    return manifest;
}

Result<Manifest> Client::manifest(const Reference& reference) {
    Caller& caller = state_->caller;
    Ask ask = manifest_ask(reference);
    for (uint32_t tries = 0;;) {
        if (Status sent = caller.send_patiently(ask); !sent) return sent.error();
        if (caller.status() != 200) return caller.refused(ask);
        Result<Manifest> manifest = take_manifest(caller, ask, reference);
        if (manifest || !caller.may_pass()) return manifest;
        Result<bool> again = caller.pause(tries);
        if (!again) return again.error();
        if (!*again) return manifest;
    }
}

static Ask blob_ask(const Reference& repository, const std::string& digest, const char* method) {
    Ask ask;
    ask.what = "reading " + digest + " of " + repository.host + "/" + repository.repository;
    ask.repository = repository;
    ask.method = method;
    ask.path = path_of(repository, "blobs", digest);
    ask.follows = true;
    return ask;
}

Result<std::string> Client::small_blob(const Reference& repository, const Descriptor& blob,
                                       size_t most) {
    Caller& caller = state_->caller;
    Ask ask = blob_ask(repository, blob.digest, "GET");
    if (!is_digest(blob.digest)) return caller.wrong(ask, "the digest is not one we know");
    if (blob.size > most) {
        return caller.wrong(ask, "the blob is larger than what is allowed here");
    }
    Result<std::unique_ptr<ByteSource>> source = open_blob(repository, blob);
    if (!source) return source.error();
    BlockPool pool(64 << 10, size_t{128} << 10);
    std::string bytes;
    for (;;) {
        Result<Lent> lent = (*source)->read(bytes.size(), pool.block_size(), pool);
        if (!lent) {
            caller.set_failure(*failure_of(**source));
            return lent.error();
        }
        if (lent->bytes.empty()) break;
        bytes += as_text(lent->bytes);
    }
    if (digest_like(blob.digest, as_bytes(bytes)) == blob.digest) return bytes;
    return caller.wrong(ask, "the blob that came has another digest than the one it is named by");
}

Result<bool> Client::has_blob(const Reference& repository, const std::string& digest) {
    Caller& caller = state_->caller;
    Ask ask = blob_ask(repository, digest, "HEAD");
    if (!is_digest(digest)) return caller.wrong(ask, "the digest is not one we know");
    if (Status sent = caller.send_patiently(ask); !sent) return sent.error();
    if (caller.status() == 404) return false;
    if (caller.status() != 200) return caller.refused(ask);
    return true;
}

}  // namespace assay::registry

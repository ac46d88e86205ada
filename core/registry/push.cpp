// Writing to a registry: blobs, in one piece or in several, manifests, and the question whether
// anybody may.
//
//   POST  /v2/NAME/blobs/uploads/            202, Location: where the upload goes
//   PATCH that, with Content-Range           202, Location: where it goes on
//   PUT   that?digest=…                      201
#include <algorithm>

#include "client.h"
#include "documents.h"

namespace assay::registry {

static constexpr const char* kOctets = "Content-Type: application/octet-stream";

static Ask write_ask(const Reference& repository, const std::string& what, const char* method,
                     std::string path) {
    Ask ask;
    ask.what = what + " to " + repository.host + "/" + repository.repository;
    ask.repository = repository;
    ask.method = method;
    ask.path = std::move(path);
    ask.writes = true;
    return ask;
}

namespace {

// One upload of a blob. Begun uploads that fail are cancelled as far as the registry lets us.
class Upload {
  public:
    Upload(Caller& caller, const Reference& repository, const Descriptor& blob)
        : caller_(caller), repository_(repository), blob_(blob), what_("pushing " + blob.digest) {}

    Status whole(Bytes bytes) {
        if (Status begun = begin(); !begun) return begun;
        return finish(bytes);
    }

    Status begin() {
        Ask ask = write_ask(repository_, what_, "POST", path_of(repository_, "blobs", "uploads/"));
        if (Status sent = caller_.send_patiently(ask); !sent) return sent;
        if (caller_.status() != 202) return caller_.refused(ask);
        return locate(ask);
    }

    Status piece(Bytes bytes) {
        Ask ask = write_ask(repository_, what_, "PATCH", location_);
        ask.headers = {kOctets, "Content-Range: " + std::to_string(sent_) + "-" +
                                    std::to_string(sent_ + bytes.size() - 1)};
        ask.body = bytes;
        if (Status sent = caller_.send_patiently(ask); !sent) return cancelled(sent.error());
        if (caller_.status() != 202) return cancelled(caller_.refused(ask));
        sent_ += bytes.size();
        return locate(ask);
    }

    Status finish(Bytes bytes) {
        const char* mark = location_.find('?') == std::string::npos ? "?" : "&";
        Ask ask = write_ask(repository_, what_, "PUT", location_ + mark + "digest=" + blob_.digest);
        ask.headers = {kOctets};
        ask.body = bytes;
        if (Status sent = caller_.send_patiently(ask); !sent) return cancelled(sent.error());
        if (caller_.status() != 201) return cancelled(caller_.refused(ask));
        return Done{};
    }

    Error cancelled(const Error& error) {
        Failure failure = caller_.failure();
        Ask ask = write_ask(repository_, what_, "DELETE", location_);
        (void)caller_.send(ask);
        caller_.set_failure(std::move(failure));
        return error;
    }

  private:
    // What a Location names may be relative to what was asked, and elsewhere: then our credentials
    // do not go along (Caller sees to that).
    Status locate(const Ask& ask) {
        Result<Url> to =
            parse_url(caller_.session().curl(), caller_.answer().location(), caller_.url().text);
        Status allowed = to ? may_step(caller_.session(), caller_.url(), *to) : Status(to.error());
        if (!allowed) return caller_.wrong(ask, allowed.error().text);
        location_ = to->text;
        return Done{};
    }

    Caller& caller_;
    const Reference& repository_;
    const Descriptor& blob_;
    const std::string what_;
    std::string location_;
    uint64_t sent_ = 0;
};

}  // namespace

Result<Descriptor> Client::push_blob(const Reference& repository, Bytes bytes) {
    Descriptor blob{"application/octet-stream", sha256_digest(bytes), bytes.size(), {}, {}};
    Result<bool> there = has_blob(repository, blob.digest);
    if (!there) return there.error();
    if (*there) return blob;
    Upload upload(state_->caller, repository, blob);
    if (Status sent = upload.whole(bytes); !sent) return sent.error();
    return blob;
}

// Fills `piece` from the source; its end is where the descriptor's size says.
static Status read_piece(ByteSource& source, BlockPool& pool, uint64_t at, size_t n,
                         std::vector<uint8_t>& piece) {
    piece.clear();
    while (piece.size() < n) {
        size_t most = std::min(n - piece.size(), pool.block_size());
        Result<Lent> lent = source.read(at + piece.size(), most, pool);
        if (!lent) return lent.error();
        if (lent->bytes.empty()) return Error{Code::kTruncated, "what is pushed ends too early"};
        piece.insert(piece.end(), lent->bytes.begin(), lent->bytes.end());
    }
    return Done{};
}

Status Client::push_blob(const Reference& repository, const Descriptor& blob, ByteSource& source,
                         BlockPool& pool) {
    Result<bool> there = has_blob(repository, blob.digest);
    if (!there) return there.error();
    if (*there) return Done{};
    Upload upload(state_->caller, repository, blob);
    if (Status begun = upload.begin(); !begun) return begun;
    std::vector<uint8_t> piece;
    for (uint64_t at = 0; at < blob.size; at += piece.size()) {
        auto n = std::min<uint64_t>(blob.size - at, state_->session->bounds().upload_piece);
        if (Status got = read_piece(source, pool, at, static_cast<size_t>(n), piece); !got) {
            Ask ask = write_ask(repository, "pushing " + blob.digest, "PATCH", {});
            (void)state_->caller.wrong(ask, got.error().text);
            return upload.cancelled(got.error());
        }
        if (Status sent = upload.piece(piece); !sent) return sent;
    }
    return upload.finish({});
}

Result<Descriptor> Client::push_manifest(const Reference& reference, const std::string& media_type,
                                         Bytes bytes) {
    Caller& caller = state_->caller;
    Ask ask = write_ask(reference, "pushing the manifest " + reference.wanted(), "PUT",
                        path_of(reference, "manifests", reference.wanted()));
    if (!reference.digest.empty() && digest_like(reference.digest, bytes) != reference.digest) {
        return caller.wrong(ask, "the manifest has another digest than its reference");
    }
    ask.headers = {"Content-Type: " + media_type};
    ask.body = bytes;
    if (Status sent = caller.send_patiently(ask); !sent) return sent.error();
    if (caller.status() != 201) return caller.refused(ask);
    Descriptor pushed{media_type, digest_like(reference.digest, bytes), bytes.size(), {}, {}};
    std::string promised =
        caller.answer().headers().one("docker-content-digest").value_or(pushed.digest);
    if (digest_like(promised, bytes) != promised) {
        return caller.wrong(ask, "the registry says that it stored another manifest");
    }
    return pushed;
}

Anonymous Client::probe_write(const Reference& repository) {
    Caller& caller = state_->caller;
    Ask ask = write_ask(repository, "beginning an upload without credentials", "POST",
                        path_of(repository, "blobs", "uploads/"));
    ask.anonymous = true;
    Status sent = caller.send_patiently(ask);
    bool refused_token =
        !sent && (caller.failure().status == 401 || caller.failure().status == 403);
    if (refused_token) return Anonymous::kRefused;
    if (!sent) return Anonymous::kNoAnswer;
    int status = caller.status();
    if (status == 401 || status == 403 || status == 404 || status == 405)
        return Anonymous::kRefused;
    if (status != 202) {
        (void)caller.refused(ask);
        return Anonymous::kNoAnswer;
    }
    Result<Url> upload =
        parse_url(caller.session().curl(), caller.answer().location(), caller.url().text);
    if (upload && upload->same_origin(caller.url())) {
        ask.method = "DELETE";
        ask.path = upload->text;
        (void)caller.send(ask);
    }
    return Anonymous::kMayWrite;
}

}  // namespace assay::registry

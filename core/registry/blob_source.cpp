// How a blob is read that may be large, from a registry that may break off or lie.
//
// A broken connection is taken up by a request for the rest: with the mark (ETag) of what we began
// with, so that another blob is noticed before it is mixed with the first. A registry that knows no
// ranges sends all of it again, and what we have is passed over. Either way the digest, which the
// reader computes over what it was given, decides.
#include "blob_source.h"

#include <algorithm>
#include <array>

#include "client.h"

namespace assay::registry {

BlobSource::BlobSource(std::shared_ptr<Session> session, std::stop_token stop, Reference repository,
                       Descriptor blob)
    : caller_(std::move(session), std::move(stop)),
      repository_(std::move(repository)),
      blob_(std::move(blob)) {
    ask_.what =
        "reading " + blob_.digest + " of " + repository_.host + "/" + repository_.repository;
    ask_.repository = repository_;
    ask_.path = path_of(repository_, "blobs", blob_.digest);
    ask_.follows = true;
}

Error BlobSource::fail(const Error& error) {
    failed_ = error;
    failed_->offset = at_;
    caller_.rest();
    return *failed_;
}

Error BlobSource::lie(const char* text) { return fail(caller_.wrong(ask_, text)); }

// "W/" marks what is only about the same.
static std::string strong_etag(const Headers& headers) {
    std::string etag = headers.one("etag").value_or("");
    return etag.starts_with('"') ? etag : std::string();
}

Status BlobSource::check_same() {
    const Headers& headers = caller_.answer().headers();
    std::string etag = strong_etag(headers);
    bool other = !etag_.empty() && !etag.empty() && etag != etag_;
    if (other) {
        caller_.set_failure({Code::kChanged,
                             0,
                             ask_.what,
                             "the registry has another blob under that digest than before",
                             {}});
        return fail({Code::kChanged, "the registry has another blob there than before"});
    }
    std::optional<std::string> digest = headers.one("docker-content-digest");
    size_t kind = blob_.digest.find(':');
    bool comparable = digest && digest->compare(0, kind + 1, blob_.digest, 0, kind + 1) == 0;
    if (comparable && *digest != blob_.digest) {
        return lie("the registry says that the blob has another digest");
    }
    if (etag_.empty()) etag_ = etag;
    return Done{};
}

Status BlobSource::check_start() {
    if (std::optional<std::string> length = caller_.answer().headers().one("content-length")) {
        std::optional<uint64_t> size = parse_number(*length);
        if (!size || *size != blob_.size) {
            return lie("the registry's blob has another size than its descriptor says");
        }
    }
    if (Status same = check_same(); !same) return same;
    return skip(at_);
}

Status BlobSource::check_resumed() {
    auto range = parse_content_range(caller_.answer().headers().one("content-range").value_or(""));
    bool right = range && range->first == at_ && range->last == blob_.size - 1 &&
                 range->total.value_or(blob_.size) == blob_.size;
    if (!right) return lie("the registry sends another part of the blob than was asked for");
    return check_same();
}

Status BlobSource::skip(uint64_t bytes) {
    std::array<uint8_t, 16 << 10> passed;
    while (bytes > 0) {
        size_t n = static_cast<size_t>(std::min<uint64_t>(bytes, passed.size()));
        Result<size_t> got = caller_.answer().read(passed.data(), n);
        if (!got) return got.error();
        if (*got == 0) return Error{Code::kTruncated, "the registry's blob ends too early"};
        bytes -= *got;
    }
    return Done{};
}

Status BlobSource::connect_once() {
    ask_.headers.clear();
    if (at_ > 0) {
        ask_.headers.push_back("Range: bytes=" + std::to_string(at_) + "-");
        if (!etag_.empty()) ask_.headers.push_back("If-Range: " + etag_);
    }
    if (Status sent = caller_.send(ask_); !sent) return sent;
    int status = caller_.status();
    if (status == 200) return check_start();
    if (status == 206 && at_ > 0) return check_resumed();
    Error refused = caller_.refused(ask_);
    return caller_.may_pass() ? Status(refused) : Status(fail(refused));
}

// Waits, if another try may help; otherwise the source has failed.
Status BlobSource::again(const Error& error) {
    connected_ = false;
    if (failed_) return *failed_;
    if (caller_.failure().why.empty()) (void)caller_.broken(ask_, error);
    Trouble trouble = caller_.answer().trouble();
    bool gone = at_ > 0 && (trouble == Trouble::kUnreachable || trouble == Trouble::kSlow);
    if (!caller_.may_pass() && !gone && error.code != Code::kTruncated) return fail(error);
    Failure failure = caller_.failure();
    if (at_ - counted_ >= caller_.session().bounds().progress) {
        tries_ = 0;
        counted_ = at_;
    }
    Result<bool> waited = caller_.pause(tries_);
    if (!waited) return fail(caller_.broken(ask_, waited.error()));
    caller_.set_failure(std::move(failure));
    return *waited ? Status(Done{}) : Status(fail(error));
}

Status BlobSource::connect() {
    while (!connected_) {
        Status connected = connect_once();
        if (connected) {
            connected_ = true;
        } else if (Status more = again(connected.error()); !more) {
            return more;
        }
    }
    return Done{};
}

Status BlobSource::connect_first() { return connect(); }

// 1 to n bytes, from as many connections as it takes.
Result<size_t> BlobSource::fill(uint8_t* to, size_t n) {
    for (;;) {
        if (Status connected = connect(); !connected) return connected.error();
        Result<size_t> got = caller_.answer().read(to, n);
        if (got && *got > 0) return got;
        Error error =
            got ? Error{Code::kTruncated, "the registry's blob ends too early"} : got.error();
        if (Status more = again(error); !more) return more.error();
    }
}

// Whether the answer ends where the descriptor says.
Status BlobSource::finish() {
    if (ended_) return Done{};
    if (Status connected = connect(); !connected) return connected;
    uint8_t beyond = 0;
    Result<size_t> got = caller_.answer().read(&beyond, 1);
    if (got && *got > 0) return lie("the registry's blob is longer than its descriptor says");
    if (!got && got.error().code == Code::kInterrupted)
        return fail(caller_.broken(ask_, got.error()));
    ended_ = true;  // a connection that breaks here has brought everything
    caller_.rest();
    return Done{};
}

Result<Lent> BlobSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (failed_) return *failed_;
    if (offset != at_) return Error{Code::kUsage, "a blob of a registry is read in order", offset};
    size_t n = static_cast<size_t>(std::min<uint64_t>(max, blob_.size - at_));
    if (n == 0) {
        if (Status ended = finish(); !ended) return ended.error();
        return Lent{};
    }
    BlockRef block = pool.get(n);
    if (!block) return Error{Code::kLimit, "the memory budget leaves no block to read into", at_};
    size_t done = 0;
    while (done < n) {
        Result<size_t> got = fill(block->data() + done, n - done);
        if (!got && done == 0) return got.error();
        if (!got) break;  // the next read meets it again
        done += *got;
        at_ += *got;
    }
    return Lent{block, Bytes(block->data(), done)};
}

Result<std::unique_ptr<ByteSource>> Client::open_blob(const Reference& repository,
                                                      const Descriptor& blob) {
    if (!is_digest(blob.digest)) {
        Ask ask;
        ask.what = "reading a blob of " + repository.host + "/" + repository.repository;
        return state_->caller.wrong(ask, "the digest is not one we know");
    }
    auto source = std::make_unique<BlobSource>(state_->session, state_->stop, repository, blob);
    if (Status connected = source->connect_first(); !connected) {
        state_->caller.set_failure(source->failure());
        return connected.error();
    }
    return std::unique_ptr<ByteSource>(std::move(source));
}

const Failure* failure_of(const ByteSource& source) {
    const auto* blob = dynamic_cast<const BlobSource*>(&source);
    return blob && !blob->failure().why.empty() ? &blob->failure() : nullptr;
}

}  // namespace assay::registry

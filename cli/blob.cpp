#include "blob.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "assay/bytes.h"
#include "assay/source.h"
#include "interrupts.h"

namespace assay::cli {

namespace {

constexpr size_t kPiece = size_t{1} << 20;

bool same(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_ino == b.st_ino && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
           a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

// Where the blob's bytes go.
class Digesting {
  public:
    Digesting(const std::vector<MessageDigest>& digests, bool whole) : whole_(whole) {
        for (MessageDigest digest : digests) hashes_.emplace(digest, digest);
    }

    Status take(Bytes bytes) {
        for (auto& [digest, hash] : hashes_) hash.update(bytes);
        if (!whole_) return Done{};
        if (bytes.size() > kMaxWholeBlob - content_.size()) {
            return Error{Code::kLimit,
                         "too large for an Ed25519 key, which signs messages as a "
                         "whole; take an EC key"};
        }
        content_.insert(content_.end(), bytes.begin(), bytes.end());
        return Done{};
    }

    Blob finish() {
        Blob blob;
        for (auto& [digest, hash] : hashes_) blob.digests.emplace(digest, hash.finish());
        blob.content = std::move(content_);
        blob.has_content = whole_;
        return blob;
    }

  private:
    std::map<MessageDigest, MessageHash> hashes_;
    std::vector<uint8_t> content_;
    bool whole_;
};

Status read_all(int fd, Digesting& digesting) {
    std::vector<uint8_t> piece(kPiece);
    for (;;) {
        if (Interrupts::of_process().token().stop_requested()) {
            return Error{Code::kInterrupted, "interrupted"};
        }
        ssize_t got = read(fd, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Code::kIo, "cannot read", 0, errno};
        if (got == 0) return Done{};
        Status taken = digesting.take(Bytes(piece).first(static_cast<size_t>(got)));
        if (!taken) return taken;
    }
}

Status read_file(const std::string& name, Digesting& digesting) {
    FileDescriptor fd(open(name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat before {};
    if (!fd.valid() || fstat(fd.get(), &before) != 0) {
        return Error{Code::kIo, "cannot open", 0, errno};
    }
    if (S_ISDIR(before.st_mode)) return Error{Code::kUsage, "a folder; it takes a file"};
    posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    Status read = read_all(fd.get(), digesting);
    struct stat after {};
    bool regular = S_ISREG(before.st_mode);
    if (read && regular && (fstat(fd.get(), &after) != 0 || !same(before, after))) {
        return Error{Code::kChanged, "changed while it was read"};
    }
    return read;
}

}  // namespace

Result<Blob> read_blob(const std::string& name, const std::vector<MessageDigest>& digests,
                       bool whole) {
    Digesting digesting(digests, whole);
    Status read = name == "-" ? read_all(STDIN_FILENO, digesting) : read_file(name, digesting);
    if (!read) return read.error();
    return digesting.finish();
}

std::optional<Blob> blob_of_digest(std::string_view name) {
    size_t colon = name.find(':');
    std::optional<MessageDigest> digest = message_digest_named(name.substr(0, colon));
    if (colon == std::string_view::npos || !digest) return std::nullopt;
    std::vector<uint8_t> value(size_of(*digest));
    std::string_view hex = name.substr(colon + 1);
    if (hex.size() != 2 * value.size() || !from_hex(hex, value)) return std::nullopt;
    Blob blob;
    blob.digests.emplace(*digest, std::move(value));
    return blob;
}

Status verify_blob(const PublicKey& key, const Blob& blob, Bytes signature) {
    if (!digest_for(key.algorithm())) {
        if (blob.has_content) return key.verify(blob.content, signature);
        return Error{Code::kUsage, "an Ed25519 key needs the file itself, not its digest"};
    }
    Status verdict = Error{Code::kUsage, "the key needs another digest of the file"};
    for (const auto& [digest, value] : blob.digests) {
        verdict = key.verify_digest(value, signature);
        if (verdict) break;
    }
    return verdict;
}

}  // namespace assay::cli

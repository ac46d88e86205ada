#include "assay/spool.h"

#include <fcntl.h>
#include <stdlib.h>  // NOLINT: mkostemp is not in <cstdlib>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace assay {

static FileDescriptor make_unlinked_file() {
    const char* folder = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): never set here
    std::string base = folder && *folder ? folder : "/tmp";
    FileDescriptor file(open(base.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file.valid()) return file;
    std::string name = base + "/assay-XXXXXX";
    FileDescriptor named(mkostemp(name.data(), O_CLOEXEC));
    if (named.valid()) unlink(name.c_str());
    return named;
}

Status Spool::append(Bytes bytes) {
    tail_.insert(tail_.end(), bytes.begin(), bytes.end());
    return tail_.size() > in_memory_ ? flush() : Status(Done{});
}

Status Spool::flush() {
    if (!file_.valid()) file_ = make_unlinked_file();
    if (!file_.valid()) return Error{Code::kIo, "cannot make a temporary file", 0, errno};
    size_t done = 0;
    while (done < tail_.size()) {
        ssize_t put = pwrite(file_.get(), tail_.data() + done, tail_.size() - done,
                             static_cast<off_t>(flushed_ + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return Error{Code::kIo, "cannot write a temporary file", 0, errno};
        done += static_cast<size_t>(put);
    }
    flushed_ += tail_.size();
    tail_.clear();
    return Done{};
}

Status Spool::read(uint64_t offset, std::span<uint8_t> to) const {
    if (offset > size() || to.size() > size() - offset) {
        return Error{Code::kTruncated, "read past the end of a spool", offset, 0};
    }
    while (!to.empty() && offset < flushed_) {
        size_t want = static_cast<size_t>(std::min<uint64_t>(to.size(), flushed_ - offset));
        ssize_t got = pread(file_.get(), to.data(), want, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Code::kIo, "cannot read a temporary file", offset, errno};
        if (got == 0) return Error{Code::kIo, "a temporary file was cut short", offset, 0};
        to = to.subspan(static_cast<size_t>(got));
        offset += static_cast<uint64_t>(got);
    }
    if (!to.empty()) std::copy_n(tail_.data() + (offset - flushed_), to.size(), to.data());
    return Done{};
}

Result<Lent> SpoolSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset >= spool_.size()) return Lent{};
    size_t n = static_cast<size_t>(std::min<uint64_t>(max, spool_.size() - offset));
    BlockRef block = pool.get(n);
    if (!block) return Error{Code::kLimit, "the memory budget leaves no block to read into", 0, 0};
    Status done = spool_.read(offset, {block->data(), n});
    if (!done) return done.error();
    return Lent{block, Bytes(block->data(), n)};
}

}  // namespace assay

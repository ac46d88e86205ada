#include "assay/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace assay {

static Error no_block(uint64_t offset) {
    return {Code::kLimit, "the memory budget leaves no block to read into", offset, 0};
}

Result<Lent> MemorySource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset >= bytes_.size()) return Lent{};
    size_t n = std::min<size_t>(max, bytes_.size() - static_cast<size_t>(offset));
    BlockRef block = pool.get(n);
    if (!block) return no_block(offset);
    std::copy_n(bytes_.data() + offset, n, block->data());
    return Lent{block, Bytes(block->data(), n)};
}

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
}

static Result<FileStamp> take_stamp(int fd) {
    struct stat status {};
    if (fstat(fd, &status) != 0) return Error{Code::kIo, "cannot stat", 0, errno};
    if (!S_ISREG(status.st_mode)) return Error{Code::kIo, "not a regular file", 0, 0};
    return FileStamp{static_cast<uint64_t>(status.st_size), static_cast<uint64_t>(status.st_dev),
                     static_cast<uint64_t>(status.st_ino), status.st_mtim, status.st_ctim};
}

// Not every filesystem takes O_DIRECT, and some take the flag but then refuse the read; the second
// kind is found out by the first read, which drops the flag.
static bool set_direct(int fd, bool on) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return false;
    return fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

FileSource::FileSource(FileDescriptor fd, const FileStamp& stamp, bool direct)
    : fd_(std::move(fd)), stamp_(stamp), direct_(direct) {}

Result<std::unique_ptr<FileSource>> FileSource::adopt(FileDescriptor fd, Direct direct) {
    Result<FileStamp> stamp = take_stamp(fd.get());
    if (!stamp) return stamp.error();
    bool is_direct = direct == Direct::kTry && set_direct(fd.get(), true);
    return std::unique_ptr<FileSource>(new FileSource(std::move(fd), *stamp, is_direct));
}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path, Direct direct) {
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    return adopt(std::move(fd), direct);
}

// `unit` is kBlockAlign for O_DIRECT, which gives less than whole units only at the file's end and
// takes no offset inside of one.
static Result<size_t> pread_full(int fd, uint64_t offset, uint8_t* to, size_t n, size_t unit) {
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(fd, to + done, n - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Code::kIo, "cannot read", offset + done, errno};
        if (got == 0) break;
        done += static_cast<size_t>(got);
        if (done % unit != 0) break;
    }
    return done;
}

Result<size_t> FileSource::read_into(uint64_t offset, uint8_t* to, size_t n) const {
    return pread_full(fd_.get(), offset, to, n, 1);
}

// With O_DIRECT the whole aligned range around the request is read; the lent span is the request,
// cut where that keeps an ordinary block ordinary and aligns the read that follows. Reading past
// the size that was stamped is avoided so that a growing file still ends for us.
Result<Lent> FileSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (stamp_.size == 0) return read_nothing();
    if (offset >= stamp_.size) return Lent{};
    const bool direct = direct_;  // another thread may find out that it is refused
    uint64_t lead = direct ? offset % kBlockAlign : 0;
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(max, stamp_.size - offset));
    size_t room = pool.block_size();
    if (wanted <= room && lead < room) {
        wanted = std::min(wanted, room - static_cast<size_t>(lead));
    }
    size_t span = wanted + static_cast<size_t>(lead);
    if (direct) span = (span + kBlockAlign - 1) / kBlockAlign * kBlockAlign;
    BlockRef block = pool.get(span);
    if (!block) return no_block(offset);

    size_t unit = direct ? kBlockAlign : 1;
    Result<size_t> got = pread_full(fd_.get(), offset - lead, block->data(), span, unit);
    if (!got && direct && got.error().sys == EINVAL) {
        set_direct(fd_.get(), false);
        direct_ = false;
        return read(offset, max, pool);
    }
    if (!got) return got.error();
    if (*got <= lead)
        return Error{Code::kTruncated, "the file shrank while it was read", offset, 0};
    size_t n = std::min(wanted, *got - static_cast<size_t>(lead));
    return Lent{block, Bytes(block->data() + lead, n)};
}

// Some filesystems (procfs) say 0 of files that hold bytes; such a file must not pass for empty.
// With O_DIRECT only whole units in aligned memory are read, a single byte would be refused.
Result<Lent> FileSource::read_nothing() {
    alignas(kBlockAlign) std::array<uint8_t, kBlockAlign> unit;
    Result<size_t> got = pread_full(fd_.get(), 0, unit.data(), unit.size(), kBlockAlign);
    if (!got && direct_ && got.error().sys == EINVAL) {
        set_direct(fd_.get(), false);
        direct_ = false;
        return read_nothing();
    }
    if (!got) return got.error();
    if (*got == 0) return Lent{};
    return Error{Code::kIo, "it holds bytes although its size is said to be 0", 0, 0};
}

static bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Status FileSource::settle() {
    Result<FileStamp> now = take_stamp(fd_.get());
    if (!now) return now.error();
    if (now->size < stamp_.size) {
        return Error{Code::kTruncated, "the file shrank while it was read", now->size, 0};
    }
    bool same = now->size == stamp_.size && now->device == stamp_.device &&
                now->inode == stamp_.inode && same_time(now->modified, stamp_.modified) &&
                same_time(now->changed, stamp_.changed);
    if (!same) return Error{Code::kChanged, "the file changed while it was read", 0, 0};
    return Done{};
}

// A pipe gives as little as its writer wrote at a time. The block is filled nevertheless: how the
// bytes happen to arrive must not decide how much memory they take, and with it what a limit cuts.
Result<Lent> StreamSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (ended_) return Lent{};
    BlockRef block = pool.get(max);
    if (!block) return no_block(offset);
    size_t done = 0;
    while (done < max && !ended_ && wait_for_input()) {
        ssize_t got = ::read(fd_, block->data() + done, max - done);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0 && done == 0) return Error{Code::kIo, "cannot read", offset, errno};
        if (got < 0) break;  // the next read meets it again
        ended_ = got == 0;
        done += static_cast<size_t>(got);
    }
    if (done > 0) return Lent{block, Bytes(block->data(), done)};
    if (!ended_) return Error{Code::kInterrupted, "interrupted", offset, 0};
    return Lent{};
}

bool StreamSource::wait_for_input() const {
    constexpr int kMilliseconds = 100;
    if (fd_ < 0) return true;  // poll() would wait for ever
    pollfd waited{fd_, POLLIN, 0};
    while (!stop_.stop_requested()) {
        if (poll(&waited, 1, kMilliseconds) != 0) return true;  // ready, or an error for read()
    }
    return false;
}

}  // namespace assay

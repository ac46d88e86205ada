#include "assay/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "assay/source.h"

namespace assay {

// How much there was; it stops when `into` is full.
static Result<size_t> fill_from(int fd, uint8_t* into, size_t room) {
    size_t have = 0;
    while (have < room) {
        ssize_t got = read(fd, into + have, room - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Code::kIo, "cannot read", 0, errno};
        if (got == 0) break;
        have += static_cast<size_t>(got);
    }
    return have;
}

constexpr Error kTooLarge{Code::kLimit, "the file is too large for what it should be"};

// Of a regular file, before anything is read; 0 for what has none, such as a pipe.
static Result<size_t> stated_size(int fd, size_t most) {
    struct stat status {};
    if (fstat(fd, &status) != 0) return Error{Code::kIo, "cannot open", 0, errno};
    if (S_ISDIR(status.st_mode)) return Error{Code::kIo, "cannot read", 0, EISDIR};
    if (!S_ISREG(status.st_mode)) return size_t{0};
    if (static_cast<uint64_t>(status.st_size) > most) return kTooLarge;
    return static_cast<size_t>(status.st_size);
}

Result<Secret> load_small_secret(const std::string& path, size_t most) {
    FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    Result<size_t> size = stated_size(fd.get(), most);
    if (!size) return size.error();
    Secret text(most + 1);
    Result<size_t> have = fill_from(fd.get(), text.data(), text.size());
    if (!have) return have.error();
    if (*have > most) return kTooLarge;
    text.shrink(*have);
    return text;
}

Result<std::vector<uint8_t>> load_small_file(const std::string& path, size_t most) {
    FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    Result<size_t> size = stated_size(fd.get(), most);
    if (!size) return size.error();
    std::vector<uint8_t> text;
    for (size_t have = 0;;) {
        text.resize(std::min(most + 1, std::max(*size + 1, have + 65'536)));
        Result<size_t> got = fill_from(fd.get(), text.data() + have, text.size() - have);
        if (!got) return got.error();
        bool full = have + *got == text.size();
        have += *got;
        if (have > most) return kTooLarge;
        if (!full) {
            text.resize(have);
            return text;
        }
    }
}

}  // namespace assay

#include "assay/small_file.h"

#include <fcntl.h>
#include <unistd.h>

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

Result<Secret> load_small_secret(const std::string& path, size_t most) {
    FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    Secret text(most + 1);
    Result<size_t> have = fill_from(fd.get(), text.data(), text.size());
    if (!have) return have.error();
    if (*have > most) return Error{Code::kLimit, "the file is too large for what it should be"};
    text.shrink(*have);
    return text;
}

Result<std::vector<uint8_t>> load_small_file(const std::string& path, size_t most) {
    FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    std::vector<uint8_t> text;
    for (size_t have = 0;;) {
        text.resize(std::min(most + 1, have + 65'536));
        Result<size_t> got = fill_from(fd.get(), text.data() + have, text.size() - have);
        if (!got) return got.error();
        bool full = have + *got == text.size();
        have += *got;
        if (have > most) return Error{Code::kLimit, "the file is too large for what it should be"};
        if (!full) {
            text.resize(have);
            return text;
        }
    }
}

}  // namespace assay

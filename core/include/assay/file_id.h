// Which file a descriptor or a name leads to, whatever it is called.
#pragma once

#include <sys/stat.h>

#include <compare>
#include <cstdint>

namespace assay {

struct FileId {
    uint64_t device = 0;
    uint64_t inode = 0;

    auto operator<=>(const FileId&) const = default;
};

inline FileId id_of(const struct stat& status) {
    return {static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino)};
}

}  // namespace assay

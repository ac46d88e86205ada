// Files that live as long as a test.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/bytes.h"

namespace assay::test {

class TempFolder {
  public:
    TempFolder() : TempFolder(std::filesystem::temp_directory_path().string()) {}
    explicit TempFolder(const std::string& parent) : path_(parent + "/assay-test-XXXXXX") {
        if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make a folder in " + parent);
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

  private:
    std::string path_;
};

// Writes `bytes` at `offset` of an existing or new file, whose other bytes stay.
inline void write_at(const std::string& path, uint64_t offset, Bytes bytes) {
    int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ssize_t put = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    ::close(fd);
    if (put != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("cannot write " + path);
}

inline std::string write_file(const std::string& path, Bytes bytes) {
    std::filesystem::remove(path);
    write_at(path, 0, bytes);
    return path;
}

// Times are stamped by the clock's tick: puts a change in another one than the file's creation.
inline void set_modified(const std::string& path, time_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    if (utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) throw std::runtime_error("utimensat");
}

inline int open_descriptors() {
    int count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
        count++;
    }
    return count;
}

}  // namespace assay::test

// Where files lie and how fast they are read, without anything done to their bytes.
#pragma once

#include <string>
#include <vector>

#include "assay/result.h"

namespace assay::cli {

struct FileSet {
    struct File {
        std::string path;
        uint64_t size;
    };
    std::vector<File> files;
    uint64_t bytes = 0;
    uint64_t skipped = 0;  // what could not be looked at
};

// Regular files at and under the paths, links not followed below them, until they hold `enough`
// bytes. Empty ones are left out.
FileSet regular_files(const std::vector<std::string>& paths, uint64_t enough);

struct ReadOptions {
    unsigned threads = 1;
    bool direct = false;
    double seconds = 0;  // stop after that long; 0: when all is read
};

struct ReadResult {
    uint64_t bytes = 0;
    double seconds = 0;
    [[nodiscard]] double rate() const {
        return seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
    }
};

// Reads by pread into one small buffer per thread. kUnsupported where the filesystem refuses
// O_DIRECT.
Result<ReadResult> read_files(const FileSet& set, const ReadOptions& options);

struct Mount {
    std::string type;    // "ext4"
    std::string source;  // "/dev/sda1"
    std::string point;   // "/data"
};
// Of the filesystem that holds `path`.
Result<Mount> mount_of(const std::string& path);

}  // namespace assay::cli

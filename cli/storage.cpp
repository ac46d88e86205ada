#include "storage.h"

#include <fcntl.h>
#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>

#include "assay/limits.h"
#include "assay/source.h"

namespace assay::cli {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kWarmBuffer = size_t{128} << 10;  // stays in the L2 cache
constexpr size_t kDirectBuffer = kMiB;             // what a disk likes
constexpr uint64_t kPiece = 16 * kMiB;             // of one file, by one thread

void add_file(FileSet& set, const fs::path& path) {
    std::error_code fault;
    uint64_t size = fs::file_size(path, fault);
    if (fault) {
        set.skipped++;
    } else if (size > 0) {
        set.files.push_back({path.string(), size});
        set.bytes += size;
    }
}

void add_folder(FileSet& set, const fs::path& folder, uint64_t enough) {
    std::error_code fault;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied,
                                          fault);
    for (; !fault && walk != fs::recursive_directory_iterator(); walk.increment(fault)) {
        if (set.bytes >= enough) return;
        std::error_code ignored;
        if (walk->symlink_status(ignored).type() == fs::file_type::regular) {
            add_file(set, walk->path());
        }
    }
    if (fault) set.skipped++;
}

struct AlignedBuffer {
    explicit AlignedBuffer(size_t n)
        : size(n), bytes(static_cast<uint8_t*>(std::aligned_alloc(kBlockAlign, n)), &std::free) {}
    size_t size;
    std::unique_ptr<uint8_t, void (*)(void*)> bytes;
};

struct Piece {
    int fd;
    uint64_t begin;
    uint64_t end;
};

Result<uint64_t> read_piece(const Piece& piece, AlignedBuffer& buffer) {
    uint64_t offset = piece.begin;
    while (offset < piece.end) {
        ssize_t got = pread(piece.fd, buffer.bytes.get(), buffer.size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EINVAL) {
            return Error{Code::kUnsupported, "the filesystem refuses O_DIRECT", 0, 0};
        }
        if (got < 0) return Error{Code::kIo, "cannot read", offset, errno};
        if (got == 0) break;
        offset += static_cast<uint64_t>(got);
    }
    return std::min(offset, piece.end) - piece.begin;
}

// Reads pieces on all threads until they are done or time is up.
class Reading {
  public:
    Reading(const std::vector<Piece>& pieces, const ReadOptions& options)
        : pieces_(pieces),
          options_(options),
          buffers_([size = options.direct ? kDirectBuffer : kWarmBuffer] {
              return AlignedBuffer(size);
          }) {}

    Result<ReadResult> run() {
        const auto start = Clock::now();
        if (options_.seconds > 0) {
            deadline_ = start + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(options_.seconds));
        }
        tbb::task_arena arena(static_cast<int>(options_.threads));
        arena.execute([&] {
            tbb::parallel_for(
                tbb::blocked_range<size_t>(0, pieces_.size(), 1),
                [&](const auto& range) {
                    for (size_t i = range.begin(); i < range.end(); i++) read(i);
                },
                tbb::simple_partitioner());
        });
        std::chrono::duration<double> took = Clock::now() - start;
        if (fault_) return *fault_;
        return ReadResult{bytes_, took.count()};
    }

  private:
    void read(size_t index) {
        if (stopped_ || (deadline_ && Clock::now() > *deadline_)) return;
        Result<uint64_t> got = read_piece(pieces_[index], buffers_.local());
        if (got) {
            bytes_ += *got;
            return;
        }
        stopped_ = true;
        std::lock_guard lock(mutex_);
        if (!fault_) fault_ = got.error();
    }

    const std::vector<Piece>& pieces_;
    const ReadOptions& options_;
    tbb::enumerable_thread_specific<AlignedBuffer> buffers_;
    std::optional<Clock::time_point> deadline_;
    std::atomic<uint64_t> bytes_{0};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::optional<Error> fault_;
};

// mountinfo writes blanks, tabs, newlines and backslashes in octal.
std::string unescape_octal(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); i++) {
        bool octal = text[i] == '\\' && i + 3 < text.size();
        if (!octal) {
            out += text[i];
            continue;
        }
        int value = 0;
        for (size_t digit = i + 1; digit <= i + 3; digit++) value = value * 8 + (text[digit] - '0');
        out += static_cast<char>(value);
        i += 3;
    }
    return out;
}

bool lies_under(const std::string& path, const std::string& point) {
    return point == "/" || path == point || path.starts_with(point + "/");
}

}  // namespace

FileSet regular_files(const std::vector<std::string>& paths, uint64_t enough) {
    FileSet set;
    for (const std::string& path : paths) {
        std::error_code fault;
        fs::file_status status = fs::status(path, fault);
        if (set.bytes >= enough) break;
        if (status.type() == fs::file_type::regular) {
            add_file(set, path);
        } else if (status.type() == fs::file_type::directory) {
            add_folder(set, path, enough);
        } else {
            set.skipped++;
        }
    }
    return set;
}

Result<ReadResult> read_files(const FileSet& set, const ReadOptions& options) {
    std::vector<std::unique_ptr<FileSource>> open;
    std::vector<Piece> pieces;
    ReadResult all;
    auto read_open = [&]() -> Status {
        Result<ReadResult> part = Reading(pieces, options).run();
        if (!part) return part.error();
        all.bytes += part->bytes;
        all.seconds += part->seconds;
        open.clear();
        pieces.clear();
        return Done{};
    };
    constexpr size_t kOpenAtOnce = 256;
    for (const FileSet::File& file : set.files) {
        Result<std::unique_ptr<FileSource>> source = FileSource::open(
            file.path, options.direct ? FileSource::Direct::kTry : FileSource::Direct::kNo);
        if (!source) return source.error();
        if (options.direct && !(*source)->direct()) {
            return Error{Code::kUnsupported, "the filesystem refuses O_DIRECT", 0, 0};
        }
        for (uint64_t at = 0; at < file.size; at += kPiece) {
            pieces.push_back({(*source)->fd(), at, std::min(at + kPiece, file.size)});
        }
        open.push_back(std::move(*source));
        if (open.size() < kOpenAtOnce) continue;
        Status read = read_open();
        if (!read) return read.error();
        if (options.seconds > 0 && all.seconds > options.seconds) return all;
    }
    Status read = read_open();
    if (!read) return read.error();
    return all;
}

Result<Mount> mount_of(const std::string& path) {
    std::error_code fault;
    const std::string real = fs::canonical(path, fault).string();
    if (fault) return Error{Code::kIo, "cannot resolve the path", 0, fault.value()};
    std::ifstream mounts("/proc/self/mountinfo");
    Mount best;
    for (std::string line; std::getline(mounts, line);) {
        // id parent device root POINT options [tags] - TYPE SOURCE options
        std::istringstream words(line);
        std::string skipped;
        std::string point;
        words >> skipped >> skipped >> skipped >> skipped >> point;
        while (words >> skipped && skipped != "-") continue;
        Mount mount{{}, {}, unescape_octal(point)};
        words >> mount.type >> mount.source;
        bool nearer = lies_under(real, mount.point) && mount.point.size() >= best.point.size();
        if (words && nearer) best = mount;
    }
    if (best.type.empty()) return Error{Code::kUnsupported, "cannot tell the filesystem", 0, 0};
    return best;
}

}  // namespace assay::cli

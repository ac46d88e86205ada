#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <random>
#include <set>

#include "assay/emit.h"

namespace assay {

namespace {

constexpr size_t kBuffer = 65'536;

Error io_error(const char* text) { return {Code::kIo, text, 0, errno}; }

Status write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        ssize_t put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return io_error("cannot write the output");
        text.remove_prefix(static_cast<size_t>(put));
    }
    return Done{};
}

// The temporary files of this process. Under one lock they are made, removed and renamed, so that
// none exists without being known here.
class Temporaries {
  public:
    static Temporaries& all() {
        static Temporaries& temporaries = *new Temporaries;  // a signal may come after exit()
        return temporaries;
    }

    FileDescriptor create(const std::string& name) {
        std::lock_guard lock(mutex_);
        FileDescriptor fd(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (fd.valid()) names_.insert(name);
        return fd;
    }

    void remove(const std::string& name) {
        std::lock_guard lock(mutex_);
        unlink(name.c_str());
        names_.erase(name);
    }

    bool rename_to(const std::string& name, const std::string& path) {
        std::lock_guard lock(mutex_);
        if (rename(name.c_str(), path.c_str()) != 0) return false;
        names_.erase(name);
        return true;
    }

    void remove_all_and_stay_locked() {
        mutex_.lock();
        for (const std::string& name : names_) unlink(name.c_str());
        names_.clear();
    }

  private:
    std::mutex mutex_;
    std::set<std::string> names_;
};

// Writes to a descriptor through a buffer, and remembers the first fault.
class DescriptorOutput : public Output {
  public:
    explicit DescriptorOutput(int fd) : fd_(fd) { buffer_.reserve(kBuffer); }
    explicit DescriptorOutput(FileDescriptor fd) : owned_(std::move(fd)), fd_(owned_.get()) {
        buffer_.reserve(kBuffer);
    }

    Status write(std::string_view text) override {
        if (buffer_.size() + text.size() <= kBuffer) {
            buffer_ += text;
            return status();
        }
        Status flushed = flush();
        if (!flushed || text.size() > kBuffer) return flushed ? put(text) : flushed;
        buffer_ += text;
        return Done{};
    }

    Status flush() override {
        Status done = put(buffer_);
        buffer_.clear();
        return done;
    }

    Status commit() override { return flush(); }

    [[nodiscard]] std::vector<FileId> files() const override {
        struct stat status {};
        bool regular = fstat(fd_, &status) == 0 && S_ISREG(status.st_mode);
        return regular ? std::vector{id_of(status)} : std::vector<FileId>();
    }

  protected:
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] Status status() const { return fault_ ? Status(*fault_) : Status(Done{}); }
    Status remember(Status done) {
        if (!done && !fault_) fault_ = done.error();
        return status();
    }

  private:
    Status put(std::string_view text) { return fault_ ? *fault_ : remember(write_all(fd_, text)); }

    FileDescriptor owned_;
    int fd_;
    std::string buffer_;
    std::optional<Error> fault_;
};

std::string folder_of(const std::string& path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

// A rename is lasting only when its folder is synced. Some file systems cannot do that to a folder;
// the file itself has been synced by then.
Status sync_folder(const std::string& folder) {
    FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    bool synced = !fd.valid() || fsync(fd.get()) == 0 || errno == EINVAL || errno == EROFS;
    return synced ? Status(Done{}) : io_error("cannot sync the folder of the output file");
}

// A new file under a temporary name until it is committed.
class FileOutput final : public DescriptorOutput {
  public:
    FileOutput(FileDescriptor fd, std::string temporary, std::string path)
        : DescriptorOutput(std::move(fd)),
          temporary_(std::move(temporary)),
          path_(std::move(path)) {}
    FileOutput(const FileOutput&) = delete;
    FileOutput& operator=(const FileOutput&) = delete;

    ~FileOutput() override {
        if (!committed_) Temporaries::all().remove(temporary_);
    }

    Status commit() override {
        Status flushed = flush();
        if (!flushed) return flushed;
        if (fsync(fd()) != 0) return remember(io_error("cannot sync the output file"));
        if (!Temporaries::all().rename_to(temporary_, path_)) {
            return remember(io_error("cannot give the output file its name"));
        }
        committed_ = true;
        return remember(sync_folder(folder_of(path_)));
    }

    [[nodiscard]] std::vector<FileId> files() const override {
        std::vector<FileId> ids = DescriptorOutput::files();
        struct stat old {};
        bool replaced = stat(path_.c_str(), &old) == 0 && S_ISREG(old.st_mode) && old.st_nlink == 1;
        if (replaced) ids.push_back(id_of(old));
        return ids;
    }

  private:
    const std::string temporary_;
    const std::string path_;
    bool committed_ = false;
};

class StringOutput final : public Output {
  public:
    explicit StringOutput(std::string& text) : text_(text) {}
    Status write(std::string_view text) override {
        text_ += text;
        return Done{};
    }
    Status flush() override { return Done{}; }
    Status commit() override { return Done{}; }

  private:
    std::string& text_;
};

// The number of a descriptor that is named as a file; opening the name instead would write a
// redirected file from its start again.
int named_descriptor(std::string_view path) {
    if (path == "/dev/stdout") return STDOUT_FILENO;
    if (path == "/dev/stderr") return STDERR_FILENO;
    for (std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(folder)) continue;
        std::string digits(path.substr(folder.size()));
        char* end = nullptr;
        long number = std::strtol(digits.c_str(), &end, 10);
        if (!digits.empty() && *end == '\0' && number >= 0 && number < INT_MAX) {
            return static_cast<int>(number);
        }
    }
    return -1;
}

Result<std::unique_ptr<Output>> in_place(FileDescriptor fd) {
    if (!fd.valid()) return io_error("cannot open the output");
    return std::unique_ptr<Output>(std::make_unique<DescriptorOutput>(std::move(fd)));
}

// What a link stands for, so that the link stays; anything else as it is.
std::string final_path(const std::string& path) {
    std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
    return real ? real.get() : path;
}

constexpr std::string_view kTemporaryEnd = ".tmp";

// With a number that nobody can foresee: what is called so is passed over by walks, and nobody
// else's file shall be.
const std::string& temporary_stem() {
    static const std::string stem = [] {
        std::random_device random;
        return ".assay-" + std::to_string(getpid()) + "-" + std::to_string(random()) +
               std::to_string(random()) + "-";
    }();
    return stem;
}

Result<std::unique_ptr<Output>> beside(const std::string& path) {
    static std::atomic<unsigned> serial{0};
    std::string stem = folder_of(path) + temporary_stem();
    for (int attempt = 0; attempt < 1000; attempt++) {
        std::string temporary = stem + std::to_string(serial++);
        temporary += kTemporaryEnd;
        FileDescriptor fd = Temporaries::all().create(temporary);
        if (fd.valid()) {
            return std::unique_ptr<Output>(
                std::make_unique<FileOutput>(std::move(fd), std::move(temporary), path));
        }
        if (errno != EEXIST) break;
    }
    return io_error("cannot create the output file");
}

}  // namespace

std::unique_ptr<Output> Output::to_stdout() {
    return std::make_unique<DescriptorOutput>(STDOUT_FILENO);
}

std::unique_ptr<Output> Output::to_string(std::string& text) {
    return std::make_unique<StringOutput>(text);
}

bool Output::is_temporary(std::string_view name) {
    return name.starts_with(temporary_stem()) && name.ends_with(kTemporaryEnd);
}

void Output::remove_temporaries() { Temporaries::all().remove_all_and_stay_locked(); }

Result<std::unique_ptr<Output>> Output::to_file(const std::string& path) {
    int named = named_descriptor(path);
    if (named >= 0) return in_place(FileDescriptor(fcntl(named, F_DUPFD_CLOEXEC, 0)));
    struct stat info {};
    bool exists = stat(path.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        return Error{Code::kIo, "cannot create the output file", 0, EISDIR};
    }
    if (exists && !S_ISREG(info.st_mode)) {
        return in_place(FileDescriptor(open(path.c_str(), O_WRONLY | O_CLOEXEC)));
    }
    return beside(exists ? final_path(path) : path);
}

}  // namespace assay

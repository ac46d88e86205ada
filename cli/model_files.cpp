#include "model_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace assay::cli {

namespace fs = std::filesystem;

Result<ModelFiles> ModelFiles::open(const std::string& path, bool allow_symlinks) {
    ModelFiles model;
    model.path_ = path;
    // A visit would take "oci:…" for an image.
    if (path.find(':') != std::string::npos && path.front() != '/') model.path_ = "./" + path;
    struct stat status {};
    std::string bare = path;
    while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
    if (lstat(bare.c_str(), &status) != 0) return Error{Code::kIo, "no such model", 0, errno};
    if (S_ISLNK(status.st_mode) && !allow_symlinks) {
        return Error{Code::kUsage, "the model is a symbolic link; name what it leads to"};
    }
    if (stat(path.c_str(), &status) != 0) {
        return Error{Code::kIo, "cannot open the model", 0, errno};
    }
    model.is_file_ = S_ISREG(status.st_mode);
    if (!model.is_file_ && !S_ISDIR(status.st_mode)) {
        return Error{Code::kUsage, "a model is a folder or a file"};
    }
    std::error_code fault;
    fs::path real = fs::canonical(path, fault);
    if (fault) return Error{Code::kUsage, "cannot find out where the model is"};
    model.real_ = real.string();
    model.name_ = real.filename().string();
    return model;
}

std::string ModelFiles::name_of(const std::string& user_path) const {
    if (is_file_) return name_;
    const size_t skip = path_.size() + (path_.back() == '/' ? 0 : 1);
    return user_path.size() > skip ? user_path.substr(skip) : user_path;
}

std::string ModelFiles::path_of(const std::string& name) const {
    if (is_file_) return path_;
    return path_.back() == '/' ? path_ + name : path_ + "/" + name;
}

Result<std::unique_ptr<FileSource>> ModelFiles::open_file(const std::string& name,
                                                          bool links) const {
    if (is_file_ || links) return FileSource::open(path_of(name), FileSource::Direct::kNo);
    const FileDescriptor root(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    open_how how{};
    how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    FileDescriptor file(
        static_cast<int>(syscall(SYS_openat2, root.get(), name.c_str(), &how, sizeof how)));
    if (file.valid()) return FileSource::adopt(std::move(file), FileSource::Direct::kNo);
    if (errno == ELOOP) return Error{Code::kIo, "lies behind a symbolic link"};
    return Error{Code::kIo, "cannot open", 0, errno};
}

std::string ModelFiles::link_above(const std::string& name) const {
    for (size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1)) {
        const std::string above = name.substr(0, end);
        struct stat status {};
        const bool found = lstat(path_of(above).c_str(), &status) == 0;
        if (found && S_ISLNK(status.st_mode)) return above;
    }
    return {};
}

// Links on the way are resolved; the last component may be one, and stays.
std::optional<std::string> ModelFiles::name_if_inside(const std::string& path) const {
    std::error_code fault;
    fs::path absolute = fs::absolute(path, fault).lexically_normal();
    if (absolute.filename().empty()) absolute = absolute.parent_path();
    fs::path folder = fs::weakly_canonical(absolute.parent_path(), fault);
    if (fault || is_file_) return std::nullopt;
    std::string full = (folder / absolute.filename()).string();
    std::string root = real_ == "/" ? real_ : real_ + "/";
    if (!full.starts_with(root)) return std::nullopt;
    std::string name = full.substr(root.size());
    return is_model_name(name) ? std::optional(name) : std::nullopt;
}

std::optional<std::string> ModelFiles::name_of_typed(const std::string& typed) const {
    if (auto name = name_if_inside(typed)) return name;
    std::string bare = typed;
    while (!bare.empty() && bare.back() == '/') bare.pop_back();
    return is_model_name(bare) ? std::optional(bare) : std::nullopt;
}

}  // namespace assay::cli

#include "side_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "assay/emit.h"

namespace assay::cli {

// Under a folder of their own, side files are named as in the report: never "..", never absolute.
std::string SideFiles::path_for(const Record& record) const {
    if (folder_.empty()) return record.user_path + ".chunks";
    return folder_ + "/" + record.path + ".chunks";
}

// Whether nothing stands there, or a side file of ours. A link, a pipe or anybody's file with that
// name is left alone.
static bool may_replace(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) return errno == ENOENT;
    if (!S_ISREG(status.st_mode)) return false;
    return ChunkSideFile::open(path).ok();
}

bool SideFiles::replaces(const std::string& path) const {
    constexpr std::string_view kEnd = ".chunks";
    if (!folder_.empty() || !path.ends_with(kEnd)) return false;
    struct stat status {};
    const std::string described = path.substr(0, path.size() - kEnd.size());
    return lstat(described.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ChunkSideFile::open(path).ok();
}

// Two files of one run must not share a side file (the same name under two targets).
bool SideFiles::claim(const std::string& path) const {
    std::lock_guard lock(mutex_);
    return written_.insert(path).second;
}

Status SideFiles::write(const Record& record, const ChunkTree& tree) const {
    if (record.user_path == "-" || record.kind != EntryKind::kFile) return Done{};
    if (record.user_path.ends_with(".chunks")) return Done{};
    std::string path = path_for(record);
    if (!claim(path))
        return Error{Code::kIo, "its side file would replace another one of this run"};
    if (!may_replace(path)) {
        return Error{Code::kIo, "its side file would replace something that is none"};
    }
    std::error_code ignored;
    if (!folder_.empty()) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    }
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    std::vector<uint8_t> bytes = tree.encode();
    Status written = (*file)->write(as_text(bytes));
    return written ? (*file)->commit() : written;
}

}  // namespace assay::cli

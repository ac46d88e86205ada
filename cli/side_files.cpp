#include "side_files.h"

#include <filesystem>

#include "assay/emit.h"

namespace assay::cli {

// Under a folder of their own, side files are named as in the report: never "..", never absolute.
std::string SideFiles::path_for(const Record& record) const {
    if (folder_.empty()) return record.user_path + ".chunks";
    return folder_ + "/" + record.path + ".chunks";
}

Status SideFiles::write(const Record& record, const ChunkTree& tree) const {
    if (record.user_path == "-" || record.kind != EntryKind::kFile) return Done{};
    std::string path = path_for(record);
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

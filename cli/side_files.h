// Side files of chunk trees: FILE.chunks beside each file, or under a folder of the user's choice.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "assay/chunk_tree.h"
#include "assay/record.h"

namespace assay::cli {

class SideFiles {
  public:
    explicit SideFiles(std::string folder) : folder_(std::move(folder)) {}

    // Writes it whole or not at all, in the place of nothing but an older side file. Standard input
    // has none, and neither have side files. Thread-safe.
    Status write(const Record& record, const ChunkTree& tree) const;

    // Whether a file is an older side file that this run will replace: to describe it, too, would
    // be a race with its successor. Thread-safe.
    [[nodiscard]] bool replaces(const std::string& path) const;

  private:
    bool claim(const std::string& path) const;
    [[nodiscard]] std::string path_for(const Record& record) const;

    const std::string folder_;
    mutable std::mutex mutex_;
    mutable std::set<std::string> written_;
};

}  // namespace assay::cli

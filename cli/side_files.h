// Side files of chunk trees: FILE.chunks beside each file, or under a folder of the user's choice.
#pragma once

#include <string>

#include "assay/chunk_tree.h"
#include "assay/record.h"

namespace assay::cli {

class SideFiles {
  public:
    explicit SideFiles(std::string folder) : folder_(std::move(folder)) {}

    // Writes it whole or not at all. Standard input has none. Thread-safe.
    Status write(const Record& record, const ChunkTree& tree) const;

  private:
    [[nodiscard]] std::string path_for(const Record& record) const;

    const std::string folder_;
};

}  // namespace assay::cli

// Members with holes: only what is not zero is stored, with a map of where it belongs.
//
// There are four ways to write the map: GNU's old one in the header and in blocks behind it, and
// three with extended headers, the last of which has the map in front of the data.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "assay/source.h"
#include "tar_header.h"

namespace assay::tar {

struct SparseMap {
    std::vector<Extent> extents;
    uint64_t real_size = 0;
};

// Whether the parts are in order, lie in the file and add up to what is stored.
bool fits(const SparseMap& map, uint64_t stored);

// The map in front of the data, as decimal numbers on lines of their own; its length in `length`,
// a multiple of a block. Nothing where it is broken or goes on behind `text`.
std::optional<std::vector<Extent>> map_in_data(std::string_view text, uint64_t& length);

// The whole file, holes as zeros. Borrows what is stored. Precondition: fits(map, its size).
class SparseSource final : public ByteSource {
  public:
    SparseSource(ByteSource& stored, SparseMap map) : stored_(stored), map_(std::move(map)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return map_.real_size; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override { return stored_.settle(); }

  private:
    Result<Lent> hole(uint64_t length, BlockPool& pool);

    ByteSource& stored_;
    const SparseMap map_;
    size_t next_ = 0;     // the extent that is not behind yet
    uint64_t taken_ = 0;  // of what is stored
};

}  // namespace assay::tar

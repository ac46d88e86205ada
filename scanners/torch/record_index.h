// Finds the records of a torch archive as torch does: by name, whatever the case of its letters.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "../archive/zip_directory.h"

namespace assay::torch {

// Like miniz: ASCII letters alone.
int compare_folded(std::string_view a, std::string_view b);
inline bool same_folded(std::string_view a, std::string_view b) {
    return compare_folded(a, b) == 0;
}
bool starts_folded(std::string_view name, std::string_view beginning);
bool ends_folded(std::string_view name, std::string_view ending);

// "archive/data/0" -> "archive", "data/0"; a name without a folder has no top.
struct RecordName {
    std::string_view top;
    std::string_view rest;
};
RecordName split_top(std::string_view name);

// Borrows the directory.
class RecordIndex {
  public:
    static constexpr size_t kBytesPerEntry = sizeof(uint32_t) + 1;

    void build(std::span<const ZipEntry> entries);
    [[nodiscard]] std::span<const ZipEntry> entries() const { return entries_; }
    // The position of one entry of that name.
    [[nodiscard]] std::optional<uint32_t> find(std::string_view name) const;

    void use(uint32_t entry) { used_[entry] = true; }
    [[nodiscard]] bool is_used(uint32_t entry) const { return used_[entry]; }

  private:
    std::span<const ZipEntry> entries_;
    std::vector<uint32_t> by_name_;
    std::vector<bool> used_;
};

}  // namespace assay::torch

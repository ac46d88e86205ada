// The records of a pax extended header: "LENGTH KEY=VALUE\n", where LENGTH counts the whole line.
// Every reader has its own idea of what to do with a record that breaks this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/context.h"
#include "tar_header.h"

namespace assay::tar {

// What the records say that decides what a member is. Absent: not said.
struct Pax {
    std::optional<std::string> path;
    std::optional<std::string> link;
    std::optional<uint64_t> size;
    std::optional<uint64_t> whole_size;  // star's, which libarchive takes for the member's

    // Of a sparse member.
    bool sparse = false;
    std::optional<std::string> sparse_name;
    std::optional<uint64_t> real_size;
    bool map_in_data = false;     // version 1.0
    std::vector<Extent> extents;  // versions 0.0 and 0.1
    bool map_good = true;
};

// Reports what is wrong with the records, which start at `offset`. False when they could not be
// read to their end: what stands before that counts.
bool read_pax(std::string_view records, uint64_t offset, ScanContext& context, Pax& pax);

}  // namespace assay::tar

// B-trees of the second version, which index links, attributes and chunks by records of any kind.
//
//   "BTHD", 0, kind, node size u32, record size u16, depth u16, split, merge, root, count u16,
//   total "BTIN" / "BTLF", 0, kind, records, children, checksum
#pragma once

#include <functional>

#include "file.h"

namespace assay::hdf5 {

struct Tree2 {
    uint8_t kind = 0;
    uint16_t record_size = 0;
};

// Gives every record to `sink`, whose bytes live until it returns. Nodes are claimed.
using RecordSink2 = std::function<Status(const Tree2& tree, Bytes record)>;
Status walk_tree2(File& file, uint64_t address, const RecordSink2& sink);
// Of an index by another order: that it is sound.
Status check_tree2(File& file, uint64_t address);

}  // namespace assay::hdf5

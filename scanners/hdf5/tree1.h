// B-trees of the first version: nodes of one level are chained to their neighbours, and readers
// walk either way. Both must lead to the same.
//
//   "TREE", kind, level, entries u16, left, right, then key and child by turns, and a last key
#pragma once

#include <map>

#include "file.h"

namespace assay::hdf5 {

enum class Tree1Kind : uint8_t { kNames, kChunks };

struct Tree1Node {
    uint64_t address;
    uint8_t level;
};

// Checks nodes as they are met, those of one level from left to right.
class Tree1 {
  public:
    Tree1(File& file, Tree1Kind kind, uint64_t key, uint16_t half)
        : file_(file), kind_(kind), key_(key), most_(2 * uint64_t{half}) {}

    Result<Tree1Node> root(uint64_t address);
    // Claims the node; the fields stand at its first key and are good until the next read. How many
    // entries follow.
    struct Entries {
        Fields at;
        uint16_t count;
    };
    Result<Entries> enter(const Tree1Node& node);
    // When all nodes were entered.
    Status close();

  private:
    struct Last {
        uint64_t address;
        uint64_t right;
    };
    Status chain(const Tree1Node& node, uint64_t left, uint64_t right);

    File& file_;
    const Tree1Kind kind_;
    const uint64_t key_;  // its size
    const uint64_t most_;
    std::map<uint8_t, Last> last_;  // by level
};

}  // namespace assay::hdf5

// Where the chunks of a dataset lie, whichever index says so.
#pragma once

#include <functional>

#include "types.h"

namespace assay::hdf5 {

struct ChunkPlan {
    Layout layout;
    Shape shape;
    bool filtered = false;
    uint64_t chunk_bytes = 0;  // of a chunk as it is unpacked
    uint64_t chunks = 0;       // that the shape needs
    // Where to put the address of each chunk, if that is wanted; paid for.
    std::vector<uint64_t>* places = nullptr;
};

// Claims every chunk and gives back how many bytes are stored. kUnsupported where the index is
// one that is not followed.
Result<uint64_t> walk_chunks(File& file, const ChunkPlan& plan);

}  // namespace assay::hdf5

// Where the chunks of a dataset lie, whichever index says so.
#pragma once

#include <functional>

#include "types.h"

namespace assay::hdf5 {

struct ChunkPlace {
    uint64_t address;
    uint64_t size;
    uint32_t mask;  // filters that were left out
};

struct ChunkPlan {
    Layout layout;
    Shape shape;
    bool filtered = false;
    uint64_t chunk_bytes = 0;  // of a chunk as it is unpacked
    uint64_t chunks = 0;       // that the shape needs
    // Filters that some chunk passed through, as bits, if they are wanted.
    uint32_t* used = nullptr;
    // Where to put the place of each chunk, if that is wanted; paid for. Chunks that lie one after
    // the other are one.
    std::vector<ChunkPlace>* places = nullptr;
};

// Claims every chunk and gives back how many bytes are stored. kUnsupported where the index is
// one that is not followed.
Result<uint64_t> walk_chunks(File& file, const ChunkPlan& plan);

}  // namespace assay::hdf5

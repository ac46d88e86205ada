// What chunks pass through before they are stored, and what each filter was told.
#pragma once

#include <string>
#include <vector>

#include "file.h"

namespace assay::hdf5 {

// Those that come with libhdf5, and one that comes with h5py.
enum FilterId : uint16_t {
    kDeflate = 1,
    kShuffle = 2,
    kFletcher = 3,
    kSzip = 4,
    kNbit = 5,
    kScaleOffset = 6,
    kLzf = 32000,
};

struct Filter {
    uint16_t id = 0;
    std::string name;
    std::vector<uint32_t> values;  // what it was told
};

// Fails, reported, where the message breaks the rules.
Result<std::vector<Filter>> read_filters(File& file, Fields& at);

// Whether a filter was told what it needs to know: libhdf5 follows some of it without a look.
bool is_told_enough(const Filter& filter);

}  // namespace assay::hdf5

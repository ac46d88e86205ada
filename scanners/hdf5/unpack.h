// Chunks behind filters, unpacked where what they hold leads on to something else: values of
// varying length. Numbers are not unpacked.
#pragma once

#include "filters.h"

namespace assay::hdf5 {

// Whether the filters are ones that are undone here: deflate, shuffle and fletcher32.
bool can_unpack(const std::vector<Filter>& filters);

// What the bytes of one chunk unpack to, which must be `size` bytes. Filter i was left out where
// bit i of `mask` is set, the others are told enough. `here` is what a fault is reported at. The
// caller has paid for twice `size`.
Result<std::vector<uint8_t>> unpack_chunk(File& file, const std::vector<Filter>& filters,
                                          uint32_t mask, Bytes stored, uint64_t size,
                                          uint64_t here);

}  // namespace assay::hdf5

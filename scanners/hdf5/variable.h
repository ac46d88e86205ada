// Values of varying length, of which a dataset or an attribute holds the places alone.
#pragma once

#include "types.h"

namespace assay::hdf5 {

// Whether each value of the elements, which stand in memory, is where it says. `here` is what a
// fault is reported at.
Status check_variables(File& file, const Type& type, Bytes elements, uint64_t here);
// The same of `size` bytes at an address.
Status check_stored_variables(File& file, const Type& type, uint64_t address, uint64_t size);

}  // namespace assay::hdf5

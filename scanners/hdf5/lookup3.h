// Bob Jenkins's hash of bytes, "lookup3", as HDF5 uses it: the checksum of every structure that has
// one, and the order of names in indexes.
#pragma once

#include "assay/bytes.h"

namespace assay::hdf5 {

uint32_t lookup3(Bytes bytes);

}  // namespace assay::hdf5

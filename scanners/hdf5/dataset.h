// One dataset: its shape against its type, its bytes against the file, and what lies elsewhere.
#pragma once

#include "types.h"

namespace assay::hdf5 {

// Reports what is wrong with it, claims its bytes, and says that it is a tensor.
Status read_dataset(File& file, const Object& object);

}  // namespace assay::hdf5

// Everything that can be said of an HDF5 file. The format's lecture is in hdf5.cpp.
#pragma once

#include <span>

#include "assay/rules.h"

namespace assay::hdf5::rules {

extern const Rule kInvalid;          // h5.structure.invalid
extern const Rule kUserBlock;        // h5.userblock
extern const Rule kSoftLink;         // h5.link.soft
extern const Rule kExternalLink;     // h5.link.external
extern const Rule kExternalData;     // h5.dataset.external
extern const Rule kVirtualData;      // h5.dataset.virtual
extern const Rule kShapeBomb;        // h5.dataset.shape_bomb
extern const Rule kUnknownFilter;    // h5.filter.unknown
extern const Rule kLimitStructures;  // engine.limit.hdf5_structures

extern const std::span<const Rule> kAll;

}  // namespace assay::hdf5::rules

// What stands at the head of an .npy file, for whoever meets one: the format itself, and readers of
// files that have arrays inside.
#pragma once

#include "assay/context.h"
#include "dtype.h"

namespace assay::numpy {

inline constexpr std::string_view kMagic = "\x93NUMPY";

// Longer ones are not parsed. numpy itself refuses more than 10,000 unless it trusts the file.
inline constexpr size_t kMaxHeader = 256 << 10;

struct Array {
    std::optional<DType> dtype;     // absent when it is none that numpy writes
    std::optional<uint64_t> bytes;  // of its data; absent for objects and where it is unknown
    std::string type, shape;        // to be shown
};

// Reads the header that the tape stands at and reports what is wrong with it. Afterwards the tape
// stands on the data, also where the header was not understood: then all is absent and the coverage
// lowered. An Error when it cannot be told where the data starts.
Result<Array> read_header(Tape& tape, ScanContext& context);

// For readers of archives of arrays: npz.member.not_npy.
const Rule& not_npy_rule();

}  // namespace assay::numpy

// What numpy's type descriptions mean for a reader: how many bytes an item takes, and whether it
// holds Python objects, which are stored as a pickle.
//
// Known is what numpy itself writes. Its reader understands far more ("i4,O", a dict, a string of
// two letters as a pair); whatever is not known here may therefore hold objects.
#pragma once

#include <optional>

#include "literal.h"

namespace assay::numpy {

struct DType {
    std::optional<uint64_t> itemsize;  // absent: whoever described it did not say
    bool has_object = false;
};

// The most bytes that an item may have: numpy keeps the number in a C int.
inline constexpr uint64_t kMaxItemSize = INT32_MAX;

// kMalformed for what numpy does not write, kLimit when the item is larger than kMaxItemSize.
Result<DType> dtype_of(const Literal::Value& descr);

// A type string alone, such as "<f4", "|O" or "M8[ns]".
Result<DType> dtype_of_string(std::string_view text);

// The same from the text of a literal: "'<f4'", "[('a', '<f4'), ('b', '|O', (2, 3))]". kLimit also
// when it nests too deeply.
Result<DType> parse_descr(std::string_view text);

}  // namespace assay::numpy

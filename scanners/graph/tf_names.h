// Operators of TensorFlow that are named in bytes which are not taken apart: a FlexBuffer with a
// node in it, as TFLite's Flex operators have it.
//
// Threads: any.
#pragma once

#include <functional>

#include "assay/bytes.h"
#include "tf_ops.h"

namespace assay::tensorflow {

// No name that reaches out is longer, its length before it included.
inline constexpr size_t kLongestNamed = 64;

// Calls visit(at, name, reach) for each text behind its own length, as messages of protobuf and
// FlexBuffers have it, that is the name of an operator which reaches beyond its graph.
using VisitName = std::function<void(size_t, std::string_view, Reach)>;
void each_reaching_name(Bytes bytes, const VisitName& visit);

}  // namespace assay::tensorflow

// Attributes: small values beside an object. Keras keeps a model's whole configuration in one.
#pragma once

#include <functional>

#include "types.h"

namespace assay::hdf5 {

struct Attribute {
    std::string name;
    Type type;
    Shape shape;
    std::vector<uint8_t> data;
    uint64_t where = 0;  // in the file
};

using AttributeSink = std::function<Status(const Attribute& attribute)>;

// Every attribute of the object, from its header or from a heap.
Status read_attributes(File& file, const Object& object, const AttributeSink& sink);

// A single text, wherever it is kept; absent if the attribute is something else.
Result<std::optional<std::string>> text_of(File& file, const Attribute& attribute);

}  // namespace assay::hdf5

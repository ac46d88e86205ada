// numpy's types in pickles: numpy.dtype("O8", False, True), then a state of (version, order,
// subtype, names, fields, size, alignment, flags). numpy believes the flags. Where a type holds
// objects and its flags do not say so, an array of it takes the bytes that the pickle gives for
// addresses of objects: the first use of an item follows a pointer of the attacker's choice.
#pragma once

#include "values.h"

namespace assay::pickle {

// Whether a type with this state takes numbers for objects, or may, since its state was computed.
bool mistakes_numbers_for_objects(const Heap& heap, Value dtype, Value state);

}  // namespace assay::pickle

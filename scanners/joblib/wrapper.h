// The objects that joblib puts into a pickle in the place of arrays, and what they say of the bytes
// that belong to them.
#pragma once

#include "assay/result.h"
#include "pickle/values.h"

namespace assay::joblib {

enum class Wrapper : uint8_t {
    kNone,
    kArray,      // NumpyArrayWrapper: the bytes follow its BUILD
    kCompanion,  // NDArrayWrapper, ZNDArrayWrapper: another file holds them
};

// As what an unpickler of joblib's takes `object` when BUILD has filled it.
Wrapper wrapper_of(const pickle::Heap& heap, pickle::Value object);

bool is_wrapper_class(const pickle::Heap& heap, const pickle::Global& type);

// Whether `object`, which was not made as a wrapper, may be one all the same: calls give back what
// they were given, and partial() and its like make what they are told. `seen` adds up how much was
// looked at for one pickle; beyond a bound everything may be.
bool may_give_wrapper(const pickle::Heap& heap, pickle::Value object, uint64_t& seen);

// joblib puts the array where the wrapper stood on the stack, while the memo keeps the wrapper.
pickle::Value array_in_place_of(pickle::Heap& heap, pickle::Value object);
bool is_array(const pickle::Heap& heap, pickle::Value value);

struct ArrayBytes {
    bool objects = false;  // a pickle follows; else:
    bool padded = false;   // a byte, and as many bytes as it says
    uint64_t bytes = 0;
    bool contradictory = false;  // the type's flags and the type disagree on objects
};

// Where BUILD gives `state` to the wrapper `object`, whose own state is still what it was before.
// kLimit where no array has that size, kMalformed for what joblib does not write.
Result<ArrayBytes> array_of(const pickle::Heap& heap, pickle::Value object, pickle::Value state);

// The name of the file that holds the array of such a wrapper; kMalformed where nobody can tell.
// The text is the heap's.
Result<std::string_view> companion_of(const pickle::Heap& heap, pickle::Value object,
                                      pickle::Value state);

}  // namespace assay::joblib

#include "variable.h"

#include <algorithm>

#include "heaps.h"

namespace assay::hdf5 {

namespace {

constexpr uint64_t kBlock = 65536;

// Elements of `size` bytes, of which each has values of its own elsewhere.
struct Elements {
    const std::vector<Variable>& variables;
    uint64_t size;
    Bytes bytes;
};

Status check_elements(File& file, const Elements& elements, uint64_t here);

// What the value itself leads to. Types lie only so deep in each other; values that lead to the
// same ones again and again come to the limit of what is read.
Status check_inner(File& file, const Variable& variable, const HeapObject& object) {
    Status checked = file.pay(object.size);
    if (!checked) return checked;
    Result<Bytes> lent = file.bytes(object.address, object.size);
    if (lent) {
        const std::vector<uint8_t> copy(lent->begin(), lent->end());
        checked = check_elements(file, {*variable.inner, variable.item, copy}, object.address);
    } else {
        checked = lent.error();
    }
    file.context().release(object.size);
    return checked;
}

// Without an address it is no value; libhdf5 follows any other, even for nothing.
Status check_one(File& file, Fields at, const Variable& variable, uint64_t here) {
    const uint64_t length = at.le32();
    const uint64_t collection = at.address();
    const uint32_t index = at.le32();
    if (!at.ok()) return file.invalid(here, "a value of varying length is cut off");
    if (collection == 0) return Done{};
    Result<HeapObject> object = find_in_collection(file, collection, index);
    if (!object) return object.error();
    if (length * variable.item != object->size) {
        return file.invalid(here, "a value has another length than its room");
    }
    return variable.inner ? check_inner(file, variable, *object) : Status(Done{});
}

Status check_elements(File& file, const Elements& elements, uint64_t here) {
    const Widths widths = file.super().widths;
    const Bytes bytes = elements.bytes;
    for (size_t begin = 0; bytes.size() - begin >= elements.size; begin += elements.size) {
        for (const Variable& variable : elements.variables) {
            const Bytes place = bytes.subspan(begin + variable.offset, 8 + size_t{widths.address});
            Status checked = check_one(file, Fields(place, 0, widths), variable, here);
            if (!checked) return checked;
        }
    }
    return Done{};
}

}  // namespace

Status check_variables(File& file, const Type& type, Bytes elements, uint64_t here) {
    if (type.variables.empty()) return Done{};
    return check_elements(file, {type.variables, type.size, elements}, here);
}

Status check_stored_variables(File& file, const Type& type, uint64_t address, uint64_t size) {
    if (type.variables.empty()) return Done{};
    const uint64_t block = std::max<uint64_t>(1, kBlock / type.size) * type.size;
    Status paid = file.pay(block);
    if (!paid) return paid;
    Status checked = Done{};
    for (uint64_t begin = 0; checked && begin < size; begin += block) {
        Result<Bytes> bytes = file.bytes(address + begin, std::min(block, size - begin));
        if (!bytes) return bytes.error();
        const std::vector<uint8_t> elements(bytes->begin(), bytes->end());
        checked = check_variables(file, type, elements, address + begin);
    }
    file.context().release(block);
    return checked;
}

}  // namespace assay::hdf5

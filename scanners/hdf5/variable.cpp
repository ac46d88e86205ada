#include "variable.h"

#include <algorithm>

#include "heaps.h"

namespace assay::hdf5 {

namespace {

constexpr uint64_t kBlock = 65536;

// A length of 0, or no address, is no value.
Status check_one(File& file, Fields at, const Variable& variable, uint64_t here) {
    const uint64_t length = at.le32();
    const uint64_t collection = at.address();
    const uint32_t index = at.le32();
    if (!at.ok()) return file.invalid(here, "a value of varying length is cut off");
    if (length == 0 || collection == 0 || collection == kNowhere) return Done{};
    if (!is_at_hand(file, collection)) return Done{};
    Result<HeapObject> object = find_in_collection(file, collection, index);
    if (!object) return object.error();
    const bool fits = length * variable.item == object->size;
    return fits ? Status(Done{}) : file.invalid(here, "a value has another length than its room");
}

}  // namespace

Status check_variables(File& file, const Type& type, Bytes elements, uint64_t here) {
    if (type.variables.empty()) return Done{};
    const size_t size = 8 + size_t{file.super().widths.address};
    for (size_t begin = 0; elements.size() - begin >= type.size; begin += type.size) {
        for (const Variable& variable : type.variables) {
            const Bytes place = elements.subspan(begin + variable.offset, size);
            Status checked = check_one(file, Fields(place, 0, file.super().widths), variable, here);
            if (!checked) return checked;
        }
    }
    return Done{};
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

// The pipeline message: version 1 or 2, count, then for each filter
//
//   id u16, length of the name u16 (version 2 has it from 256 on), flags u16, count of values u16,
//   name, values u32
//
// nbit's values describe the type once more: how many there are, whether to do nothing, elements,
// then a type: 1, size, order, precision, offset of an atom; 2, size, a type of an array; 3, size,
// count, then offset and a type for each member; 4, size of what is left alone.
#include "filters.h"

namespace assay::hdf5 {

namespace {

constexpr size_t kFilters = 32;

class NbitType {
  public:
    explicit NbitType(const std::vector<uint32_t>& values) : values_(values) {}
    // Whether a type begins at the third value, no larger than what it lies in and all there.
    bool is_good() { return type(UINT32_MAX, 0) && !short_; }

  private:
    uint32_t next() {
        short_ |= at_ >= values_.size();
        return short_ ? 0 : values_[at_++];
    }
    bool type(uint32_t room, size_t depth);
    bool atom(uint32_t size);
    bool compound(uint32_t size, size_t depth);

    const std::vector<uint32_t>& values_;
    size_t at_ = 3;
    bool short_ = false;
};

bool NbitType::type(uint32_t room, size_t depth) {
    constexpr size_t kDepth = 32;
    const uint32_t kind = next();
    const uint32_t size = next();
    if (short_ || size == 0 || size > room || depth == kDepth) return false;
    switch (kind) {
        case 1:
            return atom(size);
        case 2:
            return type(size, depth + 1);
        case 3:
            return compound(size, depth + 1);
        default:
            return kind == 4;
    }
}

bool NbitType::atom(uint32_t size) {
    const uint32_t order = next();
    const uint64_t precision = next();
    const uint64_t offset = next();
    return order <= 1 && precision != 0 && precision + offset <= 8 * uint64_t{size};
}

bool NbitType::compound(uint32_t size, size_t depth) {
    for (uint32_t members = next(); members > 0 && !short_; members--) {
        const uint32_t offset = next();
        if (offset >= size || !type(size - offset, depth)) return false;
    }
    return true;
}

Filter read_filter(Fields& at, uint8_t version) {
    Filter filter;
    filter.id = at.le16();
    const uint16_t named = version == 1 || filter.id >= 256 ? at.le16() : 0;
    at.skip(2);
    const uint16_t values = at.le16();
    std::string_view name = as_text(at.bytes(version == 1 ? (named + 7U) / 8 * 8 : named));
    filter.name = name.substr(0, name.find('\0'));
    for (size_t i = 0; i < values && at.ok(); i++) filter.values.push_back(at.le32());
    at.skip(version == 1 && values % 2 == 1 ? 4 : 0);
    return filter;
}

}  // namespace

Result<std::vector<Filter>> read_filters(File& file, Fields& at) {
    const uint64_t here = at.offset() - file.base();
    const uint8_t version = at.u8();
    const uint8_t count = at.u8();
    if (version < 1 || version > 2 || count > kFilters) {
        return file.invalid(here, "filters of unknown version, or too many");
    }
    if (version == 1) at.skip(6);
    std::vector<Filter> filters;
    for (size_t i = 0; i < count && at.ok(); i++) filters.push_back(read_filter(at, version));
    if (!at.ok()) return file.invalid(here, "filters are cut off");
    return filters;
}

bool is_told_enough(const Filter& filter) {
    const std::vector<uint32_t>& values = filter.values;
    switch (filter.id) {
        case kDeflate:
            return values.size() == 1 && values[0] <= 9;
        case kShuffle:
            return values.size() == 1 && values[0] != 0;
        case kSzip:
            return values.size() == 4;
        case kNbit:
            return values.size() >= 5 && values[0] == values.size() &&
                   (values[1] != 0 || NbitType(values).is_good());
        case kScaleOffset:
            return values.size() == 20;
        default:
            return true;
    }
}

}  // namespace assay::hdf5

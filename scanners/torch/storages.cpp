#include "storages.h"

#include <algorithm>

#include "torch_rules.h"

namespace assay::torch {

std::optional<uint64_t> elements_reached(int64_t offset, std::span<const Dimension> dimensions) {
    if (offset < 0) return std::nullopt;
    uint64_t reached = static_cast<uint64_t>(offset);
    bool empty = false;
    for (const Dimension& dimension : dimensions) {
        if (dimension.size < 0 || dimension.stride < 0) return std::nullopt;
        if (dimension.size == 0) empty = true;
        if (dimension.size <= 1) continue;
        uint64_t span = 0;
        bool beyond = __builtin_mul_overflow(static_cast<uint64_t>(dimension.size - 1),
                                             static_cast<uint64_t>(dimension.stride), &span);
        if (beyond || __builtin_add_overflow(reached, span, &reached)) return std::nullopt;
    }
    if (empty) return uint64_t{0};
    if (__builtin_add_overflow(reached, uint64_t{1}, &reached)) return std::nullopt;
    return reached;
}

namespace {

struct Size {
    std::string_view name;
    uint32_t bytes;
};

constexpr Size kStorageSizes[] = {{"DoubleStorage", 8},
                                  {"FloatStorage", 4},
                                  {"HalfStorage", 2},
                                  {"LongStorage", 8},
                                  {"IntStorage", 4},
                                  {"ShortStorage", 2},
                                  {"CharStorage", 1},
                                  {"ByteStorage", 1},
                                  {"BoolStorage", 1},
                                  {"BFloat16Storage", 2},
                                  {"ComplexDoubleStorage", 16},
                                  {"ComplexFloatStorage", 8},
                                  {"QInt8Storage", 1},
                                  {"QUInt8Storage", 1},
                                  {"QInt32Storage", 4},
                                  {"QUInt4x2Storage", 1},
                                  {"QUInt2x4Storage", 1},
                                  {"UntypedStorage", 1}};

constexpr Size kDtypeSizes[] = {{"float64", 8},
                                {"float32", 4},
                                {"float16", 2},
                                {"bfloat16", 2},
                                {"int64", 8},
                                {"int32", 4},
                                {"int16", 2},
                                {"int8", 1},
                                {"uint64", 8},
                                {"uint32", 4},
                                {"uint16", 2},
                                {"uint8", 1},
                                {"bool", 1},
                                {"complex32", 4},
                                {"complex64", 8},
                                {"complex128", 16},
                                {"bits16", 2},
                                {"bits8", 1},
                                {"float8_e5m2", 1},
                                {"float8_e4m3fn", 1},
                                {"float8_e5m2fnuz", 1},
                                {"float8_e4m3fnuz", 1},
                                {"float8_e8m0fnu", 1},
                                {"float4_e2m1fn_x2", 1}};

uint32_t size_in(std::span<const Size> sizes, std::string_view name) {
    auto found = std::find_if(sizes.begin(), sizes.end(),
                              [&](const Size& size) { return size.name == name; });
    return found == sizes.end() ? 0 : found->bytes;
}

}  // namespace

uint32_t element_size_of_storage(std::string_view name) { return size_in(kStorageSizes, name); }

uint32_t element_size_of_dtype(std::string_view name) { return size_in(kDtypeSizes, name); }

uint32_t elements_per_unit(std::string_view storage_name) {
    if (storage_name == "QUInt4x2Storage") return 2;
    return storage_name == "QUInt2x4Storage" ? 4 : 1;
}

bool is_plain_key(std::string_view key) {
    constexpr std::string_view kPathLike("/\\\0:", 4);
    return !key.empty() && key.find_first_of(kPathLike) == std::string_view::npos &&
           key.find("..") == std::string_view::npos && key != ".";
}

std::optional<uint64_t> Storage::bytes() const {
    uint64_t product = 0;
    if (element == 0 || __builtin_mul_overflow(numel, uint64_t{element}, &product)) {
        return std::nullopt;
    }
    return product;
}

// In steps, since asking may wait.
bool StorageTable::make_room(size_t bytes) {
    constexpr size_t kStep = size_t{16} << 10;
    if (room_ < bytes && !incomplete_) {
        if (context_.reserve(kStep)) {
            room_ += kStep;
        } else {
            incomplete_ = true;
            context_.report(rules::kStorageLimit, 0, 0, "");
            context_.incomplete(Coverage::kCutByLimit, rules::kStorageLimit.message);
        }
    }
    if (room_ < bytes) return false;
    room_ -= bytes;
    return true;
}

bool StorageTable::add(const std::string& name, const Storage& storage) {
    constexpr size_t kNode = 160;  // of the map, with what the allocator adds
    auto found = storages_.find(name);
    if (found == storages_.end()) {
        if (make_room(kNode + name.size())) storages_.emplace(name, storage);
        return true;
    }
    Storage& known = found->second;
    std::optional<uint64_t> before = known.bytes();
    std::optional<uint64_t> now = storage.bytes();
    if (before == now || !before || !now) return true;
    if (*now > *before) known = storage;
    return false;
}

const Storage* StorageTable::find(const std::string& name) const {
    auto found = storages_.find(name);
    return found == storages_.end() ? nullptr : &found->second;
}

}  // namespace assay::torch

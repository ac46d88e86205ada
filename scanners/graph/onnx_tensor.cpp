#include "onnx_tensor.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "assay/place.h"
#include "onnx_rules.h"
#include "onnx_schema.h"

namespace assay::onnx {

using protobuf::Event;

struct Tensor::Type {
    std::string_view name;
    uint8_t bits;      // of an element in raw data; none of texts
    Store store;       // without raw data
    uint8_t entries;   // of the list for each element,
    uint8_t elements;  // or elements in one entry
};

// By their numbers.
const Tensor::Type* Tensor::type_numbered(uint64_t number) {
    static constexpr Type kTypes[] = {
        {"", 0, kRaw, 0, 0},
        {"F32", 32, kFloats, 1, 1},
        {"U8", 8, kInts, 1, 1},
        {"I8", 8, kInts, 1, 1},
        {"U16", 16, kInts, 1, 1},
        {"I16", 16, kInts, 1, 1},
        {"I32", 32, kInts, 1, 1},
        {"I64", 64, kLongs, 1, 1},
        {"STRING", 0, kTexts, 1, 1},
        {"BOOL", 8, kInts, 1, 1},
        {"F16", 16, kInts, 1, 1},
        {"F64", 64, kDoubles, 1, 1},
        {"U32", 32, kUnsigned, 1, 1},
        {"U64", 64, kUnsigned, 1, 1},
        {"C64", 64, kFloats, 2, 1},
        {"C128", 128, kDoubles, 2, 1},
        {"BF16", 16, kInts, 1, 1},
        {"F8_E4M3", 8, kInts, 1, 1},
        {"F8_E4M3FNUZ", 8, kInts, 1, 1},
        {"F8_E5M2", 8, kInts, 1, 1},
        {"F8_E5M2FNUZ", 8, kInts, 1, 1},
        {"U4", 4, kInts, 1, 8},
        {"I4", 4, kInts, 1, 8},
        {"F4_E2M1", 4, kInts, 1, 8},
        {"F8_E8M0", 8, kInts, 1, 1},
        {"U2", 2, kInts, 1, 16},
        {"I2", 2, kInts, 1, 16},
        {"F6_E2M3", 6, kInts, 1, 1},
        {"F6_E3M2", 6, kInts, 1, 1},
    };
    return number == 0 || number >= std::size(kTypes) ? nullptr : &kTypes[number];
}

void Tensor::begin(const Event& event) {
    *this = {};
    offset_ = event.offset;
}

void Tensor::field(const Event& event) {
    switch (event.number) {
        case 1:
            return add_dimension(static_cast<int64_t>(event.value));
        case 2:
            type_ = event.value;
            return;
        case 4:
            return add_data(kFloats, event, event.value);
        case 5:
            return add_data(kInts, event, event.value);
        case 6:
            return add_data(kTexts, event, 1);
        case 7:
            return add_data(kLongs, event, event.value);
        case 8:
            name_ = event.text;
            return;
        case 9:
            counts_[kRaw] = 0;  // of two the last one counts
            return add_data(kRaw, event, event.length);
        case 10:
            return add_data(kDoubles, event, event.value);
        case 11:
            return add_data(kUnsigned, event, event.value);
        case 14:
            is_external_ = event.value == 1;
            return;
        default:
            return;
    }
}

void Tensor::add_dimension(int64_t dimension) {
    constexpr size_t kShown = 64;
    if (shape_.size() < kShown) shape_.push_back(static_cast<uint64_t>(dimension));
    const auto length = static_cast<uint64_t>(dimension);
    bad_shape_ |= dimension < 0 || __builtin_mul_overflow(elements_, length, &elements_) ||
                  elements_ > uint64_t{std::numeric_limits<int64_t>::max()};
}

void Tensor::add_data(Store store, const Event& event, uint64_t count) {
    counts_[store] += count;
    pieces_++;
    begin_ = event.start;
    end_ = event.start + event.length;
}

void Tensor::report(ScanContext& context, const Rule& found, std::string_view what) const {
    constexpr size_t kShown = 200;
    context.report(found, offset_, 0, fmt::format("{}: {}", name_.substr(0, kShown), what));
}

Status Tensor::end(ScanContext& context, ExternalFiles& files) {
    const Type* type = type_numbered(type_);
    if (bad_shape_) report(context, rule("tensor.bad_shape"), "dimensions");
    if (!type) report(context, rule("tensor.unknown_type"), fmt::format("type {}", type_));
    if (!is_external_) {
        check(context);
        if (type && !bad_shape_) check_size(context, *type);
        if (type) tell(context, *type);
        return Done{};
    }
    const bool both =
        std::any_of(counts_.begin(), counts_.end(), [](uint64_t count) { return count != 0; });
    if (both) report(context, rule("tensor.ambiguous_data"), "here and in a file");
    std::optional<uint64_t> bits;
    uint64_t product = 0;
    if (type && type->bits != 0 && !bad_shape_ &&
        !__builtin_mul_overflow(elements_, uint64_t{type->bits}, &product)) {
        bits = product;
    }
    const auto bytes = bits ? std::optional(*bits / 8 + (*bits % 8 != 0 ? 1 : 0)) : std::nullopt;
    return files.add(offset_, external, bytes, name_.substr(0, 200));
}

// What holds whatever the type is.
void Tensor::check(ScanContext& context) const {
    const auto used =
        std::count_if(counts_.begin(), counts_.end(), [](uint64_t count) { return count != 0; });
    if (used > 1) report(context, rule("tensor.ambiguous_data"), "two lists of data");
}

void Tensor::check_size(ScanContext& context, const Type& type) const {
    const bool raw = counts_[kRaw] != 0;
    const uint64_t unit = raw ? type.bits : type.entries;
    uint64_t wanted = 0;
    if (__builtin_mul_overflow(elements_, unit, &wanted)) {
        return report(context, rule("tensor.bad_shape"), "more bytes than fit into 64 bits");
    }
    const uint64_t part = raw ? 8 : type.elements;
    wanted = wanted / part + (wanted % part != 0 ? 1 : 0);
    const Store store = raw ? kRaw : type.store;
    uint64_t elsewhere = 0;
    for (uint8_t i = 0; i < kStores; i++) elsewhere += i == store ? 0 : counts_[i];
    if (raw && type.bits == 0) {
        return report(context, rule("tensor.size_mismatch"), "texts cannot be raw data");
    }
    // The onnx package writes small integers a byte to an entry, where four would fit.
    const uint64_t most = raw || type.elements == 1 ? wanted : elements_;
    const bool right = counts_[store] >= wanted && counts_[store] <= most;
    if (right && (elsewhere == 0 || wanted != 0)) return;
    report(context, rule("tensor.size_mismatch"),
           fmt::format("{} {} for {}{}", counts_[store], raw ? "bytes" : "entries", wanted,
                       elsewhere != 0 ? ", and some where they do not belong" : ""));
}

// Writers put fields in the order of their numbers, so name, type and shape are there; that the
// shape is whole shows in the size.
void Tensor::tell_ahead(ScanContext& context) {
    const Type* type = type_numbered(type_);
    uint64_t bits = 0;
    const bool whole = type && type->bits != 0 && !name_.empty() && !is_external_ && !bad_shape_ &&
                       pieces_ == 1 &&
                       !__builtin_mul_overflow(elements_, uint64_t{type->bits}, &bits) &&
                       bits / 8 + (bits % 8 != 0 ? 1 : 0) == end_ - begin_;
    if (!whole) return;
    tell(context, *type);
    context.tensors_told();
}

// Whole numbers in lists take as many bytes as each needs, and texts are apart: those have no place
// that could be digested.
void Tensor::tell(ScanContext& context, const Type& type) {
    const bool plain = counts_[kRaw] != 0 || counts_[kFloats] != 0 || counts_[kDoubles] != 0;
    if (told_ || bad_shape_) return;
    told_ = true;
    TensorRecord record;
    record.name = name_.empty() ? fmt::format("@{}", offset_) : escape_path(name_);
    record.dtype = type.name;
    record.shape = shape_;
    if (plain && pieces_ == 1) {
        record.begin = begin_;
        record.end = end_;
    }
    context.tensor(std::move(record));
}

}  // namespace assay::onnx

#include "arrow_array.h"

#include <algorithm>
#include <array>

namespace assay::pickle {

namespace {

// How many types and arrays are looked at: a memo can make a tree of them that is larger than any
// file.
constexpr unsigned kMostParts = 1024;
// Lengths in elements and bytes per element, so that their products stay far below 2^63.
constexpr int64_t kMostElements = int64_t{1} << 40;
constexpr int64_t kMostWidth = 1 << 16;

enum class Shape : uint8_t {
    kNulls,       // nothing but a length
    kFixed,       // elements of so many bits
    kTexts,       // offsets of so many bits, and bytes
    kList,        // offsets, and a child
    kFixedList,   // a child with so many elements for each
    kMap,         // offsets, and a child with keys and values
    kStruct,      // a child for each field
    kDictionary,  // elements that are indexes, and a dictionary
};

struct Type {
    Shape shape;
    int64_t size = 0;  // bits, or elements of a list
    Value inner;       // the type of the child or the dictionary, or a list of fields
    Value second;      // the type of a map's values
};

struct Alias {
    std::string_view name;
    Shape shape;
    int64_t bits;
};

// By the texts that types have of themselves. Not those of views.
constexpr Alias kAliases[] = {
    {"binary", Shape::kTexts, 32},        {"bool", Shape::kFixed, 1},
    {"date32[day]", Shape::kFixed, 32},   {"date64[ms]", Shape::kFixed, 64},
    {"double", Shape::kFixed, 64},        {"duration[ms]", Shape::kFixed, 64},
    {"duration[ns]", Shape::kFixed, 64},  {"duration[s]", Shape::kFixed, 64},
    {"duration[us]", Shape::kFixed, 64},  {"float", Shape::kFixed, 32},
    {"halffloat", Shape::kFixed, 16},     {"int16", Shape::kFixed, 16},
    {"int32", Shape::kFixed, 32},         {"int64", Shape::kFixed, 64},
    {"int8", Shape::kFixed, 8},           {"large_binary", Shape::kTexts, 64},
    {"large_string", Shape::kTexts, 64},  {"month_day_nano_interval", Shape::kFixed, 128},
    {"null", Shape::kNulls, 0},           {"string", Shape::kTexts, 32},
    {"time32[ms]", Shape::kFixed, 32},    {"time32[s]", Shape::kFixed, 32},
    {"time64[ns]", Shape::kFixed, 64},    {"time64[us]", Shape::kFixed, 64},
    {"timestamp[ms]", Shape::kFixed, 64}, {"timestamp[ns]", Shape::kFixed, 64},
    {"timestamp[s]", Shape::kFixed, 64},  {"timestamp[us]", Shape::kFixed, 64},
    {"uint16", Shape::kFixed, 16},        {"uint32", Shape::kFixed, 32},
    {"uint64", Shape::kFixed, 64},        {"uint8", Shape::kFixed, 8},
};
static_assert(std::ranges::is_sorted(kAliases, {}, &Alias::name));

// Types that say more in their arguments, or have none.
constexpr std::array<std::pair<std::string_view, int64_t>, 7> kWidths = {{
    {"bool8", 8},
    {"decimal128", 128},
    {"decimal256", 256},
    {"decimal32", 32},
    {"decimal64", 64},
    {"timestamp", 64},
    {"uuid", 128},
}};

struct Array {
    Type type;
    int64_t elements;  // with those before the offset
    std::vector<Value> buffers;
    Value children;
    Value dictionary;
};

class Walk {
  public:
    explicit Walk(const Heap& heap) : heap_(heap) {}
    bool is_whole(Value data, std::optional<Value> declared);

  private:
    [[nodiscard]] bool is_whole_array(const Array& array, bool known_nulls);
    [[nodiscard]] std::optional<Type> type_of(Value value) const;
    [[nodiscard]] std::optional<Type> named_type(std::string_view maker, Value args) const;
    [[nodiscard]] std::optional<Type> list_type(Value args) const;
    [[nodiscard]] std::optional<std::string_view> maker_of(Value value) const;
    [[nodiscard]] Value args_of(Value value) const;
    [[nodiscard]] Value type_of_field(Value field) const;
    [[nodiscard]] bool holds(const Array& array, size_t at, int64_t bits, int64_t elements) const;
    [[nodiscard]] std::optional<int64_t> size_of(Value buffer) const;
    [[nodiscard]] std::optional<int64_t> bytes_of(Value bytes) const;
    [[nodiscard]] size_t buffers_of(Shape shape) const;
    bool same(Value one, Value other);
    bool has_child(const Array& array, int64_t elements, Value declared);
    bool has_pairs(const Array& array);
    bool has_fields(const Array& array);
    [[nodiscard]] std::optional<int64_t> length_of(Value data) const;

    const Heap& heap_;
    unsigned parts_ = kMostParts;
};

// What of pyarrow.lib made it.
std::optional<std::string_view> Walk::maker_of(Value value) const {
    const Made* made = heap_.made_of(value);
    const Global* global = made ? heap_.global_of(made->callee) : nullptr;
    if (!global || heap_.known_text(global->module) != "pyarrow.lib") return std::nullopt;
    return heap_.known_text(global->name);
}

Value Walk::args_of(Value value) const {
    const Made* made = heap_.made_of(value);
    return made ? made->args : Value();
}

Value Walk::type_of_field(Value field) const {
    return maker_of(field) == "field" ? heap_.item(args_of(field), 1) : field;
}

std::optional<Type> Walk::list_type(Value args) const {
    const Value element = type_of_field(heap_.item(args, 0));
    if (heap_.items_of(args)->total < 2) return Type{Shape::kList, 32, element, {}};
    const Value size = heap_.item(args, 1);
    if (!size.is(Kind::kInt) || size.payload() < 0 || size.payload() > kMostWidth) {
        return std::nullopt;
    }
    return Type{Shape::kFixedList, size.payload(), element, {}};
}

std::optional<Type> Walk::named_type(std::string_view maker, Value args) const {
    const Value first = heap_.item(args, 0);
    if (maker == "type_for_alias") {
        const std::optional<std::string_view> name = heap_.known_text(first);
        auto row = std::ranges::lower_bound(kAliases, name.value_or(""), {}, &Alias::name);
        if (row == std::end(kAliases) || row->name != name) return std::nullopt;
        return Type{row->shape, row->bits, {}, {}};
    }
    if (maker == "binary") {
        if (!first.is(Kind::kInt) || first.payload() < 0 || first.payload() > kMostWidth) {
            return std::nullopt;
        }
        return Type{Shape::kFixed, first.payload() * 8, {}, {}};
    }
    if (maker == "list_") return list_type(args);
    if (maker == "large_list") return Type{Shape::kList, 64, type_of_field(first), {}};
    if (maker == "struct") return Type{Shape::kStruct, 0, first, {}};
    if (maker == "map_") {
        return Type{Shape::kMap, 32, type_of_field(first), type_of_field(heap_.item(args, 1))};
    }
    auto width = std::ranges::find(kWidths, maker, [](const auto& row) { return row.first; });
    if (width == kWidths.end()) return std::nullopt;
    return Type{Shape::kFixed, width->second, {}, {}};
}

std::optional<Type> Walk::type_of(Value value) const {
    const std::optional<std::string_view> maker = maker_of(value);
    const Value args = args_of(value);
    const Items* items = heap_.items_of(args);
    if (!maker || !items) return std::nullopt;
    if (*maker != "dictionary") return named_type(*maker, args);
    // pyarrow insists on whole numbers for indexes.
    const std::optional<std::string_view> index = maker_of(heap_.item(args, 0));
    const std::optional<Type> type =
        index ? named_type(*index, args_of(heap_.item(args, 0))) : std::nullopt;
    if (!type || type->shape != Shape::kFixed) return std::nullopt;
    return Type{Shape::kDictionary, type->size, heap_.item(args, 1), {}};
}

// Types that are pickled twice are made twice.
bool Walk::same(Value one, Value other) {
    if (one == other) return true;
    if (parts_ == 0 || one.kind() != other.kind()) return false;
    parts_--;
    if (one.is(Kind::kText)) {
        const std::optional<std::string_view> text = heap_.known_text(one);
        return text && text == heap_.known_text(other);
    }
    if (one.is(Kind::kMade)) {
        const std::optional<std::string_view> maker = maker_of(one);
        if (!maker || maker != maker_of(other)) return false;
        return *maker == "field" ? same(type_of_field(one), type_of_field(other))
                                 : same(args_of(one), args_of(other));
    }
    const Items* items = heap_.items_of(one);
    if (!items || items->kept != items->total) return false;
    const std::vector<Value> left = heap_.kept_items(one);
    const std::vector<Value> right = heap_.kept_items(other);
    return heap_.items_of(other)->total == items->total &&
           std::ranges::equal(left, right, [this](Value a, Value b) { return same(a, b); });
}

// Protocols below 3 write bytes as a text, whose characters take one byte or two.
std::optional<int64_t> Walk::bytes_of(Value bytes) const {
    if (bytes.is(Kind::kLost)) return INT64_MAX;
    if (bytes.is(Kind::kBytes) || bytes.is(Kind::kByteArray)) {
        return static_cast<int64_t>(std::min<uint64_t>(heap_.text_of(bytes).length, INT64_MAX));
    }
    const Global* maker = bytes.is(Kind::kMade) ? heap_.origin_of(bytes) : nullptr;
    if (!maker || maker->judgement.tier != Tier::kAllowed) return std::nullopt;
    const std::string_view name = *heap_.known_text(maker->name);
    const Value args = args_of(bytes);
    const Value inner = heap_.item(args, 0);
    if (maker->judgement.use == Use::kEncodes && inner.is(Kind::kText)) {
        return static_cast<int64_t>(std::min<uint64_t>(heap_.text_of(inner).length, INT64_MAX));
    }
    if (name != "bytearray" && name != "bytes") return std::nullopt;
    if (heap_.items_of(args)->total == 0) return 0;
    const bool nested = inner.is(Kind::kMade) && heap_.origin_of(inner) != nullptr &&
                        heap_.origin_of(inner)->judgement.use == Use::kEncodes;
    return inner.is(Kind::kBytes) || inner.is(Kind::kLost) || nested ? bytes_of(inner)
                                                                     : std::nullopt;
}

std::optional<int64_t> Walk::size_of(Value buffer) const {
    if (buffer.is(Kind::kNone)) return 0;
    if (buffer.is(Kind::kLost)) return INT64_MAX;
    if (maker_of(buffer) != "py_buffer") return std::nullopt;
    return bytes_of(heap_.item(args_of(buffer), 0));
}

bool Walk::holds(const Array& array, size_t at, int64_t bits, int64_t elements) const {
    const std::optional<int64_t> size = size_of(array.buffers[at]);
    return size && *size >= (elements * bits + 7) / 8;
}

size_t Walk::buffers_of(Shape shape) const {
    switch (shape) {
        case Shape::kNulls:
        case Shape::kStruct:
        case Shape::kFixedList:
            return 1;
        case Shape::kFixed:
        case Shape::kList:
        case Shape::kMap:
        case Shape::kDictionary:
            return 2;
        case Shape::kTexts:
            return 3;
    }
    return 0;
}

std::optional<int64_t> Walk::length_of(Value data) const {
    const Value length = heap_.item(data, 1);
    const bool sane =
        length.is(Kind::kInt) && length.payload() >= 0 && length.payload() < kMostElements;
    return sane ? std::optional(length.payload()) : std::nullopt;
}

bool Walk::has_child(const Array& array, int64_t elements, Value declared) {
    const Value child = heap_.item(array.children, 0);
    const std::optional<int64_t> length = length_of(child);
    return heap_.items_of(array.children)->total == 1 && length && *length >= elements &&
           is_whole(child, declared);
}

// The child of a map has no name for its type but that of its two fields.
bool Walk::has_pairs(const Array& array) {
    const Value child = heap_.item(array.children, 0);
    const Value type = heap_.item(child, 0);
    const Value fields = maker_of(type) == "struct" ? heap_.item(args_of(type), 0) : Value();
    const Items* items = heap_.items_of(fields);
    return items && items->total == 2 &&
           same(type_of_field(heap_.item(fields, 0)), array.type.inner) &&
           same(type_of_field(heap_.item(fields, 1)), array.type.second) &&
           has_child(array, 0, type);
}

bool Walk::has_fields(const Array& array) {
    const Items* fields = heap_.items_of(array.type.inner);
    const Items* children = heap_.items_of(array.children);
    if (!fields || fields->total != children->total || fields->kept != fields->total ||
        children->kept != children->total) {
        return false;
    }
    const std::vector<Value> declared = heap_.kept_items(array.type.inner);
    const std::vector<Value> given = heap_.kept_items(array.children);
    for (size_t i = 0; i < given.size(); i++) {
        const std::optional<int64_t> length = length_of(given[i]);
        if (!length || *length < array.elements) return false;
        if (!is_whole(given[i], type_of_field(declared[i]))) return false;
    }
    return true;
}

bool Walk::is_whole_array(const Array& array, bool known_nulls) {
    if (array.buffers.size() != buffers_of(array.type.shape)) return false;
    const bool marked = !array.buffers[0].is(Kind::kNone);
    const bool unmarked = !known_nulls || array.type.shape == Shape::kNulls;
    if (marked ? !holds(array, 0, 1, array.elements) : !unmarked) return false;
    const bool childless = heap_.items_of(array.children)->total == 0;
    if (array.type.shape != Shape::kDictionary && !array.dictionary.is(Kind::kNone)) return false;
    const int64_t offsets = array.elements == 0 ? 0 : array.elements + 1;
    switch (array.type.shape) {
        case Shape::kNulls:
            return childless;
        case Shape::kFixed:
            return childless && holds(array, 1, array.type.size, array.elements);
        case Shape::kTexts:
            return childless && holds(array, 1, array.type.size, offsets) &&
                   size_of(array.buffers[2]).has_value();
        case Shape::kDictionary:
            return childless && holds(array, 1, array.type.size, array.elements) &&
                   is_whole(array.dictionary, array.type.inner);
        case Shape::kList:
            return holds(array, 1, array.type.size, offsets) &&
                   has_child(array, 0, array.type.inner);
        case Shape::kMap:
            return holds(array, 1, array.type.size, offsets) && has_pairs(array);
        case Shape::kFixedList:
            return has_child(array, array.elements * array.type.size, array.type.inner);
        case Shape::kStruct:
            return has_fields(array);
    }
    return false;
}

bool Walk::is_whole(Value data, std::optional<Value> declared) {
    if (data.is(Kind::kLost)) return true;
    const Items* items = data.is(Kind::kTuple) ? heap_.items_of(data) : nullptr;
    if (!items || items->total != 7 || parts_ == 0) return false;
    parts_--;
    if (heap_.item(data, 0).is(Kind::kLost)) return true;
    const std::optional<Type> type = type_of(heap_.item(data, 0));
    const std::optional<int64_t> length = length_of(data);
    const Value nulls = heap_.item(data, 2);
    const Value offset = heap_.item(data, 3);
    const Items* buffers = heap_.items_of(heap_.item(data, 4));
    const Items* children = heap_.items_of(heap_.item(data, 5));
    if (!type || !length || !nulls.is(Kind::kInt) || !offset.is(Kind::kInt) || !buffers ||
        !children || offset.payload() < 0 || offset.payload() >= kMostElements ||
        nulls.payload() < -1 || nulls.payload() > *length) {
        return false;
    }
    if (declared && !same(heap_.item(data, 0), *declared)) return false;
    const Array array{*type, *length + offset.payload(), heap_.kept_items(heap_.item(data, 4)),
                      heap_.item(data, 5), heap_.item(data, 6)};
    return is_whole_array(array, nulls.payload() > 0);
}

}  // namespace

bool is_whole_arrow_array(const Heap& heap, Value data) {
    return Walk(heap).is_whole(data, std::nullopt);
}

}  // namespace assay::pickle

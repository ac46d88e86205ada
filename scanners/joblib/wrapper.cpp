#include "wrapper.h"

#include <algorithm>

#include "numpy/dtype.h"

namespace assay::joblib {

using pickle::Global;
using pickle::Heap;
using pickle::Items;
using pickle::Kind;
using pickle::Made;
using pickle::Use;
using pickle::Value;

namespace {

constexpr Error kRebuilt{Code::kMalformed, "the wrapper has attributes from elsewhere", 0, 0};
constexpr Error kNoDict{Code::kMalformed, "the state is no plain dict of attributes", 0, 0};
constexpr Error kNoShape{Code::kMalformed, "the shape is no tuple of whole numbers", 0, 0};
constexpr Error kNoType{Code::kMalformed, "the type is none that numpy pickles", 0, 0};
constexpr Error kNoPadding{Code::kMalformed, "whether there is padding depends on a call", 0, 0};
constexpr Error kNoName{Code::kMalformed, "the name is no plain text", 0, 0};
constexpr Error kNegative{Code::kLimit, "a dimension is below zero", 0, 0};
constexpr Error kTooLarge{Code::kLimit, "the size does not fit into 64 bits", 0, 0};

// The class that a call makes an instance of, directly or, with old protocols, by copyreg.
const Global* class_of(const Heap& heap, Value object) {
    const Made* made = heap.made_of(object);
    const Global* callee = made ? heap.global_of(made->callee) : nullptr;
    bool by_copyreg = callee && callee->judgement.use == Use::kMakesInstance;
    return by_copyreg ? heap.global_of(heap.item(made->args, 0)) : callee;
}

bool ends_in(std::string_view text, std::string_view last) {
    return text.ends_with(last) &&
           (text.size() == last.size() || text[text.size() - last.size() - 1] == '.');
}

}  // namespace

namespace {

Wrapper wrapper_named(const Heap& heap, const Global& type) {
    if (!heap.known_text(type.name)->ends_with("ArrayWrapper")) return Wrapper::kNone;
    std::string full(*heap.known_text(type.module));
    full.append(1, '.').append(*heap.known_text(type.name));
    if (("." + full).find(".joblib.") == std::string_view::npos) return Wrapper::kNone;
    if (ends_in(full, "numpy_pickle.NumpyArrayWrapper")) return Wrapper::kArray;
    for (std::string_view old : {"NDArrayWrapper", "ZNDArrayWrapper"}) {
        if (ends_in(full, "numpy_pickle." + std::string(old)) ||
            ends_in(full, "numpy_pickle_compat." + std::string(old))) {
            return Wrapper::kCompanion;
        }
    }
    return Wrapper::kNone;
}

}  // namespace

bool is_wrapper_class(const Heap& heap, const Global& type) {
    return wrapper_named(heap, type) != Wrapper::kNone;
}

Wrapper wrapper_of(const Heap& heap, Value object) {
    const Global* type = class_of(heap, object);
    return type ? wrapper_named(heap, *type) : Wrapper::kNone;
}

Value array_in_place_of(Heap& heap, Value object) {
    const Made& made = *heap.made_of(object);
    const Global* callee = heap.global_of(made.callee);
    const bool by_copyreg = callee && callee->judgement.use == Use::kMakesInstance;
    const Value type = by_copyreg ? heap.item(made.args, 0) : made.callee;
    return heap.made(Kind::kMade, type, Value(Kind::kBuffer));
}

bool is_array(const Heap& heap, Value value) {
    const Made* made = heap.made_of(value);
    return made && made->args.is(Kind::kBuffer);
}

namespace {

// Finds a wrapper, or its class, in what an object was made of.
class Search {
  public:
    explicit Search(const Heap& heap) : heap_(heap) {}

    // Whether there is one, or may be one where not all was kept.
    bool run(Value object) {
        open_ = {object};
        for (size_t at = 0; at < open_.size(); at++) {
            if (at >= kMostSeen || found_in(open_[at])) return true;
        }
        return false;
    }
    [[nodiscard]] size_t seen() const { return open_.size(); }

  private:
    static constexpr size_t kMostSeen = 4096;

    bool found_in(Value value) {
        if (is_array(heap_, value)) return false;
        if (const Global* global = heap_.global_of(value)) return is_wrapper_class(heap_, *global);
        if (const Made* made = heap_.made_of(value)) return found_in_call(*made);
        for (Value item : heap_.kept_items(value)) look_at(item);
        return false;
    }

    // Who may give back what it was given, or make anything of it, must not hide that.
    bool found_in_call(const Made& made) {
        const Global* maker = heap_.global_of(made.callee);
        const bool anything = !maker || maker->judgement.use == Use::kMakesInstance ||
                              maker->judgement.use == Use::kCallsArgument;
        if (anything && !is_complete(made.args)) return true;
        look_at(made.callee);
        look_at(made.args);
        return false;
    }

    [[nodiscard]] bool is_complete(Value args) const {
        const Items* items = heap_.items_of(args);
        if (!items || items->kept != items->total) return false;
        for (Value item : heap_.kept_items(args)) {
            const Items* inner = heap_.items_of(item);
            if (inner && inner->kept != inner->total) return false;
        }
        return true;
    }

    void look_at(Value value) {
        if (value.is_container() || value.is(Kind::kGlobal) || value.is(Kind::kMade)) {
            open_.push_back(value);
        }
    }

    const Heap& heap_;
    std::vector<Value> open_;
};

}  // namespace

bool may_give_wrapper(const Heap& heap, Value object, uint64_t& seen) {
    constexpr uint64_t kMostSeen = uint64_t{1} << 24;
    if (seen > kMostSeen) return true;
    Search search(heap);
    const bool found = search.run(object);
    seen += search.seen();
    return found;
}

namespace {

// ------------------------------------------------------------------------------------------------
// Types: numpy.dtype("f8", False, True), and a state that numpy believes:
// (3, "<", subtype, names, fields, item size, alignment, flags)

struct Type {
    uint64_t size = 0;
    bool objects = false;
    bool contradictory = false;
};

// How many parts of records are looked at: a memo can make a tree of them that is larger than any
// file.
constexpr unsigned kMostParts = 64;

Result<Type> type_of(const Heap& heap, Value value, unsigned& parts);

// Texts, and what Python 2 wrote as bytes.
std::optional<std::string_view> short_text(const Heap& heap, Value value) {
    pickle::Text text = heap.text_of(value);
    bool known = (value.is(Kind::kText) || value.is(Kind::kBytes)) && text.whole();
    return known ? std::optional(text.kept) : std::nullopt;
}

bool is_flag(Value value, int64_t payload) {
    return (value.is(Kind::kBool) || value.is(Kind::kInt)) && value.payload() == payload;
}

// numpy pickles every type with its size. A letter alone is another size on another system, or, as
// 'c', whatever the state says.
bool has_size(std::string_view text) {
    const size_t letter = text.find_first_not_of("<>|=");
    return letter != std::string_view::npos && letter + 1 < text.size();
}

// With copy=False the state would be lost on a type that everybody shares.
std::optional<std::string_view> type_text(const Heap& heap, const Made& made) {
    const Global* callee = heap.global_of(made.callee);
    const Items* args = heap.items_of(made.args);
    bool dtype = callee && callee->judgement.use == Use::kDtype && args && args->total == 3;
    if (!dtype || !is_flag(heap.item(made.args, 1), 0) || !is_flag(heap.item(made.args, 2), 1)) {
        return std::nullopt;
    }
    std::optional<std::string_view> text = short_text(heap, heap.item(made.args, 0));
    return text && has_size(*text) ? text : std::nullopt;
}

bool holds_objects(const Heap& heap, Value part, unsigned& parts) {
    if (parts == 0) return false;
    parts--;
    Result<Type> type = type_of(heap, heap.item(part, 0), parts);
    return type && (type->objects || type->contradictory);
}

// Whether a part of a record, or the items of a subarray, are objects.
bool parts_hold_objects(const Heap& heap, Value state, unsigned& parts) {
    Value fields = heap.item(state, 4);
    std::vector<Value> items = heap.kept_items(fields.is(Kind::kDict) ? fields : Value());
    bool objects = holds_objects(heap, heap.item(state, 2), parts);
    for (size_t i = 1; i < items.size(); i += 2) {
        objects = objects || holds_objects(heap, items[i], parts);
    }
    return objects;
}

// Strings and records, whose size the state tells.
bool is_flexible(std::string_view text) {
    size_t letter = text.find_first_not_of("<>|=");
    return letter != std::string_view::npos &&
           std::string_view("SUVa").find(text[letter]) != std::string_view::npos;
}

Result<Type> type_with_state(const Heap& heap, Value state, Type type, bool flexible,
                             unsigned& parts) {
    const Items* items = heap.items_of(state);
    Value version = heap.item(state, 0);
    Value size = heap.item(state, 5);
    Value flags = heap.item(state, 7);
    bool plain = state.is(Kind::kTuple) && (items->total == 8 || items->total == 9) &&
                 version.is(Kind::kInt) && (version.payload() == 3 || version.payload() == 4) &&
                 size.is(Kind::kInt) && flags.is(Kind::kInt);
    if (!plain) return kNoType;
    if (flexible) {
        if (size.payload() < 0) return kNoType;
        type.size = static_cast<uint64_t>(size.payload());
    }
    const bool in_truth = type.objects || parts_hold_objects(heap, state, parts);
    type.objects = (flags.payload() & 1) != 0;
    type.contradictory = type.objects != in_truth;
    return type;
}

// NumPy 2's strings of any length, which it pickles one by one.
bool is_string_type(const Heap& heap, const Made& made) {
    const Global* callee = heap.global_of(made.callee);
    return callee && made.state == Value() &&
           heap.known_text(callee->name) == "_convert_to_stringdtype_kwargs" &&
           callee->judgement.tier == pickle::Tier::kAllowed;
}

Result<Type> type_of(const Heap& heap, Value value, unsigned& parts) {
    const Made* made = heap.made_of(value);
    if (made && is_string_type(heap, *made)) return Type{16, true, false};
    std::optional<std::string_view> text = made ? type_text(heap, *made) : std::nullopt;
    if (!text) return kNoType;
    Result<numpy::DType> described = numpy::dtype_of_string(*text);
    if (!described || !described->itemsize) return kNoType;
    Type type{*described->itemsize, described->has_object, false};
    if (made->state == Value()) return type;
    return type_with_state(heap, made->state, type, is_flexible(*text), parts);
}

// ------------------------------------------------------------------------------------------------
// Attributes

Result<uint64_t> count_in(const Heap& heap, Value shape) {
    const Items* items = heap.items_of(shape);
    bool sequence = shape.is(Kind::kTuple) || shape.is(Kind::kList);
    if (!sequence || items->total != items->kept) return kNoShape;
    uint64_t count = 1;
    bool empty = false;
    bool overflow = false;
    for (Value length : heap.kept_items(shape)) {
        if (length.is(Kind::kBigInt)) return kTooLarge;
        if (!length.is(Kind::kInt)) return kNoShape;
        if (length.payload() < 0) return kNegative;
        empty = empty || length.payload() == 0;
        overflow = __builtin_mul_overflow(count, length.payload(), &count) || overflow;
    }
    if (empty) return uint64_t{0};
    return overflow ? Result<uint64_t>(kTooLarge) : count;
}

// Nothing but names and their values, each written down.
bool is_plain_dict(const Heap& heap, Value state) {
    const Items* items = heap.items_of(state);
    if (!state.is(Kind::kDict) || items->total != items->kept) return false;
    std::vector<Value> kept = heap.kept_items(state);
    for (size_t i = 0; i < kept.size(); i += 2) {
        if (!heap.known_text(kept[i])) return false;
    }
    return true;
}

// Attributes also come from arguments of the class and from an earlier BUILD.
bool is_fresh(const Heap& heap, Value object) {
    const Made& made = *heap.made_of(object);
    const Items* args = heap.items_of(made.args);
    bool by_copyreg = heap.global_of(made.callee)->judgement.use == Use::kMakesInstance;
    return made.state == Value() && args && (by_copyreg || args->total == 0);
}

// Files before joblib 1.2 have no padding and do not mention it.
Result<bool> is_padded(const Heap& heap, Value state) {
    std::optional<Value> alignment = heap.lookup(state, "numpy_array_alignment_bytes");
    if (!alignment || alignment->is(Kind::kNone)) return false;
    bool known = alignment->is(Kind::kInt) || alignment->is(Kind::kBool);
    return known ? Result<bool>(true) : kNoPadding;
}

}  // namespace

Result<ArrayBytes> array_of(const Heap& heap, Value object, Value state) {
    if (!is_fresh(heap, object)) return kRebuilt;
    if (!is_plain_dict(heap, state)) return kNoDict;
    unsigned parts = kMostParts;
    Result<Type> type = type_of(heap, heap.lookup(state, "dtype").value_or(Value()), parts);
    if (!type) return type.error();
    Result<uint64_t> count = count_in(heap, heap.lookup(state, "shape").value_or(Value()));
    if (!count) return count.error();
    Result<bool> padded = is_padded(heap, state);
    if (!padded) return padded.error();
    ArrayBytes array{type->objects, *padded, 0, type->contradictory};
    if (type->size != 0 && *count > INT64_MAX / type->size) return kTooLarge;
    array.bytes = *count * type->size;
    return array;
}

Result<std::string_view> companion_of(const Heap& heap, Value object, Value state) {
    if (!is_fresh(heap, object)) return kRebuilt;
    if (!is_plain_dict(heap, state)) return kNoDict;
    std::optional<Value> value = heap.lookup(state, "filename");
    std::optional<std::string_view> name = value ? heap.known_text(*value) : std::nullopt;
    return name ? Result<std::string_view>(*name) : kNoName;
}

}  // namespace assay::joblib

#include "dtype_state.h"

#include "name_tables.h"

namespace assay::pickle {

namespace {

// How many parts of records are looked at: a memo can make a tree of them that is larger than any
// file.
constexpr unsigned kMostParts = 256;
constexpr int64_t kHoldsReferences = 1;
constexpr int64_t kPickledAsList = 2;

bool holds_objects(const Heap& heap, Value dtype, unsigned& parts);

// "O8" and "|O"; numpy also reads "i4,O" and "object".
bool names_objects(std::string_view text) {
    return text.find('O') != std::string_view::npos ||
           text.find("object") != std::string_view::npos;
}

bool is_object_type(const Heap& heap, Value type) {
    Text text = heap.text_of(type);
    if (type.is(Kind::kText) || type.is(Kind::kBytes)) return names_objects(text.kept);
    const Global* global = heap.global_of(type);
    return global && has_word("object object0 object_", *heap.known_text(global->name));
}

// The items of a subarray, or a part of a record.
bool parts_hold_objects(const Heap& heap, Value state, unsigned& parts) {
    if (holds_objects(heap, heap.item(heap.item(state, 2), 0), parts)) return true;
    const Value fields = heap.item(state, 4);
    const std::vector<Value> items = heap.kept_items(fields);
    for (size_t i = 1; fields.is(Kind::kDict) && i < items.size(); i += 2) {
        if (holds_objects(heap, heap.item(items[i], 0), parts)) return true;
    }
    return false;
}

bool holds_objects(const Heap& heap, Value dtype, unsigned& parts) {
    const Made* made = heap.made_of(dtype);
    if (!made || parts == 0) return false;
    parts--;
    return is_object_type(heap, heap.item(made->args, 0)) ||
           (made->state.is(Kind::kTuple) && parts_hold_objects(heap, made->state, parts));
}

}  // namespace

bool mistakes_numbers_for_objects(const Heap& heap, Value dtype, Value state) {
    if (state.is(Kind::kLost)) return false;
    const Items* items = heap.items_of(state);
    if (!state.is(Kind::kTuple)) return true;
    if (items->total < 8) return false;  // before version 3 numpy finds out for itself
    const Value flags = heap.item(state, 7);
    constexpr int64_t kBoth = kHoldsReferences | kPickledAsList;
    if (flags.is(Kind::kInt) && (flags.payload() & kBoth) == kBoth) return false;
    unsigned parts = kMostParts;
    return is_object_type(heap, heap.item(heap.made_of(dtype)->args, 0)) ||
           parts_hold_objects(heap, state, parts);
}

}  // namespace assay::pickle

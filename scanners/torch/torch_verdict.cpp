#include "torch_verdict.h"

#include <fmt/format.h>

#include "pickle/render.h"
#include "torch_rules.h"

namespace assay::torch {

using pickle::Call;
using pickle::Global;
using pickle::Items;
using pickle::Kind;
using pickle::Made;
using pickle::Op;
using pickle::Value;

namespace {

bool is_lost(Value value) { return value.is(Kind::kLost) || value.is(Kind::kUnknown); }

}  // namespace

// ------------------------------------------------------------------------------------------------
// Names and calls

// TorchScript's classes lie under code/; whether they are there, its reader sees.
bool TorchVerdict::is_from_archive(std::string_view module) const {
    if (form_ != Form::kScript) return false;
    return module == "__torch__" || module.starts_with("__torch__.");
}

void TorchVerdict::global(const pickle::GlobalUse& use) {
    if (!is_from_archive(use.module)) JoblibVerdict::global(use);
}

// ('module', class, file, source): the loader answers with the class.
Value TorchVerdict::module_class(Value callee) const {
    if (form_ != Form::kLegacy || !callee.is(Kind::kPersistent)) return callee;
    Value id = heap().made_of(callee)->args;
    return is_word(heap().item(id, 0), "module") ? heap().item(id, 1) : callee;
}

void TorchVerdict::call(const Call& call) {
    Call known = call;
    known.callee = module_class(call.callee);
    const Global* global = heap().global_of(known.callee);
    bool from_archive = global && is_from_archive(*heap().known_text(global->module));
    if (from_archive) return;
    Verdict::call(known);
    if (call.op == Op::kReduce) check_tensor(call.offset, known.callee, call.args);
}

// ------------------------------------------------------------------------------------------------
// Persistent ids

bool TorchVerdict::is_word(Value value, std::string_view word) const {
    bool text = value.is(Kind::kText) || value.is(Kind::kBytes);
    pickle::Text held = heap().text_of(value);
    return text && held.whole() && held.kept == word;
}

std::optional<std::string_view> TorchVerdict::name_of_class(Value type) const {
    const Global* global = heap().global_of(type);
    return global ? heap().known_text(global->name) : std::nullopt;
}

// What is not whole for lack of memory may have been what it should; the limit is told already.
void TorchVerdict::refuse(uint64_t offset, Value id) {
    if (heap().overflowed()) return storages_.lose_one();
    report(rules::kPersid, offset, pickle::render(heap(), id));
}

void TorchVerdict::persistent(uint64_t offset, Value id) {
    Value sort = heap().item(id, 0);
    if (id.is(Kind::kInt)) return;  // an object of the same file, by number; nothing is called
    if (id.is(Kind::kLost) || (id.is(Kind::kTuple) && is_lost(sort))) {
        storages_.lose_one();
        if (!id.is(Kind::kLost)) refuse(offset, id);
        return;
    }
    const Items* items = heap().items_of(id);
    const bool tuple = id.is(Kind::kTuple);
    const size_t length = form_ == Form::kLegacy ? 6 : 5;
    if (tuple && is_word(sort, "storage") && items->total == length) {
        return take_storage(offset, id);
    }
    if (tuple && form_ == Form::kLegacy && is_word(sort, "module") && items->total == 4 &&
        heap().global_of(heap().item(id, 1))) {
        return report(rules::kLegacySource, offset, pickle::render(heap(), heap().item(id, 1)));
    }
    if (tuple && form_ == Form::kPackage && is_word(sort, "reduce_package")) {
        return reduce_package(offset, id);
    }
    refuse(offset, id);
}

// ('reduce_package', id, function, arguments): the loader calls the function.
void TorchVerdict::reduce_package(uint64_t offset, Value id) {
    Value function = heap().item(id, 2);
    if (heap().items_of(id)->total != 4 || !heap().global_of(function)) return refuse(offset, id);
    Verdict::call({offset, Op::kReduce, function, heap().item(id, 3), Value()});
}

void TorchVerdict::take_storage(uint64_t offset, Value id) {
    std::optional<std::string_view> type = name_of_class(heap().item(id, 1));
    Value numel = heap().item(id, 4);
    pickle::Text key = heap().text_of(heap().item(id, 2));
    if (is_lost(heap().item(id, 2)) || is_lost(heap().item(id, 1))) storages_.lose_one();
    const bool key_lost = is_lost(heap().item(id, 2));
    if (key_lost || !type || type->find("Storage") == std::string_view::npos || !key.whole() ||
        !numel.is(Kind::kInt)) {
        return refuse(offset, id);
    }
    if (!is_plain_key(key.kept)) {
        return report(rules::kPersidPath, offset, pickle::render(heap(), id));
    }
    Storage storage;
    storage.numel = static_cast<uint64_t>(numel.payload());
    storage.element = element_size_of_storage(*type);
    storage.packed = elements_per_unit(*type);
    storage.no_data = is_word(heap().item(id, 3), "meta");
    bool possible = numel.payload() >= 0 && (storage.element == 0 || storage.bytes());
    if (!possible || !storages_.add(folder_ + std::string(key.kept), storage)) {
        report(rules::kStorageSize, offset, pickle::render(heap(), id));
    }
}

// ------------------------------------------------------------------------------------------------
// Tensors

// The elements of a tuple, or of a torch.Size made from one, as far as all are known.
std::optional<std::vector<Value>> TorchVerdict::numbers_of(Value sizes) const {
    if (sizes.is(Kind::kMade)) sizes = heap().item(heap().made_of(sizes)->args, 0);
    const Items* items = heap().items_of(sizes);
    if (!items || items->total != items->kept) return std::nullopt;
    return heap().kept_items(sizes);
}

// Functions of torch._utils that make a view from (storage, offset, sizes, strides, ...), called at
// once or through _rebuild_from_type_v2(function, type, arguments, state).
void TorchVerdict::check_tensor(uint64_t offset, Value callee, Value args) {
    std::optional<std::string_view> name = name_of_class(callee);
    if (!name || !name->starts_with("_rebuild_")) return;
    if (*name == "_rebuild_from_type" || *name == "_rebuild_from_type_v2") {
        Value inner = heap().item(args, 0);
        std::optional<std::string_view> again = name_of_class(inner);
        if (!again || again->starts_with("_rebuild_from_type")) return;
        return check_tensor(offset, inner, heap().item(args, 2));
    }
    if (*name == "_rebuild_tensor_v3") {
        std::optional<std::string_view> dtype = name_of_class(heap().item(args, 6));
        uint32_t element = dtype ? element_size_of_dtype(*dtype) : 0;
        return check_view(offset, args, std::max(element, 1u));
    }
    if (*name == "_rebuild_tensor" || *name == "_rebuild_tensor_v2" || *name == "_rebuild_qtensor")
        check_view(offset, args, 0);
}

// `element`: bytes of one, where the storage is untyped; otherwise 0.
void TorchVerdict::check_view(uint64_t offset, Value args, uint32_t element) {
    const Made* made = heap().made_of(heap().item(args, 0));
    if (!made || !heap().item(args, 0).is(Kind::kPersistent)) return;
    pickle::Text key = heap().text_of(heap().item(made->args, 2));
    const Storage* storage = storages_.find(folder_ + std::string(key.kept));
    std::optional<std::vector<Value>> sizes = numbers_of(heap().item(args, 2));
    std::optional<std::vector<Value>> strides = numbers_of(heap().item(args, 3));
    Value first = heap().item(args, 1);
    if (!storage || !sizes || !strides || is_lost(first)) return;
    bool possible = first.is(Kind::kInt) && sizes->size() == strides->size();
    std::vector<Dimension> dimensions;
    for (size_t i = 0; possible && i < sizes->size(); i++) {
        Value size = (*sizes)[i];
        Value stride = (*strides)[i];
        if (is_lost(size) || is_lost(stride)) return;
        possible = size.is(Kind::kInt) && stride.is(Kind::kInt);
        dimensions.push_back({size.payload(), stride.payload()});
    }
    std::optional<uint64_t> reached;
    if (possible) reached = elements_reached(first.payload(), dimensions);
    uint64_t there = storage->numel;
    bool fits = reached && !__builtin_mul_overflow(there, uint64_t{storage->packed}, &there);
    uint64_t wanted = 0;
    fits = fits && !__builtin_mul_overflow(*reached, uint64_t{std::max(element, 1u)}, &wanted);
    if (element != 0 && fits) fits = !__builtin_mul_overflow(there, storage->element, &there);
    if (fits && wanted <= there) return;
    report(
        rules::kStorageSize, offset,
        fmt::format("a view of {} of storage {}: offset {}, sizes {}, strides {}", there, key.kept,
                    pickle::render(heap(), first), pickle::render(heap(), heap().item(args, 2)),
                    pickle::render(heap(), heap().item(args, 3))));
}

}  // namespace assay::torch

#include "executorch_plan.h"

#include <fmt/core.h>

#include "flatbuffer_rules.h"

namespace assay::executorch {

using flat::rule;
using flat::Table;
using flat::Vector;

namespace {

// Which value a union holds.
enum Value : uint8_t { kNumbersOfValues = 7, kTensors = 10, kOptionalTensors = 11 };
enum Instruction : uint8_t { kKernel = 1, kDelegateCall, kMoveValue, kJump, kFreeValue };
constexpr uint64_t kExternal = 1;  // where the data of a tensor is: in another file

// Bytes of an item, by the number of its type; 0 for what is none.
constexpr uint8_t kItemSizes[] = {1, 1, 2, 4, 8, 2, 4, 8, 4, 8, 16, 1, 1, 1, 4,
                                  2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1,  1, 2, 4, 8};

}  // namespace

void Plans::visit(const Schema& schema, const Table& table) {
    if (&schema == &kProgram) visit_program(table);
    if (&schema == &kPlan) visit_plan(table);
    if (&schema == &kValue) visit_value(table);
    if (&schema == &kTensor) visit_tensor(table);
    if (&schema == &kInstruction) visit_instruction(table);
    if (&schema == &kChain) {
        instructions_ = buffer_.vector_of(table.place(2), 4).count;
        indices(buffer_.vector_of(table.place(0), 4), 4, values_, 0, "an input of a chain");
        indices(buffer_.vector_of(table.place(1), 4), 4, values_, 0, "an output of a chain");
    }
}

void Plans::visit_program(const Table& table) {
    program_ = table;
    constants_ = buffer_.vector_of(table.place(program::kConstants), 4);
    mutable_ = buffer_.vector_of(table.place(program::kMutableSegments), 4);
}

void Plans::visit_plan(const Table& table) {
    const auto count = [&](uint8_t slot) { return buffer_.vector_of(table.place(slot), 4).count; };
    values_ = count(plan::kValues);
    operators_ = count(plan::kOperators);
    delegates_ = count(plan::kDelegates);
    arenas_ = buffer_.vector_of(table.place(plan::kSizes), 8);
    indices(buffer_.vector_of(table.place(plan::kInputs), 4), 4, values_, 0, "an input");
    indices(buffer_.vector_of(table.place(plan::kOutputs), 4), 4, values_, 0, "an output");
}

void Plans::visit_value(const Table& table) {
    const uint64_t type = buffer_.number(table.place(0), 1);
    if (type != kNumbersOfValues && type != kTensors && type != kOptionalTensors) return;
    const Table list = buffer_.table_of(table.place(1));
    const uint32_t item = type == kNumbersOfValues ? 8 : 4;
    // -1 stands for none.
    indices(buffer_.vector_of(list.place(0), item), item, values_,
            type == kOptionalTensors ? -1 : 0, "an item of a list");
}

void Plans::visit_instruction(const Table& table) {
    const uint64_t type = buffer_.number(table.place(0), 1);
    if (type < kKernel || type > kFreeValue || table.place(1) == 0) return;
    const Table call = buffer_.table_of(table.place(1));
    const auto number = [&](uint8_t slot, uint64_t end, std::string_view of) {
        index(call.at, buffer_.signed_number(call.place(slot)), end, of);
    };
    if (type == kKernel) number(0, operators_, "an operator");
    if (type == kDelegateCall) number(0, delegates_, "a delegate");
    if (type == kKernel || type == kDelegateCall) {
        indices(buffer_.vector_of(call.place(1), 4), 4, values_, 0, "an argument");
        return;
    }
    number(0, values_, "a value");
    if (type == kMoveValue) number(1, values_, "a value");
    if (type == kJump) number(1, instructions_ + 1, "an instruction");
}

// ------------------------------------------------------------------------------------------------
// Tensors

void Plans::visit_tensor(const Table& table) {
    const uint64_t bytes = bytes_of(table);
    if (bytes == UINT64_MAX) return;
    judge_order(table, buffer_.vector_of(table.place(tensor::kSizes), 4));
    judge_place(table, bytes);
}

// UINT64_MAX where it has no size, which is said.
uint64_t Plans::bytes_of(const Table& table) {
    const uint64_t type = buffer_.number(table.place(tensor::kType), 1);
    const Vector sizes = buffer_.vector_of(table.place(tensor::kSizes), 4);
    const auto bad = [&](std::string_view what) {
        found(table.at, what);
        return UINT64_MAX;
    };
    if (type >= std::size(kItemSizes)) return bad("a tensor of an unknown type");
    uint64_t bytes = kItemSizes[type];
    bool empty = false;
    bool overflow = false;
    for (uint32_t i = 0; i < sizes.count && buffer_.ok(); i++) {
        const int64_t size = buffer_.signed_number(sizes.at + uint64_t{4} * i);
        if (size < 0) return bad("a tensor of a negative size");
        empty = empty || size == 0;
        overflow = __builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes) || overflow;
    }
    if (empty) return 0;
    if (overflow || bytes > INT64_MAX) return bad("a tensor whose size does not fit into 64 bits");
    return bytes;
}

// In which order the dimensions lie in memory: each of them once.
void Plans::judge_order(const Table& table, const Vector& sizes) {
    constexpr uint32_t kMost = 64;
    const Vector order = buffer_.vector_of(table.place(tensor::kOrder), 1);
    if (sizes.count > kMost) return found(table.at, "a tensor of too many dimensions");
    uint64_t seen = 0;
    for (uint32_t i = 0; i < order.count && order.count == sizes.count; i++) {
        const uint64_t dimension = buffer_.number(order.at + i, 1);
        if (dimension < sizes.count) seen |= uint64_t{1} << dimension;
    }
    const uint64_t all = sizes.count == kMost ? UINT64_MAX : (uint64_t{1} << sizes.count) - 1;
    if (order.count != sizes.count || seen != all) found(table.at, "an order of dimensions");
}

// In an arena, which may begin with data of the file; or in the file, or in another one.
void Plans::judge_place(const Table& table, uint64_t bytes) {
    const uint64_t constant = buffer_.number(table.place(tensor::kBuffer), 4);
    const uint64_t more = table.place(tensor::kExtra);
    const Table extra = more == 0 ? Table() : buffer_.table_of(more);
    const bool external = buffer_.number(extra.place(extra::kLocation), 1) == kExternal;
    const uint64_t place = table.place(tensor::kAllocation);
    if (place == 0) {
        if (constant != 0 && !external) judge_constant(table, constant, bytes);
        return;
    }
    const Table given = buffer_.table_of(place);
    const uint64_t arena = buffer_.number(given.place(allocation::kArena), 4);
    const uint64_t low = buffer_.number(given.place(allocation::kOffsetLow), 4);
    const uint64_t high = buffer_.number(given.place(allocation::kOffsetHigh), 4);
    const uint64_t offset = high << 32 | low;
    if (arena == 0 || arena >= arenas_.count) return found(table.at, "an arena of a tensor");
    const uint64_t size = buffer_.number(arenas_.at + 8 * arena, 8);
    if (offset > size || bytes > size - offset) {
        return found(table.at,
                     fmt::format("{} bytes at {} of an arena of {}", bytes, offset, size));
    }
    if (constant == 0 || external) return;
    const uint64_t segment = buffer_.number(extra.place(extra::kMutableSegment), 8);
    if (segment >= mutable_.count) return found(table.at, "a segment of initial values");
    judge_part(table, buffer_.table_of(mutable_.at + 4 * segment), constant, bytes);
}

// In a segment of constants where there is one, else in a list of them.
void Plans::judge_constant(const Table& table, uint64_t index, uint64_t bytes) {
    const uint64_t place = program_.place(program::kConstantSegment);
    const Table parts = place == 0 ? Table() : buffer_.table_of(place);
    if (buffer_.vector_of(parts.place(parts::kOffsets), 8).count > 0) {
        return judge_part(table, parts, index, bytes);
    }
    if (index >= constants_.count) return found(table.at, "a constant");
    const Table data = buffer_.table_of(constants_.at + 4 * index);
    const uint32_t length = buffer_.vector_of(data.place(0), 1).count;
    if (length < bytes) found(table.at, fmt::format("{} bytes of {}", bytes, length));
}

void Plans::judge_part(const Table& table, const Table& parts, uint64_t index, uint64_t bytes) {
    const Vector offsets = buffer_.vector_of(parts.place(parts::kOffsets), 8);
    const uint64_t segment = buffer_.number(parts.place(parts::kSegment), 4);
    if (index >= offsets.count) return found(table.at, "a constant");
    const auto& segments = segments_.items();
    if (segment >= segments.size()) return;  // is said
    const uint64_t size = segments[segment].end - segments[segment].begin;
    const uint64_t offset = buffer_.number(offsets.at + 8 * index, 8);
    if (offset <= size && bytes <= size - offset) return;
    found(table.at, fmt::format("{} bytes at {} of a segment of {}", bytes, offset, size));
}

// ------------------------------------------------------------------------------------------------

void Plans::indices(const Vector& list, uint64_t item, uint64_t end, int64_t least,
                    std::string_view of) {
    for (uint64_t i = 0; i < list.count && buffer_.ok(); i++) {
        const uint64_t at = list.at + item * i;
        const int64_t value =
            item == 8 ? static_cast<int64_t>(buffer_.number(at, 8)) : buffer_.signed_number(at);
        const bool good = value >= least && (value < 0 || static_cast<uint64_t>(value) < end);
        if (!good) return index(at, value, end, of);
    }
}

void Plans::index(uint64_t at, int64_t value, uint64_t end, std::string_view of) {
    if (value >= 0 && static_cast<uint64_t>(value) < end) return;
    found(at, fmt::format("{}: {} of {}", of, value, end));
}

void Plans::found(uint64_t at, std::string_view detail) {
    if (!buffer_.ok()) return;
    context_.report(rule("executorch.index.out_of_range"), at, 0, detail);
    context_.incomplete(Coverage::kMalformed, rule("executorch.index.out_of_range").message);
}

}  // namespace assay::executorch

#include "tracer.h"

#include <fmt/format.h>

#include <algorithm>

#include "render.h"

namespace assay::pickle {

void Tracer::tell(uint64_t offset, Op op, std::string_view what, const Global* global,
                  std::string detail) {
    PickleEvent event{offset,           opcode_of(static_cast<uint8_t>(op))->name, what, {}, {},
                      std::move(detail)};
    if (global) {
        event.module = *heap().known_text(global->module);
        event.name = *heap().known_text(global->name);
    }
    trace_.event(event);
}

void Tracer::global(const GlobalUse& use) {
    PickleEvent event{use.offset,
                      opcode_of(static_cast<uint8_t>(use.op))->name,
                      "global",
                      std::string(use.module),
                      std::string(use.name),
                      {}};
    trace_.event(event);
    inner_.global(use);
}

void Tracer::computed_name(uint64_t offset, Value module, Value name) {
    tell(offset, Op::kStackGlobal, "global", nullptr,
         fmt::format("{} . {}", render(heap(), module), render(heap(), name)));
    inner_.computed_name(offset, module, name);
}

void Tracer::call(const Call& call) {
    tell(call.offset, call.op, "call", heap().global_of(call.callee), render_call(heap(), call));
    inner_.call(call);
}

void Tracer::build(uint64_t offset, Value object, Value state) {
    tell(offset, Op::kBuild, "build", heap().origin_of(object), render(heap(), state));
    inner_.build(offset, object, state);
}

void Tracer::set(uint64_t offset, Op op, Value object) {
    tell(offset, op, "set", heap().origin_of(object), render(heap(), object));
    inner_.set(offset, op, object);
}

void Tracer::persistent(uint64_t offset, Value id) {
    tell(offset, Op::kBinPersId, "persid", nullptr, render(heap(), id));
    inner_.persistent(offset, id);
}

void Tracer::extension(uint64_t offset, int64_t code) {
    tell(offset, Op::kExt1, "ext", nullptr, std::to_string(code));
    inner_.extension(offset, code);
}

void Tracer::fault(uint64_t offset, std::string_view why) {
    fault_offset_ = offset;
    fault_ = why;
    inner_.fault(offset, why);
}

void Tracer::end(uint64_t offset, Outcome outcome) {
    bool stopped = outcome == Outcome::kStop && fault_.empty();
    trace_.end(offset, stopped ? "stop" : "fault", fault_offset_, fault_);
}

namespace {

// Marks are shown as Python's own disassembler does, many of them as a number.
std::string shown_marks(const Stack& stack, size_t at) {
    constexpr size_t kShown = 4;
    const std::vector<uint32_t>& fences = stack.fences();  // the first one is no mark's
    if (fences.empty()) return {};
    auto [first, last] = std::equal_range(fences.begin() + 1, fences.end(), at);
    const size_t marks = static_cast<size_t>(last - first) + (stack.fence() == at ? 1 : 0);
    if (marks > kShown) return fmt::format(" MARK x{}", marks);
    std::string text;
    for (size_t i = 0; i < marks; i++) text += " MARK";
    return text;
}

}  // namespace

// From the bottom up, the last few.
std::string Tracer::shown_stack() const {
    constexpr size_t kShown = 4;
    const Stack& stack = machine_->stack();
    const auto& slots = stack.slots();
    size_t from = slots.size() - std::min(slots.size(), kShown);
    std::string text = from > 0 ? "..." : "";
    for (size_t i = from; i <= slots.size(); i++) {
        text += shown_marks(stack, i);
        if (i == slots.size()) break;
        text += " " + render(heap(), slots[i].value);
        if (slots[i].count > 1) text += fmt::format(" x{}", slots[i].count);
    }
    return text.empty() ? text : text.substr(text.front() == ' ');
}

void Tracer::step(uint64_t offset, uint8_t code) {
    const Opcode* opcode = opcode_of(code);
    std::string operand = machine_->operand_shown();
    trace_.step({offset, opcode ? opcode->name : "?", std::move(operand), shown_stack()});
    inner_.step(offset, code);
}

}  // namespace assay::pickle

// The instructions that a modern pickler seldom or never writes, and those that import and call.
#include <algorithm>
#include <utility>

#include "machine.h"
#include "text_forms.h"

namespace assay::pickle {

// One line for each opcode.
// NOLINTNEXTLINE(readability-function-size)
void Machine::execute_rare(uint8_t code) {
    switch (static_cast<Op>(code)) {
        case Op::kStop:
            return stop();
        case Op::kProto:
            return proto();
        case Op::kFrame:
            return frame();
        case Op::kPopMark:
            return pop_mark();
        case Op::kDup:
            return dup();
        case Op::kInt:
            return text_int();
        case Op::kLong:
            return text_long();
        case Op::kFloat:
            return text_float();
        case Op::kLong1:
            return sized_long(1);
        case Op::kLong4:
            return sized_long(4);
        case Op::kString:
            return text_string();
        case Op::kUnicode:
            return text_unicode();
        case Op::kBinString:
            return sized(Sized::kPython2, 4);
        case Op::kShortBinString:
            return sized(Sized::kPython2, 1);
        case Op::kBinUnicode8:
            return sized(Sized::kUnicode, 8);
        case Op::kBinBytes:
            return sized(Sized::kBytes, 4);
        case Op::kBinBytes8:
            return sized(Sized::kBytes, 8);
        case Op::kByteArray8:
            return sized(Sized::kByteArray, 8);
        case Op::kList:
            return collect(Kind::kList);
        case Op::kDict:
            return collect(Kind::kDict);
        case Op::kFrozenSet:
            return collect(Kind::kFrozenSet);
        case Op::kEmptySet:
            return push(heap_.container(Kind::kSet));
        case Op::kAddItems:
            return add_all();
        case Op::kPut:
            return put_by_text();
        case Op::kGet:
            return get_by_text();
        case Op::kGlobal:
            return text_global();
        case Op::kStackGlobal:
            return stack_global();
        case Op::kInst:
            return inst();
        case Op::kObj:
            return obj();
        case Op::kNewObj:
            return new_obj();
        case Op::kNewObjEx:
            return new_obj_ex();
        case Op::kPersId:
            return text_persistent();
        case Op::kBinPersId:
            return persistent(pop());
        case Op::kExt1:
            return extension(1);
        case Op::kExt2:
            return extension(2);
        case Op::kExt4:
            return extension(4);
        case Op::kNextBuffer:
            return next_buffer();
        case Op::kReadonlyBuffer:
            return readonly_buffer();
        default:
            break;
    }
    state_ = State::kBroken;
    fault("a byte that is no instruction");
}

// What is called, or whoever gets the object, may well go through it.
void Machine::check_visits(Value value) {
    constexpr double kEndless = 1e13;
    if (heap_.visits(value) > kEndless) excess("an object of more values than can be visited");
}

void Machine::stop() {
    result_ = pop();
    check_visits(result_);
    state_ = State::kStopped;
}

// ------------------------------------------------------------------------------------------------
// Another machine's values

Value Machine::taken_over(Value value, const Heap& from) {
    if (value.kind() < Kind::kText) return value;
    Text text = from.text_of(value);
    bool texts = value.is(Kind::kText) || value.is(Kind::kBytes) || value.is(Kind::kByteArray);
    if (texts) return heap_.text(value.kind(), text.kept, text.length);
    if (const Global* global = from.global_of(value)) {
        return heap_.global(taken_over(global->module, from), taken_over(global->name, from),
                            global->fix_imports);
    }
    if (const Items* items = from.items_of(value)) {
        Value container = heap_.container(value.kind());
        heap_.append(container, Value(Kind::kUnknown), items->total);
        return container;
    }
    const Made* made = from.made_of(value);
    bool known = value.is(Kind::kMade) && from.global_of(made->callee);
    if (!known) return Value(Kind::kUnknown);
    return heap_.made(Kind::kMade, taken_over(made->callee, from), Value(Kind::kUnknown));
}

void Machine::continue_from(const Machine& other) {
    constexpr size_t kMostTaken = 1024;
    before_ = &other;
    protocol_ = other.protocol_;
    memo_.start_at(other.memo_.count());
    const std::vector<Stack::Slot>& slots = other.stack_.slots();
    std::vector<uint32_t> marks = other.stack_.fences();  // the first one is no mark's
    marks.push_back(static_cast<uint32_t>(other.stack_.fence()));
    size_t from = slots.size() - std::min(slots.size(), kMostTaken);
    size_t next = 1;
    while (next < marks.size() && marks[next] < from) next++;
    for (size_t at = from; at <= slots.size(); at++) {
        for (; next < marks.size() && marks[next] == at; next++) stack_.mark();
        if (at == slots.size()) break;
        Value value = taken_over(slots[at].value, other.heap_);
        for (uint64_t i = 0; i < std::min<uint64_t>(slots[at].count, 4); i++) stack_.push(value);
    }
}

void Machine::proto() {
    if (!operand(1)) return;
    uint8_t protocol = reader_.take();
    number_ = protocol;
    if (protocol > kHighestProtocol) return fault("a protocol that does not exist");
    protocol_ = protocol;
}

void Machine::frame() {
    if (!operand(8)) return;
    auto length = load_le<uint64_t>(reader_.take(8));
    number_ = length;
    if (length >> 63 != 0) return fault("a frame beyond all memory");
    if (!reader_.may_follow(length)) return fault("a frame that is longer than what follows");
    if (!reader_.open_frame(length)) events_.frame_anomaly(at_, "a frame starts inside another");
}

void Machine::pop_mark() {
    if (!stack_.marked()) return fault("there is no MARK");
    const Stack::Slot* slots = stack_.above_mark();
    for (size_t i = 0; i < stack_.slots_above_mark(); i++) {
        if (slots[i].value.is(Kind::kMade)) events_.discarded(at_, slots[i].value);
    }
    stack_.drop_to_mark();
}

void Machine::dup() {
    if (stack_.empty()) return underflow();
    heap_.share(stack_.top());
    stack_.push_again();
}

void Machine::add_all() {
    if (!stack_.marked()) return fault("there is no MARK");
    const Stack::Slot* items = stack_.above_mark();
    size_t slots = stack_.slots_above_mark();
    std::optional<Value> object = stack_.below_mark();
    if (object && slots > 0) {
        if (object->is(Kind::kSet)) {
            hash_items(items, slots);
            fill(*object, items, slots);
        } else {
            hand_on(*object, items, slots);
            give_items(Op::kAddItems, *object);
        }
    }
    stack_.drop_to_mark();
    if (!object) underflow();
}

// ------------------------------------------------------------------------------------------------
// Text forms. Of a line that is too long to be looked at whole, nothing is held against it.

bool Machine::line(Reader::Line& line) {
    if (reader_.take_line(line)) return true;
    cut();
    return false;
}

// Reading a binary number is cheap, but whatever prints, compares or divides it takes quadratic
// time: of 64 KiB it has 157,000 digits, and keys of RSA have a thousandth of that.
void Machine::check_size(uint64_t size) {
    constexpr uint64_t kLong = 1024;
    constexpr uint64_t kMostBytes = uint64_t{64} << 10;
    constexpr uint64_t kMostTogether = uint64_t{1} << 20;
    if (size <= kLong) return;
    long_numbers_ += std::min(size, kMostTogether + 1);
    if (size > kMostBytes) excess("a number has too many bytes");
    if (long_numbers_ > kMostTogether) excess("its numbers have too many digits together");
}

// Python refuses decimal numbers of more digits since 3.11, and took quadratic time before.
void Machine::check_digits(uint64_t digits) {
    constexpr uint64_t kMostDigits = 4300;
    if (digits > kMostDigits) excess("a number has too many digits");
    check_size(digits);
}

// Told once: one is enough to exhaust a reader.
void Machine::excess(std::string_view what) {
    if (!std::exchange(exceeded_, true)) events_.excess(at_, what);
}

void Machine::text_int() {
    Reader::Line digits;
    if (!line(digits)) return;
    check_digits(digits.length);
    std::optional<TextInt> number = parse_int(digits.text);
    if (!number && digits.whole()) fault("INT is followed by what is no number");
    bool is_bool = digits.length == 2 && number && (number->value == 0 || number->value == 1);
    if (is_bool) return push_constant(Value(Kind::kBool, *number->value));
    push_constant(number && number->value ? Value::of_int(*number->value) : Value(Kind::kBigInt));
}

void Machine::text_long() {
    Reader::Line digits;
    if (!line(digits)) return;
    check_digits(digits.length);
    std::optional<TextInt> number = parse_long(digits.text);
    if (!number && digits.whole()) fault("LONG is followed by what is no number");
    push_constant(number && number->value ? Value::of_int(*number->value) : Value(Kind::kBigInt));
}

void Machine::text_float() {
    Reader::Line digits;
    if (!line(digits)) return;
    check_digits(digits.length);
    if (digits.whole() && !is_float(digits.text)) fault("FLOAT is followed by what is no number");
    push_constant(Value(Kind::kFloat));
}

// Little endian, two's complement. Of a number beyond 64 bits the low ones tell it from others.
void Machine::sized_long(size_t width) {
    if (!operand(width)) return;
    uint64_t length = width == 1 ? reader_.take() : load_le<uint32_t>(reader_.take(4));
    if (width == 4 && length >> 31 != 0) {
        state_ = State::kBroken;
        return fault("LONG4 has a negative length");
    }
    auto at_hand = static_cast<size_t>(std::min<uint64_t>(length, sizeof(uint64_t)));
    if (!reader_.may_follow(length)) return cut();
    if (!operand(at_hand)) return;
    const uint8_t* bytes = reader_.take(at_hand);
    uint64_t low = 0;
    for (size_t i = at_hand; i-- > 0;) low = low << 8 | bytes[i];
    bool negative = at_hand > 0 && at_hand < 8 && (bytes[at_hand - 1] & 0x80) != 0;
    if (negative) low |= ~uint64_t{0} << (8 * at_hand);
    if (length <= sizeof low) return push_int(static_cast<int64_t>(low));
    check_size(length);
    if (!reader_.skip(length - at_hand)) return cut();
    push_constant(Value(Kind::kBigInt, static_cast<int64_t>(low & kBigIntMask)));
}

void Machine::text_string() {
    Reader::Line quoted;
    if (!reader_.begin_line(quoted)) return cut();
    if (!quoted.ended) return long_line(quoted, LineText::Form::kQuoted);
    std::optional<std::string> text = parse_quoted(quoted.text);
    if (!text) fault("STRING is followed by what is no quoted text");
    push_line_text(text ? *text : quoted.text);
}

void Machine::text_unicode() {
    Reader::Line raw;
    if (!reader_.begin_line(raw)) return cut();
    if (!raw.ended) return long_line(raw, LineText::Form::kRawUnicode);
    std::optional<std::string> text = parse_raw_unicode(raw.text);
    if (!text) fault("UNICODE has an escape that is none");
    push_line_text(text ? *text : raw.text);
}

void Machine::push_line_text(std::string_view text) {
    Value value = heap_.text(Kind::kText, text, text.size());
    if (!events_.wants_payload(Kind::kText, as_bytes(text), text.size())) return push(value);
    MemorySource source(as_bytes(text));
    std::optional<bool> looked = looked_at(events_.payload(at_, source));
    if (looked) push(*looked ? value.as_inspected() : value);
}

static constexpr uint64_t kUnknownLength = uint64_t{1} << 60;

// Two bytes of UTF-8 for each byte of the line are the most that it stands for.
void Machine::long_line(const Reader::Line& begun, LineText::Form form) {
    LineText text(reader_, begun, form);
    const std::string head(text.head().substr(0, Reader::kMostAtOnce));
    const uint64_t follow = std::min(reader_.most_that_follows(), kUnknownLength);
    std::optional<bool> looked = false;
    if (events_.wants_payload(Kind::kText, as_bytes(head), 2 * (begun.length + follow))) {
        looked = looked_at(events_.payload(at_, text));
        if (!looked) return;
    }
    std::optional<bool> ended = looked_at(text.pass());
    if (ended && !*ended) cut();
    if (!ended || !*ended) return;
    if (text.refused()) {
        fault(form == LineText::Form::kQuoted ? "STRING is followed by what is no quoted text"
                                              : "UNICODE has an escape that is none");
    }
    const std::string_view kept = std::string_view(head).substr(0, Texts::kPrefix);
    Value value = heap_.text(Kind::kText, kept, text.length());
    push(*looked && !text.refused() ? value.as_inspected() : value);
}

std::optional<uint64_t> Machine::text_index() {
    Reader::Line digits;
    if (!line(digits)) return std::nullopt;
    std::optional<TextInt> number = parse_index(digits.text);
    if (number && number->value && *number->value >= 0) {
        return static_cast<uint64_t>(*number->value);
    }
    fault("the number of a value in the memo is none");
    return std::nullopt;
}

void Machine::put_by_text() {
    std::optional<uint64_t> number = text_index();
    if (number) put(*number);
}

void Machine::get_by_text() {
    std::optional<uint64_t> number = text_index();
    if (number) return get(*number);
    if (state_ == State::kRunning) push(unknown());
}

// ------------------------------------------------------------------------------------------------
// Names

bool Machine::take_name(std::string& name, bool ascii) {
    Reader::Line text;
    if (!line(text)) return false;
    bool decodes = ascii ? is_ascii(text.text) : is_utf8(text.text, false);
    if (text.length == 0) fault("a name is empty");
    if (text.whole() && !decodes) fault("a name is not valid text");
    name = text.text;
    return true;
}

void Machine::text_global() {
    std::string module;
    std::string name;
    if (take_name(module, false) && take_name(name, false)) {
        push(resolve_texts(Op::kGlobal, module, name));
    }
}

void Machine::stack_global() {
    Value name = pop();
    Value module = pop();
    push(resolve(Op::kStackGlobal, module, name));
}

namespace {

bool may_be(Value value, Kind kind) {
    switch (value.kind()) {
        case Kind::kUnknown:
        case Kind::kLost:
        case Kind::kMade:
        case Kind::kPersistent:
        case Kind::kExtension:
            return true;
        default:
            return value.is(kind);
    }
}

}  // namespace

Value Machine::resolve(Op op, Value module, Value name) {
    std::optional<std::string_view> module_text = heap_.known_text(module);
    std::optional<std::string_view> name_text = heap_.known_text(name);
    if (module_text && name_text) return resolve_texts(op, *module_text, *name_text);
    events_.computed_name(at_, module, name);
    if (!may_be(module, Kind::kText) || !may_be(name, Kind::kText))
        fault("STACK_GLOBAL takes texts only");
    return Value(Kind::kUnknown);
}

Value Machine::resolve_texts(Op op, std::string_view module, std::string_view name) {
    bool fix_imports = protocol_ < 3;
    Value module_value = heap_.text(Kind::kText, module, module.size());
    Value name_value = heap_.text(Kind::kText, name, name.size());
    Value value = heap_.global(module_value, name_value, fix_imports);
    const Global* global = heap_.global_of(value);
    Judgement judgement = global ? global->judgement : judge(module, name, fix_imports);
    events_.global({at_, op, module, name, judgement, value});
    return value;
}

// ------------------------------------------------------------------------------------------------
// Calls

void Machine::make(Op op, Value callee, Value args, Value kwargs) {
    check_visits(args);
    events_.call({at_, op, callee, args, kwargs});
    push(heap_.made(Kind::kMade, callee, args));
}

// INST takes the arguments first, then reads the name.
void Machine::inst() {
    bool marked = stack_.marked();
    if (!marked) fault("there is no MARK");
    std::string module;
    std::string name;
    if (!take_name(module, true) || !take_name(name, true)) return;
    Value callee = resolve_texts(Op::kInst, module, name);
    Value args = heap_.container(Kind::kTuple);
    if (marked) {
        fill(args, stack_.above_mark(), stack_.slots_above_mark());
        stack_.drop_to_mark();
    }
    make(Op::kInst, callee, args, Value(Kind::kNone));
}

void Machine::obj() {
    if (!stack_.marked()) return fault("there is no MARK");
    const Stack::Slot* slots = stack_.above_mark();
    size_t n = stack_.slots_above_mark();
    if (n == 0) {
        stack_.drop_to_mark();
        underflow();
        return push(unknown());
    }
    Value callee = slots[0].value;
    Value args = heap_.container(Kind::kTuple);
    if (slots[0].count > 1) keep(args, callee, slots[0].count - 1);
    fill(args, slots + 1, n - 1);
    stack_.drop_to_mark();
    check_callable(callee);
    make(Op::kObj, callee, args, Value(Kind::kNone));
}

void Machine::check_callable(Value callee) {
    if (!may_be(callee, Kind::kGlobal)) fault("what is called can't be called");
}

void Machine::reduce() {
    Value args = pop();
    Value callee = pop();
    if (!may_be(args, Kind::kTuple)) fault("REDUCE has no tuple of arguments");
    check_callable(callee);
    make(Op::kReduce, callee, args, Value(Kind::kNone));
}

void Machine::new_obj() {
    Value args = pop();
    Value callee = pop();
    if (!may_be(args, Kind::kTuple)) fault("NEWOBJ has no tuple of arguments");
    check_callable(callee);
    make(Op::kNewObj, callee, args, Value(Kind::kNone));
}

void Machine::new_obj_ex() {
    Value kwargs = pop();
    Value args = pop();
    Value callee = pop();
    bool well = may_be(args, Kind::kTuple) && may_be(kwargs, Kind::kDict);
    if (!well) fault("NEWOBJ_EX has no tuple and dict of arguments");
    check_callable(callee);
    make(Op::kNewObjEx, callee, args, kwargs);
}

void Machine::build() {
    Value state = pop();
    Value object = top();
    bool has_dict = may_be(object, Kind::kGlobal);
    if (!has_dict && !state.is(Kind::kNone)) return fault("BUILD on a value without attributes");
    if (!has_dict) return;
    events_.build(at_, object, state);
    heap_.set_state(object, state);
}

void Machine::persistent(Value id) {
    events_.persistent(at_, id);
    push(heap_.made(Kind::kPersistent, Value(), id));
}

void Machine::text_persistent() {
    Reader::Line id;
    if (!line(id)) return;
    if (!is_ascii(id.text)) fault("a persistent id is not ASCII");
    persistent(heap_.text(Kind::kText, id.text, id.length));
}

void Machine::extension(size_t width) {
    if (!operand(width)) return;
    const uint8_t* bytes = reader_.take(width);
    int64_t code = width == 1   ? bytes[0]
                   : width == 2 ? load_le<uint16_t>(bytes)
                                : static_cast<int32_t>(load_le<uint32_t>(bytes));
    if (code <= 0) fault("an extension code below 1");
    events_.extension(at_, code);
    push(Value(Kind::kExtension, code));
}

void Machine::next_buffer() {
    fault("an out-of-band buffer, which no file has");
    push(Value(Kind::kBuffer));
}

// CPython takes whatever is on the stack and asks it for a buffer.
void Machine::readonly_buffer() {
    Value object = top();
    bool buffer =
        may_be(object, Kind::kBuffer) || object.is(Kind::kBytes) || object.is(Kind::kByteArray);
    if (!buffer) fault("a value that is no buffer");
}

}  // namespace assay::pickle

#include "machine.h"

#include <algorithm>

#include "assay/context.h"
#include "assay/tap.h"
#include "text_forms.h"
#include "utf8_check.h"

namespace assay::pickle {

Machine::Machine(Tape& tape, Events& events, Reserve reserve)
    : events_(events),
      tape_(tape),
      reader_(tape),
      heap_(std::move(reserve)),
      stack_(heap_),
      memo_(heap_) {
    heap_.use_memo(memo_);
}

Result<Outcome> Machine::run() {
    while (state_ == State::kRunning) {
        if (reader_.frame_ended() || (raw_due_ > 0 && !reader_.in_frame())) {
            Status ready = between_instructions();
            if (!ready) return ready.error();
            if (state_ != State::kRunning) break;
        }
        at_ = reader_.offset();
        if (!reader_.need(1)) {
            if (reader_.frame_ended() && !reader_.failed()) continue;
            cut();
            break;
        }
        instructions_++;
        uint8_t code = reader_.take();
        if (!tracing_) {
            execute(code);
            continue;
        }
        number_.reset();
        execute(code);
        events_.step(at_, code);
    }
    if (failed_) return *failed_;
    if (reader_.failed()) return *reader_.failed();
    Status ended = behind_the_end();
    if (!ended) return ended.error();
    Status synced = reader_.sync();
    if (!synced) return synced.error();
    return state_ == State::kStopped ? Outcome::kStop : Outcome::kFault;
}

// The end of a frame was passed, or raw bytes are due and no frame is open.
Status Machine::between_instructions() {
    if (reader_.straddled()) events_.frame_anomaly(at_, "an instruction straddles its end");
    reader_.forget_frame_end();
    if (raw_due_ == 0 || reader_.in_frame()) return Done{};
    reader_.leave_frame();
    Status synced = reader_.sync();
    if (!synced) return synced;
    for (; raw_due_ > 0; raw_due_--) {
        Result<bool> passed = events_.raw(tape_);
        if (!passed) return passed.error();
        if (*passed) continue;
        state_ = State::kBroken;
        raw_due_ = 0;
        break;
    }
    return Done{};
}

// Raw bytes were read when BUILD asked for them, so an end before the frame's does not make them
// go away.
Status Machine::behind_the_end() {
    if (raw_due_ == 0) return Done{};
    Status synced = reader_.sync();
    if (!synced) return synced;
    if (reader_.in_frame()) {
        Status passed = events_.frame_left(tape_, reader_.frame_left());
        if (!passed) return passed;
    }
    return between_instructions();
}

// What was not kept may be all that is missing, so then only what can't be read is a fault.
void Machine::fault(std::string_view why) {
    if (overflowed() && state_ == State::kRunning) return;
    if (!faulted_) events_.fault(at_, why);
    faulted_ = true;
}

Value Machine::unknown() const { return Value(overflowed() ? Kind::kLost : Kind::kUnknown); }

void Machine::cut() {
    state_ = State::kBroken;
    if (!reader_.failed()) fault("the pickle ends before its STOP");
}

bool Machine::operand(size_t n) {
    if (reader_.need(n)) return true;
    cut();
    return false;
}

Value Machine::pop() {
    if (!stack_.empty()) return stack_.pop();
    underflow();
    return unknown();
}

Value Machine::top() {
    if (!stack_.empty()) return stack_.top();
    underflow();
    return unknown();
}

// What most pickles consist of; everything else is in execute_rare().
void Machine::execute(uint8_t code) {
    switch (static_cast<Op>(code)) {
        case Op::kBinInt1:
            return bin_int(Op::kBinInt1, 1);
        case Op::kBinInt2:
            return bin_int(Op::kBinInt2, 2);
        case Op::kBinInt:
            return bin_int(Op::kBinInt, 4);
        case Op::kBinFloat:
            return bin_float();
        case Op::kNone:
            return push_constant(Value(Kind::kNone));
        case Op::kNewTrue:
            return push_constant(Value(Kind::kBool, 1));
        case Op::kNewFalse:
            return push_constant(Value(Kind::kBool, 0));
        case Op::kShortBinUnicode:
            return sized(Sized::kUnicode, 1);
        case Op::kBinUnicode:
            return sized(Sized::kUnicode, 4);
        case Op::kShortBinBytes:
            return sized(Sized::kBytes, 1);
        case Op::kMark:
            return stack_.mark() ? too_deep() : void();
        case Op::kEmptyTuple:
            return push(Heap::empty_tuple());
        case Op::kEmptyList:
            return push(heap_.container(Kind::kList));
        case Op::kEmptyDict:
            return push(heap_.container(Kind::kDict));
        case Op::kTuple:
            return collect(Kind::kTuple);
        case Op::kTuple1:
            return collect_last(1);
        case Op::kTuple2:
            return collect_last(2);
        case Op::kTuple3:
            return collect_last(3);
        case Op::kAppend:
            return append_one();
        case Op::kAppends:
            return append_all();
        case Op::kSetItem:
            return set_one();
        case Op::kSetItems:
            return set_all();
        case Op::kMemoize:
            return put(memo_.count());
        case Op::kBinPut:
            return operand(1) ? put(reader_.take()) : void();
        case Op::kLongBinPut:
            return operand(4) ? put(load_le<uint32_t>(reader_.take(4))) : void();
        case Op::kBinGet:
            return operand(1) ? get(reader_.take()) : void();
        case Op::kLongBinGet:
            return operand(4) ? get(load_le<uint32_t>(reader_.take(4))) : void();
        case Op::kReduce:
            return reduce();
        case Op::kBuild:
            return build();
        case Op::kPop:
            return pop_one();
        default:
            return execute_rare(code);
    }
}

// ------------------------------------------------------------------------------------------------
// Numbers

// Numbers come in rows: what follows is of the same kind most of the time. Behind the end of a
// frame raw bytes may be due, which only look like more of them.
template <size_t width, class Push>
void Machine::same_again(Op op, Push push) {
    if (!operand(width)) return;
    push(reader_.take(width));
    if (tracing_ || reader_.frame_ended()) return;
    while (const uint8_t* bytes = reader_.take_another(static_cast<uint8_t>(op), width)) {
        instructions_++;
        push(bytes);
    }
}

void Machine::bin_int(Op op, size_t width) {
    if (width == 1) return same_again<1>(op, [this](const uint8_t* at) { push_int(at[0]); });
    if (width == 2) {
        return same_again<2>(op, [this](auto* at) { push_int(load_le<uint16_t>(at)); });
    }
    same_again<4>(
        op, [this](const uint8_t* at) { push_int(static_cast<int32_t>(load_le<uint32_t>(at))); });
}

void Machine::bin_float() {
    same_again<8>(Op::kBinFloat, [this](const uint8_t*) { push_constant(Value(Kind::kFloat)); });
}

// ------------------------------------------------------------------------------------------------
// Texts and bytes

namespace {

uint64_t length_from(const uint8_t* bytes, size_t width) {
    uint64_t length = 0;
    for (size_t i = width; i-- > 0;) length = length << 8 | bytes[i];
    return length;
}

Kind value_kind(Sized sort) {
    if (sort == Sized::kBytes) return Kind::kBytes;
    return sort == Sized::kByteArray ? Kind::kByteArray : Kind::kText;
}

}  // namespace

// Strings of Python 2 are in whatever encoding the reader chooses, so no byte of them is wrong.
void Machine::sized(Sized sort, size_t width) {
    if (!operand(width)) return;
    uint64_t length = length_from(reader_.take(width), width);
    bool is_signed = sort == Sized::kPython2 && width == 4;
    if (length >> 63 != 0 || (is_signed && length >> 31 != 0)) {
        state_ = State::kBroken;
        return fault("an operand has a negative length, or one beyond all memory");
    }
    bool checked = sort == Sized::kUnicode;
    if (length <= Texts::kLongest) return short_payload(value_kind(sort), length, checked);
    long_payload(value_kind(sort), length, checked);
}

constexpr uint64_t kLeastNested = 16;  // a shorter pickle can't call anything worth a call

void Machine::short_payload(Kind kind, uint64_t length, bool checked) {
    if (!operand(length)) return;
    if (length >= kLeastNested && events_.wants_payload(kind, reader_.look(length), length)) {
        // Looking inside passes the bytes, and views of them end with that.
        std::string copy(as_text(reader_.look(length)));
        std::optional<bool> looked = look_inside(length, checked);
        if (!looked) return;
        Value value = heap_.text(kind, copy, length);
        return push(*looked ? value.as_inspected() : value);
    }
    std::string_view text = as_text({reader_.take(length), length});
    if (checked && !is_utf8(text, true)) fault("a text is not valid UTF-8");
    push(heap_.text(kind, text, length));
}

void Machine::long_payload(Kind kind, uint64_t length, bool checked) {
    if (!reader_.may_follow(length)) return cut();
    auto at_hand = static_cast<size_t>(std::min<uint64_t>(length, Reader::kMostAtOnce));
    if (!operand(at_hand)) return;
    Bytes head = reader_.look(at_hand);
    Value value = heap_.text(kind, as_text(head.first(Texts::kPrefix)), length);
    if (events_.wants_payload(kind, head, length)) {
        std::optional<bool> looked = look_inside(length, checked);
        if (!looked) return;
        if (*looked) value = value.as_inspected();
    } else {
        pass_payload(length, checked);
    }
    push(value);
}

void Machine::pass_payload(uint64_t length, bool checked) {
    if (!checked) {
        if (!reader_.skip(length)) cut();
        return;
    }
    Utf8Check check;
    while (length > 0) {
        Bytes some = reader_.take_some(length);
        if (some.empty()) return cut();
        check.feed(as_text(some));
        length -= some.size();
    }
    if (!check.ended_well()) fault("a text is not valid UTF-8");
}

namespace {

// Checks what others read.
class Utf8Tap final : public Tap {
  public:
    void feed(const BlockRef&, Bytes bytes) override { check.feed(as_text(bytes)); }
    void finish() override {}
    Utf8Check check;
};

}  // namespace

// Lets the listener read the operand as an artifact of its own; it is behind us afterwards.
std::optional<bool> Machine::look_inside(uint64_t length, bool checked) {
    Status synced = reader_.sync();
    if (!synced) return looked_at(synced.error());
    MemberSource source(tape_, length);
    Utf8Tap tap;
    tape_.attach(tap);
    Result<bool> looked = events_.payload(at_, source);
    tape_.detach(tap);
    if (checked && looked && !tap.check.ended_well()) fault("a text is not valid UTF-8");
    return looked_at(looked);
}

// Nothing: it could not be read, and the pickle ends here.
std::optional<bool> Machine::looked_at(Result<bool> looked) {
    if (looked) return *looked;
    if (looked.error().code == Code::kTruncated) {
        cut();
    } else {
        failed_ = looked.error();
        state_ = State::kBroken;
    }
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Containers and marks

void Machine::pop_one() {
    if (!stack_.empty()) {
        Value value = stack_.pop();
        if (value.is(Kind::kMade)) events_.discarded(at_, value);
    } else if (stack_.marked()) {
        stack_.pop_mark();
    } else {
        underflow();
    }
}

void Machine::too_deep() {
    if (!std::exchange(too_deep_, true)) events_.too_deep(at_);
}

void Machine::keep(Value container, Value item, uint64_t times) {
    heap_.append(container, item, times);
    if (heap_.depth_of(container) > Stack::kDeepest) too_deep();
    if (item.is(Kind::kGlobal)) events_.kept(at_, item, container.is(Kind::kTuple));
}

void Machine::hand_on(Value object, Value item, uint64_t times) {
    if (item.is(Kind::kGlobal)) events_.kept(at_, item, false);
    heap_.give(object, item, times);
}

void Machine::hand_on(Value object, const Stack::Slot* items, size_t slots) {
    for (size_t i = 0; i < slots; i++) hand_on(object, items[i].value, items[i].count);
}

void Machine::fill(Value container, const Stack::Slot* from, size_t slots) {
    for (size_t i = 0; i < slots; i++) keep(container, from[i].value, from[i].count);
}

uint64_t Machine::values_above_mark() const {
    uint64_t values = 0;
    const Stack::Slot* slots = stack_.above_mark();
    for (size_t i = 0; i < stack_.slots_above_mark(); i++) values += slots[i].count;
    return values;
}

// TUPLE, LIST, DICT, FROZENSET: what stands above the mark becomes one value.
void Machine::collect(Kind kind) {
    if (!stack_.marked()) {
        fault("there is no MARK");
        return push(unknown());
    }
    if (kind == Kind::kDict && values_above_mark() % 2 != 0)
        fault("a DICT has an odd number of items");
    if (kind == Kind::kDict) hash_keys(stack_.above_mark(), stack_.slots_above_mark());
    if (kind == Kind::kFrozenSet) hash_items(stack_.above_mark(), stack_.slots_above_mark());
    Value value = heap_.container(kind);
    fill(value, stack_.above_mark(), stack_.slots_above_mark());
    stack_.drop_to_mark();
    push(value);
}

void Machine::collect_last(size_t n) {
    if (!stack_.holds(n)) {
        underflow();
        return push(unknown());
    }
    Value last[3];
    for (size_t i = n; i-- > 0;) last[i] = stack_.pop();
    Value tuple = heap_.container(Kind::kTuple);
    for (size_t i = 0; i < n; i++) keep(tuple, last[i], 1);
    push(tuple);
}

void Machine::append_one() {
    if (!stack_.holds(2)) return underflow();
    Value item = stack_.pop();
    Value object = stack_.top();
    if (object.is(Kind::kList)) {
        keep(object, item, 1);
    } else {
        hand_on(object, item, 1);
        give_items(Op::kAppend, object);
    }
}

void Machine::append_all() {
    if (!stack_.marked()) return fault("there is no MARK");
    const Stack::Slot* items = stack_.above_mark();
    size_t slots = stack_.slots_above_mark();
    std::optional<Value> object = stack_.below_mark();
    if (object && slots > 0) {
        if (object->is(Kind::kList)) {
            fill(*object, items, slots);
        } else {
            hand_on(*object, items, slots);
            give_items(Op::kAppends, *object);
        }
    }
    stack_.drop_to_mark();
    if (!object) underflow();
}

void Machine::set_one() {
    if (!stack_.holds(3)) return underflow();
    Value value = stack_.pop();
    Value key = stack_.pop();
    Value object = stack_.top();
    if (!object.is(Kind::kDict)) {
        hand_on(object, key, 1);
        hand_on(object, value, 1);
        return give_items(Op::kSetItem, object);
    }
    hash(key, 1, "a key can't be hashed");
    keep(object, key, 1);
    keep(object, value, 1);
}

// Every other value, over runs of equal ones.
void Machine::hash_keys(const Stack::Slot* slots, size_t n) {
    uint64_t before = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t keys = (slots[i].count + (before % 2 == 0 ? 1 : 0)) / 2;
        if (keys > 0) hash(slots[i].value, keys, "a key can't be hashed");
        before += slots[i].count;
    }
}

void Machine::hash_items(const Stack::Slot* slots, size_t n) {
    for (size_t i = 0; i < n; i++) {
        hash(slots[i].value, slots[i].count, "an item of a set can't be hashed");
    }
}

void Machine::hash(Value value, uint64_t times, std::string_view complaint) {
    if (!heap_.hashable(value)) return fault(complaint);
    const bool called = value.kind() >= Kind::kTuple && heap_.keeps_called();
    if (called) events_.hashed(at_, value);
    constexpr double kFewVisits = 1 << 26;  // a second or two
    constexpr double kVisitsPerInstruction = 256;
    visited_ += static_cast<double>(times) * heap_.visits(value);
    if (visited_ <= kFewVisits) return;
    if (visited_ > kVisitsPerInstruction * static_cast<double>(instructions_)) {
        excess("to hash its keys takes far longer than to read them");
    }
}

void Machine::set_all() {
    if (!stack_.marked()) return fault("there is no MARK");
    const Stack::Slot* items = stack_.above_mark();
    size_t slots = stack_.slots_above_mark();
    std::optional<Value> object = stack_.below_mark();
    if (object && slots > 0) {
        if (values_above_mark() % 2 != 0) fault("SETITEMS has an odd number of items");
        if (object->is(Kind::kDict)) {
            hash_keys(items, slots);
            fill(*object, items, slots);
        } else {
            hand_on(*object, items, slots);
            give_items(Op::kSetItems, *object);
        }
    }
    stack_.drop_to_mark();
    if (!object) underflow();
}

// Something that is no builtin container: its class decides what happens.
void Machine::give_items(Op op, Value object) {
    bool appends = op == Op::kAppend || op == Op::kAppends;
    switch (object.kind()) {
        case Kind::kMade:
        case Kind::kGlobal:
        case Kind::kPersistent:
        case Kind::kExtension:
        case Kind::kUnknown:
        case Kind::kLost:
            return events_.set(at_, op, object);
        case Kind::kByteArray:
            return;
        case Kind::kList:
            if (op == Op::kAddItems) break;
            if (!appends) events_.set(at_, op, object);
            return;
        default:
            break;
    }
    fault(appends ? "what is appended to takes no items" : "what items are set in takes none");
}

// ------------------------------------------------------------------------------------------------
// The memo

void Machine::put(uint64_t number) {
    number_ = number;
    if (stack_.empty()) return underflow();
    // The unpickler's memo is an array: it makes room for all numbers up to this one.
    constexpr uint64_t kFarAhead = uint64_t{1} << 24;
    if (number > kFarAhead + instructions_) excess("a memo index far beyond what was remembered");
    memo_.put(number, stack_.top());
    heap_.note_memo(stack_.top(), number);
}

std::optional<Value> Machine::remembered(uint64_t number) {
    std::optional<Value> value = memo_.get(number);
    if (value || !before_) return value;
    value = before_->memo_.get(number);
    return value ? std::optional(taken_over(*value, before_->heap_)) : std::nullopt;
}

void Machine::get(uint64_t number) {
    number_ = number;
    std::optional<Value> value = remembered(number);
    if (!value) fault("the memo has no such value");
    if (value) heap_.share(*value);
    push(value.value_or(unknown()));
}

}  // namespace assay::pickle

// An abstract unpickler: runs one pickle without making anything.
//
// It does to its stack, marks and memo exactly what CPython's C unpickler does, over values that
// only say what they are, and tells whoever listens what the real one would import and call. Where
// the real one would fault, the machine says so once and goes on as well as it can: other readers
// are more lenient, and what follows is worth knowing.
//
// Threads: one. Borrows tape, listener and reservation.
#pragma once

#include "line_text.h"
#include "memo.h"
#include "opcodes.h"
#include "reader.h"
#include "stack.h"

namespace assay::pickle {

// The low bits that a number beyond 64 keeps.
inline constexpr uint64_t kBigIntMask = (uint64_t{1} << 48) - 1;

struct GlobalUse {
    uint64_t offset;
    Op op;
    std::string_view module;
    std::string_view name;
    Judgement judgement;
    Value value;  // kGlobal, or Lost
};

struct Call {
    uint64_t offset;
    Op op;
    Value callee;
    Value args;  // a tuple, as far as it is known
    Value kwargs;
};

// Listens to a machine. Offsets are those of the instruction.
class Events {
  public:
    virtual ~Events() = default;

    virtual void global(const GlobalUse& use) = 0;
    // A global whose module or name is no constant text.
    virtual void computed_name(uint64_t offset, Value module, Value name) = 0;
    virtual void call(const Call& call) = 0;
    // The object still has the state that it had before.
    virtual void build(uint64_t offset, Value object, Value state) = 0;
    // A global is given on as a value: in a container, or as an argument (`in_tuple`).
    virtual void kept(uint64_t, Value, bool /*in_tuple*/) {}
    // Items for something that is no list, dict or set of the machine's own.
    virtual void set(uint64_t offset, Op op, Value object) = 0;
    // A tuple, a frozenset or what a call made becomes a key, or an item of a set. Told only once
    // something that is called lies in a container or a state.
    virtual void hashed(uint64_t, Value) {}
    virtual void persistent(uint64_t offset, Value id) = 0;
    virtual void extension(uint64_t offset, int64_t code) = 0;
    // The result of a call was dropped.
    virtual void discarded(uint64_t offset, Value value) = 0;
    // The first place where the unpickler gives up.
    virtual void fault(uint64_t offset, std::string_view why) = 0;
    // An instruction asks for far more time or memory than the pickle is long.
    virtual void excess(uint64_t, std::string_view) {}
    // Containers within containers, deeper than any pickler goes. Told once.
    virtual void too_deep(uint64_t) {}
    virtual void frame_anomaly(uint64_t offset, std::string_view what) = 0;

    // Whether bytes or a text deserve a look of their own, and that look: what it leaves of the
    // source is read by the engine. `head` is all, or the first bytes. True: what a loader gets who
    // is given those bytes, or the latin1 of the text, was looked at from end to end.
    virtual bool wants_payload(Kind, Bytes, uint64_t) { return false; }
    virtual Result<bool> payload(uint64_t, ByteSource&) { return false; }

    // Raw bytes that build() has asked for with Machine::expect_raw() follow, outside any frame. To
    // be passed; false: nobody knows where they end, and the pickle is broken there.
    virtual Result<bool> raw(Tape&) { return true; }
    // The pickle has ended inside a frame, and raw bytes are due behind it: so much is in between.
    virtual Status frame_left(Tape& tape, uint64_t length) { return tape.advance(length); }

    // After each instruction, if asked for with Machine::trace().
    virtual void step(uint64_t, uint8_t) {}
};

enum class Outcome : uint8_t {
    kStop,   // the tape stands behind STOP
    kFault,  // an instruction can't be read; the tape stands somewhere behind it
};

// Operands behind a length, by how they are decoded.
enum class Sized : uint8_t { kUnicode, kPython2, kBytes, kByteArray };

class Machine {
  public:
    Machine(Tape& tape, Events& events, Reserve reserve);

    // Starts with what another machine has on its stack and in its memo: texts, globals, and of
    // other values what kind of thing they are. Borrows the other until run() has returned.
    void continue_from(const Machine& other);

    // Starts in the midst of a program: with so many values of which nothing is known, behind a
    // mark.
    void assume(size_t values) {
        stack_.mark();
        for (size_t i = 0; i < values; i++) stack_.push(Value(Kind::kUnknown));
    }

    // Runs from where the tape stands. An error is the tape's, or of what lies inside.
    Result<Outcome> run();

    [[nodiscard]] const Heap& heap() const { return heap_; }
    [[nodiscard]] Heap& heap() { return heap_; }
    [[nodiscard]] const Stack& stack() const { return stack_; }
    [[nodiscard]] Value result() const { return result_; }  // after kStop
    [[nodiscard]] int protocol() const { return protocol_; }
    [[nodiscard]] bool faulted() const { return faulted_; }
    [[nodiscard]] uint64_t at() const { return at_; }  // the instruction that runs
    [[nodiscard]] uint64_t instructions() const { return instructions_; }
    // Not everything was kept: what is said from there on may lack what was dropped.
    [[nodiscard]] bool overflowed() const { return heap_.overflowed() || stack_.overflowed(); }

    void trace() { tracing_ = true; }
    // The operand of the last instruction where it is a number that no value shows: a memo index,
    // a protocol, a length.
    [[nodiscard]] std::string operand_shown() const {
        return number_ ? std::to_string(*number_) : std::string();
    }
    // To be called from build(): raw() is due when the frame, if any, has ended.
    void expect_raw() { raw_due_++; }
    // To be called from build(): what a loader puts in the place of the object.
    void replace_top(Value value) {
        if (!stack_.empty()) stack_.pop();
        stack_.push(value);
    }
    // Whether more of the frame follows this instruction, and how much.
    [[nodiscard]] bool frame_open() const { return reader_.in_frame(); }
    [[nodiscard]] uint64_t frame_left() const { return reader_.frame_left(); }

  private:
    enum class State : uint8_t { kRunning, kStopped, kBroken };

    void execute(uint8_t code);
    void execute_rare(uint8_t code);
    Status between_instructions();
    Status behind_the_end();

    // Operands. False, or an empty length: the pickle is cut here.
    bool operand(size_t n);
    void cut();
    void fault(std::string_view why);
    void underflow() { fault("the stack has too few values"); }

    void push(Value value) { stack_.push(value); }
    void push_constant(Value value) { stack_.push_constant(value); }
    void push_int(int64_t number) { stack_.push_constant(Value::of_int(number)); }
    [[nodiscard]] Value unknown() const;
    Value pop();
    Value top();

    template <size_t width, class Push>
    void same_again(Op op, Push push);
    void bin_int(Op op, size_t width);
    void bin_float();
    void sized(Sized sort, size_t width);
    void short_payload(Kind kind, uint64_t length, bool checked);
    void long_payload(Kind kind, uint64_t length, bool checked);
    void pass_payload(uint64_t length, bool checked);
    std::optional<bool> look_inside(uint64_t length, bool checked);
    std::optional<bool> looked_at(Result<bool> looked);

    bool line(Reader::Line& line);
    void check_digits(uint64_t digits);
    void check_size(uint64_t size);
    void too_deep();
    void excess(std::string_view what);
    void text_int();
    void text_long();
    void text_float();
    void sized_long(size_t width);
    void text_string();
    void text_unicode();
    void push_line_text(std::string_view text);
    void long_line(const Reader::Line& begun, LineText::Form form);

    void proto();
    void frame();
    void pop_one();
    void pop_mark();
    void dup();
    void collect(Kind kind);
    void collect_last(size_t n);
    void keep(Value container, Value item, uint64_t times);
    void hand_on(Value object, Value item, uint64_t times);
    void hand_on(Value object, const Stack::Slot* items, size_t slots);
    void fill(Value container, const Stack::Slot* from, size_t slots);
    uint64_t values_above_mark() const;
    void append_one();
    void append_all();
    void set_one();
    void set_all();
    void hash_keys(const Stack::Slot* slots, size_t n);
    void check_visits(Value value);
    void hash_items(const Stack::Slot* slots, size_t n);
    void hash(Value value, uint64_t times, std::string_view complaint);
    void add_all();
    void give_items(Op op, Value object);

    std::optional<uint64_t> text_index();
    void put_by_text();
    void get_by_text();
    void put(uint64_t number);
    void get(uint64_t number);

    bool take_name(std::string& name, bool ascii);
    void text_global();
    void stack_global();
    Value resolve(Op op, Value module, Value name);
    Value resolve_texts(Op op, std::string_view module, std::string_view name);
    void inst();
    void obj();
    void reduce();
    void new_obj();
    void new_obj_ex();
    void make(Op op, Value callee, Value args, Value kwargs);
    void build();
    void persistent(Value id);
    void text_persistent();
    void extension(size_t width);
    void next_buffer();
    void readonly_buffer();
    void check_callable(Value callee);
    Value taken_over(Value value, const Heap& from);
    std::optional<Value> remembered(uint64_t number);
    void stop();

    Events& events_;
    Tape& tape_;
    Reader reader_;
    Heap heap_;
    Stack stack_;
    Memo memo_;
    State state_ = State::kRunning;
    uint64_t at_ = 0;  // of the instruction
    uint64_t instructions_ = 0;
    uint8_t protocol_ = 0;
    bool faulted_ = false;
    bool tracing_ = false;
    bool exceeded_ = false;
    bool too_deep_ = false;
    uint64_t long_numbers_ = 0;  // bytes of those that are longer than most
    double visited_ = 0;         // by hashes
    std::optional<uint64_t> number_;
    uint32_t raw_due_ = 0;
    const Machine* before_ = nullptr;
    Value result_;
    std::optional<Error> failed_;
};

}  // namespace assay::pickle

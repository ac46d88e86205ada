// What an abstract unpickler holds: values that say what something is, not what it is worth.
//
// A value is eight bytes: a kind, and a number or an index into the heap. The heap keeps what a
// verdict can need: texts, the first items of containers, what was called with what. A container
// that has enough items forgets what the next ones hold: nobody will ask. The heap grows against a
// budget; what no longer fits is Lost, and the machine goes on.
//
// Threads: one. A heap belongs to one pickle.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "names.h"
#include "paged.h"
#include "texts.h"

namespace assay::pickle {

enum class Kind : uint8_t {
    kUnknown,  // anything
    kLost,     // there was no room to keep it
    kNone,
    kBool,    // payload: 0 or 1
    kInt,     // payload: the number
    kBigInt,  // beyond 55 bits, or not worth telling from others
    kFloat,
    kText,   // payload: the number of a text
    kBytes,  // the same
    kByteArray,
    kTuple,  // payload: index of an item list
    kList,
    kDict,  // keys and values in turn
    kSet,
    kFrozenSet,
    kGlobal,      // payload: index of a global
    kMade,        // payload: index of what was called; the result of a call
    kPersistent,  // payload: the same, its arguments are the persistent id
    kExtension,   // payload: the code
    kBuffer,      // out-of-band data
};

class Value {
  public:
    Value() = default;
    explicit Value(Kind kind, int64_t payload = 0)
        : bits_(static_cast<uint64_t>(payload) << 8 | static_cast<uint8_t>(kind)) {}
    static Value of_int(int64_t number);

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(bits_ & 0xff); }
    [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
    // Sign-extended from 56 bits.
    [[nodiscard]] int64_t payload() const { return static_cast<int64_t>(bits_) >> 8; }
    [[nodiscard]] size_t index() const { return static_cast<size_t>(bits_ >> 8 & ~kInspected); }

    // Of bytes and texts: what they hold was looked at as an artifact of its own.
    [[nodiscard]] Value as_inspected() const {
        return Value(kind(), static_cast<int64_t>(bits_ >> 8 | kInspected));
    }
    [[nodiscard]] bool inspected() const {
        return kind() < Kind::kTuple && (bits_ >> 8 & kInspected);
    }

    bool operator==(const Value&) const = default;

    [[nodiscard]] bool is_container() const {
        return kind() >= Kind::kTuple && kind() <= Kind::kFrozenSet;
    }
    [[nodiscard]] bool is_made() const { return is(Kind::kMade) || is(Kind::kPersistent); }

  private:
    static constexpr uint64_t kInspected = uint64_t{1} << 54;
    uint64_t bits_ = 0;
};

inline constexpr uint32_t kNoMemo = UINT32_MAX;

// Items of a container; more than are kept may have been added.
struct Items {
    uint32_t first = 0;  // of a chain, 0: none
    uint32_t last = 0;
    uint32_t kept = 0;
    uint32_t total = 0;  // saturates
    uint32_t memo = kNoMemo;
    uint32_t looked = 0;             // see Heap::look_at()
    float values = 0;                // below it, each as often as it is met on the way there
    uint16_t depth = 0;              // containers one within the other below it; saturates
    bool unhashable : 1 = false;     // of a tuple: it holds a list, dict, set or bytearray
    bool forgotten : 1 = false;      // stands for containers of which no item is known
    bool shared : 1 = false;         // more than one place holds it
    bool calls : 1 = false;          // something in it can be called that is no class; so far
    bool hidden_calls : 1 = false;   // the same of what was not kept
    bool hidden_dunder : 1 = false;  // a key that was not kept has two underscores, or is computed
};

struct Made {
    Value callee;  // unused for persistent ids
    Value args;    // a tuple, or the persistent id
    Value state;   // of the last BUILD
    uint32_t memo = kNoMemo;
    uint32_t looked = 0;  // see Heap::look_at()
    bool shared = false;
    bool calls = false;          // of its arguments, state and items, as in Items
    bool given = false;          // it was given items
    bool called_before = false;  // of a state before that one: what it set may still be there
};

struct Global {
    Value module;  // kText
    Value name;
    bool fix_imports = false;
    Judgement judgement;
    bool called = false;        // a function: who calls it does what its maker chose
    bool makes_called = false;  // its results are called: partial, getattr
};

class Memo;

class Heap {
  public:
    static constexpr uint32_t kItemsKept = 64;  // of each container, unless told otherwise

    explicit Heap(Reserve reserve);
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    // Of `length` bytes, of which `begin` is the beginning: all if it is short.
    Value text(Kind kind, std::string_view begin, uint64_t length) {
        return Value(kind, static_cast<int64_t>(texts_.add(begin, length)));
    }
    [[nodiscard]] Text text_of(Value value) const;
    // The whole text of a kText; nullopt for other kinds, and where not all was kept.
    [[nodiscard]] std::optional<std::string_view> known_text(Value value) const;

    Value container(Kind kind);
    static Value empty_tuple() { return Value(Kind::kTuple, kEmptyTuple); }
    void append(Value container, Value item, uint64_t times);
    [[nodiscard]] bool hashable(Value value) const;
    // How many values a hash of this one visits: tuples ask all that is in them each time anew, so
    // that a few dozen tuples, each twice in the next, take for ever. Others keep theirs, or have
    // none; they count with what is below them, since a call may make a set of it.
    [[nodiscard]] double visits(Value value) const;
    [[nodiscard]] uint16_t depth_of(Value value) const {
        const Items* items = items_of(value);
        return items ? items->depth : 0;
    }
    // Null for what is no container.
    [[nodiscard]] const Items* items_of(Value value) const {
        if (!value.is_container()) return nullptr;
        return value.index() == kEmptyTuple ? &kNoItems : &items_[value.index()];
    }
    // The i-th item kept; Unknown beyond.
    [[nodiscard]] Value item(Value container, uint32_t i) const;
    [[nodiscard]] std::vector<Value> kept_items(Value container) const;
    // The same for who does not want them all, and not copied.
    template <class Visit>
    void each_kept(Value container, Visit visit) const {
        const Items* items = items_of(container);
        for (uint32_t at = items ? items->first : 0; at != 0; at = nodes_[at].next) {
            for (uint32_t i = 0; i < nodes_[at].times; i++) visit(nodes_[at].value);
        }
    }
    // The value of a text key in a dict; the last one if it was set twice.
    [[nodiscard]] std::optional<Value> lookup(Value dict, std::string_view key) const;
    void keep_items(uint32_t most) { most_items_ = most; }

    Value made(Kind kind, Value callee, Value args);
    [[nodiscard]] const Made* made_of(Value value) const;  // null for other kinds
    void set_state(Value made, Value state);
    // Items for what a call made.
    void give(Value made, Value item, uint64_t times);
    // A list of those; Unknown: there were none.
    [[nodiscard]] Value given_to(Value made) const;

    // Judged when it is first met.
    Value global(Value module, Value name, bool fix_imports);
    [[nodiscard]] const Global* global_of(Value value) const;  // null for other kinds
    // The global that this value is, or was made by; null if there is none.
    [[nodiscard]] const Global* origin_of(Value value) const;

    // A function, a bound method, a partial: who calls it does what its maker chose. Not a class.
    [[nodiscard]] bool is_called(Value value) const;
    // Whether any such value lies in a container, or in a state.
    [[nodiscard]] bool keeps_called() const { return keeps_called_; }
    // The same, and nobody knows where.
    [[nodiscard]] bool lost_called() const { return lost_called_; }
    // For who goes through all that can be reached: false if this container or result has been
    // looked at, as closely, and nothing that has been was changed since. look_anew() forgets all
    // of it.
    bool look_at(Value value, bool closely);
    void look_anew() { look_ += 2; }

    // More than one place holds the value from now on, so that it is never taken apart.
    void share(Value value);
    // The memo holds it under this number.
    void note_memo(Value value, uint64_t number);
    // Told where values are remembered, since what is forgotten is replaced there.
    void use_memo(Memo& memo) { memo_ = &memo; }

    // Something did not fit.
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    // Takes from the heap's budget for the machine's own tables.
    bool reserve(size_t bytes);
    void give_back(size_t bytes) { used_ -= bytes; }

  private:
    struct Node {
        Value value;
        uint32_t next = 0;
        uint32_t times = 1;  // one after the other
    };
    static constexpr int64_t kEmptyTuple = 0;
    static constexpr Items kNoItems{};
    static constexpr uint32_t kMostLate = 256;
    static constexpr size_t kForgottenSizes = 64;

    Value lost();
    template <class T, size_t n>
    bool room_in(const Paged<T, n>& pages);
    uint32_t new_node(Value value, uint32_t times);
    [[nodiscard]] bool has_calls(Value value) const;
    bool note_called(Value value);
    void note_below(Items& items, Value item, uint64_t times) const;
    void note_dunder(Items& items, Value key) const;
    void forget(Value value);
    void forget_container(Value value);
    void forget_made(Value value);
    Value unknown_made(Value value);
    Value forgotten(Value value);
    template <class Slot>
    void replace_in_memo(const Slot& slot, Value old, Value with);

    Reserve reserve_;
    size_t reserved_ = 0;
    size_t used_ = 0;
    bool overflowed_ = false;
    bool knows_called_ = false;  // some global is called, or its results are
    bool keeps_called_ = false;
    bool lost_called_ = false;
    [[nodiscard]] bool was_looked_at(uint32_t mark) const { return mark >= look_; }
    uint32_t look_ = 2;  // even; marks are this, or one more
    uint32_t most_items_ = kItemsKept;
    Memo* memo_ = nullptr;
    Texts texts_;
    Paged<Items> items_;
    Paged<Node> nodes_;
    Paged<Made> made_;
    uint32_t free_node_ = 0;
    std::vector<uint32_t> free_items_;
    uint32_t forgotten_[kForgottenSizes] = {};  // by the logarithm of what is below; 0: none yet
    std::vector<uint32_t> free_made_;
    std::vector<Value> to_forget_;
    std::unordered_map<uint64_t, Value> unknown_made_;
    std::unordered_map<size_t, Value> given_;  // by the index of what was made
    uint32_t late_globals_ = 0;                // that are kept beyond the budget
    std::vector<Global> globals_;
    std::unordered_map<uint64_t, uint32_t> global_index_;
};

}  // namespace assay::pickle

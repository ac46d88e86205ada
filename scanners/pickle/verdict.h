// Turns what a pickle does into findings, at the moment it does it.
//
// Three tiers (names.h) over what is named, called, changed and filled. What decides is never the
// object that is left at the end: a result can be dropped, replaced, or never be reached.
//
// Threads: one. Borrows the context; watches one machine at a time.
#pragma once

#include <set>

#include "assay/context.h"
#include "machine.h"
#include "nested.h"

namespace assay::pickle {

class Verdict : public Events {
  public:
    explicit Verdict(ScanContext& context);

    // Before a machine runs, and again before the next one does.
    virtual void watch(Machine& machine);

    // Whether anything was imported, or asked for by number or id, since watch(); and whether
    // anything was called after that.
    [[nodiscard]] bool imported() const { return imported_; }
    [[nodiscard]] bool called() const { return called_; }

    // Until told(true), findings are held back: what these bytes are is not settled yet. With
    // forget() they never were.
    void hold_back() { holding_ = true; }
    void tell();
    void forget();

    void global(const GlobalUse& use) override;
    void computed_name(uint64_t offset, Value module, Value name) override;
    void call(const Call& call) override;
    void build(uint64_t offset, Value object, Value state) override;
    void set(uint64_t offset, Op op, Value object) override;
    void hashed(uint64_t offset, Value value) override;
    void kept(uint64_t offset, Value global, bool in_tuple) override;
    void persistent(uint64_t offset, Value id) override;
    void extension(uint64_t offset, int64_t code) override;
    void discarded(uint64_t offset, Value value) override;
    void fault(uint64_t offset, std::string_view why) override;
    void excess(uint64_t offset, std::string_view what) override;
    void too_deep(uint64_t offset) override;
    void frame_anomaly(uint64_t offset, std::string_view what) override;
    bool wants_payload(Kind kind, Bytes head, uint64_t length) override;
    Result<bool> payload(uint64_t offset, ByteSource& source) override;
    void step(uint64_t offset, uint8_t code) override;

  protected:
    void report(const Rule& rule, uint64_t offset, std::string_view detail,
                std::optional<Severity> severity = std::nullopt, Evidence evidence = {});
    [[nodiscard]] const Heap& heap() const { return machine_->heap(); }
    ScanContext& context() { return context_; }
    Machine& machine() { return *machine_; }

  private:
    struct Held {
        const Rule* rule;
        uint64_t offset;
        std::string detail;
        std::optional<Severity> severity;
        Evidence evidence;
    };

    [[nodiscard]] bool weights_only() const { return context_.options().torch_weights_only; }
    [[nodiscard]] WeightsOnlyTarget weights_only_target_of(Value object) const;
    void weights_only_set(uint64_t offset, Op op, Value object);
    [[nodiscard]] Judgement judged(const Global& global) const;
    [[nodiscard]] bool user_allows(std::string_view module, std::string_view name) const;
    [[nodiscard]] bool is_user_allowed(const Global& global) const;
    void call_global(const Call& call, const Global& global);
    void call_dangerous(const Call& call, const Judgement& judgement);
    void call_unknown(const Call& call, const Global& global);
    void call_allowed(const Call& call, Use use);
    void call_made(const Call& call);
    void call_computed(const Call& call);
    void get_attribute(const Call& call);
    void take_item(const Call& call);
    void give_back(const Call& call);
    void restore_array(const Call& call);
    void name_attributes(const Call& call, bool first_only);
    void make_instance(const Call& call);
    [[nodiscard]] bool is_plain_base(const Call& call) const;
    void take_callable(const Call& call);
    bool refuses_given(const Call& call, std::string_view caller);
    bool refuses_global(const Call& call, const Global& given);
    bool refuses_inside(const Call& call, Value container, bool objects);
    [[nodiscard]] bool wraps_defaultdict(Value callee) const;
    [[nodiscard]] bool calls_known(const Made& callee) const;
    [[nodiscard]] bool is_constructor(const Made& callee) const;
    [[nodiscard]] const Global* class_of(Value object) const;
    [[nodiscard]] bool may_call_instance(const Global& type, bool keeps) const;
    [[nodiscard]] bool passes_callable(const Call& call) const;
    [[nodiscard]] bool is_setting(const Call& call) const;
    [[nodiscard]] bool names_private(const Made& getter) const;
    [[nodiscard]] bool is_plain_data(Value value) const;
    [[nodiscard]] bool makes_methodcaller(const Made& callee, Value args) const;
    [[nodiscard]] bool unites_types(const Call& call) const;
    [[nodiscard]] bool is_function(Value value) const;
    [[nodiscard]] bool may_call(Value callee, bool keeps) const;
    [[nodiscard]] bool computes_plainly(Value function) const;
    void check_partial(uint64_t offset, Value object, Value state);
    void tell_type(const Call& call);
    void load_bytes(const Call& call);
    [[nodiscard]] bool holds_inspected(Value bytes) const;
    void name_type(const Call& call);
    // What is reached by a name: something known to be harmless, a plain method that nobody has
    // reviewed, or more.
    enum class Reach : uint8_t { kHarmless, kUnknown, kFar };
    [[nodiscard]] Reach judge_attribute(Value object, std::string_view name) const;
    [[nodiscard]] bool is_listed_member(const Global& owner, std::string_view name) const;
    [[nodiscard]] bool is_lazy_hook(const Global& type, std::string_view name) const;
    [[nodiscard]] bool keeps_to_itself(const Global& type) const;
    [[nodiscard]] bool is_foreign_constant(const Global& owner, std::string_view name) const;
    [[nodiscard]] const Global* class_of_module(Value object) const;
    [[nodiscard]] Reach method_of(const Global& origin, std::string_view name) const;
    void keep_unknown_method(const Call& call);
    [[nodiscard]] bool runs_property(const Call& call, Reach reach);
    [[nodiscard]] bool may_call_by_name(const Call& call) const;
    [[nodiscard]] bool refuses_object(const Call& call) const;
    [[nodiscard]] bool is_attribute_of_instance(Value object) const;
    void import_named(const Call& call);
    [[nodiscard]] bool is_shared(Value object) const;
    void encode(const Call& call);
    [[nodiscard]] bool is_call_of(Value value, std::string_view type) const;
    void check_slots(uint64_t offset, Value object, Value state);
    void check_script_object(uint64_t offset, Value object, Value state);
    void check_dtype(uint64_t offset, Value object, Value state);
    void check_text(uint64_t offset, Value object, Value state);
    [[nodiscard]] bool runs_text(Value object) const;
    [[nodiscard]] bool may_run_text(Value object) const;
    [[nodiscard]] bool is_users_own(Value object) const;
    [[nodiscard]] bool can_be_called(Value value) const;
    [[nodiscard]] bool runs_function(std::string_view name, Value value) const;
    [[nodiscard]] bool stands_in(Value key, Value value) const;
    void check_stand_ins(uint64_t offset, Value object, Value state);
    struct Names {
        std::vector<Value> pairs;  // keys and values in turn
        bool hidden;               // there may be more, with names that have a meaning
    };
    [[nodiscard]] std::optional<Names> names_in(Value table) const;
    [[nodiscard]] bool has_odd_name(const Names& names) const;
    [[nodiscard]] bool is_computed_text(Value value) const;
    void make_bare(const Call& call);
    bool refuses_lenders(const Call& call);
    bool refuses_zone(const Call& call, const Global& global);
    [[nodiscard]] bool may_name_zone(Value value) const;
    bool refuses_evaluated(const Call& call, const Global& global);
    [[nodiscard]] bool evaluates_texts(const Global& global) const;
    [[nodiscard]] bool takes_called(const Call& call, const Global& global) const;
    [[nodiscard]] std::vector<Value> parts_of(Value state) const;
    [[nodiscard]] bool keeps_own(const Call& call, const Global& global) const;
    struct Reached {
        Value value;
        bool labelled;  // what lies in it has names, which may be attributes
    };
    [[nodiscard]] bool lends_calls(const std::vector<Value>& given);
    [[nodiscard]] bool holds_called(const Reached& holder, std::vector<Reached>& open) const;
    bool reach_parts(const Reached& holder, std::vector<Reached>& open) const;
    [[nodiscard]] bool rebuilds_plainly(const Call& call) const;
    [[nodiscard]] bool hashes_attributes_of(Value value) const;
    [[nodiscard]] std::vector<Value> asked_of(std::string_view module, Value state) const;
    [[nodiscard]] bool asks_its_state(std::string_view module, std::string_view name,
                                      Value state) const;
    [[nodiscard]] bool is_odd_part(const Global& type, Value state) const;
    [[nodiscard]] bool is_container(const Global& type) const;
    [[nodiscard]] bool takes_odd_items(Value object) const;
    [[nodiscard]] bool holds_plainly(Value value) const;
    [[nodiscard]] std::optional<std::string> class_reached(Value value) const;
    [[nodiscard]] bool has_called_attribute(Value state) const;
    void check_called(uint64_t offset, Value object, Value state);
    [[nodiscard]] bool calls_of_state(const Global& type, Value state);
    [[nodiscard]] bool is_odd_optimizer(Value state);
    [[nodiscard]] bool asks_attribute(std::string_view module, Value state);
    [[nodiscard]] bool has_own_called(Value called) const;
    [[nodiscard]] bool keeps_fields(Value object) const;
    [[nodiscard]] const Global* class_constructed(const Made& made) const;
    [[nodiscard]] const Global* class_applied(const Global& caller, Value args) const;
    [[nodiscard]] bool is_singular(const Global& type, Value object) const;

    ScanContext& context_;
    Machine* machine_ = nullptr;
    std::set<std::pair<std::string, std::string>> named_;  // unknown or dangerous, and reported
    uint64_t looked_at_ = 0;                               // values, for what they lend
    bool imported_ = false;
    bool called_ = false;
    bool holding_ = false;
    // Of the value that wants_payload() was asked about.
    std::optional<Nested> nested_;
    bool reviewed_ = false;  // it is a text that may be run
    std::vector<Held> held_;
};

// Whether a name of this use only makes values, whatever its arguments are.
bool makes_values(Use use);
bool looks_like_class(std::string_view name);
// Whether some kind of object that is allowed has a method of this name that is on its list.
bool is_known_method(std::string_view name);

}  // namespace assay::pickle

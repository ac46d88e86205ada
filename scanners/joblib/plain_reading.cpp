#include "plain_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "pickle/pickle_rules.h"
#include "pickle/verdict.h"

namespace assay::joblib {

using pickle::Kind;
using pickle::Machine;
using pickle::Value;

namespace {

constexpr size_t kHead = 4096;
constexpr size_t kWindow = size_t{64} << 10;
constexpr size_t kMemory = size_t{1} << 20;  // that the second machine may take

// Keeps the gravest finding that would fail a scan, up to the first fault. Children are not opened:
// they are found where joblib finds them.
class Gravest final : public ScanContext {
  public:
    Gravest(ScanContext& outer, Gravity gravity) : outer_(outer), gravity_(gravity) {}

    using ScanContext::child;
    Result<ChildOutcome> child(std::string_view, ByteSource& source, const ChildRequest&) override {
        Status passed = source.settle();
        return passed ? Result<ChildOutcome>(ChildOutcome()) : passed.error();
    }
    void fact(Fact) override {}
    void claim(Claim) override {}
    void tensor(TensorRecord) override {}
    void parsed(uint64_t) override {}
    void gap(uint64_t, uint64_t) override {}
    void incomplete(Coverage, std::string_view) override {}
    bool reserve(size_t bytes) override {
        if (bytes > left_ || !outer_.reserve(bytes)) return false;
        left_ -= bytes;
        return true;
    }
    void release(size_t bytes) override {
        outer_.release(bytes);
        left_ += bytes;
    }
    void disown() override {}
    [[nodiscard]] const InspectOptions& options() const override { return outer_.options(); }
    [[nodiscard]] std::string_view path() const override { return outer_.path(); }
    [[nodiscard]] bool stop_requested() const override { return outer_.stop_requested(); }

    // A reader that faults does nothing at that place any more, nor behind it.
    void fault_at(uint64_t offset) {
        faulted_ = true;
        if (found_ && offset_ == offset) found_.reset();
    }
    [[nodiscard]] const std::optional<Grave>& found() const { return found_; }

  protected:
    void add(Finding finding) override {
        if (faulted_ || finding.severity < Severity::kHigh || !counts(finding)) return;
        if (found_ && found_->severity >= finding.severity) return;
        found_ = {finding.severity, fmt::format("{}: {}", finding.rule->id, finding.detail)};
        offset_ = finding.offset;
    }

  private:
    // joblib's own names are in every memo.
    [[nodiscard]] bool counts(const Finding& finding) const {
        if (gravity_ == Gravity::kAnything) return true;
        return finding.rule->id == pickle::rules::kCallDangerous.id &&
               !finding.detail.starts_with("joblib.");
    }

    ScanContext& outer_;
    const Gravity gravity_;
    size_t left_ = kMemory;
    bool faulted_ = false;
    std::optional<Grave> found_;
    uint64_t offset_ = 0;
};

// Identifiers with dots between; what is not ASCII may be one.
bool is_path(std::string_view path) {
    char last = '.';
    for (char c : path) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      static_cast<uint8_t>(c) >= 0x80;
        bool digit = c >= '0' && c <= '9' && last != '.';
        if (!letter && !digit && (c != '.' || last == '.')) return false;
        last = c;
    }
    return last != '.';
}

// A module may be called whatever a file may be.
bool is_module(std::string_view path) {
    auto fits = [](char c) { return static_cast<uint8_t>(c) >= 0x20 && c != 0x7f; };
    return !path.empty() && std::all_of(path.begin(), path.end(), fits);
}

class PlainVerdict final : public pickle::Verdict {
  public:
    PlainVerdict(Gravest& grave, Gravity gravity)
        : Verdict(grave), grave_(grave), gravity_(gravity) {}
    void fault(uint64_t offset, std::string_view) override { grave_.fault_at(offset); }
    // What is no name cannot be imported; nor can a name that joblib's texts give by chance.
    void global(const pickle::GlobalUse& use) override {
        bool exists =
            is_module(use.module) && is_path(use.name) && !use.module.ends_with("ArrayWrapper");
        if (!exists) return grave_.fault_at(use.offset);
        Verdict::global(use);
    }
    // Nobody has registered codes or a loader of ids, and what stands for an array or a type is no
    // function, no container and no name.
    void extension(uint64_t offset, int64_t) override { grave_.fault_at(offset); }
    void persistent(uint64_t offset, Value) override { grave_.fault_at(offset); }
    void call(const pickle::Call& call) override {
        if (is_inert(call.callee)) return grave_.fault_at(call.offset);
        if (gravity_ == Gravity::kDangerousCall && is_by_chance(call.callee)) return;
        Verdict::call(call);
    }
    void set(uint64_t offset, pickle::Op op, Value object) override {
        if (is_inert(object)) return grave_.fault_at(offset);
        Verdict::set(offset, op, object);
    }
    void computed_name(uint64_t offset, Value module, Value name) override {
        if (is_inert(module) || is_inert(name)) return grave_.fault_at(offset);
        Verdict::computed_name(offset, module, name);
    }
    // One array in some hundreds has such a number by chance.
    void excess(uint64_t, std::string_view) override {}
    bool wants_payload(Kind, Bytes, uint64_t) override { return false; }

  private:
    [[nodiscard]] bool is_inert(Value value) const {
        const pickle::Global* type = value.is(Kind::kMade) ? heap().origin_of(value) : nullptr;
        if (!type || type->judgement.tier != pickle::Tier::kAllowed) return false;
        return type->judgement.use == pickle::Use::kDtype ||
               heap().known_text(type->name)->ends_with("ArrayWrapper");
    }

    // A helper's name behind a word that stands at its number in the other memo: what such a module
    // would have, nobody knows, so it is an unknown function.
    [[nodiscard]] bool is_by_chance(Value value) const {
        const pickle::Global* global = heap().global_of(value);
        if (!global) return false;
        const std::string_view module = *heap().known_text(global->module);
        const std::string_view name = *heap().known_text(global->name);
        return !pickle::is_known_module(module) && module.find('.') == std::string_view::npos &&
               name.find('.') == std::string_view::npos && !name.ends_with("__");
    }

    Gravest& grave_;
    const Gravity gravity_;
};

// The beginning of what follows, under its true size.
class Beginning final : public ByteSource {
  public:
    Beginning(Bytes bytes, std::optional<uint64_t> size) : bytes_(bytes), size_(size) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return size_; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        if (offset >= bytes_.size()) return Error{Code::kLimit, "looked far enough", offset, 0};
        return MemorySource(bytes_).read(offset, max, pool);
    }

  private:
    Bytes bytes_;
    std::optional<uint64_t> size_;
};

// Bytes that cannot be instructions are most of what arrays hold.
Result<bool> may_run(Tape& tape) {
    Result<Bytes> head = tape.peek(kHead);
    if (!head) return head.error();
    return pickle::likeness(*head, head->size() < kHead) != pickle::Likeness::kNo ||
           pickle::would_import(*head);
}

}  // namespace

Result<PlainReading> read_plainly(Tape& tape, ScanContext& context, const Machine& machine,
                                  Gravity gravity) {
    PlainReading reading;
    Result<bool> worth_it = may_run(tape);
    if (!worth_it) return worth_it.error();
    if (!*worth_it) return reading;
    Result<Bytes> window = tape.peek(kWindow);
    if (!window) return window.error();
    std::optional<uint64_t> left;
    if (tape.size()) left = *tape.size() - tape.offset();
    if (window->size() < kWindow) left = window->size();
    Beginning beginning(*window, left);
    BlockPool pool(size_t{4096}, 4 * kWindow);
    PinBudget budget(kWindow, kWindow);
    PinHold hold(budget, 0);
    Tape ahead(beginning, {pool, pool, hold}, {});
    Gravest grave(context, gravity);
    PlainVerdict verdict(grave, gravity);
    size_t taken = 0;
    Machine second(ahead, verdict, [&](size_t bytes) {
        bool had = grave.reserve(bytes);
        if (had) taken += bytes;
        return had;
    });
    verdict.watch(second);
    second.continue_from(machine);
    Result<pickle::Outcome> outcome = second.run();
    grave.release(taken);
    reading.bytes = ahead.bytes_read();
    reading.grave = grave.found();
    // Where the size is not known, any length may be true, and nobody reads such a stream plainly.
    bool leads_on = !outcome && outcome.error().code == Code::kLimit && !second.faulted();
    if (leads_on && left && !reading.grave && gravity == Gravity::kAnything) {
        reading.grave = {Severity::kHigh, "it leads on beyond what was looked at"};
    }
    return reading;
}

}  // namespace assay::joblib

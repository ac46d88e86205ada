// Passes on what a machine does, and tells a PickleTrace of it.
#pragma once

#include "assay/trace.h"
#include "machine.h"

namespace assay::pickle {

class Tracer final : public Events {
  public:
    // Borrows all three.
    Tracer(Events& inner, PickleTrace& trace) : inner_(inner), trace_(trace) {}
    void watch(Machine& machine) { machine_ = &machine; }
    void begin(std::string_view path, uint64_t offset) { trace_.begin(path, offset); }
    void end(uint64_t offset, Outcome outcome);

    void global(const GlobalUse& use) override;
    void computed_name(uint64_t offset, Value module, Value name) override;
    void call(const Call& call) override;
    void build(uint64_t offset, Value object, Value state) override;
    void set(uint64_t offset, Op op, Value object) override;
    void hashed(uint64_t offset, Value value) override { inner_.hashed(offset, value); }
    void kept(uint64_t offset, Value global, bool in_tuple) override {
        inner_.kept(offset, global, in_tuple);
    }
    void persistent(uint64_t offset, Value id) override;
    void extension(uint64_t offset, int64_t code) override;
    void discarded(uint64_t offset, Value value) override { inner_.discarded(offset, value); }
    void fault(uint64_t offset, std::string_view why) override;
    void excess(uint64_t offset, std::string_view what) override { inner_.excess(offset, what); }
    void too_deep(uint64_t offset) override { inner_.too_deep(offset); }
    void frame_anomaly(uint64_t offset, std::string_view what) override {
        inner_.frame_anomaly(offset, what);
    }
    bool wants_payload(Kind kind, Bytes head, uint64_t length) override {
        return inner_.wants_payload(kind, head, length);
    }
    Result<bool> payload(uint64_t offset, ByteSource& source) override {
        return inner_.payload(offset, source);
    }
    Result<bool> raw(Tape& tape) override { return inner_.raw(tape); }
    Status frame_left(Tape& tape, uint64_t length) override {
        return inner_.frame_left(tape, length);
    }
    void step(uint64_t offset, uint8_t code) override;

  private:
    void tell(uint64_t offset, Op op, std::string_view what, const Global* global,
              std::string detail);
    [[nodiscard]] const Heap& heap() const { return machine_->heap(); }
    [[nodiscard]] std::string shown_stack() const;

    Events& inner_;
    PickleTrace& trace_;
    Machine* machine_ = nullptr;
    uint64_t fault_offset_ = 0;
    std::string fault_;
};

}  // namespace assay::pickle

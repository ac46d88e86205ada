// A ScanContext without an engine that takes everything and keeps nothing: what tests derive from.
#pragma once

#include "assay/context.h"

namespace assay::test {

class NullContext : public ScanContext {
  public:
    using ScanContext::child;
    Result<ChildOutcome> child(std::string_view name, ByteSource& source,
                               const ChildRequest&) override {
        Status scanned = take_child(name, source);
        return scanned ? Result<ChildOutcome>(ChildOutcome()) : scanned.error();
    }
    void fact(Fact) override {}
    void claim(Claim) override {}
    void tensor(TensorRecord) override {}
    void parsed(uint64_t) override {}
    void gap(uint64_t, uint64_t) override {}
    void incomplete(Coverage, std::string_view) override {}
    bool reserve(size_t bytes) override {
        if (bytes > memory) return false;
        memory -= bytes;
        return true;
    }
    void release(size_t bytes) override { memory += bytes; }
    void disown() override { disowned = true; }
    [[nodiscard]] const InspectOptions& options() const override { return inspection; }
    [[nodiscard]] std::string_view path() const override { return "test"; }
    [[nodiscard]] bool stop_requested() const override { return false; }

    InspectOptions inspection;
    size_t memory = 64 * kMiB;
    bool disowned = false;

  protected:
    virtual Status take_child(std::string_view, ByteSource&) { return Done{}; }
    void add(Finding) override {}
};

}  // namespace assay::test

// Whole pickle files, scanned without an engine; what lies inside values is scanned as well.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scanners/joblib/joblib.h"
#include "scanners/pickle/stream.h"
#include "tests/unit/support/null_context.h"
#include "tests/unit/support/sources.h"

namespace assay::test {

struct PickleSetup {
    size_t block_size = 4096;
    bool stream = false;  // in order and of unknown size
    bool joblib = false;  // arrays may stand between instructions
    std::optional<pickle::Likeness> likely = pickle::Likeness::kYes;  // none: asked of the head
    size_t memory = 64 * kMiB;
    InspectOptions options;
    int depth = 4;  // of values that are looked into
};

class PickleContext final : public NullContext {
  public:
    explicit PickleContext(const PickleSetup& setup) : setup_(setup) {
        inspection = setup.options;
        memory = setup.memory;
    }

    // All of it, so that two scans can be compared.
    [[nodiscard]] std::string text() const {
        return fmt::format("{}\n{}\n{}\n{}\n{} {} {}", fmt::join(findings, "\n"),
                           fmt::join(lacks, "\n"), fmt::join(children, "\n"), fault, parsed_bytes,
                           gap_bytes, disowned);
    }
    [[nodiscard]] bool found(std::string_view what) const {
        return std::any_of(findings.begin(), findings.end(), [&](const std::string& finding) {
            return finding.find(what) != std::string::npos;
        });
    }

    std::vector<std::string> findings;  // "severity rule offset detail"; those of children after /
    std::vector<std::string> lacks;
    std::vector<std::string> children;  // names, and how their scans ended
    std::string fault;                  // of the scan itself
    bool read_once = false;
    uint64_t parsed_bytes = 0;
    uint64_t gap_bytes = 0;
    bool stop = false;

    void parsed(uint64_t bytes) override { parsed_bytes += bytes; }
    void gap(uint64_t, uint64_t length) override { gap_bytes += length; }
    void incomplete(Coverage to, std::string_view reason) override {
        lacks.push_back(fmt::format("{} {}", name_of(to), reason));
    }
    [[nodiscard]] bool stop_requested() const override { return stop; }

    // Reads the source as a pickle if it may be one, and then to its end, as the engine does.
    void scan(ByteSource& source) {
        TestPools pools(setup_.block_size);
        Tape tape(source, pools.pools(), {});
        Status scanned = scan_tape(tape);
        if (!scanned) fault = scanned.error().text;
        Status drained = tape.drain();
        if (!drained) fault += fmt::format(" / {}", drained.error().text);
    }

  protected:
    void add(Finding finding) override {
        findings.push_back(fmt::format("{} {} {} {}", name_of(finding.severity), finding.rule->id,
                                       finding.offset, finding.detail));
    }

  private:
    Status scan_tape(Tape& tape) {
        Result<Bytes> head = tape.peek(16384);
        if (!head) return head.error();
        bool complete = head->size() < 16384;
        pickle::Likeness likely = setup_.likely.value_or(pickle::likeness(*head, complete));
        if (head->empty() || likely == pickle::Likeness::kNo) return Done{};
        if (!setup_.joblib) {
            pickle::Verdict verdict(*this);
            return pickle::scan_pickles(tape, *this, verdict, likely);
        }
        joblib::JoblibVerdict verdict(*this);
        return pickle::scan_pickles(tape, *this, verdict, likely);
    }

    Status take_child(std::string_view name, ByteSource& source) override {
        PickleSetup setup = setup_;
        setup.likely.reset();
        if (setup.depth-- == 0) return source.settle();
        PickleContext child(setup);
        child.scan(source);
        for (const std::string& finding : child.findings) findings.push_back("/" + finding);
        children.push_back(fmt::format("{} {}", name, child.fault));
        return Done{};
    }

    const PickleSetup setup_;
};

inline PickleContext scan_pickle_file(std::string_view bytes, const PickleSetup& setup = {}) {
    CountingSource source(as_bytes(bytes));
    if (setup.stream) source.only_in_order().without_size();
    PickleContext context(setup);
    context.scan(source);
    context.read_once = source.every_byte_once() && !source.out_of_order();
    return context;
}

}  // namespace assay::test

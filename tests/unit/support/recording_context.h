// A ScanContext without an engine that keeps what a format says, and reads every child to its end
// as the engine does, with blocks of a size that the test chooses.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "assay/format.h"
#include "tests/unit/support/null_context.h"
#include "tests/unit/support/sources.h"

namespace assay::test {

class RecordingContext : public NullContext {
  public:
    struct Child {
        std::string name;
        std::string content;
        Status ended = Done{};
    };

    explicit RecordingContext(size_t block_size = 64) : block_size_(block_size) {}

    void add(Finding finding) override {
        rules.emplace_back(finding.rule->id);
        findings.push_back(fmt::format("{} {} {} {}", finding.rule->id, finding.offset,
                                       finding.length, finding.detail));
    }
    Status take_child(std::string_view name, ByteSource& source) override {
        Child& child = children.emplace_back(Child{std::string(name), {}, Done{}});
        TestPools pools(block_size_);
        Tape tape(source, pools.pools(), {});
        while (child.content.size() < most) {
            Result<Lent> lent = tape.take(block_size_);
            if (!lent) child.ended = lent.error();
            if (lent && lent->bytes.empty()) child.ended = source.settle();
            if (!lent || lent->bytes.empty()) return Done{};
            child.content += as_text(lent->bytes);
        }
        cut = true;
        child.ended = Error{Code::kLimit, "cut", 0, 0};
        return Done{};
    }
    void parsed(uint64_t bytes) override { parsed_bytes += bytes; }
    void gap(uint64_t, uint64_t length) override { gap_bytes += length; }
    void incomplete(Coverage to, std::string_view reason) override {
        coverage = to;
        lacks.push_back(fmt::format("{} {}", name_of(to), reason));
    }
    [[nodiscard]] bool stop_requested() const override { return stop; }

    [[nodiscard]] bool found(std::string_view rule) const {
        for (const std::string& finding : findings) {
            if (finding.starts_with(rule)) return true;
        }
        return false;
    }
    [[nodiscard]] bool all_whole() const {
        return std::ranges::all_of(children, [](const Child& child) { return child.ended.ok(); });
    }
    [[nodiscard]] std::vector<std::string> names() const {
        return of_children([](const Child& child) { return child.name; });
    }
    [[nodiscard]] std::vector<std::string> contents() const {
        return of_children([](const Child& child) { return child.content; });
    }
    // How children ended: "" if well.
    [[nodiscard]] std::vector<std::string> ends() const {
        return of_children([](const Child& child) {
            return std::string(child.ended ? "" : child.ended.error().text);
        });
    }
    // All of it, so that two runs can be compared.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& lines : {findings, lacks, names(), contents(), ends()}) {
            for (const std::string& line : lines) all += line + "\n";
        }
        return all + fmt::format("{} {}", parsed_bytes, gap_bytes);
    }

    std::vector<std::string> findings;
    std::vector<std::string> rules;  // of the findings
    std::vector<std::string> lacks;
    Coverage coverage = Coverage::kFull;
    std::vector<Child> children;
    uint64_t parsed_bytes = 0;
    uint64_t gap_bytes = 0;
    bool stop = false;
    size_t most = 64 * kMiB;  // that is read of a child,
    bool cut = false;         // and whether one had more

  private:
    template <class Part>
    [[nodiscard]] std::vector<std::string> of_children(Part part) const {
        std::vector<std::string> parts;
        for (const Child& child : children) parts.push_back(part(child));
        return parts;
    }

    const size_t block_size_;
};

// What came of one scan.
struct Scanned {
    RecordingContext context;
    std::string fault;       // of the scan itself
    bool read_once = false;  // every byte, counting what the sweep reads afterwards
};

struct ScanSetup {
    size_t block_size = 4096;
    bool stream = false;  // in order and of unknown size
    size_t pins = kPlenty;
    bool stop = false;
    size_t most = 64 * kMiB;
};

inline Scanned scan_bytes(const Format& format, std::string_view bytes, const ScanSetup& setup) {
    CountingSource source(as_bytes(bytes));
    if (setup.stream) source.only_in_order().without_size();
    TestPools pools(setup.block_size, setup.pins);
    Tape tape(source, pools.pools(), {});
    Scanned scanned{RecordingContext(setup.block_size), "", false};
    scanned.context.stop = setup.stop;
    scanned.context.most = setup.most;
    Status status = format.scan(tape, scanned.context);
    if (!status) scanned.fault = status.error().text;
    bool drained = tape.drain().ok();
    scanned.read_once = drained && source.every_byte_once() && !source.out_of_order();
    return scanned;
}

}  // namespace assay::test

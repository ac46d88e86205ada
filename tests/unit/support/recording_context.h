// A ScanContext that keeps what a format says, and reads every child to its end as the engine does,
// with blocks of a size that the test chooses.
#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "assay/format.h"
#include "tests/unit/support/null_context.h"
#include "tests/unit/support/sources.h"

namespace assay::test {

class RecordingContext final : public NullContext {
  public:
    explicit RecordingContext(size_t block_size) : block_size_(block_size) {}

    void add(Finding finding) override {
        findings.push_back(fmt::format("{} {} {} {}", finding.rule->id, finding.offset,
                                       finding.length, finding.detail));
    }
    Status take_child(std::string_view name, ByteSource& source) override {
        TestPools pools(block_size_);
        Tape tape(source, pools.pools(), {});
        std::string content;
        while (content.size() < most) {
            Result<Lent> lent = tape.take(block_size_);
            if (!lent) return keep(name, content, lent.error());
            if (lent->bytes.empty()) return keep(name, content, source.settle());
            content += as_text(lent->bytes);
        }
        cut = true;
        return keep(name, content, Error{Code::kLimit, "cut", 0, 0});
    }
    void parsed(uint64_t bytes) override { parsed_bytes += bytes; }
    void gap(uint64_t, uint64_t length) override { gap_bytes += length; }
    void incomplete(Coverage to, std::string_view reason) override {
        lacks.push_back(fmt::format("{} {}", name_of(to), reason));
    }
    [[nodiscard]] bool stop_requested() const override { return stop; }

    [[nodiscard]] bool found(std::string_view rule) const {
        for (const std::string& finding : findings) {
            if (finding.starts_with(rule)) return true;
        }
        return false;
    }
    // All of it, so that two runs can be compared.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto* lines : {&findings, &lacks, &names, &contents, &ends}) {
            for (const std::string& line : *lines) all += line + "\n";
        }
        return all + fmt::format("{} {}", parsed_bytes, gap_bytes);
    }

    std::vector<std::string> findings;
    std::vector<std::string> lacks;
    std::vector<std::string> names;     // of children,
    std::vector<std::string> contents;  // what they held,
    std::vector<std::string> ends;      // and how they ended: "" if well
    uint64_t parsed_bytes = 0;
    uint64_t gap_bytes = 0;
    bool stop = false;
    size_t most = 64 * kMiB;  // that is read of a child,
    bool cut = false;         // and whether one had more

  private:
    Status keep(std::string_view name, const std::string& content, const Status& ended) {
        names.emplace_back(name);
        contents.push_back(content);
        ends.emplace_back(ended ? "" : ended.error().text);
        return Done{};
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

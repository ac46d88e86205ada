// The view for a person who must decide.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "assay/emit.h"
#include "assay/place.h"
#include "inspect_views.h"
#include "progress.h"

namespace assay::cli {

namespace {

constexpr size_t kLongestName = 72;

struct Widths {
    size_t name = 4;
    size_t dtype = 4;
    size_t shape = 5;
};

std::string shape_of(const TensorRecord& tensor) {
    return fmt::format("[{}]", fmt::join(tensor.shape, ", "));
}

Widths widths_of(const TensorList& tensors) {
    Widths widths;
    for (const TensorRecord& tensor : tensors) {
        widths.name = std::max(widths.name, std::min(tensor.name.size(), kLongestName));
        widths.dtype = std::max(widths.dtype, tensor.dtype.size());
        widths.shape = std::max(widths.shape, shape_of(tensor).size());
    }
    return widths;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string tensor_line(const TensorRecord& tensor, const Widths& widths, bool digests) {
    const std::string digest = tensor.sha256.empty() && digests
                                   ? fmt::format("no digest: {}", why_no_digest(tensor))
                                   : tensor.sha256;
    std::string where =
        tensor.end == 0 ? "in pieces" : fmt::format("{} to {}", tensor.begin, tensor.end);
    return trimmed(fmt::format("  {:<{}}  {:<{}}  {:<{}}  {:>10}  {}  {}", tensor.name, widths.name,
                               tensor.dtype, widths.dtype, shape_of(tensor), widths.shape,
                               tensor.end == 0 ? "" : human_bytes(tensor.end - tensor.begin), where,
                               digest));
}

std::string sentence_of(const PickleEvent& event) {
    std::string name = event.module + "." + event.name;
    if (event.event == "global") {
        return event.module.empty() ? "imports a computed name: " + event.detail
                                    : "imports " + name;
    }
    if (event.event == "call") return "calls " + event.detail;
    if (event.event == "build") {
        return fmt::format("gives state to {}: {}", event.module.empty() ? "a value" : name,
                           event.detail);
    }
    if (event.event == "set") return "puts items into " + event.detail;
    if (event.event == "persid") return "asks the loader for " + event.detail;
    return "takes extension " + event.detail;
}

class TextView final : public InspectView {
  public:
    TextView(Printer& printer, bool quiet, bool digests)
        : printer_(printer), quiet_(quiet), digests_(digests) {}

    void begin_all(const std::vector<std::string>& allowed) override {
        if (allowed.empty()) return;
        printer_.print(fmt::format("allowed as asked: {}\n\n",
                                   escape_text(fmt::format("{}", fmt::join(allowed, ", ")))));
    }
    void begin_target(std::string_view) override { described_.clear(); }

    void begin(std::string_view path, uint64_t offset) override {
        printer_.print(fmt::format("{}: a pickle at {}\n", path, offset));
    }
    void step(const PickleStep& step) override {
        if (quiet_) return;
        printer_.print(trimmed(fmt::format("{:>10}  {:<17}{:<8} {}", step.offset, step.instruction,
                                           step.operand, escape_text(step.stack))));
    }
    void event(const PickleEvent& event) override {
        printer_.print(
            fmt::format("{:>10}  * {}\n", event.offset, escape_text(sentence_of(event))));
    }
    void end(uint64_t offset, std::string_view outcome, uint64_t fault_offset,
             std::string_view fault) override {
        printer_.print(outcome == "stop" ? fmt::format("{:>10}  the pickle ends\n\n", offset)
                                         : fmt::format("{:>10}  the unpickler gives up: {}\n\n",
                                                       fault_offset, fault));
    }

    void property(std::string_view path, std::string_view name, std::string_view value) override {
        if (quiet_) return;
        if (described_ != path) printer_.print(fmt::format("{}: says of itself\n", path));
        described_ = path;
        printer_.print(trimmed(fmt::format("  {:<36}  {}", escape_text(name), escape_text(value))));
    }

    Status record(const Record& record) override {
        printer_.print(
            fmt::format("{}: {}, {}\n", record.path, record.format, human_bytes(record.size)));
        if (!quiet_) print_tensors(record.tensors);
        for (const Finding& finding : record.findings) print_finding(finding);
        if (record.coverage != Coverage::kFull) {
            printer_.print(fmt::format("  {}: {}\n", name_of(record.coverage), record.reason));
        }
        return Done{};
    }

  private:
    void print_tensors(const TensorList& tensors) {
        if (tensors.empty()) return;
        const Widths widths = widths_of(tensors);
        uint64_t bytes = 0;
        for (const TensorRecord& tensor : tensors) {
            printer_.print(tensor_line(tensor, widths, digests_));
            bytes += tensor.end - tensor.begin;
        }
        printer_.print(fmt::format("  {} tensor{}, {}\n", tensors.size(),
                                   tensors.size() == 1 ? "" : "s", human_bytes(bytes)));
    }
    void print_finding(const Finding& finding) {
        std::string line = fmt::format("  {}  {}  at {}", name_of(finding.severity),
                                       finding.rule->id, finding.offset);
        if (finding.count > 1) line += fmt::format(", {} times", finding.count);
        line += fmt::format(": {}", finding.rule->message);
        if (!finding.detail.empty()) line += fmt::format(" ({})", finding.detail);
        printer_.print(line + "\n");
    }

    Printer& printer_;
    const bool quiet_;
    const bool digests_;
    std::string described_;  // whose properties were printed last
};

}  // namespace

std::unique_ptr<InspectView> make_text_view(Printer& printer, bool quiet, bool digests) {
    return std::make_unique<TextView>(printer, quiet, digests);
}

}  // namespace assay::cli

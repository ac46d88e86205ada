// What the pickles in a file do, for a person who must decide, or as JSON for a program.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "assay/emit.h"
#include "commands.h"
#include "run_visit.h"
#include "text.h"

namespace assay::cli {

namespace {

// Text that goes to standard output as it comes; the first fault sticks.
class Printer {
  public:
    void print(std::string_view text) {
        if (status_) status_ = out_->write(text);
    }
    bool finish() {
        if (status_) status_ = out_->commit();
        if (!status_) complain("standard output", describe(status_.error()));
        return status_.ok();
    }

  private:
    std::unique_ptr<Output> out_ = Output::to_stdout();
    Status status_ = Done{};
};

class TextTrace final : public PickleTrace {
  public:
    TextTrace(Printer& printer, bool quiet) : printer_(printer), quiet_(quiet) {}

    void begin(std::string_view path, uint64_t offset) override {
        printer_.print(fmt::format("{}: a pickle at {}\n", path, offset));
    }
    void step(const PickleStep& step) override {
        if (quiet_) return;
        std::string line = fmt::format("{:>10}  {:<17}{:<8} {}", step.offset, step.instruction,
                                       step.operand, escape_text(step.stack));
        line.erase(line.find_last_not_of(' ') + 1);
        printer_.print(line + "\n");
    }
    void event(const PickleEvent& event) override {
        printer_.print(fmt::format("{:>10}  * {}\n", event.offset, escape_text(sentence(event))));
    }
    void end(uint64_t offset, std::string_view outcome, uint64_t fault_offset,
             std::string_view fault) override {
        if (outcome == "stop") {
            printer_.print(fmt::format("{:>10}  the pickle ends\n\n", offset));
        } else {
            printer_.print(
                fmt::format("{:>10}  the unpickler gives up: {}\n\n", fault_offset, fault));
        }
    }

  private:
    static std::string sentence(const PickleEvent& event) {
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

    Printer& printer_;
    const bool quiet_;
};

// One member of a JSON list for each pickle, in the order in which they start; steps are left out.
class JsonTrace final : public PickleTrace {
  public:
    void begin(std::string_view path, uint64_t offset) override {
        open_.push_back(pickles_.size());
        pickles_.push_back(
            fmt::format("{{\"path\":{},\"offset\":{},\"events\":[", json_quote(path), offset));
    }
    void step(const PickleStep&) override {}
    void event(const PickleEvent& event) override {
        std::string& json = pickles_[open_.back()];
        json += json.back() == '[' ? "" : ",";
        json += fmt::format(
            "{{\"offset\":{},\"op\":\"{}\",\"event\":\"{}\",\"module\":{},\"name\":{},"
            "\"detail\":{}}}",
            event.offset, event.instruction, event.event, json_quote(event.module),
            json_quote(event.name), json_quote(event.detail));
    }
    void end(uint64_t offset, std::string_view outcome, uint64_t fault_offset,
             std::string_view fault) override {
        std::string& json = pickles_[open_.back()];
        open_.pop_back();
        uint64_t given_up = fault.empty() ? offset : fault_offset;
        json += fmt::format("],\"end\":{},\"outcome\":\"{}\"", given_up, outcome);
        if (!fault.empty()) {
            json +=
                fmt::format(",\"fault_offset\":{},\"fault\":{}", fault_offset, json_quote(fault));
        }
        json += "}";
    }
    std::string take() {
        std::string all = fmt::format("{}", fmt::join(pickles_, ","));
        pickles_.clear();
        open_.clear();
        return all;
    }

  private:
    std::vector<std::string> pickles_;
    std::vector<size_t> open_;  // those that lie around the last one, and it
};

// The findings, after what they were found in.
class FindingPrinter final : public RecordSink {
  public:
    FindingPrinter(Printer* printer) : printer_(printer) {}  // NOLINT: null prints nothing
    Status record(const Record& record) override {
        if (!printer_) return Done{};
        for (const Finding& finding : record.findings) {
            printer_->print(fmt::format("{}  {}  at {}  {}  {}\n", name_of(finding.severity),
                                        record.path, finding.offset, finding.rule->id,
                                        finding.detail));
        }
        if (record.coverage != Coverage::kFull) {
            printer_->print(
                fmt::format("{}  {}  {}\n", name_of(record.coverage), record.path, record.reason));
        }
        return Done{};
    }

  private:
    Printer* printer_;
};

struct Worst {
    bool findings = false;
    bool incomplete = false;
    void take(int code) {
        findings = findings || code == kExitFindings;
        incomplete = incomplete || code == kExitIncomplete;
    }
    [[nodiscard]] int code() const {
        return findings ? kExitFindings : incomplete ? kExitIncomplete : kExitClean;
    }
};

}  // namespace

int run_inspect(const Args& args) {
    std::string format = args.outputs.empty() ? "text" : args.outputs.back();
    if (format != "text" && format != "json" && format != "jsonl") {
        complain(format, "no such output format");
        return kExitUsage;
    }
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    Printer printer;
    TextTrace text(printer, args.quiet);
    JsonTrace json;
    bool as_text = format == "text";
    options->inspection.trace = as_text ? static_cast<PickleTrace*>(&text) : &json;
    options->threads = 1;
    if (args.as_pickle) options->formats = pickle_of_anything();
    options->digests.clear();
    Worst worst;
    std::string all;
    for (const std::string& target : args.targets) {
        options->targets = {target};
        FindingPrinter findings(as_text ? &printer : nullptr);
        Result<Summary> summary = visit_and_complain(args, *options, findings);
        if (!summary) return exit_code_of(summary.error());
        worst.take(assay::exit_code_of(*summary));
        std::string object =
            fmt::format("{{\"target\":{},\"pickles\":[{}]}}", json_quote(target), json.take());
        if (format == "jsonl") printer.print(object + "\n");
        if (format == "json") all += (all.empty() ? "" : ",") + object;
    }
    if (format == "json") printer.print("[" + all + "]\n");
    return printer.finish() ? worst.code() : kExitIncomplete;
}

}  // namespace assay::cli

// The view for a program: for each target
//
//   {"target":"m.gguf","pickles":[…],"properties":[{"path","name","value"}…],"records":[…]}
//
// where a record is what a report says of an artifact.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "assay/emit.h"
#include "inspect_views.h"

namespace assay::cli {

namespace {

// Pickles and properties wait until the target is scanned; records are printed as they come.
class JsonView final : public InspectView {
  public:
    JsonView(Printer& printer, bool one_a_line, bool digests)
        : printer_(printer), one_a_line_(one_a_line), digests_(digests) {}

    void begin_all(const std::vector<std::string>& allowed) override {
        for (const std::string& name : allowed) {
            allowed_ += (allowed_.empty() ? "" : ",") + json_quote(name);
        }
    }
    void begin_target(std::string_view target) override {
        target_ = target;
        pickles_.clear();
        open_.clear();
        properties_.clear();
        records_ = 0;
    }
    void end_target() override {
        if (records_ == 0) begin_records();
        printer_.print(one_a_line_ ? "]}\n" : "]}");
    }
    void end_all() override {
        if (!one_a_line_) printer_.print(targets_ == 0 ? "[]\n" : "]\n");
    }

    // Each pickle stands where it starts, not where it ends; steps are left out.
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

    void property(std::string_view path, std::string_view name, std::string_view value) override {
        properties_ += fmt::format("{}{{\"path\":{},\"name\":{},\"value\":{}}}",
                                   properties_.empty() ? "" : ",", json_quote(path),
                                   json_quote(name), json_quote(value));
    }

    Status record(const Record& record) override {
        if (records_ == 0) begin_records();
        if (records_ > 0) printer_.print(",");
        records_++;
        printer_.print(json_of(record, digests_));
        return Done{};
    }

  private:
    void begin_records() {
        if (!one_a_line_) printer_.print(targets_ == 0 ? "[" : ",");
        targets_++;
        const std::string allowed =
            allowed_.empty() ? "" : fmt::format("\"allowed\":[{}],", allowed_);
        printer_.print(
            fmt::format("{{\"target\":{},{}\"pickles\":[{}],\"properties\":[{}],\"records\":[",
                        json_quote(target_), allowed, fmt::join(pickles_, ","), properties_));
    }

    Printer& printer_;
    const bool one_a_line_;
    const bool digests_;
    size_t targets_ = 0;  // printed so far
    std::string allowed_;
    std::string target_;
    std::vector<std::string> pickles_;
    std::vector<size_t> open_;  // those that lie around the last one, and it
    std::string properties_;
    size_t records_ = 0;  // of this target, printed so far
};

}  // namespace

std::unique_ptr<InspectView> make_json_view(Printer& printer, bool one_a_line, bool digests) {
    return std::make_unique<JsonView>(printer, one_a_line, digests);
}

}  // namespace assay::cli

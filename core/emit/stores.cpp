// What `assay verify-store` prints: a line for each blob that is not as it should be, a line for
// each other finding, and what each store comes to.
#include <fmt/format.h>

#include <algorithm>

#include "emitters.h"
#include "prose.h"
#include "stores_text.h"
#include "user_names.h"

namespace assay {

namespace {

class StoresEmitter final : public Emitter {
  public:
    explicit StoresEmitter(Output& output) : output_(output) {}

    Status begin(const ReportHeader& header) override {
        verbose_ = header.verbose;
        targets_ = header.targets;
        return Done{};
    }

    // Lesser ones, such as what an interrupted download left, are counted at the end.
    Status record(const Record& record) override {
        const std::string name = names_.of(record);
        std::string text;
        for (const Finding& finding : record.findings) {
            if (!verbose_ && finding.severity < Severity::kMedium) continue;
            if (!verbose_ && is_told_by_store(finding)) continue;
            std::string what(finding.rule->message);
            if (!finding.detail.empty()) what += ": " + shortened(finding.detail, 300);
            text += fmt::format("{:<8}  {}  {}: {}\n", name_of(finding.severity), name,
                                finding.rule->id, what);
        }
        const bool partial = record.coverage != Coverage::kFull;
        if (partial) {
            text += fmt::format("{:<8}  {}  {}\n", "skipped", name, escape_text(record.reason));
        }
        return text.empty() ? Status(Done{}) : output_.write(text);
    }

    Status end(const Summary& summary) override {
        std::string text;
        for (const StoreReport& store : summary.stores) {
            text += bad_lines(store, targets_[store.target]);
        }
        for (const StoreReport& store : summary.stores) text += store_line(store) + '\n';
        text += fmt::format("{}: {}, {}", name_of(verdict_of(summary)),
                            counted(summary.files, "file"), human_size(summary.bytes));
        if (summary.failing > 0)
            text += fmt::format("; {} fail", counted(summary.failing, "finding"));
        return output_.write(text + '\n');
    }

  private:
    Output& output_;
    UserNames names_{UserNames::Spelling::kEscaped};
    std::vector<std::string> targets_;
    bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Emitter> make_stores(Output& output) {
    return std::make_unique<StoresEmitter>(output);
}

}  // namespace assay

#include "gguf_template.h"

#include "gguf_rules.h"
#include "text/jinja.h"

namespace assay::gguf {

namespace {

// Hears whether anything critical is found, and keeps nothing.
class Listener final : public ScanContext {
  public:
    explicit Listener(const ScanContext& outer) : outer_(outer) {}

    using ScanContext::child;
    Result<ChildOutcome> child(std::string_view, ByteSource& source, const ChildRequest&) override {
        Status settled = source.settle();
        return settled ? Result<ChildOutcome>(ChildOutcome()) : settled.error();
    }
    void fact(Fact) override {}
    void claim(Claim) override {}
    void tensor(TensorRecord) override {}
    void parsed(uint64_t) override {}
    void gap(uint64_t, uint64_t) override {}
    void incomplete(Coverage, std::string_view) override {}
    bool reserve(size_t) override { return true; }
    void release(size_t) override {}
    void disown() override {}
    [[nodiscard]] const InspectOptions& options() const override { return outer_.options(); }
    [[nodiscard]] std::string_view path() const override { return outer_.path(); }
    [[nodiscard]] bool stop_requested() const override { return outer_.stop_requested(); }

    [[nodiscard]] bool critical() const { return critical_; }

  protected:
    void add(Finding finding) override { critical_ |= finding.severity == Severity::kCritical; }

  private:
    const ScanContext& outer_;
    bool critical_ = false;
};

}  // namespace

void scan_template(std::string_view key, std::string_view text, uint64_t offset,
                   ScanContext& context) {
    Listener listener(context);
    check_template(text, offset, listener);
    if (listener.critical()) context.report(rule("template.ssti"), offset, text.size(), key);
    check_template(text, offset, context);
}

}  // namespace assay::gguf

#include "parse.h"

#include "image_json.h"
#include "notes.h"
#include "text/json_memory.h"

namespace assay::oci {

namespace {

// Keeps the note and nothing else: what is wrong with the document is told by its own scan.
class NoteTaker final : public ScanContext {
  public:
    using ScanContext::child;
    Result<ChildOutcome> child(std::string_view, ByteSource&, const ChildRequest&) override {
        return ChildOutcome{};
    }
    void claim(Claim) override {}
    void fact(Fact fact) override {
        const bool document = note_kind_of(fact) == NoteKind::kDocument;
        if (document) taken_ = decode_document(as_bytes(fact.value));
    }
    void tensor(TensorRecord) override {}
    void parsed(uint64_t) override {}
    void gap(uint64_t, uint64_t) override {}
    void incomplete(Coverage, std::string_view) override {}
    [[nodiscard]] bool reserve(size_t) override { return true; }  // documents are small
    void release(size_t) override {}
    void disown() override {}
    [[nodiscard]] const InspectOptions& options() const override { return options_; }
    [[nodiscard]] std::string_view path() const override { return {}; }
    [[nodiscard]] bool stop_requested() const override { return false; }
    [[nodiscard]] Document take() { return std::move(taken_); }

  private:
    void add(Finding) override {}

    InspectOptions options_;
    Document taken_;
};

}  // namespace

Document parse_document(std::string_view text) {
    NoteTaker context;
    std::unique_ptr<JsonVisitor> visitor = kImageJson.visitor(context);
    bool wanted = true;
    const bool whole = json::each_token(text, [&](const json::Token& token) {
        const bool seen = token.depth <= visitor->deepest();
        if (wanted && seen) wanted = visitor->token(token);
    });
    if (!whole || !wanted || !visitor->end(true)) return {};
    return context.take();
}

}  // namespace assay::oci

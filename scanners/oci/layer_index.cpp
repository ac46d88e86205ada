// The index of an eStargz layer: the last file of its tar, stargz.index.json.
//
//   {"version": 1, "entries": [{"name": "app/w.bin", "type": "reg", "size": 4096, "offset": 512,
//                               "digest": "sha256:…", "chunkDigest": "sha256:…"}, …]}
//
// Runtimes that pull lazily mount the layer by what stands here and fetch pieces when somebody
// reads them; others unpack the tar. So the author of an index decides what the former see: files
// that the tar does not have, other sizes, other bytes under a name. Each piece has a digest of its
// own ("chunkDigest"), and that one is what a runtime compares; of a file of one piece it has to be
// the file's. Where the pieces of a larger file come from is not followed here, which is told.
#include "layer_index.h"

#include <fmt/format.h>

#include "oci_rules.h"
#include "text/json_fold.h"
#include "text/json_path.h"

namespace assay::oci {

namespace {

using json::Kind;
using json::shown;
using json::Token;

constexpr std::string_view kName = "stargz.index.json";
constexpr size_t kMostEntries = 100'000;
constexpr size_t kLongestText = 4096;

class LayerIndex final : public JsonVisitor {
  public:
    explicit LayerIndex(ScanContext& context)
        : context_(context), named_(is_name(context.path())) {}
    [[nodiscard]] uint32_t deepest() const override { return 3; }

    bool token(const Token& token) override {
        if (!named_) return false;
        if (token.kind != Kind::kKey) return take(token);
        Token key = token;
        key.text = meant_by_key(token);
        return take(key);
    }

    bool take(const Token& token) {
        path_.see(token);
        if (token.depth < 2 || path_[0] != "entries") return true;
        if (token.depth == 2 && token.kind == Kind::kObject) begin(token);
        if (token.depth == 2 && token.kind == Kind::kObjectEnd) finish();
        if (token.depth == 3) member(token);
        return true;
    }

    Status end(bool) override {
        if (!known()) return Done{};
        if (!folded_.empty()) {
            context_.report(rule("oci.doc.ambiguous"), folded_at_, 0,
                            folded_ + ": another key to readers that fold letters");
        }
        context_.refine("stargz-index");
        context_.report(rule("oci.layer.lazy_index"), 0, 0,
                        passed_over_ == 0 ? ""
                                          : fmt::format("{} of {} entries have names that were not "
                                                        "compared",
                                                        passed_over_, entries_));
        if (entries_ <= kMostEntries) return Done{};
        context_.incomplete(Coverage::kCutByLimit,
                            "the layer's index has more entries than are compared");
        return Done{};
    }

    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&rule("oci.json.dup_key"), nullptr};
        return known() ? &kFaults : nullptr;
    }

  private:
    struct Entry {
        uint64_t offset = 0;
        std::string name;
        std::string type;
        std::string size;
        std::string digest;
        std::string piece;  // the digest of it
        bool in_pieces = false;
        bool odd = false;
    };

    static bool is_name(std::string_view path) {
        if (!path.ends_with(kName)) return false;
        path.remove_suffix(kName.size());
        return path.empty() || path.ends_with('!') || path.ends_with("!./");
    }
    [[nodiscard]] bool known() const { return entries_ > 0; }

    // Runtimes read it in Go.
    std::string_view meant_by_key(const Token& key) {
        static constexpr std::string_view kTop[] = {"version", "entries"};
        static constexpr std::string_view kOfEntry[] = {"name",   "type",        "size",
                                                        "digest", "chunkDigest", "chunkSize"};
        const bool entry = key.depth == 3 && path_.is(1, {"entries"});
        if (key.depth != 1 && !entry) return key.text;
        const std::string_view meant =
            entry ? json::meant_by(key.text, kOfEntry) : json::meant_by(key.text, kTop);
        if (meant != key.text && folded_.empty()) {
            folded_ = shown(key.text);
            folded_at_ = key.offset;
        }
        return meant;
    }

    void begin(const Token& token) {
        entry_ = {};
        entry_.offset = token.offset;
    }

    void member(const Token& token) {
        if (token.kind == Kind::kKey) {
            key_ = token.text.substr(0, 32);
            return;
        }
        std::string* to = key_ == "name"          ? &entry_.name
                          : key_ == "type"        ? &entry_.type
                          : key_ == "size"        ? &entry_.size
                          : key_ == "digest"      ? &entry_.digest
                          : key_ == "chunkDigest" ? &entry_.piece
                                                  : nullptr;
        if (to) *to = token.text.substr(0, kLongestText);
        entry_.odd = entry_.odd || (to && token.cut);
        if (key_ == "chunkSize") entry_.in_pieces = token.text != "0";
    }

    void finish() {
        entries_++;
        if (entries_ > kMostEntries || entry_.type != "reg") return;
        const bool whole = !entry_.in_pieces && !entry_.piece.empty();
        if (whole && !entry_.digest.empty() && entry_.piece != entry_.digest) {
            context_.report(rule("oci.layer.index_mismatch"), entry_.offset, 0,
                            shown(entry_.name) + ": its only piece has another digest");
        }
        // A member "./a" has that name, and a claim is about "a".
        if (entry_.odd || entry_.name.starts_with("./")) {
            passed_over_++;
            return;
        }
        claim("size", entry_.size.empty() ? "0" : entry_.size);
        if (entry_.digest.starts_with("sha256:")) claim("sha256", entry_.digest.substr(7));
    }

    void claim(const char* what, std::string value) {
        Claim claim;
        claim.path = entry_.name;
        claim.offset = entry_.offset;
        claim.kind = "file";
        claim.name = what;
        claim.value = std::move(value);
        claim.if_outside = &rule("oci.layer.index_mismatch");
        claim.if_no_file = &rule("oci.layer.index_mismatch");
        claim.if_other_value = &rule("oci.layer.index_mismatch");
        if (claim.name != "size") claim.if_outside = claim.if_no_file = nullptr;  // said once
        context_.claim(std::move(claim));
    }

    ScanContext& context_;
    const bool named_;
    json::Path path_;
    std::string key_;
    std::string folded_;  // the first key that is another one only to some
    uint64_t folded_at_ = 0;
    Entry entry_;
    size_t entries_ = 0;
    size_t passed_over_ = 0;
};

}  // namespace

const JsonKind kLayerIndex{"stargz-index",
                           [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
                               return std::make_unique<LayerIndex>(context);
                           }};

}  // namespace assay::oci

// What sha256sum prints, byte for byte, and its --tag form where one line has to say which digest
// it holds: with several digests, and for the root of a chunk tree.
#include <fmt/format.h>

#include <iterator>

#include "emitters.h"
#include "user_names.h"

namespace assay {

std::string_view sums_tag(DigestKind kind) {
    switch (kind) {
        case DigestKind::kSha256:
            return "SHA256";
        case DigestKind::kSha512:
            return "SHA512";
        case DigestKind::kBlake2b:
            return "BLAKE2b";
        case DigestKind::kSha1:
            return "SHA1";
        case DigestKind::kMd5:
            return "MD5";
        case DigestKind::kGitSha1:
            return "GIT-SHA1";
        case DigestKind::kBlake3:
            return "BLAKE3";
    }
    return "";
}

static std::string_view escape_in_sums(char c) {
    switch (c) {
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        default:
            return "";
    }
}

SumsName sums_name(std::string_view name) {
    SumsName shown{false, ""};
    shown.text.reserve(name.size());
    for (char c : name) {
        std::string_view escaped = escape_in_sums(c);
        shown.text += escaped.empty() ? std::string_view(&c, 1) : escaped;
        shown.escaped |= !escaped.empty();
    }
    return shown;
}

namespace {

class SumsEmitter final : public Emitter {
  public:
    explicit SumsEmitter(Output& output) : output_(output) {}

    Status begin(const ReportHeader&) override { return Done{}; }

    Status record(const Record& record) override {
        std::string name = names_.of(record);
        if (record.digests.empty() && !record.chunks) return Done{};
        SumsName shown = sums_name(name);
        lines_.clear();
        for (const Digest& digest : record.digests) {
            if (record.digests.size() == 1) {
                plain_line(shown, digest.hex());
            } else {
                tag_line(shown, sums_tag(digest.kind), digest.hex());
            }
        }
        if (record.chunks) {
            std::string tag = "ASSAY-TREE-" + std::to_string(record.chunks->chunk_size);
            tag_line(shown, tag, record.chunks->root);
        }
        return output_.write(lines_);
    }

    Status end(const Summary&) override { return Done{}; }

  private:
    void plain_line(const SumsName& name, std::string_view hex) {
        fmt::format_to(std::back_inserter(lines_), "{}{}  {}\n", lead(name), hex, name.text);
    }
    void tag_line(const SumsName& name, std::string_view tag, std::string_view hex) {
        fmt::format_to(std::back_inserter(lines_), "{}{} ({}) = {}\n", lead(name), tag, name.text,
                       hex);
    }
    static std::string_view lead(const SumsName& name) { return name.escaped ? "\\" : ""; }

    Output& output_;
    UserNames names_{UserNames::Spelling::kRaw};
    std::string lines_;
};

}  // namespace

std::unique_ptr<Emitter> make_sums(Output& output) { return std::make_unique<SumsEmitter>(output); }

}  // namespace assay

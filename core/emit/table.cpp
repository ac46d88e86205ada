// The report for a person at a terminal: what was found, artifact by artifact; then what was not
// fully looked at and why; then the verdict in words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "assay/spool.h"
#include "emitters.h"
#include "image_prose.h"
#include "prose.h"
#include "stores_text.h"
#include "user_names.h"

namespace assay {

namespace {

constexpr size_t kWidth = 80;
constexpr size_t kIndent = 12;  // where texts start below a finding
constexpr size_t kLongText = 600;
constexpr size_t kListInMemory = 65'536;

enum class Style : uint8_t { kPlain, kBold, kDim, kRed, kAlarm, kYellow, kGreen, kCyan };

std::string_view code_of(Style style) {
    static constexpr std::string_view kCodes[] = {"0", "1", "2", "31", "1;31", "33", "32", "36"};
    return kCodes[static_cast<size_t>(style)];
}

Style style_of(Severity severity) {
    static constexpr Style kStyles[] = {Style::kDim, Style::kCyan, Style::kYellow, Style::kRed,
                                        Style::kAlarm};
    return kStyles[static_cast<size_t>(severity)];
}

Style style_of(Verdict verdict) {
    static constexpr Style kStyles[] = {Style::kGreen, Style::kAlarm, Style::kYellow,
                                        Style::kYellow};
    return kStyles[static_cast<size_t>(verdict)];
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

std::string spoken(Coverage coverage) {
    std::string name(name_of(coverage));
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::vector<const Finding*> gravest_first(const std::vector<Finding>& findings) {
    std::vector<const Finding*> ordered;
    ordered.reserve(findings.size());
    for (const Finding& finding : findings) ordered.push_back(&finding);
    std::stable_sort(ordered.begin(), ordered.end(), [](const Finding* left, const Finding* right) {
        return left->severity > right->severity;
    });
    return ordered;
}

// "3 critical, 1 low": what is not zero, with its name.
template <class Counts, class Name>
void append_counts(std::string& out, const Counts& counts, Name name) {
    size_t start = out.size();
    for (size_t i = 0; i < counts.size(); i++) {
        if (counts[i] == 0) continue;
        if (out.size() != start) out += ", ";
        out += fmt::format("{} {}", counts[i], name(i));
    }
    if (out.size() == start) out += "none";
}

std::string list_severities(const Summary& summary) {
    std::array gravest = summary.findings;
    std::reverse(gravest.begin(), gravest.end());
    std::string out;
    append_counts(out, gravest,
                  [&](size_t i) { return name_of(static_cast<Severity>(gravest.size() - 1 - i)); });
    return out;
}

std::string list_coverage(const Summary& summary) {
    std::string out;
    append_counts(out, summary.coverage, [](size_t i) { return spoken(static_cast<Coverage>(i)); });
    return out;
}

std::string list_scanned(const Summary& summary) {
    std::string out = counted(summary.files, "file") + ", " + human_size(summary.bytes);
    if (summary.records != summary.files) {
        out += fmt::format("; with members and links {}", counted(summary.records, "artifact"));
    }
    return out;
}

uint64_t not_fully_covered(const Summary& summary) {
    return summary.records - summary.coverage[static_cast<size_t>(Coverage::kFull)];
}

// What was not looked at; empty when everything was.
std::string reservations(const Summary& summary) {
    std::string out;
    uint64_t partial = not_fully_covered(summary);
    if (partial != 0) {
        out += fmt::format("{} of {} {} not fully looked at", partial,
                           counted(summary.records, "artifact"), partial == 1 ? "was" : "were");
    }
    auto add = [&out](std::string_view text) {
        out += out.empty() ? "" : "; ";
        out += text;
    };
    if (summary.stores_damaged) add("a model in a store is not whole");
    if (summary.interrupted) add("the run was interrupted before its end");
    return out;
}

std::string failures(const Summary& summary) {
    std::string out;
    if (summary.failing != 0) {
        out += fmt::format("{} {}", counted(summary.failing, "finding"),
                           summary.failing == 1 ? "fails" : "fail");
    }
    if (summary.mismatches == 0) return out;
    if (!out.empty()) out += ", ";
    return out + fmt::format("{} {} not match", counted(summary.mismatches, "digest"),
                             summary.mismatches == 1 ? "does" : "do");
}

std::string explain(const Summary& summary) {
    std::string partial = reservations(summary);
    switch (verdict_of(summary)) {
        case Verdict::kFindings:
            return failures(summary) + (partial.empty() ? "" : "; " + partial);
        case Verdict::kIncomplete:
            return partial + "; no finding fails";
        case Verdict::kNothing:
            return summary.not_applicable ? "nothing here holds models (not applicable)"
                                          : "there was no regular file to scan";
        case Verdict::kClean:
            break;
    }
    uint64_t lesser = std::reduce(summary.findings.begin(), summary.findings.end(), uint64_t{0});
    if (lesser == 0) return "everything was looked at, and nothing was found";
    return "everything was looked at; " + counted(lesser, "finding") + " below --fail-on";
}

class TableEmitter final : public Emitter {
  public:
    explicit TableEmitter(Output& output) : output_(output) {}

    Status begin(const ReportHeader& header) override {
        color_ = header.color;
        verbose_ = header.verbose;
        targets_ = header.targets;
        allowed_ = escape_text(fmt::format("{}", fmt::join(header.allowed, ", ")));
        if (!verbose_) return Done{};
        return output_.write(
            paint(Style::kDim, columns("COVERAGE", "FORMAT", "SIZE") + "ARTIFACT") + '\n');
    }

    Status record(const Record& record) override {
        std::string name = names_.of(record);
        text_.clear();
        if (verbose_) {
            text_ += columns(spoken(record.coverage), escape_text(record.format),
                             human_size(record.size));
            text_ += name + '\n';
        } else if (!record.findings.empty()) {
            text_ += fmt::format("{}  ({}, {})\n", paint(Style::kBold, name),
                                 escape_text(record.format), human_size(record.size));
        }
        for (const Finding* finding : gravest_first(record.findings)) put_finding(*finding);
        if (!record.findings.empty() && !verbose_) text_ += '\n';
        Status listed = list_if_partial(record, name);
        return listed ? output_.write(text_) : listed;
    }

    Status image(const ImageRecord& image) override {
        text_ = fmt::format("{}\n", paint(Style::kBold, title_of(image)));
        append_image(text_, image, verbose_);
        text_ += '\n';
        return output_.write(text_);
    }

    Status end(const Summary& summary) override {
        Status put = verbose_ ? output_.write("\n") : Status(Done{});
        if (put) put = put_partial_list();
        if (!put) return put;
        text_.clear();
        put_stores(summary);
        Verdict verdict = verdict_of(summary);
        put_line("Scanned", list_scanned(summary));
        put_line("Findings", list_severities(summary));
        put_line("Coverage", list_coverage(summary));
        if (!allowed_.empty()) put_line("Allowed", allowed_ + " (as asked)");
        std::string word = paint(style_of(verdict), upper(name_of(verdict)));
        put_line("Verdict", word + ": " + explain(summary));
        return output_.write(text_);
    }

  private:
    [[nodiscard]] std::string paint(Style style, std::string_view text) const {
        if (!color_) return std::string(text);
        return fmt::format("\x1b[{}m{}\x1b[0m", code_of(style), text);
    }

    static std::string columns(std::string_view coverage, std::string_view format,
                               std::string_view size) {
        return fmt::format("{:<14}  {:<14}  {:>10}  ", coverage, format, size);
    }

    void put_stores(const Summary& summary) {
        if (summary.stores.empty()) return;
        text_ += paint(Style::kBold, "Stores") + '\n';
        for (const StoreReport& store : summary.stores) {
            append_wrapped(text_, store_line(store), 2, kWidth);
        }
        for (const StoreReport& store : summary.stores) {
            text_ += bad_lines(store, targets_[store.target]);
        }
        text_ += '\n';
    }

    void put_line(std::string_view what, std::string_view text) {
        text_ += fmt::format("{:<10}{}\n", what, text);
    }

    void put_finding(const Finding& finding) {
        std::string severity = fmt::format("{:<8}", upper(name_of(finding.severity)));
        std::string where = where_is(finding);
        text_ += fmt::format("  {}  ", paint(style_of(finding.severity), severity));
        text_ += where.empty() ? std::string(finding.rule->id)
                               : fmt::format("{:<32}  {}", finding.rule->id, where);
        text_ += '\n';
        put_text(finding.rule->message, finding.detail);
        if (!verbose_) return;
        for (const auto& [name, value] : finding.evidence) put_text(name, value);
    }

    // Empty when the finding concerns the whole artifact, once.
    static std::string where_is(const Finding& finding) {
        std::string out;
        if (finding.offset != 0 || finding.length != 0) {
            out = fmt::format("at byte {}", finding.offset);
        }
        if (finding.count == 1) return out;
        return out + fmt::format("{}{} times", out.empty() ? "" : ", ", finding.count);
    }

    void put_text(std::string_view what, std::string_view detail) {
        std::string text = escape_text(what);
        if (!detail.empty()) text += ": " + shortened(escape_text(detail), kLongText);
        append_wrapped(text_, text, kIndent, kWidth);
    }

    // What the user asked to leave out is counted in the summary and not listed.
    Status list_if_partial(const Record& record, const std::string& name) {
        bool listed =
            record.coverage != Coverage::kFull && record.coverage != Coverage::kStructureOnly;
        if (!listed) return Done{};
        std::string coverage = fmt::format("{:<12}", spoken(record.coverage));
        std::string reason = shortened(escape_text(record.reason), kLongText);
        std::string entry = fmt::format("  {}  {}", paint(Style::kYellow, coverage), name);
        if (16 + columns_of(name) + 2 + columns_of(reason) <= kWidth) {
            entry += reason.empty() ? "\n" : ": " + reason + '\n';
        } else {
            entry += '\n';
            append_wrapped(entry, reason, 16, kWidth);
        }
        return partial_.append(as_bytes(entry));
    }

    Status put_partial_list() {
        if (partial_.size() == 0) return Done{};
        Status put = output_.write(paint(Style::kBold, "Not fully looked at") + '\n');
        std::vector<uint8_t> piece;
        for (uint64_t at = 0; put && at < partial_.size(); at += piece.size()) {
            piece.resize(static_cast<size_t>(std::min<uint64_t>(16384, partial_.size() - at)));
            put = partial_.read(at, piece);
            if (put) put = output_.write(as_text(piece));
        }
        return put ? output_.write("\n") : put;
    }

    Output& output_;
    UserNames names_{UserNames::Spelling::kEscaped};
    Spool partial_{kListInMemory};  // lines on what is not fully covered, for the end
    std::string text_;
    bool color_ = false;
    std::vector<std::string> targets_;
    bool verbose_ = false;
    std::string allowed_;
};

}  // namespace

std::unique_ptr<Emitter> make_table(Output& output) {
    return std::make_unique<TableEmitter>(output);
}

}  // namespace assay

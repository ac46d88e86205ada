// JSON: settings, vocabularies, indexes and data.
//
// Nothing in a document is executed, but loaders act on some of them: a configuration names the
// classes to import, an index the files to read. So each document is read once, token by token, and
// shown to a visitor of each kind; see json_kinds.h.
//
// How JSON is bent: a key twice, of which readers take one or the other; what only lenient readers
// take (comments, NaN, a comma too many); text behind the document; nesting that exhausts the stack
// of whoever recurses. How grave that is depends on what the document is for: in data it is a
// nuisance, in what a loader acts on it means that the reviewer and the loader read different
// documents. A broken document that no loader goes by is complete all the same: all that there is
// to know of it is that it is broken.
#include <algorithm>
#include <array>

#include "assay/limits.h"
#include "formats.h"
#include "json.h"
#include "json_kinds.h"
#include "json_rules.h"
#include "kinds.h"

namespace assay {

namespace json {

namespace {

constexpr size_t kLongestText = kMiB / 2;  // that visitors see in full: a chat template
constexpr size_t kSmall = 64 * 1024;       // what need not be paid for
constexpr size_t kMostDoubles = 32;        // that are told one by one
constexpr uint64_t kListed = kMiB;         // how far a list is read that no visitor wants

bool is_named_json(std::string_view path) {
    const std::string extension = extension_of(path);
    return extension == "json" || extension == "jsonl" || extension == "ipynb";
}

class Document {
  public:
    Document(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    Status scan();

  private:
    Status pay();
    Status skip_mark();
    Status read();
    void look_at(const Token& token);
    Status count_keys(const Token& token);
    void show(const Token& token);
    Status end_visitors(bool whole);
    Status look_behind();
    bool disowned();
    void judge();
    void judge_fault();
    [[nodiscard]] const JsonFaults* faults() const;
    void invalid(uint64_t offset, std::string_view detail);

    Tape& tape_;
    ScanContext& context_;
    std::optional<Reader> reader_;
    std::vector<std::unique_ptr<JsonVisitor>> visitors_;
    std::vector<uint32_t> deepest_;                        // that each of them wants to see
    std::vector<std::unique_ptr<JsonVisitor>> satisfied_;  // who want no more
    DuplicateKeys keys_;
    bool counts_keys_ = true;
    size_t paid_ = 0;
    std::vector<std::pair<uint64_t, std::string>> doubles_;  // offset, key
    std::optional<std::pair<uint64_t, std::string>> loose_;  // the first number of each sort
    std::optional<std::pair<uint64_t, std::string>> malformed_;
    std::optional<uint64_t> surrogate_;
    std::optional<uint64_t> trailing_;
    bool mark_ = false;
    bool list_ = false;
    bool ended_ = true;  // the document was read to its end
};

// For the longest text that may be kept.
Status Document::pay() {
    const uint64_t size = std::min<uint64_t>(tape_.size().value_or(kLongestText), kLongestText);
    if (size <= kSmall) return Done{};
    if (context_.reserve(static_cast<size_t>(size))) return Done{};
    return Error{Code::kLimit, "a text of the document may be too long to keep", 0, 0};
}

// A byte order mark, which strict readers refuse.
Status Document::skip_mark() {
    Result<Bytes> head = tape_.peek(3);
    if (!head) return head.error();
    mark_ = starts_with(*head, "\xef\xbb\xbf");
    return mark_ ? tape_.advance(3) : Status(Done{});
}

Status Document::scan() {
    for (const JsonKind* kind : kJsonKinds) {
        visitors_.push_back(kind->visitor(context_));
        deepest_.push_back(visitors_.back()->deepest());
    }
    Status ready = pay();
    if (ready) ready = skip_mark();
    if (!ready) return ready;
    reader_.emplace(tape_, ReadOptions{.kept = kLongestText});
    Status read_all = read();
    if (!read_all) return read_all;
    const bool whole = !reader_->fault();
    Status synced = reader_->sync();
    if (!synced) return synced;
    context_.parsed(tape_.offset());
    if (whole && ended_) {
        Status behind = look_behind();
        if (!behind) return behind;
    }
    if (disowned()) return Done{};
    Status ended = end_visitors(whole);
    judge();
    return ended;
}

Status Document::read() {
    Token token;
    while (reader_->next(token)) {
        if (token.depth == 0 && token.kind == Kind::kArray) list_ = true;
        look_at(token);
        Status counted = count_keys(token);
        if (!counted) return counted;
        show(token);
        if (list_ && visitors_.empty() && reader_->offset() > kListed) {
            ended_ = false;
            break;
        }
        if ((token.offset & 0xfff) == 0 && context_.stop_requested()) {
            return Error{Code::kInterrupted, "interrupted"};
        }
    }
    if (reader_->failed()) return *reader_->failed();
    return Done{};
}

void Document::look_at(const Token& token) {
    if (token.loose) {
        const bool known = token.text.ends_with("NaN") || token.text.ends_with("Infinity");
        auto& first = known ? loose_ : malformed_;
        if (!first) first.emplace(token.offset, token.text.substr(0, 100));
    }
    if (token.surrogate && !surrogate_) surrogate_ = token.offset;
}

Status Document::count_keys(const Token& token) {
    if (token.kind == Kind::kObject) keys_.open();
    if (token.kind == Kind::kObjectEnd) keys_.close();
    if (token.kind != Kind::kKey || !counts_keys_) return Done{};
    if (!keys_.add(token.hash) && doubles_.size() < kMostDoubles) {
        doubles_.emplace_back(token.offset, token.text.substr(0, 100));
    }
    if (keys_.bytes() > paid_ + kSmall) {
        const size_t more = keys_.bytes() - paid_;
        counts_keys_ = context_.reserve(more);
        if (counts_keys_) paid_ += more;
    }
    return Done{};
}

void Document::show(const Token& token) {
    for (size_t i = 0; i < visitors_.size(); i++) {
        if (token.depth > deepest_[i] || visitors_[i]->token(token)) continue;
        satisfied_.push_back(std::move(visitors_[i]));
        visitors_.erase(visitors_.begin() + static_cast<std::ptrdiff_t>(i));
        deepest_.erase(deepest_.begin() + static_cast<std::ptrdiff_t>(i--));
    }
}

// Those who left early have said all that they had to say.
Status Document::end_visitors(bool whole) {
    for (auto& visitor : visitors_) {
        Status ended = visitor->end(whole);
        if (!ended) return ended;
    }
    return Done{};
}

// Lists of documents, one on each line, are data and left alone; anything else does not belong.
Status Document::look_behind() {
    for (;;) {
        Result<Bytes> some = tape_.peek_some();
        if (!some) return some.error();
        if (some->empty()) return Done{};
        const std::string_view text = as_text(*some);
        const size_t space = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        Status moved = tape_.advance(space);
        if (!moved) return moved;
        if (space == text.size()) continue;
        if (!trailing_) trailing_ = tape_.offset();
        return Done{};
    }
}

// Text that starts like a document and is none, and whose name does not say that it should be.
bool Document::disowned() {
    const bool broken = reader_->fault() || malformed_ || trailing_;
    if (!broken || faults() || is_named_json(context_.path())) return false;
    context_.disown();
    return true;
}

const JsonFaults* Document::faults() const {
    for (const auto* visitors : {&visitors_, &satisfied_}) {
        for (const auto& visitor : *visitors) {
            if (const JsonFaults* known = visitor->faults()) return known;
        }
    }
    return nullptr;
}

void Document::invalid(uint64_t offset, std::string_view detail) {
    const JsonFaults* known = faults();
    const bool loaded = known || is_loaded_by_name(context_.path());
    const bool own = known && known->invalid;
    context_.report(own ? *known->invalid : rule("json.syntax.invalid"), offset, 0, detail,
                    loaded && !own ? std::optional(Severity::kMedium) : std::nullopt);
    if (loaded) context_.incomplete(Coverage::kMalformed, "the document is broken");
}

void Document::judge_fault() {
    const Fault& fault = *reader_->fault();
    const bool loaded = faults() || is_loaded_by_name(context_.path());
    const auto graver = loaded ? std::nullopt : std::optional(Severity::kMedium);
    if (fault.kind == FaultKind::kTooDeep) {
        context_.report(rule("hf.json.depth"), fault.offset, 0, "", graver);
        context_.incomplete(Coverage::kCutByLimit, "the document nests too deeply");
    } else if (fault.kind == FaultKind::kNotUtf8) {
        const Rule* own = faults() ? faults()->not_utf8 : nullptr;
        context_.report(own ? *own : rule("json.text.not_utf8"), fault.offset, 0, "",
                        loaded && !own ? std::optional(Severity::kMedium) : std::nullopt);
        if (loaded) context_.incomplete(Coverage::kMalformed, "the document is not UTF-8");
    } else {
        invalid(fault.offset, fault.text);
    }
}

// What waited until it was known what the document is for.
void Document::judge() {
    const JsonFaults* known = faults();
    const bool loaded = known || is_loaded_by_name(context_.path());
    if (mark_ && known && known->mark) context_.report(*known->mark, 0, 3, "");
    if (mark_ && !(known && known->mark)) invalid(0, "a byte order mark stands before it");
    if (reader_->fault()) judge_fault();
    if (malformed_) invalid(malformed_->first, malformed_->second + " is no number");
    for (const auto& [offset, key] : doubles_) {
        if (known && !known->duplicate) break;
        context_.report(known ? *known->duplicate : rule("hf.json.dup_key"), offset, 0, key,
                        loaded ? std::nullopt : std::optional(Severity::kLow));
    }
    if (!counts_keys_ && loaded) {
        context_.report(rules::kLimitPinned, 0, 0, "keys that come twice");
        context_.incomplete(Coverage::kCutByLimit, "more keys than there is memory to compare");
    }
    if (loose_) context_.report(rule("hf.json.nan"), loose_->first, 0, loose_->second);
    if (surrogate_) context_.report(rule("json.text.surrogate"), *surrogate_, 0, "");
    if (!trailing_) return;
    if (known && known->trailing) return context_.report(*known->trailing, *trailing_, 0, "");
    if (known && known->invalid) return invalid(*trailing_, "something follows the document");
    if (loaded) {
        context_.report(rule("json.syntax.trailing"), *trailing_, 0, "", Severity::kMedium);
    } else if (extension_of(context_.path()) == "json") {
        context_.report(rule("json.syntax.trailing"), *trailing_, 0, "");
    }
}

// ------------------------------------------------------------------------------------------------

// What may follow a bracket that opens a list.
bool begins_list(std::string_view text) {
    const size_t next = text.find_first_not_of(" \t\r\n", 1);
    return next == std::string_view::npos ||
           std::string_view("{[\"-0123456789tfnNI]").find(text[next]) != std::string_view::npos;
}

bool is_document(const Probe& probe) {
    std::string_view text = as_text(probe.head);
    if (probe.promised) return !probe.head.empty();
    if (!begins_as_json(probe)) return false;
    text.remove_prefix(text.find_first_not_of(" \t\r\n"));
    return text[0] == '{' || begins_list(text);
}

Status scan_document(Tape& tape, ScanContext& context) {
    Status scanned = Document(tape, context).scan();
    // Nobody loads weights from a document, but somebody expects them here.
    if (promises_loadable(context.path())) {
        context.incomplete(Coverage::kUnsupported,
                           "the name promises a model format that this is not");
    }
    return scanned;
}

constexpr std::string_view kExtensions[] = {"json", "jsonl", "ipynb"};

}  // namespace

}  // namespace json

const Format kJsonFormat{
    "json", false, 0, json::kExtensions, json::kRules, json::is_document, json::scan_document,
};

}  // namespace assay

// Go's language for templates: text with actions between {{ and }}.
//
//   {{- if .System }}<|system|>{{ .System }}{{ end }}{{ range .Messages }}{{ .Content }}{{ end }}
//
// An action is a word (if, range, define, template …) and a pipeline: functions, fields of the data
// (.Messages), variables ($last), texts and numbers. It can call nothing but the functions that its
// program offers, so in Ollama a template cannot run code; where another program renders it with a
// larger set of functions (env, readFile, exec) it can. What it can always do is to change what the
// model is told: when a word occurs in what the user says, another instruction is put before it.
// Nobody sees that, since templates are not shown.
//
// So actions are tokenised, and looked at: functions that are not Ollama's, conditions that compare
// what is said with a text, loops that do not end soon.
#include "go_template.h"

#include <algorithm>
#include <array>

#include "assay/limits.h"
#include "store_rules.h"

namespace assay::ollama {

namespace {

using stores::rule;

constexpr size_t kLongest = 256 << 10;
constexpr uint64_t kLongLoop = 100'000;

constexpr std::string_view kKnown[] = {
    "if",    "else",     "end",   "range",    "with",        "define",    "template",
    "block", "break",    "nil",   "true",     "false",       "and",       "or",
    "not",   "len",      "index", "slice",    "eq",          "ne",        "lt",
    "le",    "gt",       "ge",    "print",    "printf",      "println",   "html",
    "js",    "urlquery", "json",  "continue", "currentDate", "yesterday", "toTypeScriptType"};
constexpr std::string_view kReaching[] = {
    "call",   "env",      "expandenv", "exec",          "execute",  "shell",  "cmd",   "include",
    "tpl",    "readFile", "readDir",   "file",          "glob",     "lookup", "fetch", "http",
    "getenv", "osExec",   "system",    "getHostByName", "required", "import", "run"};
constexpr std::string_view kComparing[] = {
    "eq", "ne", "contains", "hasPrefix", "hasSuffix", "regexMatch", "index", "in", "has"};
constexpr std::string_view kSaid[] = {".Content", ".Prompt", ".Response", ".System", ".Thinking"};

template <class Names>
bool is_one_of(std::string_view text, const Names& names) {
    return std::find(std::begin(names), std::end(names), text) != std::end(names);
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Template {
  public:
    Template(std::string_view text, ScanContext& context) : text_(text), context_(context) {}
    void read();

  private:
    struct Action {
        size_t begin = 0;
        std::string_view word;  // the first one
        bool compares = false;  // calls a function that compares
        bool of_what_is_said = false;
        std::string_view literal;  // the longest text in it
    };

    void action();
    void token(Action& action);
    void name(Action& action);
    void quoted(Action& action);
    void number(Action& action);
    void judge(const Action& action);
    void nesting(const Action& action);
    [[nodiscard]] bool at_end_of_action() const { return text_.substr(at_).starts_with("}}"); }
    void report(size_t offset, Severity severity, std::string_view what, std::string_view which) {
        context_.report(
            rule("ollama.template.go_template_suspicious"), offset, 0,
            std::string(what) + (which.empty() ? "" : ": ") + std::string(which.substr(0, 100)),
            severity);
    }

    std::string_view text_;
    ScanContext& context_;
    size_t at_ = 0;
    std::vector<std::string_view>
        open_;  // the templates that are being defined, "" for other blocks
};

void Template::read() {
    if (text_.size() >= kLongest) report(0, Severity::kMedium, "the template is very long", "");
    for (at_ = text_.find("{{"); at_ != std::string_view::npos; at_ = text_.find("{{", at_)) {
        action();
    }
}

void Template::action() {
    Action action;
    action.begin = at_;
    at_ += 2;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("/*") || rest.starts_with("- /*")) {
        const size_t end = text_.find("*/", at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
    }
    while (at_ < text_.size() && !at_end_of_action()) token(action);
    if (at_ >= text_.size()) {
        report(action.begin, Severity::kLow, "an action does not end", "");
    }
    at_ = std::min(at_ + 2, text_.size());
    judge(action);
    nesting(action);
}

void Template::token(Action& action) {
    const char c = text_[at_];
    if (c == '"' || c == '`' || c == '\'') return quoted(action);
    if (c >= '0' && c <= '9') return number(action);
    if (is_word(c) || c == '.' || c == '$') return name(action);
    at_++;
}

// if, .Messages, $last.Content
void Template::name(Action& action) {
    const size_t begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.' || text_[at_] == '$')) {
        at_++;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    const size_t dot = word.rfind('.');
    if (dot != std::string_view::npos && is_one_of(word.substr(dot), kSaid)) {
        action.of_what_is_said = true;
    }
    if (dot != std::string_view::npos || word[0] == '$') return;
    if (action.word.empty()) action.word = word;
    action.compares = action.compares || is_one_of(word, kComparing);
    if (is_one_of(word, kKnown)) return;
    const bool reaches = is_one_of(word, kReaching);
    report(begin, reaches ? Severity::kCritical : Severity::kHigh,
           reaches ? "it calls what reaches beyond the template"
                   : "it calls a function that is none of Ollama's",
           word);
}

void Template::quoted(Action& action) {
    const char quote = text_[at_];
    const size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
        at_ += text_[at_] == '\\' && quote != '`' ? size_t{2} : size_t{1};
    }
    const size_t end = std::min(at_, text_.size());
    const std::string_view literal = text_.substr(begin, end - begin);
    if (literal.size() > action.literal.size()) action.literal = literal;
    at_ = std::min(end + 1, text_.size());
}

void Template::number(Action& action) {
    uint64_t value = 0;
    const size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) {
        const char c = text_[at_++];
        if (c >= '0' && c <= '9' && value < kLongLoop)
            value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    if (action.word == "range" && value >= kLongLoop) {
        report(begin, Severity::kMedium, "it loops very often", text_.substr(begin, at_ - begin));
    }
}

void Template::judge(const Action& action) {
    const bool decides = action.word == "if" || action.word == "else" || action.word == "with";
    if (!decides || !action.compares || !action.of_what_is_said || action.literal.empty()) return;
    report(action.begin, Severity::kHigh, "it goes by what is said", action.literal);
}

// A template that renders itself.
void Template::nesting(const Action& action) {
    const std::string_view word = action.word;
    const bool defines = word == "define" || word == "block";
    if (word == "template" && !action.literal.empty() &&
        std::find(open_.begin(), open_.end(), action.literal) != open_.end()) {
        report(action.begin, Severity::kMedium, "it renders itself", action.literal);
    }
    const bool opens = defines || word == "if" || word == "range" || word == "with";
    if (opens && open_.size() < 1000) open_.push_back(defines ? action.literal : "");
    if (word == "end" && !open_.empty()) open_.pop_back();
}

}  // namespace

bool is_template(const Probe& probe) {
    const std::string_view text = as_text(probe.head);
    const bool binary = text.find('\0') != std::string_view::npos;
    const bool document = text.starts_with("{\"") || text.starts_with("[");
    return !binary && !document && text.find("{{") != std::string_view::npos &&
           text.find("{%") == std::string_view::npos;
}

Status scan_template(Tape& tape, ScanContext& context) {
    if (!context.reserve(kLongest)) {
        return Error{Code::kLimit, "the template is too long to keep", 0, 0};
    }
    Result<Bytes> text = tape.peek(kLongest);
    if (!text) return text.error();
    Template(as_text(*text), context).read();
    const size_t size = text->size();
    context.parsed(size);
    if (size == kLongest) {
        context.incomplete(Coverage::kCutByLimit, "the template was read up to 256 KiB");
    }
    return tape.advance(size);
}

}  // namespace assay::ollama

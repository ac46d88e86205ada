// From a pattern to its program, by recursive descent. The syntax is that of Go's regexp, down to
// what stands for itself ("[]a]", "a{x}", "[\d-z]").
#include <algorithm>
#include <optional>
#include <utility>

#include "assay/pattern.h"
#include "assay/utf8.h"
#include "pattern_program.h"
#include "rune_set.h"

namespace assay {

namespace {

constexpr unsigned kMostRepeats = 1000;  // RE2's
constexpr unsigned kDeepest = 50;
constexpr size_t kMostPattern = 4096;

constexpr Error kOdd{Code::kUsage, "the pattern uses what is not understood here"};
constexpr Error kLarge{Code::kLimit, "the pattern is too large"};
constexpr Error kCases{
    Code::kUsage, "the pattern wants both cases of letters that are not ASCII: write them out"};
constexpr Error kClass{Code::kUsage,
                       "the pattern names a class of Unicode (\\p), and none is known here: write "
                       "the characters out"};
constexpr Error kLook{Code::kUsage,
                      "the pattern looks ahead or behind, which RE2 does not do either"};

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::optional<uint32_t> digit(char c, unsigned base) {
    uint32_t value = base;
    if (c >= '0' && c <= '9') value = static_cast<uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') value = static_cast<uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') value = static_cast<uint32_t>(c - 'A' + 10);
    return value < base ? std::optional(value) : std::nullopt;
}

}  // namespace

class PatternCompiler {
  public:
    explicit PatternCompiler(std::string_view text) : left_(text) {}

    Result<Pattern> compile() {
        Fragment all = alternatives(0);
        if (!left_.empty()) fail(kOdd);  // a ")" too many
        if (failed_) return *failed_;
        Pattern pattern = program_.finish(all);
        if (program_.is_full()) return kLarge;
        return pattern;
    }

  private:
    using Fragment = PatternProgram::Fragment;
    using Op = PatternProgram::Op;
    // What (?ims) switches, up to the end of the group. (?U) makes no difference to a match.
    struct Flags {
        bool fold = false, lines = false, newlines = false;
    };
    struct Counts {
        unsigned least = 0;
        std::optional<unsigned> most;
        size_t length = 0;  // of "{2,3}"
    };

    void fail(const Error& error) {
        if (!failed_) failed_ = error;
        left_ = {};
    }

    RuneSet in_both_cases(const RuneSet& set) {
        if (!flags_.fold) return set;
        if (!set.is_ascii()) fail(kCases);
        return set.folded();
    }

    // The next character as it stands.
    uint32_t rune() {
        const Utf8Char next = left_.empty() ? Utf8Char{0, 0} : utf8_at(left_);
        if (next.length == 0) fail(kOdd);
        left_.remove_prefix(std::min(next.length, left_.size()));
        return next.code;
    }

    // ----------------------------------------------------------------------------------------
    // Syntax.

    bool take(char c) {
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }

    Fragment alternatives(unsigned depth) {
        if (depth > kDeepest) fail(kLarge);
        Fragment all = sequence(depth);
        while (take('|')) all = program_.either(all, sequence(depth));
        return all;
    }

    Fragment sequence(unsigned depth) {
        Fragment all = program_.nothing();
        while (!left_.empty() && left_[0] != '|' && left_[0] != ')') {
            if (!switches_flags()) all = program_.join(std::move(all), repeated(depth));
        }
        return all;
    }

    // A repetition with a count compiles its atom anew each time, from the same text.
    Fragment repeated(unsigned depth) {
        std::string_view before = left_;
        Fragment single = atom(depth);
        std::string_view text = before.substr(0, before.size() - left_.size());
        if (take('*')) return lazy(program_.star(single));
        if (take('?')) return lazy(program_.maybe(single));
        if (take('+')) return lazy(program_.plus(single));
        std::optional<Counts> counts = counts_here();
        if (!counts) return single;
        left_.remove_prefix(counts->length);
        return lazy(counted(text, *counts, depth));
    }

    Fragment lazy(Fragment fragment) {
        take('?');
        const bool again =
            !left_.empty() &&
            (std::string_view("*+?").find(left_[0]) != std::string_view::npos || counts_here());
        if (again) fail(kOdd);  // a repetition of a repetition
        return fragment;
    }

    static std::optional<unsigned> number(std::string_view& text) {
        unsigned value = 0;
        size_t digits = 0;
        for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; digits++) {
            value = std::min(value * 10 + static_cast<unsigned>(text[0] - '0'), kMostRepeats + 1);
            text.remove_prefix(1);
        }
        return digits > 0 ? std::optional(value) : std::nullopt;
    }

    // "{2}", "{2,}", "{2,3}"; any other brace stands for itself.
    [[nodiscard]] std::optional<Counts> counts_here() const {
        if (!left_.starts_with('{')) return std::nullopt;
        std::string_view text = left_.substr(1);
        std::optional<unsigned> least = number(text);
        if (!least) return std::nullopt;
        const bool range = text.starts_with(',');
        if (range) text.remove_prefix(1);
        std::optional<unsigned> most = range ? number(text) : least;
        if (!text.starts_with('}')) return std::nullopt;
        return Counts{*least, most, left_.size() - text.size() + 1};
    }

    Fragment counted(std::string_view text, const Counts& counts, unsigned depth) {
        const unsigned most = counts.most.value_or(counts.least);
        if (most > kMostRepeats || most < counts.least) fail(kOdd);
        std::string_view rest = left_;
        Fragment all = program_.nothing();
        for (unsigned i = 0; i < counts.least && !failed_; i++) {
            all = program_.join(std::move(all), again(text, depth));
        }
        if (!counts.most) all = program_.join(std::move(all), program_.star(again(text, depth)));
        Fragment optional = program_.nothing();
        for (unsigned i = counts.least; i < most && !failed_; i++) {
            optional = program_.maybe(program_.join(again(text, depth), std::move(optional)));
        }
        all = program_.join(std::move(all), std::move(optional));
        if (!failed_) left_ = rest;
        return all;
    }

    Fragment again(std::string_view text, unsigned depth) {
        if (failed_) return program_.nothing();
        left_ = text;
        return atom(depth);
    }

    Fragment atom(unsigned depth) {
        if (program_.is_full()) fail(kLarge);
        if (failed_ || left_.empty()) return program_.nothing();
        switch (left_[0]) {
            case '(':
                return group(depth);
            case '[':
                return program_.character(bracket());
            case '.':
                take('.');
                return program_.character(flags_.newlines ? RuneSet{{0, kLastRune}}
                                                          : RuneSet{{'\n', '\n'}}.complement());
            case '^':
                take('^');
                return program_.one(flags_.lines ? Op::kLineBegin : Op::kBegin);
            case '$':
                take('$');
                return program_.one(flags_.lines ? Op::kLineEnd : Op::kEnd);
            case '\\':
                return escape();
            default:
                return literal();
        }
    }

    Fragment literal() {
        const bool repeats = std::string_view("*+?").find(left_[0]) != std::string_view::npos;
        if (repeats || counts_here()) {
            fail(kOdd);  // of nothing
            return program_.nothing();
        }
        const uint32_t c = rune();
        return program_.character(in_both_cases({{c, c}}));
    }

    Fragment group(unsigned depth) {
        take('(');
        const Flags outside = flags_;
        if (take('?')) take_group_head();
        Fragment inner = alternatives(depth + 1);
        if (!take(')')) fail(kOdd);
        flags_ = outside;
        return inner;
    }

    // Behind "(?": a name, which nobody here asks for, or flags and a colon.
    void take_group_head() {
        if (left_.starts_with("=") || left_.starts_with("!") || left_.starts_with("<=") ||
            left_.starts_with("<!")) {
            return fail(kLook);
        }
        if (left_.starts_with("P<") || left_.starts_with("<")) return take_name();
        const size_t end = left_.find_first_not_of("imsU-");
        if (end == std::string_view::npos || left_[end] != ':') return fail(kOdd);
        set_flags(left_.substr(0, end));
        left_.remove_prefix(std::min(end + 1, left_.size()));
    }

    void take_name() {
        take('P');
        take('<');
        const size_t end = std::min(left_.find('>'), left_.size());
        const std::string_view name = left_.substr(0, end);
        auto fits = [](char c) { return is_alphanumeric(c) || c == '_'; };
        if (name.empty() || end == left_.size() || !std::ranges::all_of(name, fits)) {
            return fail(kOdd);
        }
        left_.remove_prefix(end + 1);
    }

    // "(?i)" and the like, which stand for nothing themselves.
    bool switches_flags() {
        if (!left_.starts_with("(?")) return false;
        const size_t end = left_.find_first_not_of("imsU-", 2);
        if (end == std::string_view::npos || left_[end] != ')') return false;
        set_flags(left_.substr(2, end - 2));
        left_.remove_prefix(std::min(end + 1, left_.size()));
        return true;
    }

    void set_flags(std::string_view letters) {
        const size_t minus = letters.find('-');
        const bool odd =
            minus != std::string_view::npos &&
            (minus + 1 == letters.size() || letters.find('-', minus + 1) != std::string_view::npos);
        if (odd) return fail(kOdd);
        for (size_t i = 0; i < letters.size(); i++) {
            const bool on = i < minus;
            if (letters[i] == 'i') flags_.fold = on;
            if (letters[i] == 'm') flags_.lines = on;
            if (letters[i] == 's') flags_.newlines = on;
        }
    }

    Fragment escape() {
        constexpr std::pair<std::string_view, Op> kPlaces[] = {{"\\A", Op::kBegin},
                                                               {"\\z", Op::kEnd},
                                                               {"\\b", Op::kBoundary},
                                                               {"\\B", Op::kNoBoundary}};
        for (const auto& [text, op] : kPlaces) {
            if (!left_.starts_with(text)) continue;
            left_.remove_prefix(text.size());
            return program_.one(op);
        }
        if (std::optional<RuneSet> set = class_here()) return program_.character(*set);
        const uint32_t c = escaped();
        return failed_ ? program_.nothing() : program_.character(in_both_cases({{c, c}}));
    }

    // \d \D \w \W \s \S
    std::optional<RuneSet> class_here() {
        if (left_.size() < 2 || left_[0] != '\\') return std::nullopt;
        if (left_[1] == 'p' || left_[1] == 'P') fail(kClass);
        if (failed_) return std::nullopt;
        const char lower[] = {static_cast<char>(left_[1] | 0x20), '\0'};
        std::optional<RuneSet> set = RuneSet::named(lower);
        if (!set) return std::nullopt;
        set = in_both_cases(*set);
        if (left_[1] != lower[0]) set = set->complement();
        left_.remove_prefix(2);
        return set;
    }

    // One character behind a backslash.
    uint32_t escaped() {
        take('\\');
        if (left_.empty()) {
            fail(kOdd);
            return 0;
        }
        constexpr std::string_view kLetters = "aftnrv";
        constexpr std::string_view kControls = "\a\f\t\n\r\v";
        const char c = left_[0];
        const size_t control = kLetters.find(c);
        const bool itself = static_cast<uint8_t>(c) < 0x80 && !is_alphanumeric(c);
        if (c == 'x') return hexadecimal();
        if (c == '0' || (c >= '1' && c <= '7' && left_.size() > 1 && digit(left_[1], 8))) {
            return octal();
        }
        if (control == std::string_view::npos && !itself) fail(kOdd);
        if (failed_) return 0;
        take(c);
        return static_cast<uint8_t>(itself ? c : kControls[control]);
    }

    uint32_t octal() {
        uint32_t value = 0;
        for (int i = 0; i < 3 && !left_.empty() && digit(left_[0], 8); i++) {
            value = value * 8 + *digit(left_[0], 8);
            left_.remove_prefix(1);
        }
        return value;
    }

    // "x41", "x{1F600}"
    uint32_t hexadecimal() {
        take('x');
        const bool braces = take('{');
        uint32_t value = 0;
        size_t digits = 0;
        for (; !left_.empty() && digit(left_[0], 16) && (braces || digits < 2); digits++) {
            value = std::min(value * 16 + *digit(left_[0], 16), kLastRune + 1);
            left_.remove_prefix(1);
        }
        const bool whole = braces ? digits > 0 && take('}') : digits == 2;
        if (!whole || value > kLastRune) fail(kOdd);
        return value;
    }

    RuneSet bracket() {
        take('[');
        const bool negated = take('^');
        RuneSet set;
        bool first = true;  // where "]" stands for itself
        while (!failed_ && (first || !take(']'))) {
            first = false;
            add_bracket_item(set);
        }
        return negated ? set.complement() : set;
    }

    void add_bracket_item(RuneSet& set) {
        if (left_.empty()) return fail(kOdd);
        if (std::optional<RuneSet> named = named_class_here()) return set.add(*named);
        if (std::optional<RuneSet> named = class_here()) return set.add(*named);
        if (failed_) return;
        RuneSet::Range range{bracket_rune(), 0};
        range.last = range.first;
        if (left_.size() >= 2 && left_[0] == '-' && left_[1] != ']') {
            take('-');
            range.last = bracket_rune();
        }
        if (range.last < range.first) fail(kOdd);
        if (!failed_) set.add(in_both_cases({range}));
    }

    uint32_t bracket_rune() { return left_.starts_with('\\') ? escaped() : rune(); }

    // [:alpha:], [:^alpha:]; without an end it is a bracket like any other character.
    std::optional<RuneSet> named_class_here() {
        const size_t end = left_.starts_with("[:") ? left_.find(":]", 2) : std::string_view::npos;
        if (end == std::string_view::npos) return std::nullopt;
        std::string_view name = left_.substr(2, end - 2);
        const bool negated = name.starts_with('^');
        if (negated) name.remove_prefix(1);
        std::optional<RuneSet> set = name.size() > 1 ? RuneSet::named(name) : std::nullopt;
        if (!set) {
            fail(kOdd);
            return std::nullopt;
        }
        left_.remove_prefix(end + 2);
        set = in_both_cases(*set);
        return negated ? set->complement() : *set;
    }

    std::string_view left_;
    PatternProgram program_;
    Flags flags_;
    std::optional<Error> failed_;
};

Result<Pattern> Pattern::compile(std::string_view pattern) {
    if (pattern.empty()) return Error{Code::kUsage, "the pattern is empty"};
    if (pattern.size() > kMostPattern) return kLarge;
    return PatternCompiler(pattern).compile();
}

}  // namespace assay

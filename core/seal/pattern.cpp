// Thompson's construction and simulation: the pattern becomes a program of at most kMostSteps
// steps, and all of its threads walk over the text side by side, each step once per byte. Sets
// of characters are programs over the bytes of UTF-8.
#include "assay/pattern.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace assay {

namespace {

constexpr size_t kMostSteps = 20'000;
constexpr unsigned kMostRepeats = 100;
constexpr unsigned kDeepest = 50;
constexpr size_t kMostPattern = 4096;

constexpr Error kOdd{Code::kUsage, "the pattern uses what is not understood here"};
constexpr Error kLarge{Code::kLimit, "the pattern is too large"};

}  // namespace

// Recursive descent; a fragment of the program is (first step, steps whose `next` is still open).
// Open ends are chained through a list of indexes, twice the step plus one for `other`.
class PatternCompiler {
  public:
    explicit PatternCompiler(std::string_view text) : left_(text) {}

    Result<Pattern> compile() {
        bool ends = left_.starts_with('^') && left_.ends_with('$') && !left_.ends_with("\\$");
        Fragment all = alternatives(0);
        out_.anchored_ = ends && !has_choice_;
        if (!left_.empty()) fail(kOdd);  // a ")" too many
        uint32_t match = add({Pattern::Op::kMatch});
        close(all, match);
        out_.start_ = all.first;
        if (failed_) return *failed_;
        return std::move(out_);
    }

  private:
    using Set = Pattern::Set;
    using Step = Pattern::Step;
    struct Fragment {
        uint32_t first = 0;
        std::vector<uint32_t> open;
        bool empty = false;  // stands for no step at all; close() would have nothing to set
    };

    void fail(const Error& error) {
        if (!failed_) failed_ = error;
        left_ = {};
    }

    uint32_t add(Step step) {
        if (out_.steps_.size() >= kMostSteps) fail(kLarge);
        if (!failed_) out_.steps_.push_back(step);
        return static_cast<uint32_t>(out_.steps_.size() - (failed_ ? 0 : 1));
    }

    void close(const Fragment& fragment, uint32_t to) {
        for (uint32_t end : fragment.open) {
            if (end / 2 >= out_.steps_.size()) continue;  // failed meanwhile
            Step& step = out_.steps_[end / 2];
            (end % 2 == 0 ? step.next : step.other) = to;
        }
    }

    Fragment one(Step step) {
        uint32_t index = add(step);
        return {index, {2 * index}};
    }

    Fragment bytes(const Set& set) {
        out_.sets_.push_back(set);
        return one({Pattern::Op::kBytes, 0, 0, static_cast<uint32_t>(out_.sets_.size() - 1)});
    }

    // One character of the set. All that are not ASCII are in it, or none: those are the bytes from
    // 0x80 on, of which UTF-8 makes a character of two to four.
    Fragment character(const Set& set) {
        if (!set.test(0x80)) return bytes(set);
        Fragment all = bytes(set & span(0, 0x7F));
        constexpr std::pair<uint8_t, uint8_t> kLeads[] = {{0xC2, 0xDF}, {0xE0, 0xEF}, {0xF0, 0xF4}};
        for (size_t more = 1; more <= std::size(kLeads); more++) {
            Fragment longer = bytes(span(kLeads[more - 1].first, kLeads[more - 1].second));
            for (size_t i = 0; i < more; i++) {
                longer = join(std::move(longer), bytes(span(0x80, 0xBF)));
            }
            all = either(all, longer);
        }
        return all;
    }

    // All bytes of a character that stands for itself, so that a repetition means all of it.
    Fragment literal(char c) {
        Fragment all = bytes(Set().set(static_cast<uint8_t>(c)));
        if (static_cast<uint8_t>(c) < 0xC2) return all;
        while (!left_.empty() && (static_cast<uint8_t>(left_[0]) & 0xC0) == 0x80) {
            all = join(std::move(all), bytes(Set().set(static_cast<uint8_t>(left_[0]))));
            left_.remove_prefix(1);
        }
        return all;
    }

    // A step that goes nowhere but on: both of its ways are the same.
    Fragment nothing() {
        uint32_t index = add({Pattern::Op::kSplit});
        return {index, {2 * index, 2 * index + 1}};
    }

    Fragment join(Fragment a, Fragment b) {
        close(a, b.first);
        return {a.first, std::move(b.open)};
    }

    Fragment either(const Fragment& a, const Fragment& b) {
        uint32_t split = add({Pattern::Op::kSplit, a.first, b.first});
        Fragment both{split, a.open};
        both.open.insert(both.open.end(), b.open.begin(), b.open.end());
        return both;
    }

    Fragment maybe(const Fragment& a) {
        uint32_t split = add({Pattern::Op::kSplit, a.first});
        Fragment result{split, a.open};
        result.open.push_back(2 * split + 1);
        return result;
    }

    Fragment star(const Fragment& a) {
        uint32_t split = add({Pattern::Op::kSplit, a.first});
        close(a, split);
        return {split, {2 * split + 1}};
    }

    bool take(char c) {
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }

    Fragment alternatives(unsigned depth) {
        if (depth > kDeepest) fail(kLarge);
        Fragment all = sequence(depth);
        while (take('|')) {
            has_choice_ = has_choice_ || depth == 0;
            all = either(all, sequence(depth));
        }
        return all;
    }

    Fragment sequence(unsigned depth) {
        Fragment all = nothing();
        while (!left_.empty() && left_[0] != '|' && left_[0] != ')') {
            all = join(std::move(all), repeated(depth));
        }
        return all;
    }

    // A repetition with a count compiles its atom anew each time, from the same text.
    Fragment repeated(unsigned depth) {
        std::string_view before = left_;
        Fragment single = atom(depth);
        std::string_view text = before.substr(0, before.size() - left_.size());
        if (take('*')) return lazy(star(single));
        if (take('?')) return lazy(maybe(single));
        if (take('+')) {
            uint32_t split = add({Pattern::Op::kSplit, single.first});
            close(single, split);
            return lazy({single.first, {2 * split + 1}});
        }
        if (!left_.starts_with('{')) return single;
        return lazy(counted(text, depth));
    }

    Fragment lazy(Fragment fragment) {
        take('?');
        if (!left_.empty() && std::string_view("*+?{").find(left_[0]) != std::string_view::npos) {
            fail(kOdd);  // a repetition of a repetition
        }
        return fragment;
    }

    std::optional<unsigned> number() {
        unsigned value = 0;
        size_t digits = 0;
        for (; !left_.empty() && left_[0] >= '0' && left_[0] <= '9'; digits++) {
            value = std::min(value * 10 + static_cast<unsigned>(left_[0] - '0'), kMostRepeats + 1);
            left_.remove_prefix(1);
        }
        return digits > 0 ? std::optional(value) : std::nullopt;
    }

    Fragment counted(std::string_view text, unsigned depth) {
        take('{');
        std::optional<unsigned> least = number();
        bool range = take(',');
        std::optional<unsigned> most = range ? number() : least;
        bool closed = take('}');
        bool right = least && closed && *least <= kMostRepeats &&
                     (!most || (*most <= kMostRepeats && *most >= *least));
        if (!right) {
            fail(kOdd);
            return nothing();
        }
        std::string_view rest = left_;
        Fragment all = nothing();
        for (unsigned i = 0; i < *least; i++) all = join(std::move(all), again(text, depth));
        if (!most) all = join(std::move(all), star(again(text, depth)));
        Fragment optional = nothing();
        for (unsigned i = *least; most && i < *most; i++) {
            optional = maybe(join(again(text, depth), std::move(optional)));
        }
        all = join(std::move(all), std::move(optional));
        if (!failed_) left_ = rest;
        return all;
    }

    Fragment again(std::string_view text, unsigned depth) {
        if (failed_) return nothing();
        left_ = text;
        return atom(depth);
    }

    Fragment atom(unsigned depth) {
        if (failed_ || left_.empty()) return nothing();
        char c = left_[0];
        left_.remove_prefix(1);
        switch (c) {
            case '(':
                return group(depth);
            case '[':
                return character(bracket());
            case '.':
                return character(Set().set().reset('\n'));
            case '^':
                return one({Pattern::Op::kBegin});
            case '$':
                return one({Pattern::Op::kEnd});
            case '\\':
                return escape();
            case '*':
            case '+':
            case '?':
            case '{':
                fail(kOdd);
                return nothing();
            default:
                return literal(c);
        }
    }

    Fragment group(unsigned depth) {
        if (take('?') && !take(':')) fail(kOdd);
        Fragment inner = alternatives(depth + 1);
        if (!take(')')) fail(kOdd);
        return inner;
    }

    Fragment escape() {
        if (take('A')) return one({Pattern::Op::kBegin});
        if (take('z')) return one({Pattern::Op::kEnd});
        return character(escaped());
    }

    // Behind a backslash: a class, or punctuation that stands for itself.
    Set escaped() {
        char c = left_.empty() ? '\0' : left_[0];
        if (!left_.empty()) left_.remove_prefix(1);
        auto lower = static_cast<char>(c | 0x20);
        if (lower == 'd' || lower == 'w' || lower == 's') {
            Set set = class_of(lower);
            return c == lower ? set : ~set;
        }
        bool punctuation = std::string_view("\\.+*?()|[]{}^$-/:@#%&_ ,;=!<>~'\"`").find(c) !=
                           std::string_view::npos;
        if (!punctuation || c == '\0') fail(kOdd);
        return Set().set(static_cast<uint8_t>(c));
    }

    static Set span(uint8_t first, uint8_t last) {
        Set set;
        for (size_t c = first; c <= last; c++) set.set(c);
        return set;
    }

    static bool is_ascii(char c) { return static_cast<uint8_t>(c) < 0x80; }

    static Set class_of(char name) {
        if (name == 'd') return span('0', '9');
        if (name == 'w') {
            return span('0', '9') | span('a', 'z') | span('A', 'Z') | Set().set('_');
        }
        return Set().set(' ').set('\t').set('\n').set('\f').set('\r');
    }

    // Behind the "[".
    Set bracket() {
        bool negated = take('^');
        Set set;
        if (left_.starts_with(']')) fail(kOdd);
        while (!take(']')) {
            if (left_.empty() || left_.starts_with("[:")) {
                fail(kOdd);
                return set;
            }
            set |= bracket_item();
        }
        return negated ? ~set : set;
    }

    Set bracket_item() {
        char first = left_[0];
        left_.remove_prefix(1);
        if (!is_ascii(first)) fail(kOdd);  // a set has single ASCII characters, or all others
        if (failed_) return {};
        Set item = first == '\\' ? escaped() : Set().set(static_cast<uint8_t>(first));
        bool spans = left_.size() >= 2 && left_[0] == '-' && left_[1] != ']';
        if (!spans) return item;
        char last = left_[1];
        left_.remove_prefix(2);
        if (first == '\\' || last == '\\' || last < first || !is_ascii(last)) fail(kOdd);
        return span(static_cast<uint8_t>(first), static_cast<uint8_t>(last));
    }

    std::string_view left_;
    Pattern out_;
    std::optional<Error> failed_;
    bool has_choice_ = false;  // outside of groups
};

// Steps that are waited in, each at most once for each position.
struct Pattern::Threads {
    explicit Threads(size_t steps) : seen(steps) {}
    std::vector<uint32_t> waiting;
    std::vector<bool> seen;
    std::vector<uint32_t> todo;
    bool matched = false;

    void clear() {
        waiting.clear();
        std::fill(seen.begin(), seen.end(), false);
    }
};

Result<Pattern> Pattern::compile(std::string_view pattern) {
    if (pattern.empty()) return Error{Code::kUsage, "the pattern is empty"};
    if (pattern.size() > kMostPattern) return kLarge;
    return PatternCompiler(pattern).compile();
}

void Pattern::follow(Threads& threads, uint32_t step, size_t at, size_t size) const {
    threads.todo.assign(1, step);
    while (!threads.todo.empty()) {
        uint32_t index = threads.todo.back();
        threads.todo.pop_back();
        if (threads.seen[index]) continue;
        threads.seen[index] = true;
        const Step& here = steps_[index];
        bool passes = here.op == Op::kSplit || (here.op == Op::kBegin && at == 0) ||
                      (here.op == Op::kEnd && at == size);
        if (passes) threads.todo.push_back(here.next);
        if (here.op == Op::kSplit) threads.todo.push_back(here.other);
        if (here.op == Op::kBytes) threads.waiting.push_back(index);
        if (here.op == Op::kMatch) threads.matched = true;
    }
}

bool Pattern::matches(std::string_view text) const {
    Threads now(steps_.size());
    Threads then(steps_.size());
    for (size_t at = 0;; at++) {
        follow(now, start_, at, text.size());  // it may begin anywhere
        if (now.matched || at == text.size()) return now.matched;
        then.clear();
        for (uint32_t index : now.waiting) {
            const Step& here = steps_[index];
            bool fits = sets_[here.set][static_cast<uint8_t>(text[at])];
            if (fits) follow(then, here.next, at + 1, text.size());
        }
        std::swap(now, then);
        if (now.matched) return true;
    }
}

}  // namespace assay

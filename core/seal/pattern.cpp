// Thompson's simulation: all threads of the program walk over the text side by side, each step once
// per byte. The program is made by pattern_compiler.cpp.
#include "assay/pattern.h"

#include <algorithm>
#include <utility>

namespace assay {

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

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_boundary(std::string_view text, size_t at) {
    const bool before = at > 0 && is_word(text[at - 1]);
    const bool behind = at < text.size() && is_word(text[at]);
    return before != behind;
}

static bool is_within_character(std::string_view text, size_t at) {
    return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80;
}

bool Pattern::passes(Op op, std::string_view text, size_t at) {
    switch (op) {
        case Op::kSplit:
            return true;
        case Op::kBegin:
            return at == 0;
        case Op::kEnd:
            return at == text.size();
        case Op::kLineBegin:
            return at == 0 || text[at - 1] == '\n';
        case Op::kLineEnd:
            return at == text.size() || text[at] == '\n';
        case Op::kBoundary:
            return is_boundary(text, at);
        case Op::kNoBoundary:
            return !is_boundary(text, at);
        case Op::kBytes:
        case Op::kMatch:
            return false;
    }
    return false;
}

void Pattern::follow(Threads& threads, uint32_t step, std::string_view text, size_t at) const {
    threads.todo.assign(1, step);
    while (!threads.todo.empty()) {
        uint32_t index = threads.todo.back();
        threads.todo.pop_back();
        if (threads.seen[index]) continue;
        threads.seen[index] = true;
        const Step& here = steps_[index];
        if (passes(here.op, text, at)) threads.todo.push_back(here.next);
        if (here.op == Op::kSplit) threads.todo.push_back(here.other);
        if (here.op == Op::kBytes) threads.waiting.push_back(index);
        if (here.op == Op::kMatch) threads.matched = true;
    }
}

bool Pattern::matches(std::string_view text) const {
    Threads now(steps_.size());
    Threads then(steps_.size());
    for (size_t at = 0;; at++) {
        // It may begin at any character.
        if (!is_within_character(text, at)) follow(now, start_, text, at);
        if (now.matched || at == text.size()) return now.matched;
        then.clear();
        for (uint32_t index : now.waiting) {
            const Step& here = steps_[index];
            bool fits = sets_[here.set][static_cast<uint8_t>(text[at])];
            if (fits) follow(then, here.next, text, at + 1);
        }
        std::swap(now, then);
        if (now.matched) return true;
    }
}

// Whether the match, or a byte where those count, can be reached from there around `barrier`.
bool Pattern::reaches(std::vector<uint32_t> todo, Op barrier, bool bytes_count) const {
    std::vector<bool> seen(steps_.size());
    while (!todo.empty()) {
        const uint32_t index = todo.back();
        todo.pop_back();
        if (seen[index]) continue;
        seen[index] = true;
        const Step& here = steps_[index];
        if (here.op == Op::kMatch || (here.op == Op::kBytes && bytes_count)) return true;
        if (here.op == Op::kMatch || here.op == Op::kBytes || here.op == barrier) continue;
        todo.push_back(here.next);
        if (here.op == Op::kSplit) todo.push_back(here.other);
    }
    return false;
}

bool Pattern::must_match_all() const {
    std::vector<uint32_t> behind{start_};
    for (const Step& step : steps_) {
        if (step.op == Op::kBytes) behind.push_back(step.next);
    }
    return !reaches({start_}, Op::kBegin, true) && !reaches(behind, Op::kEnd, false);
}

}  // namespace assay

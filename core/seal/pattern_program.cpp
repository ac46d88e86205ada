#include "pattern_program.h"

#include <iterator>
#include <utility>

namespace assay {

namespace {

constexpr size_t kMostSteps = 20'000;

}  // namespace

using Fragment = PatternProgram::Fragment;

uint32_t PatternProgram::add(Step step) {
    full_ = full_ || out_.steps_.size() >= kMostSteps;
    if (full_) return 0;
    out_.steps_.push_back(step);
    return static_cast<uint32_t>(out_.steps_.size() - 1);
}

void PatternProgram::close(const Fragment& fragment, uint32_t to) {
    if (full_) return;
    for (uint32_t end : fragment.open) {
        Step& step = out_.steps_[end / 2];
        (end % 2 == 0 ? step.next : step.other) = to;
    }
}

Fragment PatternProgram::one(Op op) {
    const uint32_t index = add({op});
    return {index, {2 * index}};
}

Fragment PatternProgram::bytes(uint32_t first, uint32_t last) {
    Set set;
    for (uint32_t c = first; c <= last; c++) set.set(c);
    return bytes(set);
}

Fragment PatternProgram::bytes(const Set& set) {
    const auto index = static_cast<uint32_t>(out_.sets_.size());
    if (!full_) out_.sets_.push_back(set);
    const uint32_t step = add({Op::kBytes, 0, 0, index});
    return {step, {2 * step}};
}

// Both of its ways are the same.
Fragment PatternProgram::nothing() {
    const uint32_t index = add({Op::kSplit});
    return {index, {2 * index, 2 * index + 1}};
}

Fragment PatternProgram::join(const Fragment& a, Fragment b) {
    close(a, b.first);
    return {a.first, std::move(b.open)};
}

Fragment PatternProgram::either(const Fragment& a, const Fragment& b) {
    Fragment both{add({Op::kSplit, a.first, b.first}), a.open};
    both.open.insert(both.open.end(), b.open.begin(), b.open.end());
    return both;
}

Fragment PatternProgram::maybe(const Fragment& a) {
    Fragment result{add({Op::kSplit, a.first}), a.open};
    result.open.push_back(2 * result.first + 1);
    return result;
}

Fragment PatternProgram::star(const Fragment& a) {
    const uint32_t split = add({Op::kSplit, a.first});
    close(a, split);
    return {split, {2 * split + 1}};
}

Fragment PatternProgram::plus(const Fragment& a) {
    const uint32_t split = add({Op::kSplit, a.first});
    close(a, split);
    return {a.first, {2 * split + 1}};
}

// All ASCII ones are one step; of the others usually all are meant, or a few.
Fragment PatternProgram::character(const RuneSet& set) {
    Set ascii;
    std::vector<Fragment> ways;
    const bool all_others = !set.is_ascii() && set.ranges().back().first <= 0x80 &&
                            set.ranges().back().last == kLastRune;
    for (const ByteSpans& spans : utf8_of(set)) {
        if (spans.size == 1) {
            for (uint32_t c = spans.first[0]; c <= spans.last[0]; c++) ascii.set(c);
        } else if (!all_others) {
            ways.push_back(sequence_of(spans));
        }
    }
    if (all_others) ways = any_other();
    if (ascii.any() || ways.empty()) ways.push_back(bytes(ascii));
    Fragment all = std::move(ways.back());
    ways.pop_back();
    for (const Fragment& way : ways) all = either(all, way);
    return all;
}

Fragment PatternProgram::sequence_of(const ByteSpans& spans) {
    Fragment all = bytes(spans.first[0], spans.last[0]);
    for (unsigned i = 1; i < spans.size; i++) all = join(all, bytes(spans.first[i], spans.last[i]));
    return all;
}

// Whatever is not ASCII: in fewer steps than what is exactly UTF-8 takes.
std::vector<Fragment> PatternProgram::any_other() {
    std::vector<Fragment> ways;
    constexpr std::pair<uint8_t, uint8_t> kLeads[] = {{0xC2, 0xDF}, {0xE0, 0xEF}, {0xF0, 0xF4}};
    for (size_t more = 1; more <= std::size(kLeads); more++) {
        ways.push_back(bytes(kLeads[more - 1].first, kLeads[more - 1].second));
        for (size_t i = 0; i < more; i++) ways.back() = join(ways.back(), bytes(0x80, 0xBF));
    }
    return ways;
}

Pattern PatternProgram::finish(const Fragment& all) {
    close(all, add({Op::kMatch}));
    out_.start_ = all.first;
    out_.anchored_ = out_.must_match_all();
    return std::move(out_);
}

}  // namespace assay

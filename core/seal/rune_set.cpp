#include "rune_set.h"

#include <algorithm>

#include "assay/utf8.h"

namespace assay {

namespace {

constexpr uint32_t kLongS = 0x17F;
constexpr uint32_t kKelvin = 0x212A;

struct Named {
    std::string_view name;
    std::initializer_list<RuneSet::Range> ranges;
};

const Named kNamed[] = {
    {"d", {{'0', '9'}}},
    {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {"ascii", {{0, 0x7F}}},
    {"blank", {{'\t', '\t'}, {' ', ' '}}},
    {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
    {"digit", {{'0', '9'}}},
    {"graph", {{'!', '~'}}},
    {"lower", {{'a', 'z'}}},
    {"print", {{' ', '~'}}},
    {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"space", {{'\t', '\r'}, {' ', ' '}}},
    {"upper", {{'A', 'Z'}}},
    {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

ByteSpans spans_of(uint32_t first, uint32_t last) {
    std::string from;
    std::string to;
    append_utf8(from, first);
    append_utf8(to, last);
    ByteSpans spans;
    spans.size = static_cast<unsigned>(from.size());
    std::copy(from.begin(), from.end(), spans.first.begin());
    std::copy(to.begin(), to.end(), spans.last.begin());
    return spans;
}

// Of characters with as many bytes each. Where the leading bytes differ, all that follow must be
// free: else the ends are split off, so that each part is a product of ranges.
void split(uint32_t first, uint32_t last, unsigned size, std::vector<ByteSpans>& into) {
    for (unsigned i = 1; i < size; i++) {
        const uint32_t low = (uint32_t{1} << (6 * i)) - 1;
        if ((first & ~low) == (last & ~low)) continue;
        if ((first & low) != 0) {
            split(first, first | low, size, into);
            return split((first | low) + 1, last, size, into);
        }
        if ((last & low) != low) {
            split(first, (last & ~low) - 1, size, into);
            return split(last & ~low, last, size, into);
        }
    }
    into.push_back(spans_of(first, last));
}

}  // namespace

RuneSet::RuneSet(std::initializer_list<Range> ranges) : ranges_(ranges) { tidy(); }

std::optional<RuneSet> RuneSet::named(std::string_view name) {
    const auto* found = std::ranges::find(kNamed, name, &Named::name);
    return found == std::end(kNamed) ? std::nullopt : std::optional(RuneSet(found->ranges));
}

void RuneSet::tidy() {
    std::ranges::sort(ranges_, {}, &Range::first);
    std::vector<Range> merged;
    for (const Range& range : ranges_) {
        if (merged.empty() || range.first > merged.back().last + 1) {
            merged.push_back(range);
        } else {
            merged.back().last = std::max(merged.back().last, range.last);
        }
    }
    ranges_ = std::move(merged);
}

void RuneSet::add(const RuneSet& other) {
    ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
    tidy();
}

RuneSet RuneSet::complement() const {
    RuneSet rest;
    uint32_t next = 0;
    for (const Range& range : ranges_) {
        if (range.first > next) rest.ranges_.push_back({next, range.first - 1});
        next = range.last + 1;
    }
    if (next <= kLastRune) rest.ranges_.push_back({next, kLastRune});
    return rest;
}

RuneSet RuneSet::folded() const {
    constexpr uint32_t kCase = 'a' - 'A';
    RuneSet all = *this;
    auto add_part = [&](const Range& range, uint32_t from, uint32_t to, uint32_t shift) {
        const uint32_t first = std::max(range.first, from);
        const uint32_t last = std::min(range.last, to);
        if (first > last) return;
        all.ranges_.push_back({first ^ shift, last ^ shift});
        auto holds = [&](uint32_t letter) { return first <= letter && letter <= last; };
        if (holds('s') || holds('S')) all.ranges_.push_back({kLongS, kLongS});
        if (holds('k') || holds('K')) all.ranges_.push_back({kKelvin, kKelvin});
    };
    for (const Range& range : ranges_) {
        add_part(range, 'a', 'z', kCase);
        add_part(range, 'A', 'Z', kCase);
    }
    all.tidy();
    return all;
}

bool RuneSet::is_ascii() const { return ranges_.empty() || ranges_.back().last < 0x80; }

std::vector<ByteSpans> utf8_of(const RuneSet& set) {
    constexpr RuneSet::Range kSizes[] = {
        {0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xFFFF}, {0x10000, kLastRune}};
    std::vector<ByteSpans> all;
    for (unsigned size = 1; size <= std::size(kSizes); size++) {
        const RuneSet::Range& bounds = kSizes[size - 1];
        for (const RuneSet::Range& range : set.ranges()) {
            const uint32_t first = std::max(range.first, bounds.first);
            const uint32_t last = std::min(range.last, bounds.last);
            if (first <= last) split(first, last, size, all);
        }
    }
    return all;
}

}  // namespace assay

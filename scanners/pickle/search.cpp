#include "search.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace assay::pickle {

namespace {

// As much is looked at of every beginning, and so much of one that has something to say.
constexpr size_t kSight = 512;
constexpr size_t kFarSight = size_t{64} << 10;
constexpr size_t kMostLeads = 256;

constexpr std::array<bool, 256> beginnings() {
    std::array<bool, 256> starts{};
    // PROTO, MARK, GLOBAL; texts, which may be the names of STACK_GLOBAL.
    for (char c : std::string_view("\x80(cSTUVX\x8c\x8d")) starts[static_cast<uint8_t>(c)] = true;
    return starts;
}

constexpr std::array<bool, 256> kBeginnings = beginnings();

bool is_magic(Bytes head) { return head.size() >= 2 && head[0] == 0x80 && head[1] <= 5; }

}  // namespace

uint64_t Search::rest() const {
    std::optional<uint64_t> size = tape_.size();
    return size ? *size - std::min(*size, tape_.offset()) : UINT64_MAX;
}

// What waits for the end of the same line and knows the same is one.
Result<bool> Search::keep_line(const Lead& lead) {
    Result<Bytes> passed = tape_.peek(static_cast<size_t>(lead.walk.at));
    if (!passed) return passed.error();
    const std::string_view before = as_text(*passed);
    const bool this_line = before.find('\n') == std::string_view::npos;
    auto same = [&](const Lead& other) {
        Walk walk = other.walk;
        walk.at = lead.walk.at;
        walk.passed = lead.walk.passed;
        return walk == lead.walk &&
               (other.line == lead.line || (this_line && other.line <= tape_.offset()));
    };
    if (std::any_of(lines_.begin(), lines_.end(), same)) return true;
    lines_.push_back(lead);
    return lines_.size() <= kMostLeads;
}

// False where there are more leads than there are by accident.
Result<bool> Search::keep(Lead lead) {
    if (!lead.walk.tells()) return true;
    lead.line = tape_.offset() + lead.walk.at;
    if (lead.walk.end == Walk::End::kNextLine) return keep_line(lead);
    if (lead.walk.end != Walk::End::kAt || lead.walk.at == 0) return true;
    const uint64_t at = tape_.offset() + lead.walk.at;
    auto [first, last] = leads_.equal_range(at);
    auto known = [&](const auto& one) {
        Walk walk = one.second.walk;
        walk.at = lead.walk.at;
        walk.passed = lead.walk.passed;
        return walk == lead.walk;
    };
    if (std::any_of(first, last, known)) return true;
    leads_.emplace(at, lead);
    return leads_.size() <= kMostLeads;
}

// From the tape's place on, and farther if there is reason to.
Result<Walk> Search::look(const Walk& start) {
    Result<Bytes> head = tape_.peek(kSight);
    if (!head) return head.error();
    Walk walk = walk_on(*head, start, rest());
    if (walk.end != Walk::End::kAt || !walk.tells() || walk.at >= kFarSight) return walk;
    Result<Bytes> far = tape_.peek(kFarSight);
    if (!far && far.error().code != Code::kLimit) return far.error();
    return far ? walk_on(*far, start, rest()) : walk;
}

// A beginning at the tape's place.
Result<std::optional<Search::Found>> Search::consider(size_t& passed) {
    Result<Bytes> head = tape_.peek(2);
    if (!head) return head.error();
    Walk start;
    start.magic = is_magic(*head);
    start.by_texts = !start.magic && (*head)[0] != '(' && (*head)[0] != 'c';
    Result<Walk> walk = look(start);
    if (!walk) return walk.error();
    passed = walk->passed;
    Lead lead{tape_.offset(), *walk};
    if (walk->end != Walk::End::kPickle) {
        Result<bool> kept = keep(lead);
        if (!kept) return kept.error();
        if (*kept) return std::optional<Found>();
    }
    return std::optional(Found{lead.begin, std::nullopt});
}

// What was left for later, and is due here.
Result<std::optional<Search::Found>> Search::go_on() {
    const uint64_t here = tape_.offset();
    std::vector<Lead> due;
    for (auto at = leads_.begin(); at != leads_.end() && at->first <= here; at = leads_.begin()) {
        due.push_back(at->second);
        leads_.erase(at);
    }
    for (Lead& lead : due) {
        const size_t values = lead.walk.values;
        Result<Walk> walk = look(lead.walk);
        if (!walk) return walk.error();
        lead.walk = *walk;
        Result<bool> kept = walk->end == Walk::End::kPickle ? false : keep(lead);
        if (!kept) return kept.error();
        if (!*kept) return std::optional(Found{lead.begin, values});
    }
    return std::optional<Found>();
}

void Search::end_line() {
    const uint64_t here = tape_.offset();
    for (const Lead& lead : lines_) {
        if (lead.line <= here) leads_.emplace(here + 1, lead);
    }
    std::erase_if(lines_, [here](const Lead& lead) { return lead.line <= here; });
}

Result<std::optional<Search::Found>> Search::next(bool& zeros) {
    for (;;) {
        Result<std::optional<Found>> found = go_on();
        if (!found || *found) return found;
        Result<Bytes> window = tape_.peek_some();
        if (!window) return window.error();
        if (window->empty()) return std::optional<Found>();
        Bytes part = *window;
        if (!leads_.empty()) {
            const uint64_t most = leads_.begin()->first - tape_.offset();
            part = part.first(static_cast<size_t>(std::min<uint64_t>(part.size(), most)));
        }
        const bool lines = !lines_.empty();
        auto at = std::find_if(part.begin(), part.end(), [lines](uint8_t byte) {
            return kBeginnings[byte] || (lines && byte == '\n');
        });
        zeros = zeros && std::all_of(part.begin(), at, [](uint8_t byte) { return byte == 0; });
        const bool none = at == part.end();
        const bool line_ends = !none && *at == '\n';
        Status moved = tape_.advance(static_cast<uint64_t>(at - part.begin()));
        if (!moved) return moved.error();
        if (none) continue;
        size_t passed = 1;
        if (line_ends) {
            end_line();
        } else {
            found = consider(passed);
            if (!found || *found) return found;
        }
        zeros = false;
        if (!leads_.empty()) {
            const uint64_t most = leads_.begin()->first - tape_.offset();
            passed = static_cast<size_t>(std::min<uint64_t>(passed, most));
        }
        moved = tape_.advance(passed);
        if (!moved) return moved.error();
    }
}

}  // namespace assay::pickle

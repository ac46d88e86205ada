#include "regex_ambiguity.h"

#include <algorithm>
#include <map>

#include "regex_tree.h"

namespace assay {

namespace {

using regex::Node;
using regex::Set;

// Expressions of tokenizers have some fifty positions, most of them outside of any loop.
constexpr size_t kMostPositions = 400;
constexpr uint32_t kMostCopies = 16;  // of what is repeated a number of times
constexpr uint64_t kMostWork = 1'000'000;

// The positions of an expression, each of which is a set of characters, and which may follow which:
// as often as there are ways, since (a*)* leads from a to a in two of them. (Glushkov 1961)
class Automaton {
  public:
    explicit Automaton(const Node& root) { ends_ = build(root).free_last; }

    [[nodiscard]] bool too_large() const { return sets_.size() > kMostPositions || work_ == 0; }
    [[nodiscard]] const std::vector<const Node*>& asides() const { return asides_; }
    bool is_exponential();

  private:
    using Position = uint32_t;
    struct Part {
        std::vector<Position> first;
        std::vector<Position> last;
        bool empty = true;
        // The same without what is behind a condition.
        std::vector<Position> free_last;
        bool free_empty = true;
    };

    Part build(const Node& node);
    Part one(const Set& set);
    Part sequence(const Node& node);
    Part alternative(const Node& node);
    Part repeat(const Node& node);
    Part atomic(const Node& node);
    Part joined(Part a, Part b);
    void loop(const Part& part) { link(part.last, part.first); }
    void link(const std::vector<Position>& from, const std::vector<Position>& to);
    bool spend(uint64_t work);
    void put_aside(const Node& node);
    void find_components();
    bool component_is_exponential(const std::vector<Position>& component);

    std::vector<Set> sets_;
    std::vector<std::map<Position, unsigned>> follow_;
    std::vector<const Node*> asides_;  // looked at by themselves
    std::vector<Position> ends_;       // where the expression may end, whatever follows
    std::vector<std::vector<Position>> components_;
    uint64_t work_ = kMostWork;
};

bool Automaton::spend(uint64_t work) {
    work_ = work_ > work ? work_ - work : 0;
    return work_ != 0;
}

void Automaton::link(const std::vector<Position>& from, const std::vector<Position>& to) {
    if (!spend(uint64_t{from.size()} * to.size())) return;
    for (const Position a : from) {
        for (const Position b : to) follow_[a][b]++;
    }
}

Automaton::Part Automaton::one(const Set& set) {
    if (sets_.size() > kMostPositions) return {};
    const auto position = static_cast<Position>(sets_.size());
    sets_.push_back(set);
    follow_.emplace_back();
    return {{position}, {position}, false, {position}, false};
}

void Automaton::put_aside(const Node& node) {
    if (std::find(asides_.begin(), asides_.end(), &node) == asides_.end()) asides_.push_back(&node);
}

Automaton::Part Automaton::build(const Node& node) {
    if (!spend(1)) return {};
    switch (node.kind) {
        case Node::Kind::kSet:
            return one(node.set);
        case Node::Kind::kSequence:
            return sequence(node);
        case Node::Kind::kAlternative:
            return alternative(node);
        case Node::Kind::kRepeat:
            return repeat(node);
        case Node::Kind::kAtomic:
            return atomic(node);
        case Node::Kind::kAside:
            put_aside(node.parts.front());
            break;
        case Node::Kind::kCondition:
            break;
        case Node::Kind::kEmpty:
            return {};
    }
    Part condition;
    condition.free_empty = false;
    return condition;
}

Automaton::Part Automaton::joined(Part a, Part b) {
    link(a.last, b.first);
    const auto add = [](std::vector<Position>& to, const std::vector<Position>& more) {
        to.insert(to.end(), more.begin(), more.end());
    };
    if (a.empty) add(a.first, b.first);
    if (b.empty) add(b.last, a.last);
    if (b.free_empty) add(b.free_last, a.free_last);
    return {std::move(a.first), std::move(b.last), a.empty && b.empty, std::move(b.free_last),
            a.free_empty && b.free_empty};
}

Automaton::Part Automaton::sequence(const Node& node) {
    Part all;
    for (const Node& part : node.parts) all = joined(std::move(all), build(part));
    return all;
}

Automaton::Part Automaton::alternative(const Node& node) {
    Part all;
    all.empty = all.free_empty = false;
    const auto add = [](std::vector<Position>& to, const std::vector<Position>& more) {
        to.insert(to.end(), more.begin(), more.end());
    };
    for (const Node& part : node.parts) {
        const Part one_of = build(part);
        add(all.first, one_of.first);
        add(all.last, one_of.last);
        add(all.free_last, one_of.free_last);
        all.empty |= one_of.empty;
        all.free_empty |= one_of.free_empty;
    }
    return all;
}

// As many copies as it says; what may come very often is a loop.
Automaton::Part Automaton::repeat(const Node& node) {
    const Node& part = node.parts.front();
    Part all;
    const bool endless = node.most > kMostCopies && node.most != node.least;
    const uint32_t least = std::min(node.least, kMostCopies);
    const uint32_t most = endless ? std::max(least, 1U) : std::min(node.most, kMostCopies);
    for (uint32_t i = 0; i < most && !too_large(); i++) {
        Part copy = build(part);
        if (endless && i + 1 == most) loop(copy);
        copy.empty |= i >= least;
        copy.free_empty |= i >= least;
        all = joined(std::move(all), std::move(copy));
    }
    return all;
}

// There is one way through it, whatever is in it; that is looked at by itself.
Automaton::Part Automaton::atomic(const Node& node) {
    put_aside(node.parts.front());
    const size_t before = sets_.size();
    const Part inside = build(node.parts.front());
    Set begins;
    for (const Position position : inside.first) begins |= sets_[position];
    sets_.resize(before);
    follow_.resize(before);
    Part all = one(begins);
    all.empty = inside.empty;
    all.free_empty = inside.free_empty;
    return all;
}

// ------------------------------------------------------------------------------------------------
// Loops

// Positions that lead to each other: Tarjan's way, by hand, since expressions nest at will.
template <class Each>
std::vector<std::vector<uint32_t>> components_of(size_t count, Each each_follower) {
    struct Open {
        uint32_t node;
        std::vector<uint32_t> rest;
    };
    constexpr uint32_t kNone = UINT32_MAX;
    std::vector<uint32_t> number(count, kNone), low(count, 0), stack;
    std::vector<bool> waiting(count, false);
    std::vector<std::vector<uint32_t>> found;
    uint32_t next = 0;
    std::vector<Open> open;
    const auto enter = [&](uint32_t node) {
        number[node] = low[node] = next++;
        stack.push_back(node);
        waiting[node] = true;
        open.push_back({node, {}});
        each_follower(node, [&](uint32_t follower) { open.back().rest.push_back(follower); });
    };
    const auto leave = [&](uint32_t node) {
        if (low[node] != number[node]) return;
        std::vector<uint32_t> component;
        do {
            component.push_back(stack.back());
            waiting[stack.back()] = false;
            stack.pop_back();
        } while (component.back() != node);
        found.push_back(std::move(component));
    };
    for (uint32_t root = 0; root < count; root++) {
        if (number[root] != kNone) continue;
        enter(root);
        while (!open.empty()) {
            Open& top = open.back();
            const uint32_t node = top.node;
            if (top.rest.empty()) {
                leave(node);
                open.pop_back();
                if (!open.empty()) {
                    low[open.back().node] = std::min(low[open.back().node], low[node]);
                }
                continue;
            }
            const uint32_t follower = top.rest.back();
            top.rest.pop_back();
            if (number[follower] == kNone) {
                enter(follower);
            } else if (waiting[follower]) {
                low[node] = std::min(low[node], number[follower]);
            }
        }
    }
    return found;
}

// Without those where it may end.
void Automaton::find_components() {
    for (const Position end : ends_) follow_[end].clear();
    components_ = components_of(sets_.size(), [&](uint32_t node, auto follower) {
        for (const auto& [to, ways] : follow_[node]) follower(to);
    });
}

bool Automaton::is_exponential() {
    if (too_large()) return false;
    find_components();
    return std::any_of(components_.begin(), components_.end(),
                       [&](const auto& component) { return component_is_exponential(component); });
}

// Pairs of positions that the same text leads to. If a pair of the same one and a pair of two
// different ones lead to each other, there are two ways around.
bool Automaton::component_is_exponential(const std::vector<Position>& component) {
    const size_t count = component.size();
    std::map<Position, uint32_t> index;
    for (uint32_t i = 0; i < count; i++) index[component[i]] = i;
    std::vector<std::vector<uint32_t>> next(count);
    for (uint32_t i = 0; i < count; i++) {
        for (const auto& [to, ways] : follow_[component[i]]) {
            const auto inside = index.find(to);
            if (inside == index.end()) continue;
            if (ways > 1 && sets_[to].any()) return true;
            next[i].push_back(inside->second);
        }
    }
    if (!spend(uint64_t{count} * count)) return false;
    const auto pairs = components_of(count * count, [&](uint32_t pair, auto follower) {
        const auto& left = next[pair / count];
        const auto& right = next[pair % count];
        if (!spend(uint64_t{left.size()} * right.size())) return;
        for (const uint32_t a : left) {
            for (const uint32_t b : right) {
                const bool both = (sets_[component[a]] & sets_[component[b]]).any();
                if (both) follower(static_cast<uint32_t>(a * count + b));
            }
        }
    });
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& loop) {
        const auto same = [&](uint32_t pair) { return pair / count == pair % count; };
        const auto equal = static_cast<size_t>(std::count_if(loop.begin(), loop.end(), same));
        return equal != 0 && equal != loop.size();
    });
}

}  // namespace

Ambiguity ambiguity_of(std::string_view expression) {
    const std::optional<Node> root = regex::parse(expression);
    if (!root) return Ambiguity::kUnknown;
    std::vector<const Node*> todo = {&*root};
    bool too_large = false;
    for (size_t i = 0; i < todo.size(); i++) {
        if (todo.size() > kMostPositions) return Ambiguity::kTooLarge;
        Automaton automaton(*todo[i]);
        if (automaton.is_exponential()) return Ambiguity::kExponential;
        too_large |= automaton.too_large();
        todo.insert(todo.end(), automaton.asides().begin(), automaton.asides().end());
    }
    return too_large ? Ambiguity::kTooLarge : Ambiguity::kNone;
}

}  // namespace assay

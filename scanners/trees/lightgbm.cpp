// LightGBM: boosted trees as text.
//
//   tree                   lines of key=value, in any order, and others, which nobody reads;
//   version=v4             tree_sizes says how many bytes each tree takes
//   tree_sizes=618 733
//
//   Tree=0                 lines of key=value, whose lists have as many values as the tree
//   num_leaves=6           has leaves, or one less
//   …
//   end of trees
//   …
//   parameters:            [name: value], until "end of parameters"
//
// Only the first line is always the same, so whether it is a model shows further on.
//
// How it is bent: sizes that lead the threads, which each read some trees, into the middle of
// others; lists shorter than the leaves are many, and children or features that do not exist, which
// the library uses without a check; nodes that lead in a circle, which it follows for ever; a key
// twice, of which it takes the last; a zero byte, at which it stays for ever.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "formats.h"
#include "tree_shape.h"

namespace assay {

namespace lightgbm {

namespace {

constexpr Rule kRules[] = {
    {"lightgbm.key.duplicate", Severity::kHigh, "a block has a key twice",
     "LightGBM takes the last, other readers the first.",
     "Distrust the file: LightGBM writes each key once.", "CWE-436"},
    {"lightgbm.tree_sizes.mismatch", Severity::kHigh,
     "the sizes of the trees are not those that the file gives",
     "LightGBM reads trees at the places that follow from these sizes. The file was edited, or "
     "cut.",
     "Fetch the file again; if it was edited by hand, save it again with LightGBM.", "CWE-130"},
    {"lightgbm.array.count_mismatch", Severity::kHigh,
     "a list of a tree has another number of values than the tree has leaves or nodes",
     "Versions before 4.6 copy the list by one number into memory of the other.",
     "Do not load it; fetch the file again.", "CWE-787 CVE-2024-43598"},
    {"lightgbm.index.out_of_range", Severity::kHigh,
     "a tree leads to a node, a leaf or a feature that it does not have, or in a circle",
     "LightGBM follows these numbers without a check when it predicts: out of its memory, or "
     "without "
     "end.",
     "Do not load it; fetch the file again.", "CWE-125 CWE-129 CWE-835"},
    {"lightgbm.header.invalid", Severity::kHigh,
     "the header lacks what a model must say, or says it in a way that cannot be",
     "LightGBM refuses the file, divides by nothing, or reads beyond what it has.",
     "Fetch the file again; if it was edited by hand, save it again with LightGBM.", "CWE-20"},
    {"lightgbm.tree.blank_line", Severity::kHigh, "an empty line parts the lines of a tree",
     "LightGBM takes it for the end of the tree: what follows is missing where it loads the tree.",
     "Do not load it; fetch the file again.", "CWE-20"},
    {"lightgbm.value.not_a_number", Severity::kHigh, "a list of a tree holds what is no number",
     "LightGBM ends the process where it cannot read a number.",
     "Do not load it; fetch the file again.", "CWE-248"},
    {"lightgbm.text.zero_byte", Severity::kHigh, "the text holds a zero byte",
     "LightGBM ends a line there and finds no next one: it tries for ever.",
     "Do not load it; fetch the file again.", "CWE-835"},
    {"lightgbm.params.path", Severity::kMedium, "the parameters name a file to be read",
     "Who trains on from this model with its parameters opens that file.",
     "Find out what the file is for, or set the parameter anew.", "CWE-73"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(9) == id) return known;
    }
    throw "no such rule";  // does not compile
}

constexpr size_t kKept = 256;  // of a key, or of one value
constexpr size_t kMostKeys = 1000;
constexpr size_t kMostHeld = 100;
constexpr size_t kMostNodes = std::numeric_limits<int32_t>::max();
constexpr uint64_t kNoCount = std::numeric_limits<uint64_t>::max();

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// As LightGBM writes them, and reads them everywhere: "na" and "null" it takes in some lists alone.
bool is_number(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end == text.data() + text.size() && error == std::errc()) return true;
    std::string word(text);
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    constexpr std::string_view kWords[] = {"nan", "inf", "infinity"};
    return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// What a list of values comes to.
struct List {
    uint64_t count = 0;
    bool whole = true;
    bool numbers = true;
    int64_t least = std::numeric_limits<int64_t>::max();
    int64_t most = std::numeric_limits<int64_t>::min();
    int64_t last = 0;
    uint64_t sum = 0;  // of those above 0, as far as a word holds it

    void add(std::string_view text) {
        count++;
        const std::optional<int64_t> value = whole_number(text);
        whole = whole && value.has_value();
        numbers = numbers && (value || is_number(text));
        if (!value) return;
        least = std::min(least, *value);
        most = std::max(most, *value);
        last = *value;
        const bool more = *value > 0;
        if (more && __builtin_add_overflow(sum, static_cast<uint64_t>(*value), &sum))
            sum = kNoCount;
    }
};

int32_t child_of(std::string_view text) {
    constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
    const int64_t value = whole_number(text).value_or(kMost);
    return static_cast<int32_t>(std::clamp(value, -kMost, kMost));
}

// A threshold as an index, which is what it is where a node asks for a category: what is none is
// -1.
int32_t index_of(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool fits = error == std::errc() && end == text.data() + text.size() && value >= 0 &&
                      value < std::numeric_limits<int32_t>::max();
    return fits ? static_cast<int32_t>(value) : -1;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    Status run();

  private:
    enum class Part : uint8_t { kHeader, kTrees, kBehind, kParameters };
    struct Held {
        const Rule* rule;
        std::string detail;
        uint64_t offset;
    };

    // What the lists take that grow with the file, and a walk through a tree besides.
    [[nodiscard]] size_t room() const {
        return sizes_.capacity() * sizeof(uint64_t) + thresholds_.capacity() * sizeof(int32_t) +
               decisions_.capacity() +
               (left_.capacity() + right_.capacity()) * (sizeof(int32_t) + trees::kBytesPerNode);
    }
    Status feed(Bytes bytes);
    void end_of_value();
    Status end_of_line();
    Status start_tree();
    void end_tree(uint64_t end);
    void end_of_key();
    void parameter();
    Status judge_end();
    void judge_header();
    void judge_outputs();
    void judge_objective();
    void keep_objective();
    void judge_tree();
    void judge_single(const char* name);
    void judge_count(const char* name, uint64_t wanted, bool needed);
    void judge_index(const char* name, int64_t least, int64_t end);
    void judge_categories();
    void judge_linear(uint64_t leaves);
    void judge_shape();
    void know();
    void keep_value();
    void report(const Rule& found, std::string_view detail, uint64_t offset);

    Tape& tape_;
    ScanContext& context_;
    Part part_ = Part::kHeader;
    bool broken_ = false;
    bool known_ = false;      // this is a model
    std::vector<Held> held_;  // what was found before that was known
    bool ended_ = false;      // "end of trees" was met
    bool judged_ = false;     // the header was
    bool zero_ = false;       // a zero byte was met

    // The line that is being read.
    uint64_t line_ = 0;
    std::string key_;
    std::string value_;
    bool in_value_ = false;
    List list_;

    // The block that is being read, and the trees so far.
    std::set<std::string, std::less<>> keys_;
    std::map<std::string, List, std::less<>> lists_;
    uint64_t tree_ = 0;  // where it starts
    uint64_t trees_ = 0;
    bool blank_ = false;                 // an empty line was met in the tree
    std::vector<int32_t> left_, right_;  // children of the tree that is being read
    std::vector<int32_t> thresholds_;    // of each node, as far as it is an index
    std::vector<bool> decisions_;        // whether it is one
    std::optional<int64_t> outputs_;     // trees of an iteration
    std::string objective_;
    std::optional<int64_t> classes_;  // by the objective
    std::optional<double> sigmoid_;   // as well
    std::vector<uint64_t> sizes_;
    bool sized_ = false;
    int64_t features_ = 0;
};

Status Scan::run() {
    uint64_t offset = 0;
    for (;;) {
        Result<Bytes> bytes = tape_.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) break;
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        offset += bytes->size();
        Status fed = feed(*bytes);
        if (!fed) return fed;
        Status moved = tape_.advance(bytes->size());
        if (!moved) return moved;
    }
    Status ended = key_.empty() ? Status(Done{}) : end_of_line();
    if (ended && !known_) {
        context_.disown();
        return Done{};
    }
    if (ended) ended = judge_end();
    context_.parsed(offset);
    return ended;
}

void Scan::report(const Rule& found, std::string_view detail, uint64_t offset) {
    if (!known_) {
        if (held_.size() < kMostHeld) held_.push_back({&found, std::string(detail), offset});
        return;
    }
    context_.report(found, offset, 0, detail);
    broken_ = broken_ || found.severity >= Severity::kHigh;
}

// A line that no other text has behind a first line of "tree".
void Scan::know() {
    constexpr std::string_view kTelling[] = {
        "Tree",       "version",       "num_class",     "num_tree_per_iteration",
        "tree_sizes", "feature_names", "feature_infos", "max_feature_idx"};
    const bool told =
        std::find(std::begin(kTelling), std::end(kTelling), key_) != std::end(kTelling);
    if (known_ || !in_value_ || !told) return;
    known_ = true;
    for (const Held& held : held_) report(*held.rule, held.detail, held.offset);
    held_.clear();
}

Status Scan::feed(Bytes bytes) {
    const uint64_t start = tape_.offset();
    for (size_t i = 0; i < bytes.size(); i++) {
        const char c = static_cast<char>(bytes[i]);
        if (c == '\0' && !std::exchange(zero_, true)) {
            report(rule("text.zero_byte"), "", start + i);
        }
        if (c == '\n') {
            Status ended = end_of_line();
            if (!ended) return ended;
            line_ = start + i + 1;
        } else if (!in_value_ && c == '=') {
            in_value_ = true;
        } else if (!in_value_) {
            if (key_.size() < kKept) key_ += c;
        } else if (c == '=' && part_ == Part::kHeader && key_ != "feature_names") {
            report(rule("header.invalid"), "a line of two values", line_);
        } else if (c == ' ') {
            end_of_value();
        } else if (value_.size() < kKept) {
            value_ += c;
        }
    }
    return Done{};
}

void Scan::end_of_value() {
    if (value_.empty()) return;
    list_.add(value_);
    keep_value();
    value_.clear();
}

void Scan::keep_value() {
    if (part_ == Part::kTrees) {
        if (key_ == "left_child") left_.push_back(child_of(value_));
        if (key_ == "right_child") right_.push_back(child_of(value_));
        if (key_ == "threshold") thresholds_.push_back(index_of(value_));
        if (key_ == "decision_type")
            decisions_.push_back(whole_number(value_).value_or(1) % 2 != 0);
    }
    if (part_ != Part::kHeader) return;
    if (key_ == "objective") keep_objective();
    if (key_ != "tree_sizes") return;
    const auto size = whole_number(value_);
    sizes_.push_back(size && *size >= 0 ? static_cast<uint64_t>(*size) : kNoCount);
}

// "binary sigmoid:1": a name, then what it needs to know.
void Scan::keep_objective() {
    constexpr std::string_view kClasses = "num_class:";
    constexpr std::string_view kSigmoid = "sigmoid:";
    const std::string_view value = value_;
    if (objective_.empty()) objective_ = value;
    if (value.starts_with(kClasses)) {
        classes_ = whole_number(value.substr(kClasses.size())).value_or(-1);
    }
    if (value.starts_with(kSigmoid)) {
        const std::string_view text = value.substr(kSigmoid.size());
        double number = -1;
        std::from_chars(text.data(), text.data() + text.size(), number);
        sigmoid_ = number;
    }
}

Status Scan::end_of_line() {
    const size_t before = room();
    end_of_value();
    if (key_.ends_with('\r')) key_.pop_back();
    know();
    Status read = Done{};
    if (key_ == "Tree" && in_value_ && part_ <= Part::kTrees) {
        read = start_tree();
    } else if (key_ == "end of trees" && part_ <= Part::kTrees) {
        if (part_ == Part::kTrees) end_tree(line_);
        part_ = Part::kBehind;
        ended_ = true;
    } else if (key_ == "parameters:") {
        part_ = Part::kParameters;
    } else if (key_ == "end of parameters") {
        part_ = Part::kBehind;
    } else if (part_ == Part::kParameters) {
        parameter();
    } else if (in_value_ && part_ <= Part::kTrees) {
        end_of_key();
    } else if (part_ == Part::kTrees && key_.empty()) {
        blank_ = true;
    } else if (part_ == Part::kHeader && key_ == "objective") {
        report(rule("header.invalid"), "an objective without a name", line_);
    }
    if (room() > before && !context_.reserve(room() - before)) {
        read = Error{Code::kLimit, "the model has too many trees, or a tree too many nodes", line_};
    }
    key_.clear();
    value_.clear();
    list_ = List();
    in_value_ = false;
    return read;
}

void Scan::end_of_key() {
    if (keys_.size() < kMostKeys && !keys_.insert(key_).second) {
        report(rule("key.duplicate"), key_, line_);
    }
    if (part_ == Part::kHeader && key_ == "tree_sizes") sized_ = true;
    if (part_ == Part::kHeader && key_ == "max_feature_idx") features_ = list_.last + 1;
    if (part_ == Part::kHeader && key_ == "objective" && list_.count == 0) {
        report(rule("header.invalid"), "an objective without a name", line_);
    }
    if (part_ == Part::kTrees && std::exchange(blank_, false)) {
        report(rule("tree.blank_line"), fmt::format("tree {}: before {}", trees_ - 1, key_), line_);
    }
    if (part_ == Part::kTrees && !list_.numbers) {
        report(rule("value.not_a_number"), fmt::format("tree {}: {}", trees_ - 1, key_), line_);
    }
    if (lists_.size() < kMostKeys) lists_.insert_or_assign(key_, list_);
}

// Before the first tree, whose lists take the place of the header's.
void Scan::judge_header() {
    if (std::exchange(judged_, true)) return;
    const auto bad = [&](std::string_view what) { report(rule("header.invalid"), what, line_); };
    for (const char* name : {"num_class", "max_feature_idx", "label_index"}) {
        const auto found = lists_.find(std::string_view(name));
        const bool one = found != lists_.end() && found->second.count == 1 && found->second.whole;
        if (!one) bad(fmt::format("{} is no number", name));
    }
    judge_outputs();
    judge_objective();
    for (const char* name : {"feature_names", "feature_infos"}) {
        const auto found = lists_.find(std::string_view(name));
        const uint64_t count = found == lists_.end() ? 0 : found->second.count;
        if (features_ < 1 || count != static_cast<uint64_t>(features_)) {
            bad(fmt::format("{} has {} values for {} features", name, count, features_));
        }
    }
}

// A prediction has room for num_class numbers; num_tree_per_iteration are written there, and the
// objective turns as many as it knows of into probabilities.
void Scan::judge_outputs() {
    const auto bad = [&](std::string_view what) { report(rule("header.invalid"), what, line_); };
    const auto number = [&](std::string_view name) -> std::optional<int64_t> {
        const auto found = lists_.find(name);
        if (found == lists_.end()) return std::nullopt;
        return found->second.whole && found->second.count == 1 ? found->second.last : -1;
    };
    const auto classes = number("num_class");
    outputs_ = number("num_tree_per_iteration");
    if (outputs_ && *outputs_ < 1) bad("num_tree_per_iteration is no number above 0");
    if (!outputs_) outputs_ = classes;
    if (classes && *outputs_ > 0 && *outputs_ != *classes) {
        bad(fmt::format("{} trees per iteration for {} classes", *outputs_, *classes));
    }
    if (classes && classes_ && *classes_ != *classes) {
        bad(fmt::format("an objective of {} classes for {}", *classes_, *classes));
    }
}

void Scan::judge_objective() {
    const bool many = objective_ == "multiclass" || objective_ == "multiclassova";
    const bool curved = objective_ == "binary" || objective_ == "multiclassova";
    const bool good = (!many || classes_.value_or(0) > 0) && (!curved || sigmoid_.value_or(0) > 0);
    if (good) return;
    report(rule("header.invalid"),
           fmt::format("the objective {} lacks what it needs to know", objective_), line_);
}

Status Scan::start_tree() {
    judge_header();
    if (part_ == Part::kTrees) end_tree(line_);
    if (list_.count != 1 || list_.last != static_cast<int64_t>(trees_)) {
        report(rule("tree_sizes.mismatch"), fmt::format("tree {} has another number", trees_),
               line_);
    }
    part_ = Part::kTrees;
    tree_ = line_;
    trees_++;
    blank_ = false;
    keys_.clear();
    lists_.clear();
    left_.clear();
    right_.clear();
    thresholds_.clear();
    decisions_.clear();
    return Done{};
}

void Scan::end_tree(uint64_t end) {
    judge_tree();
    if (!sized_) return;
    const uint64_t index = trees_ - 1;
    if (index < sizes_.size() && sizes_[index] == end - tree_) return;
    report(rule("tree_sizes.mismatch"),
           fmt::format("tree {} takes {} bytes, {} by the header", index, end - tree_,
                       index < sizes_.size() ? sizes_[index] : 0),
           tree_);
}

// ------------------------------------------------------------------------------------------------
// One tree

// Of several numbers LightGBM takes the first, and of 1.5 what stands before the point.
void Scan::judge_single(const char* name) {
    const auto found = lists_.find(std::string_view(name));
    if (found == lists_.end()) return;
    const List& list = found->second;
    if (list.count == 1 && (list.whole || std::string_view(name) == "shrinkage")) return;
    report(rule("array.count_mismatch"),
           fmt::format("tree {}: {} is not one number", trees_ - 1, name), tree_);
}

void Scan::judge_count(const char* name, uint64_t wanted, bool needed) {
    const auto found = lists_.find(std::string_view(name));
    if (found == lists_.end() && !needed) return;
    const uint64_t count = found == lists_.end() ? 0 : found->second.count;
    if (count == wanted) return;
    report(rule("array.count_mismatch"),
           fmt::format("tree {}: {} has {} values, not {}", trees_ - 1, name, count, wanted),
           tree_);
}

void Scan::judge_index(const char* name, int64_t least, int64_t end) {
    const auto found = lists_.find(std::string_view(name));
    if (found == lists_.end() || found->second.count == 0) return;
    const List& list = found->second;
    if (list.whole && list.least >= least && list.most < end) return;
    const int64_t bad = list.least < least ? list.least : list.most;
    report(rule("index.out_of_range"),
           list.whole ? fmt::format("tree {}: {} holds {}", trees_ - 1, name, bad)
                      : fmt::format("tree {}: {} holds no whole numbers", trees_ - 1, name),
           tree_);
}

// Leaves are counted by ~leaf: -1 is the first.
void Scan::judge_tree() {
    for (const char* name : {"num_leaves", "num_cat", "is_linear", "shrinkage"}) judge_single(name);
    const auto leaves_line = lists_.find("num_leaves");
    const int64_t leaves = leaves_line == lists_.end() ? 0 : leaves_line->second.last;
    if (leaves < 1 || leaves > std::numeric_limits<int32_t>::max()) {
        return report(rule("array.count_mismatch"),
                      fmt::format("tree {}: no number of leaves", trees_ - 1), tree_);
    }
    if (!lists_.contains("num_cat")) judge_count("num_cat", 1, true);
    const auto wanted = static_cast<uint64_t>(leaves);
    const bool grown = leaves > 1;
    for (const char* name : {"split_feature", "threshold", "decision_type", "left_child",
                             "right_child", "internal_value"}) {
        judge_count(name, wanted - 1, grown && std::string_view(name) != "internal_value");
    }
    for (const char* name : {"split_gain", "internal_weight", "internal_count"}) {
        judge_count(name, wanted - 1, false);
    }
    judge_count("leaf_value", wanted, true);
    if (grown) judge_count("leaf_weight", wanted, false);
    if (grown) judge_count("leaf_count", wanted, false);
    judge_index("left_child", -leaves, leaves - 1);
    judge_index("right_child", -leaves, leaves - 1);
    judge_index("split_feature", 0, features_);
    judge_categories();
    judge_linear(wanted);
    judge_shape();
}

// Leaves of a linear tree are functions of some features, in lists of which each has a part.
void Scan::judge_linear(uint64_t leaves) {
    const auto linear = lists_.find("is_linear");
    if (linear == lists_.end() || linear->second.last == 0) return;
    judge_count("leaf_const", leaves, true);
    judge_count("num_features", leaves, true);
    judge_index("num_features", 0, features_ + 1);
    judge_index("leaf_features", 0, features_);
    const auto parts = lists_.find("num_features");
    const uint64_t all = parts == lists_.end() ? 0 : parts->second.sum;
    judge_count("leaf_features", all, all > 0);
    judge_count("leaf_coeff", all, all > 0);
}

// A child that is no node is said already.
void Scan::judge_shape() {
    const bool whole = left_.size() == right_.size() && !left_.empty();
    const auto end = static_cast<int32_t>(std::min<size_t>(left_.size(), kMostNodes));
    const auto is_node = [&](int32_t child) { return child < end; };
    if (!whole || !std::all_of(left_.begin(), left_.end(), is_node) ||
        !std::all_of(right_.begin(), right_.end(), is_node)) {
        return;
    }
    if (auto fault = trees::fault_of({left_, right_, false})) {
        report(rule("index.out_of_range"), fmt::format("tree {}: {}", trees_ - 1, *fault), tree_);
    }
}

// The sets of categories lie one after the other; the boundaries say where each starts and ends.
// A node that asks for a category has the number of its set for a threshold.
void Scan::judge_categories() {
    const auto count = lists_.find("num_cat");
    const int64_t sets_count = count == lists_.end() ? 0 : count->second.last;
    for (size_t i = 0; i < std::min(thresholds_.size(), decisions_.size()); i++) {
        if (!decisions_[i] || (thresholds_[i] >= 0 && thresholds_[i] < sets_count)) continue;
        report(rule("index.out_of_range"),
               fmt::format("tree {}: node {} asks for a category of none", trees_ - 1, i), tree_);
        break;
    }
    if (sets_count <= 0) return;
    judge_count("cat_boundaries", static_cast<uint64_t>(sets_count) + 1, true);
    const auto bounds = lists_.find("cat_boundaries");
    const auto sets = lists_.find("cat_threshold");
    const uint64_t words = sets == lists_.end() ? 0 : sets->second.count;
    judge_index("cat_boundaries", 0, static_cast<int64_t>(words) + 1);
    if (bounds == lists_.end() || bounds->second.most == static_cast<int64_t>(words)) return;
    judge_count("cat_threshold", static_cast<uint64_t>(std::max<int64_t>(bounds->second.most, 0)),
                true);
}

// ------------------------------------------------------------------------------------------------
// The rest

// "[name: value]"; where training read and wrote is no news.
void Scan::parameter() {
    constexpr std::string_view kFiles[] = {"forcedsplits_filename", "forcedbins_filename",
                                           "machine_list_filename", "initscore_filename",
                                           "parser_config_file",    "input_model"};
    std::string line = key_;
    if (in_value_) line += "=" + value_;
    const size_t colon = line.find(": ");
    if (line.empty()) return;
    if (!line.starts_with('[') || colon == std::string::npos) {
        return report(rule("header.invalid"), "a parameter without a name or a value", line_);
    }
    const std::string_view name = std::string_view(line).substr(1, colon - 1);
    std::string_view value = std::string_view(line).substr(colon + 2);
    if (value.ends_with(']')) value.remove_suffix(1);
    if (value.empty() || std::find(std::begin(kFiles), std::end(kFiles), name) == std::end(kFiles))
        return;
    report(rule("params.path"), fmt::format("{}: {}", name, value), line_);
}

Status Scan::judge_end() {
    if (part_ == Part::kTrees) end_tree(line_);
    judge_header();
    if (!ended_ || part_ == Part::kParameters) {
        report(rule("tree_sizes.mismatch"), "the file ends early", line_);
    } else if (sized_ && trees_ != sizes_.size()) {
        report(rule("tree_sizes.mismatch"),
               fmt::format("{} trees, {} sizes", trees_, sizes_.size()), 0);
    }
    if (outputs_.value_or(0) > 0 && trees_ % static_cast<uint64_t>(*outputs_) != 0) {
        report(rule("header.invalid"),
               fmt::format("{} trees for iterations of {}", trees_, *outputs_), 0);
    }
    context_.property("trees", fmt::format("{}", trees_));
    if (broken_) context_.incomplete(Coverage::kMalformed, "the model contradicts itself");
    return Done{};
}

bool is_lightgbm(const Probe& probe) {
    return starts_with(probe.head, "tree\n") || starts_with(probe.head, "tree\r");
}

Status scan_lightgbm(Tape& tape, ScanContext& context) { return Scan(tape, context).run(); }

}  // namespace

}  // namespace lightgbm

const Format kLightgbmFormat{
    "lightgbm", false, 0, {}, lightgbm::kRules, lightgbm::is_lightgbm, lightgbm::scan_lightgbm,
};

}  // namespace assay

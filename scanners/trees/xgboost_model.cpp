#include "xgboost_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tree_shape.h"

namespace assay::xgboost {

namespace rules {

constexpr Rule kIndex = {
    "xgboost.tree.index_out_of_range",
    Severity::kHigh,
    "a tree leads to a node or a feature that it does not have, or in a circle",
    "XGBoost does not check these numbers when it loads a model, and follows them when it "
    "predicts: "
    "out of its memory, or without end.",
    "Do not load it; train the model again, or fetch it from where it was made.",
    "CWE-125 CWE-129"};

constexpr Rule kLengthOverflow = {
    "xgboost.ubj.length_overflow",
    Severity::kHigh,
    "a value is longer than the file, or is none that the format knows",
    "The file is cut, or its lengths lie; readers allocate by them.",
    "Fetch the file again.",
    "CWE-130 CWE-789"};

constexpr Rule kDepth = {"xgboost.ubj.depth",
                         Severity::kHigh,
                         "values lie deeper in each other than in any model",
                         "The reader calls itself for every level and exhausts the stack.",
                         "Distrust the file: XGBoost writes no such thing.",
                         "CWE-674"};

constexpr Rule kDuplicateKey = {"xgboost.json.dup_key",
                                Severity::kHigh,
                                "an object of the model has a key twice",
                                "Readers differ in which of them counts.",
                                "Distrust the file: XGBoost writes each key once.",
                                "CWE-436"};

constexpr Rule kIncomplete = {"xgboost.model.incomplete",
                              Severity::kMedium,
                              "the model lacks a part that every model has",
                              "XGBoost refuses it, and other readers take what they like for it.",
                              "Fetch the file again.",
                              "CWE-20"};

constexpr Rule kLegacyBinary = {
    "xgboost.legacy_binary",
    Severity::kMedium,
    "the model has XGBoost's old binary form",
    "It is an image of the library's own memory, read back without checks; XGBoost 3.1 no longer "
    "takes it. Nothing here validates it.",
    "Load it with the version that wrote it and save it as JSON or UBJSON.",
    "CWE-502"};

namespace {
constexpr Rule kEvery[] = {kIndex,        kLengthOverflow, kDepth,
                           kDuplicateKey, kIncomplete,     kLegacyBinary};
}  // namespace

constexpr std::span<const Rule> kAll = kEvery;

}  // namespace rules

namespace {

constexpr size_t kMostFindings = 1000;
constexpr size_t kLongestKey = 64;
constexpr int64_t kNoNode = std::numeric_limits<int32_t>::max();  // a root's parent
constexpr int64_t kMostCategories = 16777217;                     // by the library's own check
constexpr std::string_view kCategoryLists[] = {"categories", "categories_nodes",
                                               "categories_segments", "categories_sizes"};

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

void Model::found(const Rule& rule, uint64_t offset, std::string detail) {
    if (findings_.size() < kMostFindings) findings_.push_back({&rule, offset, std::move(detail)});
}

bool Model::in_tree_list() const { return !levels_.empty() && levels_.back().key == "trees"; }

// Whether the object at that level is what the booster holds.
bool Model::in_booster(size_t level) const {
    if (level < 2 || level >= levels_.size() || levels_[level - 1].key != "model") return false;
    const std::string& around = levels_[level - 2].key;
    return around == "gradient_booster" || around == "gbtree";
}

void Model::open(bool object, uint64_t offset) {
    if (object && !tree_ && in_tree_list() && !levels_.back().object) {
        tree_.emplace().offset = offset;
        tree_level_ = levels_.size();
    }
    std::string key = levels_.empty() || !levels_.back().object ? "" : levels_.back().key;
    if (levels_.size() == 1 && key == "learner") learner_ = object;
    if (levels_.size() == 1 && key == "version") version_ = !object;
    const bool of_tree = tree_ && !object && levels_.size() == tree_level_ + 1;
    for (size_t i = 0; of_tree && i < std::size(kCategoryLists); i++) {
        if (key == kCategoryLists[i]) tree_->category_lists |= 1U << i;
    }
    if (object) judge_parameter();
    if (object) keys_.open();
    if (object && !key.empty()) note_part("", false);
    levels_.push_back({object, object ? "" : std::move(key)});
    if (object && in_categories(0)) categories_.begin();
    if (std::optional<List>* list = list_of_booster(); list && !*list) list->emplace();
}

// Of what the booster says of its trees, the list that is open, if it is one.
std::optional<List>* Model::list_of_booster() {
    if (levels_.size() < 4 || levels_.back().object || tree_) return nullptr;
    const std::string& key = levels_.back().key;
    if (key == "weight_drop") {
        const bool here = levels_.size() == 4 && levels_[1].key == "gradient_booster";
        return here ? &dropped_ : nullptr;
    }
    if (!in_booster(levels_.size() - 2)) return nullptr;
    if (key == "tree_info") return &tree_info_;
    return key == "iteration_indptr" ? &iterations_ : nullptr;
}

// Whether what is open lies so many levels below "cats".
bool Model::in_categories(size_t below) const {
    if (tree_ || levels_.size() < below + 4) return false;
    const size_t level = levels_.size() - below - 2;
    return in_booster(level) && levels_[level].key == "cats";
}

void Model::close() {
    if (levels_.empty()) return;
    if (levels_.back().object) keys_.close();
    if (levels_.back().object && in_categories(2)) categories_.end_of_feature();
    levels_.pop_back();
    if (!tree_ || levels_.size() != tree_level_) return;
    judge_tree();
    context_.release(tree_->bytes());
    tree_.reset();
}

void Model::key(std::string_view text, uint64_t hash, uint64_t offset) {
    if (levels_.empty()) return;
    levels_.back().key = text.substr(0, kLongestKey);
    if (in_booster(levels_.size() - 1)) weights_ = weights_ || text == "weights";
    if (levels_.back().object && in_categories(2)) categories_.key(text);
    if (levels_.back().object && in_categories(0)) categories_.part(text);
    if (cut_) return;
    if (!keys_.add(hash)) found(rules::kDuplicateKey, offset, std::string(text.substr(0, 200)));
    if (keys_.bytes() <= paid_) return;
    const size_t more = keys_.bytes() - paid_ + 4096;
    cut_ = !context_.reserve(more);
    if (!cut_) paid_ += more;
}

void Model::text(std::string_view value) {
    if (levels_.size() == 3 && !levels_[2].object && levels_[0].key == "learner") {
        if (levels_[2].key == "feature_names") names_++;
        if (levels_[2].key == "feature_types") types_++;
    }
    hold_other();
    if (levels_.empty() || !levels_.back().object) return;
    note_part(value, true);
    const bool inner = levels_.size() == 4 && levels_[0].key == "learner" &&
                       levels_[1].key == "gradient_booster" && levels_[2].key == "gbtree";
    if (inner && levels_[3].key == "name" && value != "gbtree") {
        found(rules::kIncomplete, 0, "learner.gradient_booster.gbtree.name");
    }
    note_parameter(value);
}

namespace {

// What stands below "learner"; of texts, what they may be.
struct Part {
    std::string_view first;
    std::string_view second;  // none: the first is an object
    bool number = false;      // or a list of numbers, as a text
};
constexpr Part kParts[] = {
    {"gradient_booster", ""},  // the first one: without a version it tells a model
    {"gradient_booster", "name"},
    {"learner_model_param", ""},
    {"learner_model_param", "base_score", true},
    {"learner_model_param", "num_class", true},
    {"learner_model_param", "num_feature", true},
    {"objective", ""},
    {"objective", "name"},
    {"attributes", ""},
};
constexpr std::string_view kBoosters[] = {"gbtree", "gblinear", "dart"};

bool is_number(std::string_view text) {
    const char* end = text.data() + text.size();
    double value = 0;
    auto [at, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && at == end;
}

// "5E-1", or of later versions "[5E-1,2.5E-1]"; of a long one only the beginning is there.
bool is_numbers(std::string_view text) {
    constexpr size_t kLeastKept = 256;  // by both readers
    const bool whole = text.size() < kLeastKept;
    if (!text.starts_with('[')) return is_number(text);
    text.remove_prefix(1);
    for (;;) {
        const size_t comma = text.find(',');
        if (comma == std::string_view::npos) break;
        if (!is_number(text.substr(0, comma))) return false;
        text.remove_prefix(comma + 1);
    }
    if (!text.ends_with(']')) return !whole;
    return is_number(text.substr(0, text.size() - 1));
}

// How many numbers those are; 0 where the end is not there.
uint64_t scores_of(std::string_view text) {
    if (!text.starts_with('[')) return 1;
    if (!text.ends_with(']')) return 0;
    return static_cast<uint64_t>(std::count(text.begin(), text.end(), ',')) + 1;
}

}  // namespace

void Model::note_part(std::string_view value, bool text) {
    if (tree_ || levels_.size() < 2 || levels_.size() > 3 || levels_[0].key != "learner") return;
    if (levels_[1].key == "learner_model_param" && levels_.size() == 3 &&
        levels_[2].key == "num_target") {
        targets_ = whole_number(value).value_or(-1);
    }
    const bool average = levels_.size() == 3 && levels_[2].key == "boost_from_average";
    if (average && levels_[1].key == "learner_model_param" && !whole_number(value)) {
        found(rules::kIncomplete, 0, "boost_from_average");
    }
    const std::string_view second =
        levels_.size() == 3 ? std::string_view(levels_[2].key) : std::string_view();
    for (size_t i = 0; i < std::size(kParts); i++) {
        const Part& part = kParts[i];
        if (part.first != levels_[1].key || part.second != second) continue;
        const bool unknown = i == 1 && std::find(std::begin(kBoosters), std::end(kBoosters),
                                                 value) == std::end(kBoosters);
        if (i == 1) booster_ = value.substr(0, kLongestKey);
        if (part.second == "num_feature") features_ = whole_number(value);
        if (part.second == "base_score") scores_ = scores_of(value);
        if (part.second == "num_class") classes_ = whole_number(value);
        const bool odd = part.number && !is_numbers(value);
        if (text != second.empty() && !unknown && !odd) parts_ |= 1U << i;
    }
}

void Model::judge_parts() {
    if (!version_ || version_count_ != 3) found(rules::kIncomplete, 0, "version");
    for (size_t i = 0; i < std::size(kParts); i++) {
        if ((parts_ >> i & 1) != 0) continue;
        const Part& part = kParts[i];
        found(
            rules::kIncomplete, 0,
            fmt::format("learner.{}{}{}", part.first, part.second.empty() ? "" : ".", part.second));
    }
}

// The library takes what is missing for there.
void Model::judge_booster() {
    judge_scores();
    const bool linear = booster_ == "gblinear";
    if (linear ? !weights_ : !tree_info_) {
        found(rules::kIncomplete, 0, linear ? "weights" : "tree_info");
    }
    judge_names();
    if (targets_.value_or(0) < 0) found(rules::kIncomplete, 0, "num_target");
    if (classes_.value_or(0) < 0) found(rules::kIncomplete, 0, "num_class");
    if (linear) return judge_weights();
    if (!announced_) found(rules::kIncomplete, 0, "num_trees");
    judge_groups();
    judge_iterations();
    if (auto fault = categories_.fault()) found(rules::kIndex, 0, *fault);
    if (features_ && most_split_ >= *features_) {
        found(rules::kIndex, 0, fmt::format("feature {} of {}", most_split_, *features_));
    }
}

int64_t Model::outputs() const {
    return std::max({classes_.value_or(0), targets_.value_or(0), int64_t{1}});
}

// One for each feature and one more, for each output.
void Model::judge_weights() {
    const auto features = static_cast<uint64_t>(std::max<int64_t>(features_.value_or(0), 0));
    uint64_t needed = 0;
    const bool overflow =
        __builtin_mul_overflow(features + 1, static_cast<uint64_t>(outputs()), &needed);
    if (odd_weights_) found(rules::kIncomplete, 0, "weights holds something else than fractions");
    if (!weights_ || (!overflow && weight_count_ >= needed)) return;
    found(rules::kIndex, 0,
          fmt::format("{} weights for {} features and {} outputs", weight_count_, features,
                      outputs()));
}

// Of all features or of none: the model loads, and what shows or asks for names fails.
void Model::judge_names() {
    const auto features = static_cast<uint64_t>(features_.value_or(0));
    const auto judge = [&](uint64_t count, std::string_view list) {
        if (count == 0 || count == features) return;
        found(rules::kIncomplete, 0,
              fmt::format("{} has {} entries for {} features", list, count, features));
    };
    judge(names_, "feature_names");
    judge(types_, "feature_types");
}

// One for all outputs, or one for each.
void Model::judge_scores() {
    if (scores_ <= 1 || scores_ == static_cast<uint64_t>(outputs())) return;
    found(rules::kIncomplete, 0, fmt::format("{} base scores for {} outputs", scores_, outputs()));
}

// A tree adds to the output that tree_info says, wherever that leads; a model that was dropped from
// has a factor for each tree.
void Model::judge_groups() {
    const auto say = [&](const List& list, std::string_view name) {
        found(rules::kIndex, 0,
              fmt::format("{} has {} entries for {} trees, from {} to {}", name, list.count, trees_,
                          list.least, list.most));
    };
    if (tree_info_) {
        const List& info = *tree_info_;
        const bool inside = info.count == 0 || (info.least >= 0 && info.most < outputs());
        if (!info.whole || !inside || info.count != trees_) say(info, "tree_info");
    }
    if (dropped_ && !dropped_->fractions) {
        found(rules::kIncomplete, 0, "weight_drop holds something else than fractions");
    }
    if (booster_ != "dart" || trees_ == 0) return;
    if (!dropped_ || dropped_->count != trees_) {
        const uint64_t count = dropped_ ? dropped_->count : 0;
        found(rules::kIndex, 0, fmt::format("{} factors for {} trees", count, trees_));
    }
}

// Where the trees of each iteration begin, and where the last ones end.
void Model::judge_iterations() {
    if (!iterations_) return;
    const bool ends = iterations_->count > 0 && static_cast<uint64_t>(last_iteration_) == trees_;
    if (iterations_->whole && !iterations_fall_ && ends) return;
    found(rules::kIndex, 0,
          fmt::format("iteration_indptr does not lead from 0 to {}, the number of trees", trees_));
}

// Parameters are numbers, written as texts; under another name the same is none.
void Model::note_parameter(std::string_view value) {
    const std::string& key = levels_.back().key;
    const std::optional<int64_t> number = whole_number(value);
    const std::string_view above =
        levels_.size() < 2 ? std::string_view() : std::string_view(levels_[levels_.size() - 2].key);
    if (!tree_ && above == "gbtree_model_param" && in_booster(levels_.size() - 2)) {
        if (key == "num_trees") announced_ = number;
        if (key == "num_parallel_tree" && number.value_or(0) < 1) found(rules::kIncomplete, 0, key);
    }
    if (!tree_ || levels_.size() != tree_level_ + 2 || above != "tree_param") return;
    if (key == "num_nodes") tree_->nodes = number;
    if (key == "num_feature") tree_->features = number.value_or(-1);
    if (key == "num_deleted") tree_->deleted = number;
    if (key == "size_leaf_vector") tree_->vector = number.value_or(-1);
    if ((key == "num_feature" || key == "num_deleted") && !number) {
        found(rules::kIncomplete, tree_->offset,
              fmt::format("tree {}: {} is no number", trees_, key));
    }
}

// What is no node of any tree stays none.
static int32_t child_of(std::optional<int64_t> value) {
    constexpr int64_t kNone = -2;
    const bool fits = value && *value >= -1 && *value < kNoNode;
    return static_cast<int32_t>(fits ? *value : kNone);
}

// Parameters are texts, whatever they hold, and so are names and types of features.
void Model::judge_parameter() {
    if (levels_.size() == 3 && !levels_[2].object && levels_[0].key == "learner" &&
        levels_[2].key.starts_with("feature_")) {
        return found(rules::kIncomplete, 0, levels_[2].key + " holds something else than texts");
    }
    if (levels_.size() < 2 || !levels_.back().object) return;
    const std::string& around = levels_[levels_.size() - 2].key;
    const bool parameter = around == "tree_param" || around == "gbtree_model_param" ||
                           around == "learner_model_param" || around.ends_with("loss_param");
    if (!parameter) return;
    found(rules::kIncomplete, tree_ ? tree_->offset : 0,
          fmt::format("{}.{} is no text", around, levels_.back().key));
}

// An entry of a tree's list that is no number.
void Model::hold_other() {
    if (!tree_ || levels_.size() != tree_level_ + 2 || levels_.back().object) return;
    List& list = tree_->lists[levels_.back().key];
    list.whole = list.fractions = false;
}

// Versions before 2.0 wrote truths for whether a node leads to the left.
void Model::other(std::optional<bool> truth) {
    const bool list = tree_ && levels_.size() == tree_level_ + 2 && !levels_.back().object;
    if (list && truth && levels_.back().key == "default_left") return number(*truth ? 1 : 0);
    number(std::nullopt);
    hold_other();
    const bool weight = levels_.size() > 3 && levels_.back().key == "weights";
    odd_weights_ |= weight && in_booster(levels_.size() - 2);
}

void Model::number(std::optional<int64_t> value) {
    judge_parameter();
    const bool in_list = levels_.size() > 3 && !levels_.back().object;
    const bool version = levels_.size() == 2 && levels_[0].key == "version";
    if (version && version_numbers_.size() < 3) version_numbers_.push_back(value.value_or(0));
    if (version && value) version_count_++;
    if (std::optional<List>* list = list_of_booster(); list && *list)
        note_in_booster(**list, value);
    if (in_list && (in_categories(1) || in_categories(3))) {
        categories_.number(levels_.back().key, value);
    }
    const bool of_tree = tree_ && levels_.size() == tree_level_ + 1;
    if (of_tree && levels_.back().key == "id") tree_->id = value.value_or(-1);
    const bool weight = in_list && levels_.back().key == "weights";
    if (weight && in_booster(levels_.size() - 2)) {
        weight_count_++;
        odd_weights_ |= value.has_value();
    }
    if (!tree_ || levels_.size() != tree_level_ + 2 || levels_.back().object) return;
    List& list = tree_->lists[levels_.back().key];
    const bool first = list.count++ == 0;
    list.whole = list.whole && value.has_value();
    list.fractions = list.fractions && !value.has_value();
    const std::string& key = levels_.back().key;
    hold_of_tree(key, value);
    if (!value) return;
    list.root = list.root || (first && *value == kNoNode);
    if (first && *value == kNoNode && levels_.back().key == "parents") return;
    list.least = std::min(list.least, *value);
    list.most = std::max(list.most, *value);
    if (*value != kNoNode) list.most_live = std::max(list.most_live, *value);
    if (*value != kNoNode || key != "split_indices") return;
    hold(tree_->marked, static_cast<int32_t>(std::min<uint64_t>(list.count - 1, kNoNode)));
}

// What is compared with other lists when the tree is there.
void Model::hold_of_tree(std::string_view key, std::optional<int64_t> value) {
    if (key == "left_children") hold(tree_->left, child_of(value));
    if (key == "right_children") hold(tree_->right, child_of(value));
    if (key == "parents") hold(tree_->parents, child_of(value));
    if (key == "categories_segments") hold(tree_->segments, value.value_or(-1));
    if (key == "categories_sizes") hold(tree_->sizes, value.value_or(-1));
    if (key == "categories_nodes") hold(tree_->category_nodes, child_of(value));
    if (key == "split_type") hold(tree_->by_category, static_cast<uint8_t>(value == 1));
    if (key == "default_left") hold(tree_->default_left, static_cast<uint8_t>(value != 0));
}

void Model::note_in_booster(List& list, std::optional<int64_t> value) {
    list.count++;
    list.whole = list.whole && value.has_value();
    list.fractions = list.fractions && !value.has_value();
    if (!value) return;
    list.least = std::min(list.least, *value);
    list.most = std::max(list.most, *value);
    if (!iterations_ || &list != &*iterations_) return;
    const bool first = list.count == 1;
    iterations_fall_ = iterations_fall_ || (first ? *value != 0 : *value < last_iteration_);
    last_iteration_ = *value;
}

template <typename Number>
void Model::hold(std::vector<Number>& values, Number value) {
    if (values.size() == values.capacity()) {
        const size_t more = std::max<size_t>(values.size(), 256);
        cut_ = cut_ || !context_.reserve(more * sizeof(Number));
        if (!cut_) values.reserve(values.size() + more);
    }
    if (!cut_) values.push_back(value);
}

void Model::judge_categories() {
    const uint64_t count = tree_->count_of("categories");
    const uint64_t splits = tree_->count_of("categories_nodes");
    if (cut_) return;
    bool good = tree_->segments.size() == splits && tree_->sizes.size() == splits;
    for (size_t i = 0; good && i < splits; i++) {
        const int64_t begin = tree_->segments[i];
        const int64_t size = tree_->sizes[i];
        good = begin >= 0 && size >= 1 && static_cast<uint64_t>(begin) <= count &&
               static_cast<uint64_t>(size) <= count - static_cast<uint64_t>(begin);
    }
    if (good) return;
    found(rules::kIndex, tree_->offset,
          fmt::format("tree {}: categories that are not there", trees_ - 1));
}

// Both lists say of which nodes it is, and in the same order: the library reads them side by side
// and refuses to save, or to show, a model where they differ.
void Model::judge_category_nodes() {
    const std::vector<uint8_t>& marks = tree_->by_category;
    if (cut_ || marks.empty()) return;
    size_t next = 0;
    bool good = true;
    for (size_t node = 0; good && node < marks.size(); node++) {
        if (marks[node] == 0) continue;
        good = next < tree_->category_nodes.size() &&
               tree_->category_nodes[next] == static_cast<int32_t>(node);
        next++;
    }
    if (good && next == tree_->category_nodes.size()) return;
    found(rules::kIndex, tree_->offset,
          fmt::format("tree {}: split_type and categories_nodes differ", trees_ - 1));
}

// -1 stands for no node. Of nodes that were deleted only the room is left.
void Model::judge_list(std::string_view name, int64_t end, bool counted) {
    auto found_list = tree_->lists.find(name);
    const List list = found_list == tree_->lists.end() ? List() : found_list->second;
    const int64_t least = name == "split_indices" || name.starts_with("categories") ? 0 : -1;
    const bool deleted = tree_->deleted.value_or(0) > 0 && list.most == kNoNode;
    auto say = [&](std::string what) {
        found(rules::kIndex, tree_->offset, fmt::format("tree {}: {} {}", trees_ - 1, name, what));
    };
    if (counted && list.count != static_cast<uint64_t>(*tree_->nodes)) {
        say(fmt::format("has {} entries for {} nodes", list.count, *tree_->nodes));
    }
    if (list.count == 0) return;
    if (!list.whole) return say("holds something else than whole numbers");
    if (list.least < least && list.least <= list.most) say(fmt::format("holds {}", list.least));
    const int64_t most = deleted ? list.most_live : list.most;
    if (most >= end) say(fmt::format("holds {} of {}", most, end));
}

// Lists with a number for each node. Where leaves hold vectors, versions before 3.2 wrote fewer.
void Model::judge_counts() {
    const auto nodes = static_cast<uint64_t>(*tree_->nodes);
    const uint64_t length = tree_->holds_vectors() ? static_cast<uint64_t>(*tree_->vector) : 1;
    const bool old = length > 1 && tree_->count_of("leaf_weights") == 0;
    auto judge = [&](const char* name, uint64_t least) {
        const uint64_t count = tree_->count_of(name);
        if (count == least) return;
        found(
            rules::kIndex, tree_->offset,
            fmt::format("tree {}: {} has {} entries for {} nodes", trees_ - 1, name, count, nodes));
    };
    judge("base_weights", nodes > UINT64_MAX / length ? UINT64_MAX : nodes * length);
    judge("default_left", nodes);
    judge("split_conditions", nodes);
    if (!old) judge("loss_changes", nodes);
    if (!old) judge("sum_hessian", nodes);
    if (length > 1 || tree_->count_of("split_type") > 0) judge("split_type", nodes);
}

// The library tells numbers apart by how they are spelled, or by their types: 1 is no fraction.
void Model::judge_kinds() {
    const auto judge = [&](std::string_view name, bool fractions) {
        const auto at = tree_->lists.find(name);
        if (at == tree_->lists.end() || at->second.count == 0) return;
        if (fractions ? at->second.fractions : at->second.whole) return;
        found(rules::kIncomplete, tree_->offset,
              fmt::format("tree {}: {} holds something else than {}", trees_ - 1, name,
                          fractions ? "fractions" : "whole numbers"));
    };
    for (const char* name :
         {"base_weights", "loss_changes", "split_conditions", "sum_hessian", "leaf_weights"}) {
        judge(name, true);
    }
    judge("default_left", false);
    judge("split_type", false);
}

// Where leaves hold vectors, these have a list of their own.
void Model::judge_leaves() {
    const int64_t length = tree_->vector.value_or(0);
    if (length < 0) {
        return found(rules::kIndex, tree_->offset,
                     fmt::format("tree {}: leaves of a negative length", trees_ - 1));
    }
    if (length <= 1) return;
    const uint64_t count = tree_->count_of("leaf_weights");
    if (count == 0) {
        if (old_leaves_++ == 0) first_old_leaves_ = tree_->offset;
    } else if (count % static_cast<uint64_t>(length) != 0) {
        found(rules::kIndex, tree_->offset,
              fmt::format("tree {}: {} leaf_weights, {} for a leaf", trees_ - 1, count, length));
    }
}

// Versions before 3.2 wrote none. 3.2 takes their models and reads the list all the same.
void Model::judge_old_leaves() {
    if (old_leaves_ == 0) return;
    const std::vector<int64_t> since{3, 2};
    const bool old = version_numbers_.size() >= 2 && version_numbers_ < since;
    found(old ? rules::kIncomplete : rules::kIndex, first_old_leaves_,
          fmt::format("leaf_weights of {} trees, which XGBoost reads from 3.2 on", old_leaves_));
}

// What the library looks for by name, and refuses a tree without.
void Model::judge_tree_parts() {
    const auto lacks = [&](std::string_view what) {
        found(rules::kIncomplete, tree_->offset, fmt::format("tree {}: {}", trees_ - 1, what));
    };
    if (!tree_->id) lacks("id");
    if (!tree_->features) lacks("num_feature");
    if (!tree_->vector) lacks("size_leaf_vector");
    for (size_t i = 0; i < std::size(kCategoryLists) && tree_->count_of("split_type") > 0; i++) {
        if ((tree_->category_lists >> i & 1) == 0) lacks(kCategoryLists[i]);
    }
    if (!tree_->id || static_cast<uint64_t>(*tree_->id) == trees_ - 1) return;
    found(rules::kIndex, tree_->offset,
          fmt::format("tree {} has the id {}", trees_ - 1, *tree_->id));
}

// The library asks the parent of every node but the root which side the node is on.
void Model::judge_parents() {
    const auto say = [&](size_t node) {
        found(
            rules::kIndex, tree_->offset,
            fmt::format("tree {}: node {} has another parent than leads to it", trees_ - 1, node));
    };
    if (cut_) return;
    const std::vector<int32_t>& parents = tree_->parents;
    if (!parents.empty() && parents[0] >= 0) return say(0);
    for (size_t i = 1; i < parents.size(); i++) {
        if (parents[i] < 0) return say(i);
    }
    for (size_t i = 0; i < parents.size(); i++) {
        if (tree_->left[i] < 0) continue;
        for (const int32_t child : {tree_->left[i], tree_->right[i]}) {
            if (child < 0) continue;
            const auto at = static_cast<size_t>(child);
            if (at == 0 || parents[at] != static_cast<int32_t>(i)) return say(at);
        }
    }
    judge_deleted();
}

// Their room is left, with a feature that no model has, as if it led to the left; they are counted,
// and nothing may lead to one that asks for it.
void Model::judge_deleted() {
    const auto is_deleted = [&](int32_t node) {
        const auto at = static_cast<size_t>(node);
        return at < tree_->default_left.size() && tree_->default_left[at] != 0;
    };
    const auto counted = std::count_if(tree_->marked.begin(), tree_->marked.end(),
                                       [&](int32_t node) { return node > 0 && is_deleted(node); });
    if (counted != tree_->deleted.value_or(0)) {
        return found(rules::kIndex, tree_->offset,
                     fmt::format("tree {}: {} nodes were deleted, {} announced", trees_ - 1,
                                 counted, tree_->deleted.value_or(0)));
    }
    for (const int32_t node : tree_->marked) {
        const auto at = static_cast<size_t>(node);
        if (at >= tree_->left.size() || tree_->left[at] < 0) continue;
        const size_t above = at == 0 ? 0 : static_cast<size_t>(tree_->parents[at]);
        const bool led = at == 0 || tree_->left[above] == node || tree_->right[above] == node;
        if (!led) continue;
        return found(rules::kIndex, tree_->offset,
                     fmt::format("tree {}: node {} is in use and deleted", trees_ - 1, at));
    }
}

void Model::judge_shape() {
    const uint64_t weights = tree_->count_of("leaf_weights");
    trees::TreeShape shape{tree_->left, tree_->right};
    if (tree_->holds_vectors() && weights > 0) {
        shape.vectors = weights / static_cast<uint64_t>(*tree_->vector);
    }
    const size_t needs = tree_->left.size() * trees::kBytesPerNode;
    cut_ = cut_ || !context_.reserve(needs);
    if (cut_) return;
    if (auto fault = trees::fault_of(shape)) {
        found(rules::kIndex, tree_->offset, fmt::format("tree {}: {}", trees_ - 1, *fault));
    }
    context_.release(needs);
}

void Model::judge_tree() {
    trees_++;
    if (!tree_->nodes || *tree_->nodes < 1) {
        return found(rules::kIndex, tree_->offset,
                     fmt::format("tree {}: no number of nodes", trees_ - 1));
    }
    judge_tree_parts();
    judge_counts();
    const size_t before = findings_.size();
    judge_list("left_children", *tree_->nodes, true);
    judge_list("right_children", *tree_->nodes, true);
    judge_list("parents", *tree_->nodes, true);
    judge_list("categories_nodes", *tree_->nodes, false);
    judge_list("categories", kMostCategories, false);
    judge_categories();
    judge_category_nodes();
    judge_kinds();
    judge_list("split_indices", std::max<int64_t>(tree_->features.value_or(0), 1), true);
    if (const auto splits = tree_->lists.find("split_indices"); splits != tree_->lists.end()) {
        const bool deleted = tree_->deleted.value_or(0) > 0;
        const List& list = splits->second;
        most_split_ = std::max(most_split_, deleted ? list.most_live : list.most);
    }
    judge_leaves();
    if (findings_.size() != before) return;
    judge_parents();
    judge_shape();
}

Status Model::report(bool whole) {
    if (is_model() && whole) {
        judge_parts();
        judge_booster();
        judge_old_leaves();
    }
    if (announced_ && is_model() && static_cast<uint64_t>(*announced_) != trees_) {
        found(rules::kIndex, 0, fmt::format("{} trees, {} announced", trees_, *announced_));
    }
    if (is_model()) {
        context_.property("booster", booster_);
        if (booster_ != "gblinear") context_.property("trees", std::to_string(trees_));
        if (features_) context_.property("features", std::to_string(*features_));
    }
    for (const Found& finding : findings_) {
        context_.report(*finding.rule, finding.offset, 0, finding.detail);
    }
    if (!cut_) return Done{};
    return Error{Code::kLimit, "the model has too many keys", 0};
}

}  // namespace assay::xgboost

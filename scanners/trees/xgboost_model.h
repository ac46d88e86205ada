// An XGBoost model as its JSON and UBJSON forms tell it, event by event: the same document, so the
// same checks.
//
// XGBoost believes the indices of a tree: children, parents and features are used to address memory
// when the model predicts, and a circle of nodes is followed for ever. Of each list only the
// extremes are kept, and the children while their tree is read, so a model of any number of trees
// takes a few kilobytes.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assay/context.h"
#include "text/json.h"
#include "xgboost_categories.h"

namespace assay::xgboost {

// Of one list of numbers.
struct List {
    uint64_t count = 0;
    int64_t least = std::numeric_limits<int64_t>::max();
    int64_t most = std::numeric_limits<int64_t>::min();
    int64_t most_live = -1;  // but for the mark of what was deleted
    bool whole = true;
    bool fractions = true;  // all are spelled as such
    bool root = false;      // the first is the mark of a root's parent
};
struct Tree {
    uint64_t offset = 0;
    std::map<std::string, List, std::less<>> lists;
    std::optional<int64_t> nodes, features, deleted;
    std::optional<int64_t> vector;     // how many numbers a leaf holds
    std::optional<int64_t> id;         // where the library puts it among the trees
    std::vector<int32_t> left, right;  // children of each node
    std::vector<int32_t> parents;
    std::vector<int32_t> marked;  // nodes that were deleted, by split_indices
    unsigned category_lists = 0;  // which of those that go with split_type were there

    [[nodiscard]] bool holds_vectors() const { return vector.value_or(0) > 1; }
    [[nodiscard]] uint64_t count_of(std::string_view list) const {
        const auto found = lists.find(list);
        return found == lists.end() ? 0 : found->second.count;
    }
    // Of each split by categories: where they begin in their list, and how many there are.
    std::vector<int64_t> segments, sizes;
    std::vector<int32_t> category_nodes;  // that split so
    std::vector<uint8_t> by_category;     // whether a node says that it does
    std::vector<uint8_t> default_left;

    // What the lists take.
    [[nodiscard]] size_t bytes() const {
        return (segments.capacity() + sizes.capacity()) * sizeof(int64_t) +
               (left.capacity() + right.capacity() + parents.capacity() + marked.capacity() +
                category_nodes.capacity()) *
                   sizeof(int32_t) +
               by_category.capacity() + default_left.capacity();
    }
};

class Model {
  public:
    explicit Model(ScanContext& context) : context_(context) {}

    void open(bool object, uint64_t offset);
    void close();
    void key(std::string_view text, uint64_t hash, uint64_t offset);
    void text(std::string_view value);
    // Absent: no whole number.
    void number(std::optional<int64_t> value);
    // What is neither text nor number.
    void other(std::optional<bool> truth);

    // Whether it is such a model at all; when it has ended. The library takes one without a
    // version.
    [[nodiscard]] bool is_model() const { return learner_ && (version_ || (parts_ & 1U) != 0); }
    // What was found; nothing was reported before. `whole`: the document did not break off.
    Status report(bool whole);

  private:
    struct Level {
        bool object;
        std::string key;  // the last one, or the one that a list stands under
    };
    struct Found {
        const Rule* rule;
        uint64_t offset;
        std::string detail;
    };

    [[nodiscard]] bool in_tree_list() const;
    [[nodiscard]] bool in_booster(size_t level) const;
    std::optional<List>* list_of_booster();
    void note_in_booster(List& list, std::optional<int64_t> value);
    [[nodiscard]] bool in_categories(size_t below) const;
    void judge_booster();
    void judge_groups();
    void judge_iterations();
    void judge_scores();
    void note_parameter(std::string_view value);
    void note_part(std::string_view value, bool text);
    void judge_parts();
    void judge_tree();
    void judge_categories();
    void judge_category_nodes();
    void hold_of_tree(std::string_view key, std::optional<int64_t> value);
    void judge_names();
    void judge_kinds();
    void judge_parameter();
    void hold_other();
    void judge_weights();
    [[nodiscard]] int64_t outputs() const;
    void judge_tree_parts();
    void judge_parents();
    void judge_deleted();
    void judge_counts();
    void judge_leaves();
    void judge_old_leaves();
    void judge_shape();
    template <typename Number>
    void hold(std::vector<Number>& values, Number value);
    void judge_list(std::string_view name, int64_t end, bool counted);
    void found(const Rule& rule, uint64_t offset, std::string detail);

    ScanContext& context_;
    std::vector<Level> levels_;
    json::DuplicateKeys keys_;
    std::optional<Tree> tree_;
    size_t tree_level_ = 0;
    uint64_t trees_ = 0;
    std::optional<int64_t> announced_;  // trees
    // Of the booster: what it is, and what its lists hold.
    std::string booster_;
    bool weights_ = false;
    uint64_t weight_count_ = 0;
    bool odd_weights_ = false;        // some are no fractions
    uint64_t names_ = 0, types_ = 0;  // of features
    std::optional<List> tree_info_, iterations_, dropped_;
    bool iterations_fall_ = false;  // they should not
    int64_t last_iteration_ = 0;
    std::optional<int64_t> features_, classes_, targets_;
    uint64_t scores_ = 1;      // of the base score; 0: not known
    int64_t most_split_ = -1;  // of all trees, the last feature
    Categories categories_;
    bool learner_ = false;
    bool version_ = false;
    std::vector<int64_t> version_numbers_;  // the first of them
    uint64_t version_count_ = 0;            // of whole numbers there
    // Trees whose leaves hold vectors that no list has, and where the first one is.
    uint64_t old_leaves_ = 0;
    uint64_t first_old_leaves_ = 0;
    unsigned parts_ = 0;  // that every model has, and this one had
    size_t paid_ = 0;
    bool cut_ = false;
    std::vector<Found> findings_;
};

namespace rules {
extern const Rule kIndex;           // xgboost.tree.index_out_of_range
extern const Rule kLengthOverflow;  // xgboost.ubj.length_overflow
extern const Rule kDepth;           // xgboost.ubj.depth
extern const Rule kDuplicateKey;    // xgboost.json.dup_key
extern const Rule kIncomplete;      // xgboost.model.incomplete
extern const Rule kLegacyBinary;    // xgboost.legacy_binary
extern const std::span<const Rule> kAll;
}  // namespace rules

}  // namespace assay::xgboost

// The categories that an XGBoost model was trained with, from version 3.1 on:
//
//   "cats": {"enc": [{"offsets": [0, 1, 3], "values": [97, 98, 99]}, …],   texts of each feature
//            "feature_segments": [0, 2, …], "sorted_idx": [1, 0, …]}       theirs among all
//
// The library believes all of these numbers, and uses them where data with names of categories is
// predicted, or the names are asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::xgboost {

class Categories {
  public:
    // A number of the list of that name, which lies in "cats" or in one of "enc".
    void number(std::string_view list, std::optional<int64_t> value);
    // There are some, and what of.
    void begin() { begun_ = true; }
    void part(std::string_view key) {
        parts_ += key == "enc" || key == "feature_segments" || key == "sorted_idx" ? 1U : 0U;
    }
    // A key of one of "enc".
    void key(std::string_view text);
    // One of "enc" has ended.
    void end_of_feature();
    // What is wrong with them, when all have come.
    [[nodiscard]] std::optional<std::string> fault() const;

  private:
    // Where parts of another list begin, and where the last one ends.
    struct Bounds {
        uint64_t count = 0;
        int64_t last = 0;
        bool broken = false;  // they do not rise from 0

        void add(std::optional<int64_t> value) {
            broken = broken || !value || (count == 0 ? *value != 0 : *value < last);
            last = value.value_or(0);
            count++;
        }
        [[nodiscard]] bool end_at(uint64_t end) const {
            return !broken && (count == 0 ? end == 0 : static_cast<uint64_t>(last) == end);
        }
    };

    Bounds segments_, offsets_;
    bool has_values_ = false;  // of a feature
    bool has_kind_ = false;    // offsets, or the type of numbers
    bool parts_missing_ = false;
    bool begun_ = false;
    unsigned parts_ = 0;   // of "cats"
    uint64_t values_ = 0;  // of the texts of a feature
    uint64_t sorted_ = 0;
    int64_t most_ = -1;  // of them
    bool texts_broken_ = false;
    bool sorted_broken_ = false;
};

inline void Categories::number(std::string_view list, std::optional<int64_t> value) {
    if (list == "feature_segments") segments_.add(value);
    if (list == "offsets") offsets_.add(value);
    if (list == "values") values_++;
    if (list != "sorted_idx") return;
    sorted_++;
    sorted_broken_ = sorted_broken_ || !value || *value < 0;
    most_ = value && *value > most_ ? *value : most_;
}

inline void Categories::key(std::string_view text) {
    has_values_ = has_values_ || text == "values";
    has_kind_ = has_kind_ || text == "offsets" || text == "type";
}

// Numbers as categories have no offsets.
inline void Categories::end_of_feature() {
    parts_missing_ = parts_missing_ || !has_values_ || !has_kind_;
    has_values_ = has_kind_ = false;
    texts_broken_ = texts_broken_ || (offsets_.count > 0 && !offsets_.end_at(values_));
    offsets_ = Bounds();
    values_ = 0;
}

inline std::optional<std::string> Categories::fault() const {
    if (begun_ && parts_ < 3) return "categories without a list of them, or of their order";
    if (parts_missing_) return "categories of a feature without values, or of unknown kind";
    if (texts_broken_) return "names of categories that are not there";
    if (!segments_.end_at(sorted_)) return "categories of features that are not there";
    const bool beyond = most_ >= 0 && static_cast<uint64_t>(most_) >= sorted_;
    if (sorted_broken_ || beyond) return "an order of categories that are not there";
    return std::nullopt;
}

}  // namespace assay::xgboost

// CatBoost: gradient boosted trees, .cbm.
//
//   "CBM1", u32 size of the core (0xffffffff: an u64 follows), the core, parts
//
// The core is a FlatBuffer, TModelCore: trees, features, a map of texts about the training, and the
// names of the parts that follow. Tables of statistics about categories are FlatBuffers, too, each
// behind its size; parts about texts are not checked here.
//
// Trees are lists: TreeSplits has the conditions of all of them, one after the other, as numbers of
// the borders and values that the features have; TreeSizes says how many each tree has. A symmetric
// tree of n conditions has 2^n leaves. Others have a node for each condition, which says how far on
// its children are (0: there is none, but a leaf, whose number another list has).
//
// How it is bent: the size, the offsets in the core, and bytes behind a model without parts;
// numbers of conditions, nodes and leaves, by which the library addresses memory without a look.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "formats.h"
#include "graph/flatbuffer_rules.h"

namespace assay {

namespace catboost {

namespace {

using flat::Field;
using flat::Kind;
using flat::rule;
using flat::Schema;

constexpr Field kPairFields[] = {{0, Kind::kString}, {1, Kind::kString}};
constexpr Schema kPair{"TKeyValue", kPairFields};

namespace feature {
enum : uint8_t {
    kIndex,  // of features of categories and texts
    kFlatIndex,
    kFloatIndex = 1,  // of floats
    kFloatFlatIndex,
    kFloatBorders,
    kValues = 1,  // of a feature with a value for each condition
    kValueTexts,
    kCtrBorders = 1,
    kEstimatedBorders = 3
};
}
constexpr Field kFloatFields[] = {{0, Kind::kScalar, 1}, {1, Kind::kScalar, 4},
                                  {2, Kind::kScalar, 4}, {3, Kind::kScalars, 4},
                                  {4, Kind::kString},    {5, Kind::kScalar, 1}};
constexpr Schema kFloat{"TFloatFeature", kFloatFields};

// Of categories and of texts.
constexpr Field kNamedFields[] = {
    {0, Kind::kScalar, 4}, {1, Kind::kScalar, 4}, {2, Kind::kString}, {3, Kind::kScalar, 1}};
constexpr Schema kNamed{"TCatFeature", kNamedFields};

constexpr Field kOneHotFields[] = {
    {0, Kind::kScalar, 4}, {1, Kind::kScalars, 4}, {2, Kind::kStrings}};
constexpr Schema kOneHot{"TOneHotFeature", kOneHotFields};

constexpr Field kEstimatedFields[] = {
    {0, Kind::kScalar, 4}, {2, Kind::kScalar, 4}, {3, Kind::kScalars, 4}};
constexpr Schema kEstimated{"TEstimatedFeature", kEstimatedFields};

constexpr Field kCombinationFields[] = {
    {0, Kind::kScalars, 4}, {1, Kind::kScalars, 8}, {2, Kind::kScalars, 8}};
constexpr Schema kCombination{"TFeatureCombination", kCombinationFields};

constexpr Field kCtrBaseFields[] = {{0, Kind::kTable, 0, &kCombination}, {1, Kind::kScalar, 1}};
constexpr Schema kCtrBase{"TModelCtrBase", kCtrBaseFields};

constexpr Field kCtrFields[] = {{0, Kind::kTable, 0, &kCtrBase}, {1, Kind::kScalar, 4},
                                {2, Kind::kScalar, 4},           {3, Kind::kScalar, 4},
                                {4, Kind::kScalar, 4},           {5, Kind::kScalar, 4}};
constexpr Schema kCtr{"TModelCtr", kCtrFields};

constexpr Field kCtrFeatureFields[] = {{0, Kind::kTable, 0, &kCtr}, {1, Kind::kScalars, 4}};
constexpr Schema kCtrFeature{"TCtrFeature", kCtrFeatureFields};

// What the part "static_provider_v1" consists of.
constexpr Field kCtrTableFields[] = {{0, Kind::kTable, 0, &kCtrBase},
                                     {1, Kind::kScalars, 1},
                                     {2, Kind::kScalars, 1},
                                     {3, Kind::kScalar, 4},
                                     {4, Kind::kScalar, 4}};
constexpr Schema kCtrTable{"TCtrValueTable", kCtrTableFields};

constexpr Field kTreesFields[] = {
    {0, Kind::kScalar, 4},           {1, Kind::kScalars, 4},
    {2, Kind::kScalars, 4},          {3, Kind::kScalars, 4},
    {4, Kind::kTables, 0, &kNamed},  {5, Kind::kTables, 0, &kFloat},
    {6, Kind::kTables, 0, &kOneHot}, {7, Kind::kTables, 0, &kCtrFeature},
    {8, Kind::kScalars, 8},          {9, Kind::kScalars, 8},
    {10, Kind::kScalars, 4},         {11, Kind::kScalars, 4},
    {12, Kind::kTables, 0, &kNamed}, {13, Kind::kTables, 0, &kEstimated}};
constexpr Schema kTrees{"TModelTrees", kTreesFields};
namespace trees {
enum : uint8_t {
    kDimension,
    kSplits,
    kSizes,
    kStarts,
    kLeafValues = 8,
    kLeafWeights,
    kSteps,
    kLeafNumbers
};
}

namespace core {
enum : uint8_t { kVersion, kTrees, kInfo, kParts };
}
constexpr Field kCoreFields[] = {{core::kVersion, Kind::kString},
                                 {core::kTrees, Kind::kTable, 0, &catboost::kTrees},
                                 {core::kInfo, Kind::kTables, 0, &kPair},
                                 {core::kParts, Kind::kStrings}};
constexpr Schema kCore{"TModelCore", kCoreFields};

constexpr std::string_view kMagic = "CBM1";

// Where the core lies.
struct Core {
    uint64_t begin = 0;
    uint64_t end = 0;
};

Error too_long(ScanContext& context, uint64_t at, std::string_view detail) {
    const Rule& wrong = rule("catboost.size.exceeds_file");
    context.report(wrong, at, 0, detail);
    return {Code::kMalformed, wrong.message.data(), at};
}

// Lengths and counts: four bytes, or eight behind four that are all ones.
class Sizes {
  public:
    Sizes(Tape& tape, ScanContext& context, uint64_t at)
        : file_(tape, 0, tape.size().value_or(0)), context_(context), at_(at) {}

    [[nodiscard]] uint64_t at() const { return at_; }
    void pass(uint64_t n) { at_ += n; }

    Result<uint64_t> count() {
        uint64_t value = file_.number(at_, 4);
        const bool is_long = value == UINT32_MAX;
        if (is_long) value = file_.number(at_ + 4, 8);
        if (!file_.ok()) {
            if (file_.error().code != Code::kMalformed) return file_.error();
            return too_long(context_, at_, "a length is cut");
        }
        at_ += is_long ? 12 : 4;
        return value;
    }

    // Of what follows, all of which is there.
    Result<uint64_t> length() {
        const uint64_t start = at_;
        Result<uint64_t> length = count();
        if (!length || *length <= file_.end() - at_) return length;
        return too_long(context_, start, fmt::format("{} bytes", *length));
    }

  private:
    flat::Buffer file_;
    ScanContext& context_;
    uint64_t at_;
};

// ------------------------------------------------------------------------------------------------
// The trees

class Trees {
  public:
    Trees(flat::Buffer& buffer, ScanContext& context) : buffer_(buffer), context_(context) {}

    void visit(const Schema& schema, const flat::Table& table);
    // When all was visited.
    void judge();

  private:
    void open(const flat::Table& table);
    void add_conditions(const flat::Table& table, uint8_t slot, uint8_t other = 255);
    void judge_place(const flat::Table& table, uint8_t index, uint8_t flat_index);
    void judge_conditions();
    bool judge_sizes();
    void judge_leaves();
    void judge_nodes();
    [[nodiscard]] bool judge_node(uint64_t node, uint64_t end);
    int64_t item(const flat::Vector& list, uint64_t index) {
        return buffer_.signed_number(list.at + 4 * index);
    }
    void found(uint64_t at, std::string_view detail) {
        if (!buffer_.ok() || std::exchange(broken_, true)) return;
        context_.report(rule("catboost.tree.index_out_of_range"), at, 0, detail);
        context_.incomplete(Coverage::kMalformed, rule("catboost.tree.index_out_of_range").message);
    }

    flat::Buffer& buffer_;
    ScanContext& context_;
    bool there_ = false;
    bool broken_ = false;
    int64_t dimension_ = 0;
    uint64_t conditions_ = 0;  // of all features
    uint64_t leaves_ = 0;      // of trees that are symmetric
    flat::Vector splits_, sizes_, starts_, values_, weights_, steps_, numbers_;
};

void Trees::visit(const Schema& schema, const flat::Table& table) {
    if (&schema == &kTrees) open(table);
    if (&schema == &kFloat) {
        judge_place(table, feature::kFloatIndex, feature::kFloatFlatIndex);
        add_conditions(table, feature::kFloatBorders);
    }
    if (&schema == &kNamed) judge_place(table, feature::kIndex, feature::kFlatIndex);
    if (&schema == &kOneHot) add_conditions(table, feature::kValues, feature::kValueTexts);
    if (&schema == &kCtrFeature) add_conditions(table, feature::kCtrBorders);
    if (&schema == &kEstimated) add_conditions(table, feature::kEstimatedBorders);
}

void Trees::open(const flat::Table& table) {
    there_ = true;
    dimension_ = buffer_.signed_number(table.place(trees::kDimension));
    splits_ = buffer_.vector_of(table.place(trees::kSplits), 4);
    sizes_ = buffer_.vector_of(table.place(trees::kSizes), 4);
    starts_ = buffer_.vector_of(table.place(trees::kStarts), 4);
    values_ = buffer_.vector_of(table.place(trees::kLeafValues), 8);
    weights_ = buffer_.vector_of(table.place(trees::kLeafWeights), 8);
    steps_ = buffer_.vector_of(table.place(trees::kSteps), 4);
    numbers_ = buffer_.vector_of(table.place(trees::kLeafNumbers), 4);
    context_.property("trees", fmt::format("{}", sizes_.count));
}

void Trees::add_conditions(const flat::Table& table, uint8_t slot, uint8_t other) {
    const uint32_t count = buffer_.vector_of(table.place(slot), 4).count;
    const uint32_t texts = other == 255 ? 0 : buffer_.vector_of(table.place(other), 4).count;
    conditions_ += std::max(count, texts);
}

// Where in a row of the data the feature's value is.
void Trees::judge_place(const flat::Table& table, uint8_t index, uint8_t flat_index) {
    for (const uint8_t slot : {index, flat_index}) {
        if (buffer_.signed_number(table.place(slot)) < 0) found(table.at, "of a feature");
    }
}

void Trees::judge() {
    if (!there_ || !buffer_.ok()) return;
    if (dimension_ < 1 && sizes_.count > 0) found(0, fmt::format("{} values a leaf", dimension_));
    judge_conditions();
    if (!judge_sizes() || dimension_ < 1) return;
    if (steps_.count == 0) return judge_leaves();
    judge_nodes();
}

void Trees::judge_conditions() {
    for (uint64_t i = 0; i < splits_.count && buffer_.ok(); i++) {
        const int64_t split = item(splits_, i);
        if (split >= 0 && static_cast<uint64_t>(split) < conditions_) continue;
        return found(splits_.at + 4 * i, fmt::format("condition {} of {}", split, conditions_));
    }
}

bool Trees::judge_sizes() {
    constexpr int64_t kDeepest = 30;  // of a symmetric tree
    uint64_t start = 0;
    if (starts_.count != 0 && starts_.count != sizes_.count) {
        found(starts_.at, fmt::format("{} starts of {} trees", starts_.count, sizes_.count));
    }
    for (uint64_t i = 0; i < sizes_.count && buffer_.ok(); i++) {
        const int64_t size = item(sizes_, i);
        const bool starts =
            starts_.count != sizes_.count || item(starts_, i) == static_cast<int64_t>(start);
        const bool fits = steps_.count > 0 ? size > 0 : size >= 0 && size <= kDeepest;
        if (!fits || !starts) found(sizes_.at + 4 * i, fmt::format("tree {}", i));
        if (!fits) return false;
        if (steps_.count == 0) leaves_ += uint64_t{1} << size;
        start += static_cast<uint64_t>(size);
    }
    if (start != splits_.count) {
        found(sizes_.at, fmt::format("{} conditions of {}", start, splits_.count));
    }
    return start == splits_.count && buffer_.ok();
}

void Trees::judge_leaves() {
    uint64_t wanted = 0;
    if (__builtin_mul_overflow(leaves_, static_cast<uint64_t>(dimension_), &wanted) ||
        values_.count != wanted) {
        found(values_.at, fmt::format("{} values for {} leaves", values_.count, leaves_));
    }
    if (weights_.count != 0 && weights_.count != leaves_) {
        found(weights_.at, fmt::format("{} weights for {} leaves", weights_.count, leaves_));
    }
}

void Trees::judge_nodes() {
    if (steps_.count != splits_.count || numbers_.count != splits_.count) {
        return found(steps_.at, fmt::format("{} nodes and {} numbers for {} conditions",
                                            steps_.count, numbers_.count, splits_.count));
    }
    uint64_t node = 0;
    for (uint64_t tree = 0; tree < sizes_.count && buffer_.ok(); tree++) {
        const uint64_t end = node + static_cast<uint64_t>(item(sizes_, tree));
        for (; node < end && buffer_.ok(); node++) {
            if (judge_node(node, end)) continue;
            return found(steps_.at + 4 * node, fmt::format("node {} of tree {}", node, tree));
        }
    }
}

bool Trees::judge_node(uint64_t node, uint64_t end) {
    const uint64_t left = buffer_.number(steps_.at + 4 * node, 2);
    const uint64_t right = buffer_.number(steps_.at + 4 * node + 2, 2);
    if (node + left >= end || node + right >= end) return false;
    if (left != 0 && right != 0) return true;
    const uint64_t value = buffer_.number(numbers_.at + 4 * node, 4);
    return value + static_cast<uint64_t>(dimension_) <= values_.count;
}

// ------------------------------------------------------------------------------------------------
// The file

bool is_catboost(const Probe& probe) { return starts_with(probe.head, kMagic); }

// Tables of statistics, each behind its length.
Status read_ctr_tables(Tape& tape, ScanContext& context, Sizes& sizes) {
    Result<uint64_t> count = sizes.count();
    if (!count) return count.error();
    for (uint64_t i = 0; i < *count; i++) {
        Result<uint64_t> length = sizes.length();
        if (!length) return length.error();
        flat::Buffer table(tape, sizes.at(), sizes.at() + *length);
        flat::walk(table, kCtrTable, [](const Schema&, const flat::Table&) {});
        if (!table.ok()) return flat::refuse(table, context);
        sizes.pass(*length);
    }
    return Done{};
}

// The names of the parts behind the core.
Result<std::vector<std::string>> read_core(Tape& tape, ScanContext& context, const Core& core) {
    constexpr uint32_t kMostParts = 16;
    std::vector<std::string> parts;
    std::string version;
    flat::Buffer buffer(tape, core.begin, core.end);
    Trees trees(buffer, context);
    flat::walk(buffer, kCore, [&](const Schema& schema, const flat::Table& table) {
        trees.visit(schema, table);
        if (&schema == &kPair) {
            context.property(buffer.string_of(table.place(0)),
                             buffer.string_of(table.place(1), 200));
        }
        if (&schema != &kCore) return;
        version = buffer.string_of(table.place(core::kVersion));
        const flat::Vector names = buffer.vector_of(table.place(core::kParts), 4);
        if (names.count > kMostParts) buffer.fail("more parts than any model has", names.at);
        for (uint32_t i = 0; i < names.count && buffer.ok(); i++) {
            parts.push_back(buffer.string_of(names.at + uint64_t{4} * i));
        }
        if (buffer.ok() && table.place(core::kTrees) == 0) buffer.fail("no trees", table.at);
    });
    trees.judge();
    if (!buffer.ok()) return flat::refuse(buffer, context);
    if (version != "FlabuffersModel_v1") {
        return Error{Code::kUnsupported, "the core has a version that is not checked", core.begin};
    }
    return parts;
}

Status scan_catboost(Tape& tape, ScanContext& context) {
    Sizes sizes(tape, context, kMagic.size());
    Result<uint64_t> length = sizes.length();
    if (!length) return length.error();
    const Core core{sizes.at(), sizes.at() + *length};
    sizes.pass(*length);
    auto parts = read_core(tape, context, core);
    if (!parts) return parts.error();
    for (const std::string& part : *parts) {
        context.property("part", part);
        if (part != "static_provider_v1") {
            return Error{Code::kUnsupported, "a part behind the model's core is not checked",
                         sizes.at()};
        }
        Status read = read_ctr_tables(tape, context, sizes);
        if (!read) return read;
    }
    context.parsed(sizes.at());
    return flat::scan_trailing(tape, context, sizes.at(), rule("catboost.size.trailing"));
}

constexpr std::string_view kExtensions[] = {"cbm", "catboost"};

}  // namespace

}  // namespace catboost

const Format kCatboostFormat{
    "catboost",
    true,
    0,
    catboost::kExtensions,
    flat::kRules,
    catboost::is_catboost,
    catboost::scan_catboost,
};

}  // namespace assay

// CatBoost: gradient boosted trees, .cbm.
//
//   "CBM1", u32 size of the core (0xffffffff: an u64 follows), the core, parts
//
// The core is a FlatBuffer, TModelCore: trees, features, a map of texts about the training, and the
// names of the parts that follow. Tables of statistics about categories are FlatBuffers, too, each
// behind its size; parts about texts are not checked here.
//
// How it is bent: the size, the offsets in the core, and bytes behind a model without parts.
#include <fmt/core.h>

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
constexpr uint8_t kTreeSizes = 2;

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

void visit(flat::Buffer& buffer, ScanContext& context, const Schema& schema,
           const flat::Table& table) {
    if (&schema == &kPair) {
        context.property(buffer.string_of(table.place(0)), buffer.string_of(table.place(1), 200));
    }
    if (&schema == &kTrees) {
        const uint32_t trees = buffer.vector_of(table.place(kTreeSizes), 4).count;
        context.property("trees", fmt::format("{}", trees));
    }
}

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
    flat::Buffer buffer(tape, core.begin, core.end);
    flat::walk(buffer, kCore, [&](const Schema& schema, const flat::Table& table) {
        visit(buffer, context, schema, table);
        if (&schema != &kCore) return;
        const flat::Vector names = buffer.vector_of(table.place(core::kParts), 4);
        for (uint32_t i = 0; i < std::min(names.count, kMostParts); i++) {
            parts.push_back(buffer.string_of(names.at + uint64_t{4} * i));
        }
    });
    if (!buffer.ok()) return flat::refuse(buffer, context);
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

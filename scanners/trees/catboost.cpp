// CatBoost: gradient boosted trees, .cbm.
//
//   "CBM1", u32 size of the core (0xffffffff: an u64 follows), the core, parts
//
// The core is a FlatBuffer, TModelCore: trees, features, a map of texts about the training, and the
// names of the parts that follow: tables of statistics about categories, text processing. What is
// in the parts is not checked here.
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

// Of features only the form is checked.
constexpr Schema kFeature{"feature", {}};

constexpr Field kTreesFields[] = {{0, Kind::kScalar, 4},
                                  {1, Kind::kScalars, 4},
                                  {2, Kind::kScalars, 4},
                                  {3, Kind::kScalars, 4},
                                  {4, Kind::kTables, 0, &kFeature},
                                  {5, Kind::kTables, 0, &kFeature},
                                  {6, Kind::kTables, 0, &kFeature},
                                  {7, Kind::kTables, 0, &kFeature},
                                  {8, Kind::kScalars, 8},
                                  {9, Kind::kScalars, 8},
                                  {10, Kind::kScalars, 4},
                                  {11, Kind::kScalars, 4},
                                  {12, Kind::kTables, 0, &kFeature},
                                  {13, Kind::kTables, 0, &kFeature}};
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

Result<Core> read_frame(Tape& tape, ScanContext& context) {
    const Rule& wrong = rule("catboost.size.exceeds_file");
    Result<Bytes> head = tape.peek(16);
    if (!head) return head.error();
    const uint64_t size = tape.size().value_or(head->size());
    auto refuse = [&](std::string_view detail) {
        context.report(wrong, kMagic.size(), 0, detail);
        return Error{Code::kMalformed, wrong.message.data(), kMagic.size()};
    };
    if (head->size() < 8) return refuse("the length is cut");
    Core core{8, 0};
    uint64_t length = load_le<uint32_t>(head->data() + 4);
    if (length == UINT32_MAX) {
        if (head->size() < 16) return refuse("the length is cut");
        core.begin = 16;
        length = load_le<uint64_t>(head->data() + 8);
    }
    if (length > size - core.begin) return refuse(fmt::format("{} bytes", length));
    core.end = core.begin + length;
    return core;
}

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

Status scan_catboost(Tape& tape, ScanContext& context) {
    Result<Core> core = read_frame(tape, context);
    if (!core) return core.error();
    flat::Buffer buffer(tape, core->begin, core->end);
    uint64_t parts = 0;
    flat::walk(buffer, kCore, [&](const Schema& schema, const flat::Table& table) {
        if (&schema == &kCore) parts = buffer.vector_of(table.place(core::kParts), 4).count;
        visit(buffer, context, schema, table);
    });
    if (!buffer.ok()) return flat::refuse(buffer, context);
    context.parsed(core->end);
    if (parts == 0) {
        return flat::scan_trailing(tape, context, core->end, rule("catboost.size.trailing"));
    }
    context.property("parts", fmt::format("{}", parts));
    return Error{Code::kUnsupported, "the parts behind the model's core are not checked",
                 core->end};
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

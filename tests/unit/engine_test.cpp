// The engine as a library user meets it: visit() over real files, with toy formats.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;
using toy::Toy;

TEST(Engine, ReportsDoNotDependOnThreadsBlocksMemoryOrEngine) {
    VisitFolder folder;
    folder.write("outer.toy", nested_toy().encode());
    for (uint32_t i = 0; i < 40; i++) {
        folder.write("d/" + std::to_string(i), random_text(i * 977, i));
    }
    Toy claims;
    claims.claims = {{"outer.toy", "first"}, {"outer.toy", "nobody"}, {"../gone", "x"}};
    folder.write("zz.toy", claims.encode());
    VisitOptions options = toy_options(folder);
    options.threads = 1;
    const std::string expected = report_text(options);
    EXPECT_NE(expected.find("toy.claim.no_member"), std::string::npos);

    for (unsigned threads : {1u, 2u, 8u}) {
        for (size_t block : {size_t{0}, size_t{1}, size_t{7}, size_t{4096}, kMiB}) {
            options.threads = threads;
            options.block_size = block;
            options.memory = block == kMiB ? size_t{2048} * kMiB : kDefaultMemory;
            EXPECT_EQ(report_text(options), expected) << threads << " threads, blocks of " << block;
        }
    }
    options.block_size = 0;
    options.memory = kMinMemory;
    options.threads = 2;
    EXPECT_EQ(report_text(options), expected);
    for (Engine engine : {Engine::kLanes, Engine::kOpenssl}) {
        options.engine = engine;
        EXPECT_EQ(report_text(options), expected);
    }
}

TEST(Engine, AFormatThatThrowsCostsOnlyItsFile) {
    VisitFolder folder;
    folder.write("a", "THROW and more");
    folder.write("b", "fine");
    Collect sink;
    must_visit(toy_options(folder), sink);
    EXPECT_EQ(rules_of(sink.at("a")), std::vector<std::string>{"engine.format.failed"});
    EXPECT_EQ(sink.at("a").coverage, Coverage::kMalformed);
    EXPECT_EQ(sink.at("a").digests.at(0).hex(), sha256_hex("THROW and more"));
    EXPECT_EQ(sink.at("b").coverage, Coverage::kFull);
}

TEST(Engine, AFileThatHidesItsSizeIsNotEmpty) {
    Collect sink;
    VisitOptions options;
    options.targets = {"/proc/version"};
    must_visit(options, sink);
    EXPECT_EQ(sink.at("version").coverage, Coverage::kUnreadable);
    EXPECT_TRUE(sink.at("version").digests.empty());
}

TEST(Engine, TooManyChunksForTheMemoryIsALimit) {
    VisitFolder folder;
    folder.write("large", "x");
    std::filesystem::resize_file(folder / "large", uint64_t{1} << 30);
    VisitOptions options;
    options.targets = {folder.path()};
    options.digests.clear();
    options.inspect = false;
    options.chunk_size = kMinChunkSize;
    options.memory = kMinMemory;
    options.threads = 1;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(rules_of(sink.at("large")), std::vector<std::string>{"engine.limit.chunk_tree"});
    EXPECT_FALSE(sink.at("large").chunks);
    EXPECT_EQ(exit_code_of(summary), kExitIncomplete);
}

TEST(Engine, RandomDamageIsNeverMoreThanAFinding) {
    const std::string whole = nested_toy().encode();
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    VisitFolder folder;
    for (int i = 0; i < 40; i++) {
        std::string damaged = whole;
        for (int flips = 0; flips < 8; flips++) {
            size_t near_end = damaged.size() - 1 - random() % 200;
            char& hit = damaged[random() % 2 ? near_end : random() % damaged.size()];
            hit = static_cast<char>(static_cast<unsigned char>(hit) ^ (1U << (random() % 8)));
        }
        folder.write(std::to_string(i) + ".toy", damaged);
    }
    Collect sink;
    must_visit(toy_options(folder), sink);
    for (const Record& record : sink.records) {
        if (record.kind != EntryKind::kFile) continue;
        EXPECT_EQ(record.digests.size(), 1u) << record.path;
    }
}

TEST(Engine, LargePinsTakeTurnsAndNeverDeadlock) {
    // Each file's index is larger than what may be pinned without the ticket.
    VisitFolder folder;
    Toy wide;
    for (int i = 0; i < 3000; i++) wide.members.emplace_back(std::string(300, 'n'), "x");
    for (int i = 0; i < 12; i++) folder.write(std::to_string(i) + ".toy", wide.encode());
    VisitOptions options = toy_options(folder);
    options.member_digests = false;
    Collect sink;
    must_visit(options, sink);
    EXPECT_EQ(sink.records.size(), 12u * 3001u);
    for (const Record& record : sink.records) EXPECT_EQ(record.coverage, Coverage::kFull);
}

TEST(Engine, AnIndexTooLargeForTheMemoryIsCutNotClean) {
    VisitFolder folder;
    Toy wide;
    for (int i = 0; i < 20'000; i++) wide.members.emplace_back(std::string(400, 'n'), "x");
    folder.write("wide.toy", wide.encode());
    VisitOptions options = toy_options(folder);
    options.memory = kMinMemory;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(sink.at("wide.toy").coverage, Coverage::kCutByLimit);
    EXPECT_EQ(rules_of(sink.at("wide.toy")), std::vector<std::string>{"engine.limit.pinned"});
    EXPECT_EQ(sink.at("wide.toy").digests.at(0).hex(), sha256_hex(wide.encode()));
    EXPECT_EQ(exit_code_of(summary), kExitIncomplete);
}

TEST(Engine, NoDigestReadsOnlyWhatInspectionNeeds) {
    VisitFolder folder;
    folder.write("big", random_text(8 << 20, 6));
    VisitOptions options = toy_options(folder);
    options.read_bulk = false;
    Collect sink;
    VisitStats stats;
    must_visit(options, sink, &stats);
    EXPECT_EQ(sink.at("big").coverage, Coverage::kStructureOnly);
    EXPECT_TRUE(sink.at("big").digests.empty());
    EXPECT_EQ(sink.at("big").size, 8u << 20);
    EXPECT_LE(stats.bytes_read, 64u << 10);
}

TEST(Engine, OneLargeFileGivesTheSameDigestsPipelinedStripedAndSwept) {
    VisitFolder folder;
    const std::string content = random_text((20 << 20) + 12'345, 7);
    folder.write("large", content);
    VisitOptions options;
    options.targets = {folder.path()};
    options.inspect = false;
    options.threads = 2;
    options.chunk_size = kMiB;
    Collect pipelined;
    VisitStats stats;
    must_visit(options, pipelined, &stats);
    EXPECT_EQ(pipelined.at("large").digests.at(0).hex(), sha256_hex(content));
    EXPECT_EQ(stats.bytes_read, content.size());

    options.threads = 1;
    Collect swept;
    must_visit(options, swept);
    options.threads = 2;
    options.digests.clear();
    Collect striped;
    must_visit(options, striped);
    EXPECT_EQ(swept.at("large").digests, pipelined.at("large").digests);
    EXPECT_EQ(swept.at("large").chunks, pipelined.at("large").chunks);
    EXPECT_EQ(striped.at("large").chunks, pipelined.at("large").chunks);
    EXPECT_TRUE(striped.at("large").digests.empty());
}

TEST(Engine, AStopEndsTheRunAsInterrupted) {
    VisitFolder folder;
    folder.write("a", "a");
    std::stop_source stop;
    stop.request_stop();
    Collect sink;
    Result<Summary> summary =
        visit(toy_options(folder), {sink, nullptr, nullptr, {}, {}}, stop.get_token());
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().code, Code::kInterrupted);
    EXPECT_TRUE(sink.records.empty());
}

TEST(Engine, ASinkThatFailsEndsTheRunWithItsError) {
    class Failing final : public RecordSink {
      public:
        Status record(const Record&) override { return Error{Code::kIo, "full", 0, ENOSPC}; }
    } sink;
    VisitFolder folder;
    for (int i = 0; i < 100; i++) folder.write(std::to_string(i), "content");
    VisitOptions options = toy_options(folder);
    options.formats = {};
    Result<Summary> summary = visit(options, {sink, nullptr, nullptr, {}, {}});
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().sys, ENOSPC);
}

TEST(Engine, ImpossibleOptionsAreUsageErrors) {
    VisitFolder folder;
    Collect sink;
    VisitOptions options = toy_options(folder);
    options.memory = kMiB;
    EXPECT_EQ(visit(options, {sink}).error().code, Code::kUsage);
    options.memory = kMinMemory;
    options.threads = 4096;
    EXPECT_EQ(visit(options, {sink}).error().code, Code::kUsage);
    options = toy_options(folder);
    options.chunk_size = 12'345;
    EXPECT_EQ(visit(options, {sink}).error().code, Code::kUsage);
}

TEST(Engine, FindingsPerRuleAreCountedBeyondTheLimit) {
    static constexpr Rule kOften = {"test.often", Severity::kLow, "often", "t", "t", ""};
    static const Format kNoisy{"noisy",
                               false,
                               0,
                               {},
                               {&kOften, 1},
                               [](const Probe& probe) { return starts_with(probe.head, "NOISY"); },
                               [](Tape&, ScanContext& context) -> Status {
                                   for (uint64_t i = 0; i < 2500; i++) {
                                       context.report(kOften, i, 1, "again");
                                   }
                                   return Done{};
                               }};
    static constexpr const Format* kNoisyOnly[] = {&kNoisy};
    VisitFolder folder;
    folder.write("n", "NOISY");
    VisitOptions options = toy_options(folder);
    options.formats = kNoisyOnly;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(sink.at("n").findings.size(), kMaxFindingsPerRule);
    EXPECT_EQ(sink.at("n").findings.back().count, 1501u);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kLow)], 2500u);
}

// Formats for the tests below: one goes by its name where its magic is damaged, one takes anything
// that starts with an "m" and decides when it has read all of it.
constexpr Rule kDamaged = {"test.damaged", Severity::kHigh, "damaged", "t", "t", ""};
constexpr std::string_view kNamed[] = {"named"};

Status scan_named(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(6);
    if (!head) return head.error();
    if (as_text(*head) != "NAMED!") context.report(kDamaged, 0, 0, as_text(*head));
    return Done{};
}

const Format kNamedFormat{
    "named",
    false,
    0,
    kNamed,
    {&kDamaged, 1},
    [](const Probe& probe) { return probe.promised || starts_with(probe.head, "NAMED!"); },
    scan_named};

const Format kMaybe{"maybe",
                    false,
                    0,
                    {},
                    {},
                    [](const Probe& probe) { return starts_with(probe.head, "m"); },
                    [](Tape& tape, ScanContext& context) -> Status {
                        Status moved = tape.advance(200'000);
                        if (!moved) return moved;
                        Result<Bytes> last = tape.peek(3);
                        if (!last) return last.error();
                        if (as_text(*last) != "yes") context.disown();
                        return Done{};
                    }};

Collect visit_promises(const VisitFolder& folder) {
    static constexpr const Format* kBoth[] = {&kNamedFormat, &kMaybe};
    VisitOptions options = toy_options(folder);
    options.formats = kBoth;
    Collect sink;
    must_visit(options, sink);
    return sink;
}

using Ids = std::vector<std::string>;

TEST(Engine, AFormatIsAskedByNameWhereNothingElseFits) {
    VisitFolder folder;
    folder.write("good.named", "NAMED! and more");
    folder.write("bad.named", "\x01\x02\x03\x04");
    folder.write("text.named", "just some text");
    folder.write("image.named", "\x89PNG\r\n\x1a\n");
    folder.write("bad.other", "\x01\x02\x03\x04");
    const Collect sink = visit_promises(folder);
    EXPECT_EQ(rules_of(sink.at("good.named")), Ids{});
    EXPECT_EQ(rules_of(sink.at("bad.named")), Ids{"test.damaged"});
    EXPECT_EQ(sink.at("bad.named").format, "named");
    EXPECT_EQ(rules_of(sink.at("text.named")), Ids{"test.damaged"});
    EXPECT_EQ(rules_of(sink.at("bad.other")), Ids{"file.type.unknown"});
    EXPECT_EQ(sink.at("image.named").format, "png") << "content says otherwise";
    EXPECT_EQ(rules_of(sink.at("image.named")), Ids{});
}

TEST(Engine, ANameCountsOnlyWhereEveryOtherFormatDisownsTheBytes) {
    VisitFolder folder;
    const std::string long_text = "m" + random_text(199'999, 3);
    folder.write("no.named", long_text + "no!");
    folder.write("yes.named", long_text + "yes");
    const Collect sink = visit_promises(folder);
    EXPECT_EQ(sink.at("no.named").format, "named");
    EXPECT_EQ(rules_of(sink.at("no.named")), Ids{"test.damaged"});
    EXPECT_EQ(sink.at("yes.named").format, "maybe");
    EXPECT_EQ(rules_of(sink.at("yes.named")), Ids{});
    EXPECT_EQ(sink.at("yes.named").coverage, Coverage::kFull);
}

}  // namespace
}  // namespace assay

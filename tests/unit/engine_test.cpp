// The engine as a library user meets it: visit() over real files, with toy formats.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "assay/emit.h"
#include "assay/visit.h"
#include "tests/unit/support/files.h"
#include "tests/unit/support/toy_format.h"

namespace assay {
namespace {

using toy::Toy;

class TempFolder : public test::TempFolder {
  public:
    void write(const std::string& name, const std::string& content) const {
        std::filesystem::path file = *this / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
    }
};

class Collect final : public RecordSink {
  public:
    Status record(const Record& record) override {
        records.push_back(record);
        return Done{};
    }
    [[nodiscard]] const Record& at(const std::string& path) const {
        for (const Record& record : records) {
            if (record.path == path) return record;
        }
        ADD_FAILURE() << "no record " << path;
        static const Record none;
        return none;
    }
    std::vector<Record> records;
};

constexpr const Format* kAllToys[] = {&toy::kToy, &toy::kCount, &toy::kBomb, &toy::kThrow};

VisitOptions toy_options(const TempFolder& folder) {
    VisitOptions options;
    options.targets = {folder.path()};
    options.formats = kAllToys;
    options.member_digests = true;
    options.threads = 2;
    return options;
}

Summary must_visit(const VisitOptions& options, RecordSink& sink, VisitStats* stats = nullptr) {
    Result<Summary> summary = visit(options, {sink, nullptr, stats, {}, {}});
    EXPECT_TRUE(summary.ok()) << (summary ? "" : describe(summary.error()));
    return summary ? *summary : Summary{};
}

std::string random_text(size_t size, uint32_t seed) {
    std::mt19937 random(seed);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('a' + random() % 26);
    return text;
}

std::string sha256_hex(std::string_view content) { return to_hex(sha256_of(as_bytes(content))); }

std::vector<std::string> rules_of(const Record& record) {
    std::vector<std::string> ids;
    for (const Finding& finding : record.findings) ids.emplace_back(finding.rule->id);
    return ids;
}

// A report as text, so that two runs can be compared byte for byte.
std::string report_text(const VisitOptions& options) {
    std::string text;
    auto output = Output::to_string(text);
    auto emitter = make_emitter("json", *output);
    EXPECT_TRUE(emitter->begin({"0", "", {"t"}, false, false}).ok());
    Summary summary = must_visit(options, *emitter);
    EXPECT_TRUE(emitter->end(summary).ok());
    EXPECT_TRUE(output->commit().ok());
    return text;
}

// A format of the test's own that matches everything that starts with "OWN".
Format own_format(
    Status (*scan)(Tape&, ScanContext&), bool (*matches)(const Probe&) = [](const Probe& probe) {
        return starts_with(probe.head, "OWN");
    }) {
    return {"own", false, 0, {}, {}, matches, scan};
}

Toy nested_toy() {
    Toy inner;
    inner.members = {{"leaf", random_text(100'000, 1)}, {"empty", ""}, {"small", "tiny"}};
    Toy outer;
    outer.members = {{"first", random_text(70'001, 2)},
                     {"inner.toy", inner.encode()},
                     {"a!b%c\n", random_text(63, 3)}};
    outer.gap = "....";
    return outer;
}

TEST(Engine, NestedMembersAreDigestedInOnePass) {
    TempFolder folder;
    Toy outer = nested_toy();
    std::string file = outer.encode();
    folder.write("outer.toy", file);
    Collect sink;
    VisitStats stats;
    must_visit(toy_options(folder), sink, &stats);

    std::vector<std::string> paths;
    for (const Record& record : sink.records) paths.push_back(record.path);
    EXPECT_EQ(paths,
              (std::vector<std::string>{"outer.toy", "outer.toy!first", "outer.toy!inner.toy",
                                        "outer.toy!inner.toy!leaf", "outer.toy!inner.toy!empty",
                                        "outer.toy!inner.toy!small", "outer.toy!a%21b%25c%0A"}));
    EXPECT_TRUE(std::is_sorted(sink.records.begin(), sink.records.end(),
                               [](auto& a, auto& b) { return a.place < b.place; }));
    EXPECT_EQ(sink.at("outer.toy").digests.at(0).hex(), sha256_hex(file));
    EXPECT_EQ(sink.at("outer.toy!first").digests.at(0).hex(), sha256_hex(outer.members[0].second));
    EXPECT_EQ(sink.at("outer.toy!inner.toy").digests.at(0).hex(),
              sha256_hex(outer.members[1].second));
    EXPECT_EQ(sink.at("outer.toy!inner.toy!leaf").digests.at(0).hex(),
              sha256_hex(random_text(100'000, 1)));
    EXPECT_EQ(sink.at("outer.toy!inner.toy!empty").digests.at(0).hex(), sha256_hex(""));
    EXPECT_EQ(sink.at("outer.toy").accounted.gaps, 6u + 8u);
    EXPECT_EQ(stats.bytes_read, file.size()) << "a byte was read twice, or never";
}

TEST(Engine, ReportsDoNotDependOnThreadsBlocksMemoryOrEngine) {
    TempFolder folder;
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

TEST(Engine, ClaimsAreJoinedWithFactsWithinTheTarget) {
    TempFolder folder;
    Toy store;
    store.members = {{"weights", "12345"}};
    folder.write("sub/store.toy", store.encode());
    Toy index;
    index.claims = {{"store.toy", "weights"},     {"store.toy", "biases"},
                    {"missing.toy", "weights"},   {"../sub/store.toy", "weights"},
                    {"../../etc/passwd", "root"}, {"/etc/passwd", "root"},
                    {"./store.toy", "weights"}};
    folder.write("sub/index.toy", index.encode());
    Collect sink;
    must_visit(toy_options(folder), sink);
    EXPECT_EQ(rules_of(sink.at("sub/index.toy")),
              (std::vector<std::string>{"toy.claim.no_member", "toy.claim.no_file",
                                        "toy.claim.outside", "toy.claim.outside"}));
    EXPECT_TRUE(rules_of(sink.at("sub/store.toy")).empty());
}

// More facts and claims than are kept together, about files by turns, some of which state nothing.
TEST(Engine, ManyClaimsAreJoinedInTheirOrder) {
    TempFolder folder;
    Toy store;
    for (int i = 0; i < 700; i++) store.members.emplace_back(std::to_string(i), "");
    folder.write("a.toy", store.encode());
    store.members.resize(300);
    folder.write("b.toy", store.encode());
    folder.write("plain", "states nothing");
    Toy index;
    for (int i = 0; i < 90; i++) {  // all within the toy's head
        index.claims.emplace_back(i % 2 ? "a.toy" : "b.toy", std::to_string(8 * i));
    }
    index.claims.emplace_back("plain", "x");
    index.claims.emplace_back("gone", "x");
    index.claims.emplace_back("plain", "y");
    folder.write("index.toy", index.encode());
    VisitOptions options = toy_options(folder);
    options.member_digests = false;
    Collect sink;
    must_visit(options, sink);
    std::vector<std::string> expected;
    for (int i = 38; i < 90; i += 2) {  // 8 * 38 = 304: b has 300 members
        expected.push_back("b.toy: member " + std::to_string(8 * i));
    }
    expected.emplace_back("a.toy: member 712");
    expected.insert(expected.end(), {"plain: member x", "gone", "plain: member y"});
    std::vector<std::string> details;
    for (const Finding& finding : sink.at("index.toy").findings) details.push_back(finding.detail);
    EXPECT_EQ(details, expected);
}

TEST(Engine, ClaimsInManyPartsKeepTheirOrder) {
    static constexpr Rule kMissing = {"test.missing", Severity::kLow, "missing", "t", "t", ""};
    static Format claiming = own_format([](Tape&, ScanContext& context) -> Status {
        for (uint64_t i = 0; i < 1000; i++) {
            context.fact({"n", std::to_string(i), std::to_string(i % 10)});
            Claim claim{"other", i, "n", std::to_string(i), "3", {}, {}, {}, &kMissing};
            context.claim(i % 3 ? claim : Claim{"nobody", i, "", "", {}, {}, &kMissing, {}, {}});
        }
        return Done{};
    });
    claiming.rules = {&kMissing, 1};
    static const Format* const kFormats[] = {&claiming};
    TempFolder folder;
    folder.write("f", "OWN");
    folder.write("other", "OWN");
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    Collect sink;
    must_visit(options, sink);
    std::vector<uint64_t> expected;
    for (uint64_t i = 0; i < 1000; i++) {
        if (i % 3 == 0 || i % 10 != 3) expected.push_back(i);
    }
    std::vector<uint64_t> found;
    for (const Finding& finding : sink.at("f").findings) found.push_back(finding.offset);
    EXPECT_EQ(found, expected);
    EXPECT_EQ(sink.at("other").findings.size(), expected.size());
}

TEST(Engine, AFileThatIsTwoFormatsIsReadByBoth) {
    TempFolder folder;
    Toy outer;
    outer.members = {{"m", std::string(200'000, 'x') + "yyy"}};
    std::string file = outer.encode();
    folder.write("plain", random_text(50'000, 4) + "COUNTME");
    // The toy's trailer is at the end, so the polyglot is a throwing format with a counting tail.
    folder.write("both", "THROE" + std::string(300'000, 'x') + "COUNTME");
    Collect sink;
    VisitStats stats;
    must_visit(toy_options(folder), sink, &stats);
    const Record& both = sink.at("both");
    EXPECT_EQ(both.format, "count");
    auto ids = rules_of(both);
    EXPECT_NE(std::find(ids.begin(), ids.end(), "file.polyglot.multi_format"), ids.end());
    EXPECT_NE(std::find(ids.begin(), ids.end(), "toy.count"), ids.end());
    EXPECT_EQ(both.coverage, Coverage::kMalformed);
    EXPECT_EQ(stats.bytes_read, 50'007u + 300'012u);
}

TEST(Engine, AFormatThatThrowsCostsOnlyItsFile) {
    TempFolder folder;
    folder.write("a", "THROW and more");
    folder.write("b", "fine");
    Collect sink;
    must_visit(toy_options(folder), sink);
    EXPECT_EQ(rules_of(sink.at("a")), std::vector<std::string>{"engine.format.failed"});
    EXPECT_EQ(sink.at("a").coverage, Coverage::kMalformed);
    EXPECT_EQ(sink.at("a").digests.at(0).hex(), sha256_hex("THROW and more"));
    EXPECT_EQ(sink.at("b").coverage, Coverage::kFull);
}

TEST(Engine, AnEndlessMemberIsCutByRatioAndTheRestGoesOn) {
    TempFolder folder;
    folder.write("bomb", "BOMB" + random_text(10'000, 5));
    VisitOptions options = toy_options(folder);
    options.limits.ratio_floor = kMiB;
    Collect sink;
    must_visit(options, sink);
    const Record& member = sink.at("bomb!endless");
    EXPECT_EQ(member.coverage, Coverage::kCutByLimit);
    EXPECT_TRUE(member.digests.empty());
    auto ids = rules_of(member);
    EXPECT_NE(std::find(ids.begin(), ids.end(), "engine.limit.ratio"), ids.end());
    EXPECT_EQ(sink.at("bomb").digests.at(0).hex(), sha256_hex("BOMB" + random_text(10'000, 5)));
}

TEST(Engine, ALimitOnOneMemberLeavesTheOthersToBeSeen) {
    TempFolder folder;
    Toy outer;
    outer.members = {{"large", random_text(1 << 20, 8)}, {"after", "seen all the same"}};
    folder.write("outer.toy", outer.encode());
    VisitOptions options = toy_options(folder);
    options.limits.total_out = 1000;
    Collect sink;
    must_visit(options, sink);
    ASSERT_EQ(sink.records.size(), 3u);
    EXPECT_EQ(rules_of(sink.at("outer.toy!large")), std::vector<std::string>{"engine.limit.total"});
    EXPECT_EQ(sink.at("outer.toy!large").coverage, Coverage::kCutByLimit);
    EXPECT_TRUE(sink.at("outer.toy!large").digests.empty());
    EXPECT_EQ(sink.at("outer.toy!after").coverage, Coverage::kCutByLimit)
        << "also beyond the total";
    EXPECT_EQ(sink.at("outer.toy").digests.at(0).hex(), sha256_hex(outer.encode()));

    options.limits.total_out = UINT64_MAX;
    options.limits.members = 1;
    Collect few;
    must_visit(options, few);
    EXPECT_EQ(few.records.size(), 2u);
    EXPECT_EQ(few.at("outer.toy").coverage, Coverage::kCutByLimit);
    EXPECT_EQ(few.at("outer.toy").accounted.parsed, 16u + 2 * 18 + 5 + 5) << "read on to the index";
}

TEST(Engine, ASecondFramingCountsAndThrowsLikeTheFirst) {
    static constexpr Rule kOften = {"test.often", Severity::kInfo, "often", "t", "t", ""};
    static constexpr Rule kGrave = {"test.grave", Severity::kCritical, "grave", "t", "t", ""};
    static constexpr Rule kRules[] = {kGrave, kOften};
    static Format first = own_format([](Tape&, ScanContext&) -> Status { return Done{}; });
    static Format noisy = own_format([](Tape&, ScanContext& context) -> Status {
        for (uint64_t i = 0; i < 1500; i++) context.report(kRules[1], i, 0, "");
        context.report(kRules[0], 0, 0, "");
        throw std::runtime_error("on purpose");
    });
    static Format picky =
        own_format(nullptr, [](const Probe&) -> bool { throw std::runtime_error("matches"); });
    noisy.rules = kRules;
    static const Format* const kFormats[] = {&first, &noisy, &picky};
    TempFolder folder;
    folder.write("f", "OWN" + random_text(100'000, 9));
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kInfo)], 1500u);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kCritical)], 2u) << "and the polyglot";
    EXPECT_EQ(sink.at("f").coverage, Coverage::kMalformed);
}

TEST(Engine, WhatAMemberMayHoldDoesNotDependOnThreads) {
    static Format peeker = own_format([](Tape& tape, ScanContext&) -> Status {
        Result<Bytes> window = tape.peek(kMiB);
        if (!window) return window.error();
        return window->size() == kMiB ? Status(Done{}) : Error{Code::kTruncated, "short"};
    });
    static const Format* const kFormats[] = {&toy::kToy, &peeker};
    TempFolder folder;
    for (int i = 0; i < 24; i++) {
        Toy outer;
        outer.members = {{"m", "OWN" + random_text(kMiB + 100, 10)}};
        folder.write(std::to_string(i) + ".toy", outer.encode());
    }
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    options.memory = 64 * kMiB;
    for (unsigned threads : {1u, 8u, 12u}) {
        options.threads = threads;
        Collect sink;
        must_visit(options, sink);
        for (const Record& record : sink.records) {
            EXPECT_EQ(record.coverage, Coverage::kFull) << threads << " " << record.path;
        }
    }
}

std::string named_by_digest(std::string_view content) { return "sha256-" + sha256_hex(content); }

TEST(Engine, AContainerLearnsTheDigestOfAMember) {
    TempFolder folder;
    const std::string good = random_text(90'000, 11);
    Toy outer;
    outer.members = {{named_by_digest(good), good},
                     {named_by_digest(""), ""},
                     {named_by_digest("other"), "content"}};
    folder.write("outer.toy", outer.encode());
    VisitOptions options = toy_options(folder);
    const Evidence expected = {{"claimed", sha256_hex("other")}, {"found", sha256_hex("content")}};
    for (DigestKind kind : {DigestKind::kSha256, DigestKind::kMd5}) {
        for (bool reported : {true, false}) {
            options.digests = {kind};
            options.member_digests = reported;
            Collect sink;
            must_visit(options, sink);
            const Record& record = sink.at("outer.toy");
            ASSERT_EQ(rules_of(record), std::vector<std::string>{"toy.member.digest"});
            EXPECT_EQ(record.findings[0].evidence, expected);
            EXPECT_EQ(record.findings[0].length, 7u);
            EXPECT_EQ(record.coverage, Coverage::kFull);
            const Record& member = sink.at("outer.toy!" + named_by_digest(good));
            EXPECT_EQ(member.digests.size(), reported ? 1u : 0u) << "as the user asked";
            if (reported) {
                EXPECT_EQ(member.digests[0].kind, kind);
            }
        }
    }
}

// Keeps what came of the children of the last container that was read.
std::vector<ChildOutcome> kept_outcomes;

template <bool kWithDigest>
Status scan_two_children(Tape& tape, ScanContext& context) {
    kept_outcomes.clear();
    Status moved = tape.advance(3);
    if (!moved) return moved;
    for (uint64_t length : {uint64_t{100'000}, tape.size().value_or(200'006) - 100'003}) {
        MemberSource member(tape, length);
        auto digest = kWithDigest ? std::optional(DigestKind::kSha256) : std::nullopt;
        Result<ChildOutcome> outcome = context.child("m", member, digest);
        if (!outcome) return outcome.error();
        kept_outcomes.push_back(*outcome);
    }
    return Done{};
}

TEST(Engine, AContainerLearnsWhatCameOfItsChildren) {
    static const Format kTwo = own_format(scan_two_children<true>);
    static const Format* const kFormats[] = {&kTwo, &toy::kThrow};
    TempFolder folder;
    const std::string first = "THROE" + random_text(99'995, 12);
    const std::string second = random_text(100'003, 13);
    folder.write("f", "OWN" + first + second);
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    Collect sink;
    must_visit(options, sink);
    ASSERT_EQ(kept_outcomes.size(), 2u);
    EXPECT_EQ(kept_outcomes[0].coverage, Coverage::kMalformed);
    EXPECT_TRUE(kept_outcomes[0].whole) << "malformed, but read to its end";
    EXPECT_EQ(kept_outcomes[0].bytes, first.size());
    EXPECT_EQ(kept_outcomes[0].digest->hex(), sha256_hex(first));
    EXPECT_EQ(kept_outcomes[1].coverage, Coverage::kFull);
    EXPECT_EQ(kept_outcomes[1].digest->hex(), sha256_hex(second));

    options.limits.total_out = 150'000;
    must_visit(options, sink);
    EXPECT_TRUE(kept_outcomes.at(0).whole);
    EXPECT_EQ(kept_outcomes.at(1).coverage, Coverage::kCutByLimit);
    EXPECT_FALSE(kept_outcomes.at(1).whole);
    EXPECT_LT(kept_outcomes.at(1).bytes, second.size());
    EXPECT_FALSE(kept_outcomes.at(1).digest);

    options.limits = {};
    options.limits.members = 1;
    must_visit(options, sink);
    EXPECT_EQ(kept_outcomes.at(1).coverage, Coverage::kCutByLimit);
    EXPECT_FALSE(kept_outcomes.at(1).digest) << "it was not entered";

    options.limits = {};
    options.read_bulk = false;
    must_visit(options, sink);
    EXPECT_EQ(kept_outcomes.at(0).bytes, first.size());
    EXPECT_FALSE(kept_outcomes.at(0).digest) << "digests were turned off";
}

TEST(Engine, ChildrenOfASecondFramingArePassedOverAndSaidSo) {
    static const Format kFirst = own_format([](Tape&, ScanContext&) -> Status { return Done{}; });
    static const Format kTwo = own_format(scan_two_children<false>);
    static const Format* const kFormats[] = {&kFirst, &kTwo};
    TempFolder folder;
    folder.write("f", "OWN" + random_text(200'003, 14));
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    Collect sink;
    must_visit(options, sink);
    EXPECT_EQ(sink.records.size(), 1u);
    EXPECT_EQ(sink.at("f").coverage, Coverage::kUnsupported);
    ASSERT_EQ(kept_outcomes.size(), 2u);
    EXPECT_EQ(kept_outcomes[1].coverage, Coverage::kUnsupported);
    EXPECT_EQ(kept_outcomes[1].bytes, 100'003u);
    EXPECT_TRUE(kept_outcomes[1].whole);
}

TEST(Engine, WhatASecondFramingCannotDoIsSaid) {
    static const Format kFirst = own_format([](Tape&, ScanContext&) -> Status { return Done{}; });
    static Format jumping = own_format(nullptr);
    jumping.random_access = true;
    static const Format kClaiming = own_format([](Tape&, ScanContext& context) -> Status {
        context.claim({});
        return Done{};
    });
    TempFolder folder;
    folder.write("f", "OWN");
    VisitOptions options = toy_options(folder);
    auto reason_with = [&](const Format& second) {
        const Format* const formats[] = {&kFirst, &second};
        options.formats = formats;
        Collect sink;
        must_visit(options, sink);
        EXPECT_EQ(sink.at("f").coverage, Coverage::kUnsupported);
        return sink.at("f").reason;
    };
    EXPECT_EQ(reason_with(jumping), "own needs random access to these bytes");
    EXPECT_EQ(reason_with(kClaiming), "claims of a second framing are not checked");
}

TEST(Engine, EveryMemberIsOfferedToEveryFormat) {
    TempFolder folder;
    std::string content = "THROE" + std::string(70'000, 'x') + "COUNTME";
    std::string path = "deep.toy";
    for (int i = 0; i < 3; i++) {
        Toy wrap;
        wrap.members = {{"m", content}};
        content = wrap.encode();
        path += "!m";
    }
    folder.write("deep.toy", content);
    Collect sink;
    must_visit(toy_options(folder), sink);
    const Record& leaf = sink.at(path);
    EXPECT_EQ(leaf.format, "count");
    auto ids = rules_of(leaf);
    EXPECT_NE(std::find(ids.begin(), ids.end(), "file.polyglot.multi_format"), ids.end());
    ASSERT_NE(std::find(ids.begin(), ids.end(), "toy.count"), ids.end());
    EXPECT_EQ(leaf.findings.at(1).detail, "70000");
    EXPECT_EQ(leaf.coverage, Coverage::kMalformed) << "as the second framing says";
}

// The end that formats want to see is longer than all that may be pinned.
TEST(Engine, LookingAtTheEndCostsNoPins) {
    static constexpr size_t kTail = 4 * kMiB;
    static Format tailed =
        own_format([](Tape&, ScanContext&) -> Status { return Done{}; },
                   [](const Probe& probe) {
                       return probe.tail.size() == kTail && as_text(probe.tail).starts_with("HERE");
                   });
    tailed.tail = kTail;
    static const Format* const kFormats[] = {&tailed, &toy::kToy};
    TempFolder folder;
    Toy outer;
    outer.members = {{"m", random_text(100'000, 15) + "HERE" + random_text(kTail - 4, 16)}};
    folder.write("outer.toy", outer.encode());
    folder.write("plain", outer.members[0].second);
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    options.memory = kMinMemory;
    for (size_t block : {size_t{0}, size_t{4096}}) {
        options.block_size = block;
        Collect sink;
        must_visit(options, sink);
        for (const char* path : {"plain", "outer.toy!m"}) {
            EXPECT_EQ(sink.at(path).format, "own");
            EXPECT_EQ(sink.at(path).coverage, Coverage::kFull);
            EXPECT_EQ(sink.at(path).digests.at(0).hex(), sha256_hex(outer.members[0].second));
        }
    }
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
    TempFolder folder;
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

TEST(Engine, DepthAndMemberLimitsAreVisible) {
    TempFolder folder;
    std::string content = "leaf";
    for (int i = 0; i < 6; i++) {
        Toy wrap;
        wrap.members = {{"m", content}, {"n", "sibling"}};
        content = wrap.encode();
    }
    folder.write("deep.toy", content);
    VisitOptions options = toy_options(folder);
    options.limits.depth = 3;
    Collect shallow;
    Summary summary = must_visit(options, shallow);
    EXPECT_EQ(shallow.at("deep.toy!m!m!m").coverage, Coverage::kCutByLimit);
    EXPECT_EQ(shallow.at("deep.toy!m!n").coverage, Coverage::kFull);
    EXPECT_EQ(exit_code_of(summary), kExitIncomplete);

    options.limits.depth = 16;
    options.limits.members = 4;
    Collect few;
    must_visit(options, few);
    EXPECT_EQ(few.records.size(), 5u);
}

TEST(Engine, ATruncatedContainerKeepsWhatWasFound) {
    TempFolder folder;
    const std::string whole = nested_toy().encode();
    for (size_t size : {whole.size() - 1, whole.size() / 2, size_t{5}}) {
        folder.write("cut.toy", whole.substr(0, size));
        Collect sink;
        must_visit(toy_options(folder), sink);
        EXPECT_NE(sink.at("cut.toy").coverage, Coverage::kFull) << size;
        EXPECT_EQ(sink.at("cut.toy").digests.at(0).hex(), sha256_hex(whole.substr(0, size)));
    }
}

TEST(Engine, RandomDamageIsNeverMoreThanAFinding) {
    const std::string whole = nested_toy().encode();
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    TempFolder folder;
    for (int i = 0; i < 40; i++) {
        std::string damaged = whole;
        for (int flips = 0; flips < 8; flips++) {
            size_t near_end = damaged.size() - 1 - random() % 200;
            damaged[random() % 2 ? near_end : random() % damaged.size()] ^=
                static_cast<char>(1 << (random() % 8));
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
    TempFolder folder;
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
    TempFolder folder;
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
    TempFolder folder;
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
    TempFolder folder;
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
    TempFolder folder;
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
    TempFolder folder;
    for (int i = 0; i < 100; i++) folder.write(std::to_string(i), "content");
    VisitOptions options = toy_options(folder);
    options.formats = {};
    Result<Summary> summary = visit(options, {sink, nullptr, nullptr, {}, {}});
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().sys, ENOSPC);
}

TEST(Engine, ImpossibleOptionsAreUsageErrors) {
    TempFolder folder;
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
    TempFolder folder;
    folder.write("n", "NOISY");
    VisitOptions options = toy_options(folder);
    options.formats = kNoisyOnly;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(sink.at("n").findings.size(), kMaxFindingsPerRule);
    EXPECT_EQ(sink.at("n").findings.back().count, 1501u);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kLow)], 2500u);
}

}  // namespace
}  // namespace assay

// Members within containers, second framings, and what limits them.
#include <gtest/gtest.h>

#include "tests/unit/support/taps.h"
#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;
using toy::Toy;

TEST(Nesting, NestedMembersAreDigestedInOnePass) {
    VisitFolder folder;
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

TEST(Nesting, AFileThatIsTwoFormatsIsReadByBoth) {
    VisitFolder folder;
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

TEST(Nesting, AnEndlessMemberIsCutByRatioAndTheRestGoesOn) {
    VisitFolder folder;
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

TEST(Nesting, ALimitOnOneMemberLeavesTheOthersToBeSeen) {
    VisitFolder folder;
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

TEST(Nesting, ASecondFramingCountsAndThrowsLikeTheFirst) {
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
    VisitFolder folder;
    folder.write("f", "OWN" + random_text(100'000, 9));
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    Collect sink;
    Summary summary = must_visit(options, sink);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kInfo)], 1500u);
    EXPECT_EQ(summary.findings[static_cast<size_t>(Severity::kCritical)], 2u) << "and the polyglot";
    EXPECT_EQ(sink.at("f").coverage, Coverage::kMalformed);
}

TEST(Nesting, WhatAMemberMayHoldDoesNotDependOnThreads) {
    static Format peeker = own_format([](Tape& tape, ScanContext&) -> Status {
        Result<Bytes> window = tape.peek(kMiB);
        if (!window) return window.error();
        return window->size() == kMiB ? Status(Done{}) : Error{Code::kTruncated, "short"};
    });
    static const Format* const kFormats[] = {&toy::kToy, &peeker};
    VisitFolder folder;
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

TEST(Nesting, AContainerLearnsTheDigestOfAMember) {
    VisitFolder folder;
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
        Result<ChildOutcome> outcome = context.child("m", member, ChildRequest{digest});
        if (!outcome) return outcome.error();
        kept_outcomes.push_back(*outcome);
    }
    return Done{};
}

TEST(Nesting, AContainerLearnsWhatCameOfItsChildren) {
    static const Format kTwo = own_format(scan_two_children<true>);
    static const Format* const kFormats[] = {&kTwo, &toy::kThrow};
    VisitFolder folder;
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
    EXPECT_LT(kept_outcomes.at(0).bytes, first.size()) << "nobody wanted its bulk";
    EXPECT_FALSE(kept_outcomes.at(0).whole);
    EXPECT_FALSE(kept_outcomes.at(0).digest) << "digests were turned off";
}

std::vector<uint8_t> tapped_bytes;

// The member is a toy, whose index is read ahead.
TEST(Nesting, ATapOnTheContainersTapeSeesAMemberInOrder) {
    static const Format kTapping = own_format([](Tape& tape, ScanContext& context) -> Status {
        Status moved = tape.advance(3);
        if (!moved) return moved;
        RecordingTap tap;
        tape.attach(tap);
        MemberSource member(tape, tape.size().value_or(3) - 3 - 9);
        Result<ChildOutcome> outcome = context.child("m.toy", member);
        tape.detach(tap);
        tapped_bytes = tap.seen();
        return outcome ? Status(Done{}) : outcome.error();
    });
    static const Format* const kFormats[] = {&kTapping, &toy::kToy};
    VisitFolder folder;
    const std::string inner = nested_toy().encode();
    folder.write("f", "OWN" + inner + "the rest!");
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    for (size_t block : {size_t{0}, size_t{7}}) {
        options.block_size = block;
        Collect sink;
        must_visit(options, sink);
        EXPECT_EQ(sink.at("f!m.toy!inner.toy!small").coverage, Coverage::kFull);
        EXPECT_EQ(as_text(tapped_bytes), inner);
    }
}

TEST(Nesting, ChildrenOfASecondFramingArePassedOverAndSaidSo) {
    static const Format kFirst = own_format([](Tape&, ScanContext&) -> Status { return Done{}; });
    static const Format kTwo = own_format(scan_two_children<false>);
    static const Format* const kFormats[] = {&kFirst, &kTwo};
    VisitFolder folder;
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

TEST(Nesting, WhatASecondFramingCannotDoIsSaid) {
    static const Format kFirst = own_format([](Tape&, ScanContext&) -> Status { return Done{}; });
    static Format jumping = own_format(nullptr);
    jumping.random_access = true;
    static const Format kClaiming = own_format([](Tape&, ScanContext& context) -> Status {
        context.claim({});
        return Done{};
    });
    VisitFolder folder;
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

TEST(Nesting, EveryMemberIsOfferedToEveryFormat) {
    VisitFolder folder;
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
    auto count = std::find(ids.begin(), ids.end(), "toy.count");
    ASSERT_NE(count, ids.end());
    EXPECT_EQ(leaf.findings.at(static_cast<size_t>(count - ids.begin())).detail, "70000");
    EXPECT_EQ(leaf.coverage, Coverage::kMalformed) << "as the second framing says";
}

// The end that formats want to see is longer than all that may be pinned.

TEST(Nesting, LookingAtTheEndCostsNoPins) {
    static constexpr size_t kTail = 4 * kMiB;
    static Format tailed =
        own_format([](Tape&, ScanContext&) -> Status { return Done{}; },
                   [](const Probe& probe) {
                       return probe.tail.size() == kTail && as_text(probe.tail).starts_with("HERE");
                   });
    tailed.tail = kTail;
    static const Format* const kFormats[] = {&tailed, &toy::kToy};
    VisitFolder folder;
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

TEST(Nesting, DepthAndMemberLimitsAreVisible) {
    VisitFolder folder;
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

TEST(Nesting, ATruncatedContainerKeepsWhatWasFound) {
    VisitFolder folder;
    const std::string whole = nested_toy().encode();
    for (size_t size : {whole.size() - 1, whole.size() / 2, size_t{5}}) {
        folder.write("cut.toy", whole.substr(0, size));
        Collect sink;
        must_visit(toy_options(folder), sink);
        EXPECT_NE(sink.at("cut.toy").coverage, Coverage::kFull) << size;
        EXPECT_EQ(sink.at("cut.toy").digests.at(0).hex(), sha256_hex(whole.substr(0, size)));
    }
}

}  // namespace
}  // namespace assay

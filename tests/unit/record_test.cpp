#include "assay/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace assay {
namespace {

Digest digest_of(DigestKind kind, uint8_t fill) {
    Digest digest{kind, {}};
    std::fill_n(digest.value.begin(), size_of(kind), fill);
    return digest;
}

Finding rich_finding() {
    Finding finding;
    finding.rule = &rules::kExecutable;
    finding.severity = Severity::kCritical;
    finding.offset = uint64_t{1} << 63;
    finding.length = 127;
    finding.count = 128;
    finding.detail = std::string("zero \0 inside", 13);
    finding.evidence = {{"machine", "x86-64"}, {"", ""}};
    return finding;
}

Record rich_record() {
    Record record;
    record.place = {3, uint64_t{1} << 40, {0, 4'294'967'295U, 7}};
    record.kind = EntryKind::kMember;
    record.path = "a/b.zip!c%21.pkl";
    record.user_path = "/data/a/b.zip";
    record.format = "pickle";
    record.size = ~uint64_t{0};
    record.coverage = Coverage::kCutByLimit;
    record.reason = "größer als erlaubt";
    record.accounted = {1, 300, 70'000};
    for (DigestKind kind : kAllDigests) {
        record.digests.push_back(digest_of(kind, static_cast<uint8_t>(kind) + 1));
    }
    record.chunks = ChunkRoot{4 << 20, std::string(64, 'f')};
    record.tensors = {{"w", "F32", {2, 3, 5}, 0, 120, std::string(64, 'a')},
                      {"", "", {}, 0, 0, ""}};
    record.findings = {rich_finding(), Finding{&rules::kEmpty, Severity::kLow, 0, 0, 1, "", {}}};
    return record;
}

std::vector<uint8_t> encoded(const Record& record) {
    std::vector<uint8_t> bytes;
    encode_record(record, bytes);
    return bytes;
}

void expect_equal(const Record& left, const Record& right) {
    EXPECT_EQ(left.place, right.place);
    EXPECT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.path, right.path);
    EXPECT_EQ(left.user_path, right.user_path);
    EXPECT_EQ(left.format, right.format);
    EXPECT_EQ(left.size, right.size);
    EXPECT_EQ(left.coverage, right.coverage);
    EXPECT_EQ(left.reason, right.reason);
    EXPECT_EQ(left.accounted, right.accounted);
    ASSERT_EQ(left.digests.size(), right.digests.size());
    for (size_t i = 0; i < left.digests.size(); i++) {
        EXPECT_EQ(left.digests[i].kind, right.digests[i].kind);
        EXPECT_EQ(left.digests[i].value, right.digests[i].value);
    }
    EXPECT_EQ(left.chunks, right.chunks);
    EXPECT_EQ(left.tensors, right.tensors);
    EXPECT_EQ(left.findings, right.findings);
}

TEST(RecordCodec, DecodesToAnEqualRecord) {
    Rulebook book;
    for (const Record& record : {Record{}, rich_record()}) {
        Result<Record> decoded = decode_record(encoded(record), book);
        ASSERT_TRUE(decoded.ok()) << describe(decoded.error());
        expect_equal(record, *decoded);
    }
}

TEST(RecordCodec, EveryTruncationFails) {
    Rulebook book;
    std::vector<uint8_t> whole = encoded(rich_record());
    for (size_t n = 0; n < whole.size(); n++) {
        std::vector<uint8_t> exact(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n));
        ASSERT_FALSE(decode_record(exact, book).ok()) << n;
    }
}

TEST(RecordCodec, BytesBehindTheRecordFail) {
    std::vector<uint8_t> bytes = encoded(rich_record());
    bytes.push_back(0);
    EXPECT_FALSE(decode_record(bytes, Rulebook()).ok());
}

TEST(RecordCodec, AnotherVersionFails) {
    std::vector<uint8_t> bytes = encoded(Record{});
    bytes[0]++;
    EXPECT_FALSE(decode_record(bytes, Rulebook()).ok());
}

TEST(RecordCodec, ARuleThatIsNotKnownFails) {
    static const Rule kForeign = {"other.area.thing", Severity::kLow, "m", "w", "a", ""};
    Record record;
    record.findings.push_back({&kForeign, Severity::kLow, 0, 0, 1, "", {}});
    Rulebook book;
    Result<Record> unknown = decode_record(encoded(record), book);
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().code, Code::kMalformed);
    book.add({&kForeign, 1});
    EXPECT_TRUE(decode_record(encoded(record), book).ok());
}

// Flipped bytes give an error or another record, which then has a form of its own.
TEST(RecordCodec, FlippedBytesNeverCrash) {
    Rulebook book;
    std::vector<uint8_t> whole = encoded(rich_record());
    std::mt19937 random(20240817);
    size_t refused = 0;
    for (int round = 0; round < 20'000; round++) {
        std::vector<uint8_t> bytes = whole;
        for (unsigned flips = 1 + random() % 4; flips > 0; flips--) {
            bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
        }
        Result<Record> decoded = decode_record(bytes, book);
        refused += decoded.ok() ? 0U : 1U;
        if (!decoded.ok()) continue;
        Result<Record> again = decode_record(encoded(*decoded), book);
        ASSERT_TRUE(again.ok());
        expect_equal(*decoded, *again);
    }
    EXPECT_GT(refused, 1'000U);
}

TEST(RecordCodec, HugeLengthsAllocateNothing) {
    Rulebook book;
    for (size_t at = 1; at < 30; at++) {
        std::vector<uint8_t> bytes(at, 0);
        bytes[0] = 1;
        bytes.insert(bytes.end(), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01});
        EXPECT_FALSE(decode_record(bytes, book).ok());
    }
}

TEST(Coverage, IsOnlyEverLowered) {
    Record record;
    record.lower_coverage(Coverage::kFull, "no lack");
    EXPECT_EQ(record.reason, "");
    Coverage downwards[] = {Coverage::kStructureOnly, Coverage::kUnsupported, Coverage::kCutByLimit,
                            Coverage::kMalformed, Coverage::kUnreadable};
    for (Coverage lower : downwards) {
        record.lower_coverage(lower, name_of(lower));
        record.lower_coverage(lower, "a later reason for the same");
        record.lower_coverage(Coverage::kStructureOnly, "a lesser lack");
        EXPECT_EQ(record.coverage, lower);
        EXPECT_EQ(record.reason, name_of(lower));
    }
}

TEST(Fingerprint, DependsOnRulePathOffsetAndDetailAlone) {
    Finding finding = rich_finding();
    std::string first = fingerprint("a!b", finding);
    EXPECT_EQ(first.size(), 64U);
    Finding same = finding;
    same.severity = Severity::kInfo;
    same.length = same.count = 99;
    same.evidence.clear();
    EXPECT_EQ(fingerprint("a!b", same), first);

    std::set<std::string> all = {first, fingerprint("a!c", finding)};
    Finding moved = finding;
    moved.offset++;
    Finding reworded = finding;
    reworded.detail += "x";
    Finding other = finding;
    other.rule = &rules::kEmpty;
    for (const Finding& changed : {moved, reworded, other}) all.insert(fingerprint("a!b", changed));
    EXPECT_EQ(all.size(), 5U);
}

// A public value: it must never change, or known findings look new.
TEST(Fingerprint, IsStable) {
    Finding finding{&rules::kEmpty, Severity::kLow, 258, 0, 1, "d", {}};
    EXPECT_EQ(fingerprint("p", finding),
              "49e1c55e02764df99a9872341c1ded17db21f6df0996f5712afa5dab37956cc1");
}

TEST(Fingerprint, FieldsCannotRunIntoEachOther) {
    Finding left{&rules::kEmpty, Severity::kLow, 0, 0, 1, "bc", {}};
    Finding right{&rules::kEmpty, Severity::kLow, 0, 0, 1, "c", {}};
    EXPECT_NE(fingerprint("a", left), fingerprint("ab", right));
}

TEST(Rulebook, IsSortedAndComplete) {
    Rulebook book;
    EXPECT_EQ(book.find("engine.io.changed_during_scan"), &rules::kChanged);
    EXPECT_TRUE(std::is_sorted(book.all().begin(), book.all().end(),
                               [](auto* left, auto* right) { return left->id < right->id; }));
    for (const Rule* rule : book.all()) {
        EXPECT_EQ(book.find(rule->id), rule);
        EXPECT_FALSE(rule->message.empty() || rule->message.ends_with('.')) << rule->id;
        EXPECT_TRUE(rule->why.ends_with('.') && rule->action.ends_with('.')) << rule->id;
    }
    EXPECT_EQ(book.find("engine.io"), nullptr);
    EXPECT_EQ(book.find("zzz"), nullptr);
}

TEST(Rulebook, AddKeepsTheOrderAndChangesTheDigest) {
    static const Rule kNew[] = {{"zip.z.z", Severity::kLow, "m", "w", "a", ""},
                                {"aaa.b.c", Severity::kHigh, "m", "w", "a", "CWE-1"}};
    Rulebook book;
    std::string before = book.digest();
    EXPECT_EQ(before, Rulebook().digest());
    book.add(kNew);
    EXPECT_EQ(book.all().front(), &kNew[1]);
    EXPECT_EQ(book.all().back(), &kNew[0]);
    EXPECT_NE(book.digest(), before);
}

TEST(Severity, NamesAreReadBack) {
    for (Severity severity : {Severity::kInfo, Severity::kLow, Severity::kMedium, Severity::kHigh,
                              Severity::kCritical}) {
        EXPECT_EQ(severity_named(name_of(severity)), severity);
    }
    EXPECT_EQ(severity_named("HIGH"), std::nullopt);
}

}  // namespace
}  // namespace assay

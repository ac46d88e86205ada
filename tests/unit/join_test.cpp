// What files state and claim, and what they list: visit() with formats that make much of it.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "scanners/byte_claims.h"
#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;
using toy::Toy;

TEST(Join, ClaimsAreJoinedWithFactsWithinTheTarget) {
    VisitFolder folder;
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

TEST(Join, ManyClaimsAreJoinedInTheirOrder) {
    VisitFolder folder;
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

// "OWN" claims that the first bytes of the file beside it have the CRC of nine digits.
Record claims_of_bytes(std::string_view other, bool bulk,
                       const std::function<void(const std::string&)>& meddle = {}) {
    static constexpr Rule kOther = {"test.other", Severity::kLow, "other", "t", "t", ""};
    static std::function<void(const std::string&)> meddling;
    static std::string beside;
    static Format claiming = own_format([](Tape&, ScanContext& context) -> Status {
        Claim claim;
        claim.path = "bytes";
        claim_bytes(claim, {Checksum::kCrc32c, ByteRange{2, 9}, "digits"}, "e3069283");
        claim.if_other_value = &kOther;
        context.claim(claim);
        if (meddling) meddling(beside);
        return Done{};
    });
    claiming.rules = {&kOther, 1};
    static const Format* const kFormats[] = {&claiming};
    VisitFolder folder;
    folder.write("bytes", std::string(other));
    folder.write("own", "OWN");
    meddling = meddle;
    beside = folder / "bytes";
    VisitOptions options = toy_options(folder);
    options.formats = kFormats;
    options.read_bulk = bulk;
    options.threads = 1;  // in their order
    Collect sink;
    must_visit(options, sink);
    return sink.at("own");
}

TEST(Join, BytesOfAnotherFileAreReadAgain) {
    EXPECT_TRUE(claims_of_bytes("xx123456789yy", true).findings.empty());
    EXPECT_EQ(rules_of(claims_of_bytes("xx123456788yy", true)),
              (std::vector<std::string>{"test.other"}));
    // Neither where the bulk is not read, nor where they are not there: others say that.
    EXPECT_TRUE(claims_of_bytes("xx123456788yy", false).findings.empty());
    EXPECT_TRUE(claims_of_bytes("xx1234", true).findings.empty());
}

TEST(Join, AFileThatIsAnotherOneByNowIsNotCompared) {
    Record record = claims_of_bytes("xx123456789yy", true, [](const std::string& path) {
        std::ofstream(path) << "yy123456789xx";
    });
    EXPECT_EQ(rules_of(record), (std::vector<std::string>{"engine.io.changed_during_scan"}));
    EXPECT_EQ(record.coverage, Coverage::kUnreadable);
    Record gone = claims_of_bytes("xx123456789yy", true,
                                  [](const std::string& path) { std::remove(path.c_str()); });
    EXPECT_EQ(rules_of(gone), (std::vector<std::string>{"engine.io.unreadable"}));
    EXPECT_EQ(gone.coverage, Coverage::kUnreadable);
}

TEST(Join, ClaimsInManyPartsKeepTheirOrder) {
    static constexpr Rule kMissing = {"test.missing", Severity::kLow, "missing", "t", "t", ""};
    static Format claiming = own_format([](Tape&, ScanContext& context) -> Status {
        for (uint64_t i = 0; i < 1000; i++) {
            context.fact({"n", std::to_string(i), std::to_string(i % 10)});
            Claim claim;
            claim.path = i % 3 ? "other" : "nobody";
            claim.offset = i;
            if (i % 3) claim.kind = "n";
            if (i % 3) claim.name = std::to_string(i);
            if (i % 3) claim.value = "3";
            (i % 3 ? claim.if_other_value : claim.if_no_file) = &kMissing;
            context.claim(claim);
        }
        return Done{};
    });
    claiming.rules = {&kMissing, 1};
    static const Format* const kFormats[] = {&claiming};
    VisitFolder folder;
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

template <size_t kCount>
Status state_tensors(Tape&, ScanContext& context) {
    for (uint64_t i = 0; i < kCount; i++) {
        context.tensor({"layer." + std::to_string(i), "F32", {i, 2}, i, i + 8, ""});
    }
    return Done{};
}

TEST(Join, TensorsAreListedAsLongAsTheyFitTheMemory) {
    static const Format kSome = own_format(state_tensors<30'000>);
    static const Format kMany = own_format(state_tensors<300'000>);
    VisitFolder folder;
    for (int i = 0; i < 6; i++) folder.write(std::to_string(i), "OWN");
    VisitOptions options = toy_options(folder);
    options.memory = kMinMemory;
    auto visit_with = [&](const Format& format) {
        const Format* const formats[] = {&format};
        options.formats = formats;
        Collect sink;
        must_visit(options, sink);
        return sink.records;
    };
    for (const Record& record : visit_with(kSome)) {
        EXPECT_EQ(record.coverage, Coverage::kFull);
        ASSERT_EQ(record.tensors.size(), 30'000u);
        uint64_t i = 0;
        for (const TensorRecord& tensor : record.tensors) {
            ASSERT_EQ(tensor.name, "layer." + std::to_string(i));
            ASSERT_EQ(tensor.end, i++ + 8);
        }
    }
    for (const Record& record : visit_with(kMany)) {
        EXPECT_EQ(record.coverage, Coverage::kCutByLimit);
        EXPECT_EQ(rules_of(record), std::vector<std::string>{"engine.limit.pinned"});
        EXPECT_GT(record.tensors.size(), 30'000u);
        EXPECT_LT(record.tensors.size(), 300'000u);
    }
}

}  // namespace
}  // namespace assay

// Digests of ranges, beside OpenSSL's of the same bytes: by themselves and through a visit.
#include "assay/range_digests.h"

#include <gtest/gtest.h>

#include "tests/unit/support/lane_feeder.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;
using Range = RangeDigests::Range;

std::vector<std::optional<Sha256Digest>> digests_of(const std::vector<uint8_t>& bytes,
                                                    uint64_t offset,
                                                    const std::vector<Range>& ranges,
                                                    size_t piece) {
    Feeder feeder(size_t{1} << 16);
    LaneSet lanes(Engine::kAuto, 4096);
    RangeDigests digests(lanes, offset, ranges);
    feeder.feed(digests, bytes, piece);
    digests.finish();
    lanes.run();
    std::vector<std::optional<Sha256Digest>> all;
    for (size_t i = 0; i < ranges.size(); i++) all.push_back(digests.digest(i));
    return all;
}

TEST(RangeDigests, OfRandomRangesInRandomPieces) {
    for (uint64_t seed : seeds(40)) {
        Dice dice(seed);
        std::vector<uint8_t> bytes = dice.bytes(dice.between(1, 60'000));
        const uint64_t offset = dice.below(1000);
        std::vector<Range> ranges;
        uint64_t at = offset + dice.below(3);
        while (at <= offset + bytes.size() && ranges.size() < 2000) {
            uint64_t left = offset + bytes.size() - at;
            uint64_t length =
                std::min(dice.below(2) == 0 ? dice.below(70) : dice.below(9000), left);
            ranges.push_back({at, at + length});
            at += length + (dice.below(3) == 0 ? dice.below(100) : 0);
            if (length == left) break;
        }
        auto found = digests_of(bytes, offset, ranges, dice.between(1, 5000));
        for (size_t i = 0; i < ranges.size(); i++) {
            Bytes range =
                Bytes(bytes).subspan(ranges[i].begin - offset, ranges[i].end - ranges[i].begin);
            ASSERT_TRUE(found[i]) << seed_text(seed) << " " << i;
            ASSERT_EQ(*found[i], evp_sha256(range)) << seed_text(seed) << " " << i;
        }
    }
}

TEST(RangeDigests, EmptyRangesWhereverTheyAre) {
    const std::vector<uint8_t> bytes = random_bytes(10);
    auto found = digests_of(bytes, 5, {{5, 5}, {5, 5}, {5, 8}, {8, 8}, {9, 15}, {15, 15}}, 3);
    for (size_t i : {0U, 1U, 3U, 5U}) EXPECT_EQ(found[i], evp_sha256({}));
    EXPECT_EQ(found[4], evp_sha256(Bytes(bytes).subspan(4)));
}

TEST(RangeDigests, WhatDoesNotPassWholeHasNone) {
    const std::vector<uint8_t> bytes = random_bytes(10);
    auto found = digests_of(bytes, 0, {{0, 4}, {6, 11}, {11, 12}, {20, 20}}, 4);
    EXPECT_EQ(found[0], evp_sha256(Bytes(bytes).first(4)));
    EXPECT_FALSE(found[1] || found[2] || found[3]);
}

// ------------------------------------------------------------------------------------------------
// Through a visit

// "OWN", then tensors of 0, 1, 2 … bytes to the end, told in an order of their own; one that
// overlaps another, and one that lies in the header.
Status tell_tensors(Tape& tape, ScanContext& context) {
    std::vector<TensorRecord> tensors;
    uint64_t at = 3;
    for (uint64_t length = 0; at + length <= tape.size().value_or(0); at += length++) {
        tensors.push_back({std::to_string(length), "U8", {length}, at, at + length, ""});
    }
    std::rotate(tensors.begin(), tensors.begin() + 7, tensors.end());
    for (const TensorRecord& tensor : tensors) context.tensor(tensor);
    context.tensor({"overlapping", "U8", {}, 10, 60, ""});
    context.tensor({"header", "U8", {}, 0, 3, ""});
    Status passed = tape.advance(3);
    if (passed) context.tensors_told();
    return passed ? tape.advance(1000) : passed;  // into the data
}

const Format kTelling = own_format(tell_tensors);
constexpr const Format* kTellingFormats[] = {&kTelling, &toy::kToy};

VisitOptions telling_options(const VisitFolder& folder) {
    VisitOptions options = toy_options(folder);
    options.formats = kTellingFormats;
    options.member_digests = false;
    options.tensor_digests = true;
    return options;
}

void expect_digests(const Record& record, std::string_view content) {
    size_t digested = 0;
    for (const TensorRecord& tensor : record.tensors) {
        bool none = tensor.name == "overlapping" || tensor.name == "header";
        EXPECT_EQ(tensor.sha256.empty(), none) << tensor.name;
        if (none) continue;
        EXPECT_EQ(tensor.sha256,
                  sha256_hex(content.substr(tensor.begin, tensor.end - tensor.begin)));
        digested++;
    }
    EXPECT_EQ(digested + 2, record.tensors.size());
    EXPECT_GT(digested, 50U);
}

TEST(TensorDigests, AreMadeInThePassThatDigestsTheFile) {
    VisitFolder folder;
    const std::string large = "OWN" + random_text(9 << 20, 1);
    const std::string small = "OWN" + random_text(5000, 2);
    for (int i = 0; i < 5; i++) folder.write("large" + std::to_string(i), large);
    folder.write("small", small);
    for (unsigned threads : {1U, 2U, 3U}) {
        VisitOptions options = telling_options(folder);
        options.threads = threads;
        Collect sink;
        VisitStats stats;
        must_visit(options, sink, &stats);
        for (int i = 0; i < 5; i++) expect_digests(sink.at("large" + std::to_string(i)), large);
        expect_digests(sink.at("small"), small);
        EXPECT_EQ(sink.at("large0").digests.at(0).hex(), sha256_hex(large));
        EXPECT_EQ(stats.bytes_read, 5 * large.size() + small.size());
    }
}

TEST(TensorDigests, OfALastLargeFileByAllThreads) {
    VisitFolder folder;
    const std::string large = "OWN" + random_text(20 << 20, 3);
    folder.write("large", large);
    Collect sink;
    must_visit(telling_options(folder), sink);
    expect_digests(sink.at("large"), large);
}

TEST(TensorDigests, OfMembersToo) {
    toy::Toy toy;
    const std::string content = "OWN" + random_text(5000, 4);
    toy.members = {{"first", content}, {"second", "none"}};
    VisitFolder folder;
    folder.write("a.toy", toy.encode());
    Collect sink;
    must_visit(telling_options(folder), sink);
    expect_digests(sink.at("a.toy!first"), content);
}

TEST(TensorDigests, NotWithoutTheBulkNorUnasked) {
    VisitFolder folder;
    folder.write("small", "OWN" + random_text(5000, 2));
    for (bool asked : {false, true}) {
        VisitOptions options = telling_options(folder);
        options.tensor_digests = asked;
        options.read_bulk = !asked;
        Collect sink;
        must_visit(options, sink);
        for (const TensorRecord& tensor : sink.at("small").tensors) EXPECT_EQ(tensor.sha256, "");
    }
}

}  // namespace
}  // namespace assay

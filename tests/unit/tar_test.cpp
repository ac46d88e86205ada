// Tars: three ways to read one, cut everywhere, changed while it is read; and the parts below.
#include <gtest/gtest.h>

#include "scanners/archive/member_name.h"
#include "scanners/archive/tar_header.h"
#include "scanners/archive/tar_sparse.h"
#include "scanners/text/decompose.h"
#include "tests/unit/support/tar_maker.h"
#include "tests/unit/support/tar_walks.h"

namespace assay::test {
namespace {

std::unique_ptr<TarOutcome> walk(const std::string& tar, TarWay way = TarWay::kRandom,
                                 size_t block = 4096) {
    CountingSource source(as_bytes(tar));
    if (way == TarWay::kForward) source.only_in_order().without_size();
    return walk_tar_source(source, block, way == TarWay::kAhead);
}

std::string honest() {
    return tar_member("a", "first") + pax_header(pax_record("path", std::string(150, 'p'))) +
           tar_member("p", std::string(1000, 'x')) +
           tar_member("weights", std::string(70'000, 'w')) + tar_member("small", "s") +
           tar_member("more", std::string(513, 'm')) + tar_end();
}

TEST(Tar, EveryWayToReadSeesTheSameMembers) {
    auto random = walk(honest());
    EXPECT_TRUE(random->clean);
    ASSERT_EQ(random->context.children.size(), 5u);
    EXPECT_EQ(random->context.children[0].content, "first");
    EXPECT_EQ(random->context.children[1].name, std::string(150, 'p'));
    EXPECT_EQ(random->context.children[4].content, std::string(513, 'm'));
    for (size_t block : {1u, 7u, 512u, 4096u}) {
        for (TarWay way : {TarWay::kForward, TarWay::kRandom, TarWay::kAhead}) {
            auto other = walk(honest(), way, block);
            EXPECT_TRUE(other->clean);
            EXPECT_TRUE(same_members(*random, *other));
        }
    }
}

TEST(Tar, EveryByteIsAccountedFor) {
    auto outcome = walk(honest());
    uint64_t members = 0;
    for (const auto& child : outcome->context.children) members += child.content.size();
    EXPECT_EQ(outcome->context.parsed_bytes + outcome->context.gap_bytes,
              honest().size() - members);
}

TEST(Tar, CutAnywhereItIsNotComplete) {
    const std::string whole = tar_member("a", "first") + pax_header(pax_record("path", "long")) +
                              tar_member("b", std::string(600, 'b')) + tar_end();
    for (size_t length = 0; length + tar::kBlock < whole.size(); length++) {
        for (TarWay way : {TarWay::kForward, TarWay::kRandom, TarWay::kAhead}) {
            auto cut = walk(whole.substr(0, length), way);
            EXPECT_TRUE(cut->context.found("tar.eof.truncated") ||
                        cut->context.found("tar.eof.missing") ||
                        cut->context.found("tar.eof.single_zero_block"))
                << length;
        }
    }
}

// The second reading of some bytes is another than the first.
class ChangingSource final : public ByteSource {
  public:
    ChangingSource(std::string bytes, uint64_t at) : bytes_(std::move(bytes)), at_(at) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return bytes_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = MemorySource(as_bytes(bytes_)).read(offset, max, pool);
        if (lent && offset <= at_ && at_ < offset + lent->bytes.size() && ++seen_ == 2) {
            std::string changed(as_text(lent->bytes));
            changed[at_ - offset] ^= 1;
            std::memcpy(lent->block->data(), changed.data(), changed.size());
        }
        return lent;
    }

  private:
    const std::string bytes_;
    const uint64_t at_;
    int seen_ = 0;
};

TEST(Tar, WhatChangesAfterItWasLookedAtIsNoticed) {
    const std::string tar = tar_member("weights", std::string(70'000, 'w')) +
                            tar_member("small", "content") + tar_end();
    const uint64_t second = tar::kBlock + tar::padded(70'000);
    for (uint64_t at : {uint64_t{10'000}, second + 5, second + tar::kBlock + 3}) {
        ChangingSource source(tar, at);
        auto outcome = walk_tar_source(source, 4096, true);
        ASSERT_FALSE(outcome->closed.ok()) << at;
        EXPECT_EQ(outcome->closed.error().code, Code::kChanged);
    }
    ChangingSource source(tar, second - 1);
    auto outcome = walk_tar_source(source, 4096, true);
    EXPECT_FALSE(outcome->closed.ok());
}

TEST(Tar, NumbersThatAllReadersTake) {
    using tar::number_in;
    auto field = [](std::string_view text, size_t n) { return std::string_view(text.data(), n); };
    EXPECT_EQ(number_in(field("00000000012\0", 12)).value, 10u);
    EXPECT_TRUE(number_in(field("00000000012\0", 12)).strict);
    EXPECT_EQ(number_in("777777777777").value, (uint64_t{1} << 36) - 1);
    EXPECT_TRUE(number_in("    12 ").strict);
    EXPECT_TRUE(number_in(field("\0\0\0\0", 4)).blank);
    EXPECT_FALSE(number_in("12 4   ").strict);
    EXPECT_FALSE(number_in("12x").strict);
    EXPECT_FALSE(number_in("12 4   ").blank);
    EXPECT_TRUE(number_in("-1").negative);
    EXPECT_EQ(number_in(field("\x80\0\0\0\0\0\0\0\0\0\1\0", 12)).value, 256u);
    EXPECT_TRUE(number_in(field("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\0", 12)).negative);
    EXPECT_TRUE(number_in(field("\x80\0\0\0\x7f\0\0\0\0\0\0\0", 12)).huge);
    EXPECT_FALSE(number_in(field("\x80\0\0\0\x7f\0\0\0\0\0\0\0", 12)).value);
}

TEST(Tar, EmptyTarsAreTarsOfTheSizesThatWritersMake) {
    for (auto [size, is] :
         {std::pair(1024, true), std::pair(10240, true), std::pair(2048, false)}) {
        const std::string zeros(static_cast<size_t>(size), '\0');
        const Bytes all = as_bytes(zeros);
        Probe probe{all.first(std::min<size_t>(all.size(), kProbeHead)), all, all.size()};
        EXPECT_EQ(tar::starts_tar(probe), is) << size;
    }
}

TEST(Tar, MapsOfHolesAreChecked) {
    using tar::fits;
    EXPECT_TRUE(fits({{{0, 5}, {10, 0}}, 10}, 5));
    EXPECT_TRUE(fits({{}, 10}, 0));
    EXPECT_FALSE(fits({{{0, 5}}, 10}, 4)) << "more is stored than the map has";
    EXPECT_FALSE(fits({{{5, 5}, {0, 5}}, 10}, 10)) << "out of order";
    EXPECT_FALSE(fits({{{0, 6}, {5, 5}}, 10}, 11)) << "overlap";
    EXPECT_FALSE(fits({{{6, 5}}, 10}, 5)) << "outside";
    EXPECT_FALSE(fits({{{UINT64_MAX, 2}}, 10}, 2));
    uint64_t length = 0;
    EXPECT_TRUE(tar::map_in_data("1\n0\n5\n", length));
    EXPECT_EQ(length, tar::kBlock);
    EXPECT_FALSE(tar::map_in_data("2\n0\n5\n", length));
    EXPECT_FALSE(tar::map_in_data("1\n0\n5", length));
    EXPECT_FALSE(tar::map_in_data("99999999999\n0\n5\n", length));
}

TEST(Tar, HolesAreZeros) {
    const std::string stored = "abcdefgh";
    MemorySource source(as_bytes(stored));
    tar::SparseSource whole(source, {{{2, 3}, {5, 0}, {10, 5}, {20, 0}}, 20});
    BlockPool pool(kBlockAlign, kMiB);
    std::string out;
    for (;;) {
        Result<Lent> lent = whole.read(out.size(), 4, pool);
        ASSERT_TRUE(lent.ok());
        if (lent->bytes.empty()) break;
        out += as_text(lent->bytes);
    }
    EXPECT_EQ(out, std::string("\0\0abc\0\0\0\0\0defgh\0\0\0\0\0", 20));
}

TEST(MemberName, PathsAreResolvedInsideTheirFolder) {
    EXPECT_EQ(resolve_path("", "./a//b/../c/"), "a/c");
    EXPECT_EQ(resolve_path("x/y", "../z"), "x/z");
    EXPECT_EQ(resolve_path("x", ".."), "");
    EXPECT_FALSE(resolve_path("x", "../.."));
}

TEST(Decompose, LettersThatLookTheSameAreTheSame) {
    EXPECT_EQ(decomposed("caf\u00e9"), "cafe\u0301");
    EXPECT_EQ(decomposed("\u1e69"), "s\u0323\u0307") << "composed twice";
    EXPECT_EQ(decomposed("s\u0307\u0323"), "s\u0323\u0307") << "marks have an order";
    EXPECT_EQ(decomposed("\ud55c"), "\u1112\u1161\u11ab") << "a syllable";
    EXPECT_EQ(decomposed("\u212b"), "A\u030a") << "the unit is the letter";
    EXPECT_EQ(decomposed("\xff\u00e9"), "\xff\u00e9") << "not UTF-8";
}

}  // namespace
}  // namespace assay::test

// Lines of digest lists, as coreutils reads them and where we differ.
#include "cli/sums_list.h"

#include <gtest/gtest.h>

#include "assay/bytes.h"

namespace assay::cli {
namespace {

const std::string kSha(64, 'a');
const std::string kSha1(40, 'b');
const std::string kMd5(32, 'c');
const std::string kLong(128, 'd');

ListedSum proper(const std::string& line, std::optional<DigestKind> kind = std::nullopt) {
    auto sum = SumsListParser(kind).parse(line);
    EXPECT_TRUE(sum && *sum) << line;
    return sum && *sum ? **sum : ListedSum();
}

Code fault(const std::string& line, std::optional<DigestKind> kind = std::nullopt) {
    auto sum = SumsListParser(kind).parse(line);
    EXPECT_FALSE(sum) << line;
    return sum ? Code::kInterrupted : sum.error().code;
}

using Kinds = std::vector<DigestKind>;

TEST(SumsList, LengthDecidesTheKind) {
    EXPECT_EQ(proper(kSha + "  x").kinds.list(), Kinds{DigestKind::kSha256});
    EXPECT_EQ(proper(kSha1 + "  x").kinds.list(), Kinds{DigestKind::kSha1});
    EXPECT_EQ(proper(kMd5 + "  x").kinds.list(), Kinds{DigestKind::kMd5});
    EXPECT_EQ(proper(kLong + "  x").kinds.list(),
              (Kinds{DigestKind::kSha512, DigestKind::kBlake2b}));
    EXPECT_EQ(fault(std::string(56, 'a') + "  x"), Code::kMalformed);
}

TEST(SumsList, TheCallerMayFixTheKind) {
    EXPECT_EQ(proper(kSha + "  x", DigestKind::kBlake3).kinds.list(), Kinds{DigestKind::kBlake3});
    EXPECT_EQ(proper(kLong + "  x", DigestKind::kSha512).kinds.list(), Kinds{DigestKind::kSha512});
    EXPECT_EQ(fault(kSha + "  x", DigestKind::kSha1), Code::kMalformed);
    EXPECT_EQ(proper("MD5 (x) = " + kMd5, DigestKind::kSha256).kinds.list(),
              Kinds{DigestKind::kMd5});
}

TEST(SumsList, NamesAreKeptWhole) {
    EXPECT_EQ(proper(kSha + "  x").name, "x");
    EXPECT_EQ(proper(kSha + " *x").name, "x");
    EXPECT_EQ(proper(kSha + "   x ").name, " x ");
    EXPECT_EQ(proper(kSha + "  a\\nb").name, "a\\nb");
    EXPECT_EQ(proper(kSha + "  x\r").name, "x");
    EXPECT_EQ(proper("\t " + kSha + "  x").name, "x");
}

TEST(SumsList, EscapedNames) {
    EXPECT_EQ(proper("\\" + kSha + "  a\\nb\\\\c\\rd").name, "a\nb\\c\rd");
    EXPECT_EQ(proper("\\SHA256 (a\\nb) = " + kSha).name, "a\nb");
    EXPECT_EQ(fault("\\" + kSha + "  a\\tb"), Code::kMalformed);
    EXPECT_EQ(fault("\\" + kSha + "  a\\"), Code::kMalformed);
}

TEST(SumsList, NoFileHasAnEmptyNameOrOneWithAZeroByte) {
    EXPECT_EQ(fault("SHA256 () = " + kSha), Code::kMalformed);
    EXPECT_EQ(fault(kSha + "  a" + std::string(1, '\0') + "b"), Code::kMalformed);
    EXPECT_EQ(fault(kSha + " "), Code::kMalformed);
    EXPECT_EQ(fault(kSha), Code::kMalformed);
}

TEST(SumsList, Tags) {
    ListedSum sum = proper("SHA256 (a (1)) = " + kSha);
    EXPECT_EQ(sum.name, "a (1)");
    EXPECT_EQ(to_hex(sum.digest), kSha);
    EXPECT_EQ(proper("SHA2-256(x)= " + kSha).kinds.list(), Kinds{DigestKind::kSha256});
    EXPECT_EQ(proper("BLAKE2b (x) = " + kLong).kinds.list(), Kinds{DigestKind::kBlake2b});
    EXPECT_EQ(proper("GIT-SHA1 (x) = " + kSha1).kinds.list(), Kinds{DigestKind::kGitSha1});
    EXPECT_EQ(fault("SHA256 (x) = " + kSha1), Code::kMalformed);
    EXPECT_EQ(fault("SHA256 (x) " + kSha), Code::kMalformed);
    EXPECT_EQ(fault("SHA256 x = " + kSha), Code::kMalformed);
    EXPECT_EQ(fault("SHA256 (x) = " + kSha + " "), Code::kMalformed);
}

TEST(SumsList, WhatCannotBeComputedIsKeptByName) {
    for (const std::string& hex : {kSha, kSha1, std::string(4096, '0')}) {
        ListedSum sum = proper("BLAKE2b-256 (x) = " + hex);
        EXPECT_EQ(sum.name, "x");
        EXPECT_NE(sum.unsupported, nullptr);
        EXPECT_TRUE(sum.digest.empty());
        EXPECT_TRUE(sum.kinds.list().empty());
    }
    EXPECT_EQ(proper("SHA256 (x) = " + kSha).unsupported, nullptr);
    bool lacking = !is_available(DigestKind::kBlake3);
    EXPECT_EQ(proper("BLAKE3 (x) = " + kSha).unsupported != nullptr, lacking);
    EXPECT_EQ(fault("BLAKE3 (x) = " + kSha1), Code::kMalformed);
    EXPECT_EQ(fault("BLAKE2b-256 x"), Code::kMalformed);
}

TEST(SumsList, ChunkTrees) {
    ListedSum sum = proper("ASSAY-TREE-4096 (x) = " + kSha);
    EXPECT_EQ(sum.chunk_size, 4096U);
    EXPECT_TRUE(sum.kinds.list().empty());
    EXPECT_EQ(fault("ASSAY-TREE-4097 (x) = " + kSha), Code::kMalformed);
    EXPECT_EQ(fault("ASSAY-TREE- (x) = " + kSha), Code::kMalformed);
    EXPECT_EQ(fault("ASSAY-TREE-4096x (x) = " + kSha), Code::kMalformed);
    EXPECT_EQ(fault("ASSAY-TREE-4096 (x) = " + kLong), Code::kMalformed);
}

TEST(SumsList, CommentsAndEmptyLinesAreNothing) {
    for (const char* line : {"", "\r",
                             "# "
                             "text"}) {
        auto sum = SumsListParser(std::nullopt).parse(line);
        EXPECT_TRUE(sum && !*sum) << line;
    }
}

// Else a list could rename " x" to "x" half way.
TEST(SumsList, SpacingIsTheSameThroughoutAList) {
    SumsListParser usual(std::nullopt);
    EXPECT_TRUE(usual.parse(kSha + "  x").ok());
    EXPECT_FALSE(usual.parse(kSha + " x").ok());
    SumsListParser reversed(std::nullopt);
    EXPECT_EQ((*reversed.parse(kSha + " x"))->name, "x");
    EXPECT_EQ((*reversed.parse(kSha + "  x"))->name, " x");
}

}  // namespace
}  // namespace assay::cli

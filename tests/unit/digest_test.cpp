#include "assay/digest.h"

#include <gtest/gtest.h>

#include "tests/unit/support/lane_feeder.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"

namespace assay {
namespace {

using test::Feeder;

std::vector<DigestKind> available() {
    std::vector<DigestKind> kinds(kAllDigests.begin(), kAllDigests.end());
    std::erase_if(kinds, [](DigestKind kind) { return !is_available(kind); });
    return kinds;
}

// OpenSSL asked in the plainest way; BLAKE3 it does not have.
std::string by_openssl(DigestKind kind, Bytes bytes) {
    static constexpr const char* kNames[] = {"SHA256", "SHA512", "BLAKE2b512",
                                             "SHA1",   "MD5",    "SHA1"};
    std::string input(as_text(bytes));
    if (kind == DigestKind::kGitSha1) {
        input = "blob " + std::to_string(bytes.size()) + '\0' + input;
    }
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const EVP_MD* method = EVP_get_digestbyname(kNames[static_cast<size_t>(kind)]);
    EVP_Digest(input.data(), input.size(), out, &length, method, nullptr);
    return to_hex(Bytes(out, length));
}

std::vector<Digest> digests_of(const std::vector<DigestKind>& kinds, Bytes bytes, size_t piece) {
    LaneSet lanes(Engine::kAuto);
    Feeder feeder;
    auto set = DigestSet::make(kinds, lanes, bytes.size());
    EXPECT_TRUE(set.ok());
    feeder.feed(**set, bytes, piece);
    EXPECT_FALSE((*set)->done());
    (*set)->finish();
    lanes.run();
    EXPECT_TRUE((*set)->done());
    return (*set)->digests();
}

std::string digest_of(DigestKind kind, std::string_view text) {
    return digests_of({kind}, as_bytes(text), 7).front().hex();
}

TEST(Digest, KnownAnswers) {
    EXPECT_EQ(digest_of(DigestKind::kSha256, "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest_of(DigestKind::kSha512, "abc"),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    EXPECT_EQ(digest_of(DigestKind::kBlake2b, "abc"),
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    EXPECT_EQ(digest_of(DigestKind::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(digest_of(DigestKind::kMd5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Digest, GitBlobIds) {
    EXPECT_EQ(digest_of(DigestKind::kGitSha1, ""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    EXPECT_EQ(digest_of(DigestKind::kGitSha1, "hello\n"),
              "ce013625030ba8dba906f756967f9e9ca394464a");
    EXPECT_EQ(digest_of(DigestKind::kGitSha1, "abc"), "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f");
}

TEST(Digest, Blake3WhereTheSystemHasIt) {
    if (!is_available(DigestKind::kBlake3)) {
        auto hasher = Hasher::make(DigestKind::kBlake3, std::nullopt);
        ASSERT_FALSE(hasher.ok());
        EXPECT_EQ(hasher.error().code, Code::kUnsupported);
        LaneSet lanes(Engine::kAuto);
        EXPECT_FALSE(DigestSet::make({DigestKind::kBlake3}, lanes, 0).ok());
        return;
    }
    EXPECT_EQ(digest_of(DigestKind::kBlake3, "abc"),
              "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
}

TEST(Digest, EqualsOpensslForAllLengths) {
    const auto bytes = test::random_bytes(300);
    std::vector<DigestKind> kinds = available();
    std::erase(kinds, DigestKind::kBlake3);
    for (size_t n = 0; n <= bytes.size(); n++) {
        for (size_t piece : {size_t{1}, size_t{64}, size_t{1000}}) {
            for (const Digest& digest : digests_of(kinds, Bytes(bytes).first(n), piece)) {
                ASSERT_EQ(digest.hex(), by_openssl(digest.kind, Bytes(bytes).first(n)))
                    << name_of(digest.kind) << " of " << n;
            }
        }
    }
}

TEST(Digest, AsATapOnATape) {
    const auto bytes = test::random_bytes(1'000'003);
    test::CountingSource source(bytes);
    test::TestPools pools(65536);
    LaneSet lanes(Engine::kAuto);
    auto set = DigestSet::make(available(), lanes, bytes.size());
    ASSERT_TRUE(set.ok());
    Tape tape(source, pools.pools(), {set->get()});
    ASSERT_TRUE(tape.at(900'000, 100).ok());
    ASSERT_TRUE(tape.drain().ok());
    lanes.run();
    for (const Digest& digest : (*set)->digests()) {
        if (digest.kind == DigestKind::kBlake3) continue;
        EXPECT_EQ(digest.hex(), by_openssl(digest.kind, bytes)) << name_of(digest.kind);
    }
}

TEST(Digest, InTheOrderInWhichTheyWereAskedFor) {
    using enum DigestKind;
    for (const auto& kinds : {std::vector{kMd5, kSha256, kSha1}, std::vector{kSha256, kSha512},
                              std::vector{kSha1, kMd5}, std::vector{kSha256, kSha256, kMd5},
                              std::vector{kGitSha1, kSha1, kSha256}, std::vector<DigestKind>{}}) {
        auto digests = digests_of(kinds, as_bytes("abc"), 3);
        ASSERT_EQ(digests.size(), kinds.size());
        for (size_t i = 0; i < kinds.size(); i++) {
            EXPECT_EQ(digests[i].kind, kinds[i]);
            EXPECT_EQ(digests[i].hex(), by_openssl(kinds[i], as_bytes("abc")));
        }
    }
}

TEST(Digest, OnlyWithTheLanesIsItDone) {
    LaneSet lanes(Engine::kAuto);
    auto set = DigestSet::make({DigestKind::kSha256}, lanes, std::nullopt);
    ASSERT_TRUE(set.ok());
    (*set)->finish();
    EXPECT_FALSE((*set)->done());
    lanes.run();
    EXPECT_TRUE((*set)->done());
    auto inline_only = DigestSet::make({DigestKind::kMd5}, lanes, std::nullopt);
    ASSERT_TRUE(inline_only.ok());
    EXPECT_FALSE((*inline_only)->done());
    (*inline_only)->finish();
    EXPECT_TRUE((*inline_only)->done());
}

TEST(Digest, GitNeedsTheSizeFirst) {
    LaneSet lanes(Engine::kAuto);
    auto set = DigestSet::make({DigestKind::kSha256, DigestKind::kGitSha1}, lanes, std::nullopt);
    ASSERT_FALSE(set.ok());
    EXPECT_EQ(set.error().code, Code::kUsage);
    EXPECT_EQ(lanes.queued(), 0u);
}

TEST(Digest, NamesAreTheirOwnInverse) {
    for (DigestKind kind : kAllDigests) EXPECT_EQ(digest_named(name_of(kind)), kind);
    for (const char* name : {"", "sha", "SHA256", "sha-256", "crc32"}) {
        EXPECT_FALSE(digest_named(name)) << name;
    }
}

TEST(Digest, SizesAreThoseOfTheirValues) {
    for (DigestKind kind : available()) {
        EXPECT_EQ(digest_of(kind, "x").size(), 2 * size_of(kind)) << name_of(kind);
    }
}

TEST(Digest, Sha256OfBytesAtHand) {
    for (size_t n : {size_t{0}, size_t{55}, size_t{56}, size_t{64}, size_t{1000}}) {
        const auto bytes = test::random_bytes(n);
        EXPECT_EQ(sha256_of(bytes), test::evp_sha256(bytes)) << n;
    }
}

}  // namespace
}  // namespace assay

#include "assay/cursor.h"

#include <gtest/gtest.h>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

TEST(Cursor, ReadsFieldsInOrder) {
    uint8_t bytes[29];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = static_cast<uint8_t>(i);
    Cursor cursor(bytes);
    EXPECT_EQ(cursor.u8(), 0x00);
    EXPECT_EQ(cursor.le16(), 0x0201);
    EXPECT_EQ(cursor.le32(), 0x06050403u);
    EXPECT_EQ(cursor.le64(), 0x0e0d0c0b0a090807u);
    EXPECT_EQ(cursor.be16(), 0x0f10);
    EXPECT_EQ(cursor.be32(), 0x11121314u);
    EXPECT_EQ(cursor.be64(), 0x15161718191a1b1cu);
    EXPECT_TRUE(cursor.ok());
    EXPECT_EQ(cursor.remaining(), 0u);
}

TEST(Cursor, LendsBytesWithoutCopying) {
    const auto bytes = test::random_bytes(10);
    Cursor cursor(bytes);
    cursor.skip(3);
    Bytes lent = cursor.bytes(4);
    EXPECT_EQ(lent.data(), bytes.data() + 3);
    EXPECT_EQ(lent.size(), 4u);
    EXPECT_EQ(cursor.offset(), 7u);
    EXPECT_EQ(cursor.remaining(), 3u);
}

TEST(Cursor, NothingIsAlwaysThere) {
    Cursor cursor(Bytes{});
    EXPECT_TRUE(cursor.bytes(0).empty());
    EXPECT_TRUE(cursor.ok());
}

TEST(Cursor, FailsOneByteTooFar) {
    const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    Cursor fits(bytes);
    fits.le64();
    EXPECT_TRUE(fits.ok());
    Cursor short_by_one(Bytes(bytes).first(7));
    EXPECT_EQ(short_by_one.le64(), 0u);
    EXPECT_FALSE(short_by_one.ok());
    EXPECT_EQ(short_by_one.error().code, Code::kTruncated);
}

TEST(Cursor, FailureSticksAndKeepsThePosition) {
    const uint8_t bytes[4] = {1, 2, 3, 4};
    Cursor cursor(bytes, 100);
    EXPECT_EQ(cursor.u8(), 1);
    EXPECT_EQ(cursor.le32(), 0u);
    EXPECT_EQ(cursor.u8(), 0);
    EXPECT_TRUE(cursor.bytes(1).empty());
    EXPECT_TRUE(cursor.bytes(0).empty());
    EXPECT_EQ(cursor.offset(), 101u);
    EXPECT_EQ(cursor.remaining(), 0u);
    EXPECT_EQ(cursor.error().offset, 101u);
}

TEST(Cursor, HugeCountsDoNotWrap) {
    const uint8_t bytes[4] = {1, 2, 3, 4};
    for (uint64_t n : {uint64_t{5}, UINT64_MAX, UINT64_MAX - 1, uint64_t{1} << 63}) {
        Cursor cursor(bytes);
        cursor.skip(2);
        EXPECT_TRUE(cursor.bytes(n).empty()) << n;
        EXPECT_FALSE(cursor.ok()) << n;
    }
}

TEST(Cursor, FirstFailureWins) {
    Cursor cursor(Bytes{}, 7);
    cursor.fail(Code::kMalformed, "no such version");
    cursor.u8();
    cursor.fail(Code::kLimit, "later");
    EXPECT_EQ(cursor.error().code, Code::kMalformed);
    EXPECT_STREQ(cursor.error().text, "no such version");
    EXPECT_EQ(cursor.error().offset, 7u);
}

TEST(Cursor, NeverReadsOutside) {
    for (uint64_t seed : test::seeds(50)) {
        SCOPED_TRACE(test::seed_text(seed));
        test::Dice dice(seed);
        const auto bytes = dice.bytes(dice.size_below(64));
        Cursor cursor(bytes);
        while (cursor.ok()) {
            uint64_t before = cursor.remaining();
            Bytes lent = cursor.bytes(dice.below(9));
            EXPECT_EQ(cursor.remaining(), cursor.ok() ? before - lent.size() : 0);
            cursor.le16();
        }
        EXPECT_LE(cursor.offset(), bytes.size());
    }
}

}  // namespace
}  // namespace assay

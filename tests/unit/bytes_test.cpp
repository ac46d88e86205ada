#include "assay/bytes.h"

#include <gtest/gtest.h>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

constexpr uint8_t kEight[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

TEST(Bytes, LoadsLittleEndian) {
    EXPECT_EQ(load_le<uint8_t>(kEight), 0x01);
    EXPECT_EQ(load_le<uint16_t>(kEight), 0x2301);
    EXPECT_EQ(load_le<uint32_t>(kEight), 0x67452301u);
    EXPECT_EQ(load_le<uint64_t>(kEight), 0xefcdab8967452301u);
}

TEST(Bytes, LoadsBigEndian) {
    EXPECT_EQ(load_be<uint8_t>(kEight), 0x01);
    EXPECT_EQ(load_be<uint16_t>(kEight), 0x0123);
    EXPECT_EQ(load_be<uint32_t>(kEight), 0x01234567u);
    EXPECT_EQ(load_be<uint64_t>(kEight), 0x0123456789abcdefu);
}

TEST(Bytes, LoadsFromAnyAlignment) {
    const auto bytes = test::random_bytes(16);
    for (size_t i = 0; i < 8; i++) {
        EXPECT_EQ(load_le<uint64_t>(&bytes[i]) & 0xff, bytes[i]);
        EXPECT_EQ(load_be<uint64_t>(&bytes[i]) >> 56, bytes[i]);
    }
}

TEST(Bytes, StoresWhatItLoads) {
    test::Dice dice(2);
    for (int i = 0; i < 100; i++) {
        uint64_t value = dice.bits();
        uint8_t room[8];
        store_le(room, value);
        EXPECT_EQ(load_le<uint64_t>(room), value);
        EXPECT_EQ(room[0], value & 0xff);
        store_be(room, value);
        EXPECT_EQ(load_be<uint64_t>(room), value);
        EXPECT_EQ(room[7], value & 0xff);
        store_be(room, static_cast<uint32_t>(value));
        EXPECT_EQ(load_be<uint32_t>(room), static_cast<uint32_t>(value));
    }
}

TEST(Bytes, StoreTouchesNothingElse) {
    uint8_t room[6] = {9, 9, 9, 9, 9, 9};
    store_le(room + 1, uint32_t{0});
    EXPECT_EQ(room[0], 9);
    EXPECT_EQ(room[5], 9);
}

TEST(Bytes, Hex) {
    EXPECT_EQ(to_hex(kEight), "0123456789abcdef");
    EXPECT_EQ(to_hex({}), "");
}

TEST(Bytes, HexComesBack) {
    const auto bytes = test::random_bytes(256);
    std::vector<uint8_t> back(bytes.size());
    EXPECT_TRUE(from_hex(to_hex(bytes), back));
    EXPECT_EQ(back, bytes);
}

TEST(Bytes, HexInUpperCase) {
    uint8_t out[2];
    EXPECT_TRUE(from_hex("Ab0F", out));
    EXPECT_EQ(out[0], 0xab);
    EXPECT_EQ(out[1], 0x0f);
}

TEST(Bytes, RefusesWhatIsNotHex) {
    uint8_t out[2];
    for (const char* text : {"", "012", "01234", "01 3", "0x12", "g000", "000G", "/000", ":000",
                             "@000", "`000", "-100"}) {
        EXPECT_FALSE(from_hex(text, out)) << text;
    }
}

TEST(Bytes, TextAndBack) {
    EXPECT_EQ(as_text(as_bytes("a\0b")), std::string_view("a\0b"));
    EXPECT_EQ(as_bytes(std::string_view("a\0b", 3)).size(), 3u);
}

TEST(Bytes, StartsWith) {
    EXPECT_TRUE(starts_with(as_bytes("PK\3\4"), "PK"));
    EXPECT_TRUE(starts_with(as_bytes("PK"), "PK"));
    EXPECT_TRUE(starts_with(as_bytes(""), ""));
    EXPECT_FALSE(starts_with(as_bytes("P"), "PK"));
    EXPECT_FALSE(starts_with(as_bytes("KP"), "PK"));
}

}  // namespace
}  // namespace assay

#include "assay/place.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace assay {
namespace {

std::string utf8(char32_t code) {
    auto byte = [](char32_t value) { return static_cast<char>(value); };
    if (code < 0x80) return {byte(code)};
    if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 63))};
    if (code < 0x10000) {
        return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63))};
    }
    return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 63)), byte(0x80 | (code >> 6 & 63)),
            byte(0x80 | (code & 63))};
}

TEST(Place, FilesThenMembersInOrder) {
    Place file{0, 7, {}};
    Place first{0, 7, {0}};
    Place nested{0, 7, {0, 4}};
    Place second{0, 7, {1}};
    Place other{0, 8, {}};
    EXPECT_LT(file, first);
    EXPECT_LT(first, nested);
    EXPECT_LT(nested, second);
    EXPECT_LT(second, other);
    EXPECT_TRUE(file.is_file());
    EXPECT_FALSE(first.is_file());
}

TEST(EscapePath, LeavesOrdinaryNamesAlone) {
    for (const char* name : {"", "model.safetensors", "a/b c/d-1_2.bin", "模型/größe.pt", "😀",
                             "a\\b", "\"quoted\"", "#?*[]{}~"}) {
        EXPECT_EQ(escape_path(name), name);
    }
}

TEST(EscapePath, EscapesWhatSeparatesAndWhatEscapes) {
    EXPECT_EQ(escape_path("100%!done"), "100%25%21done");
    EXPECT_EQ(escape_path("%41"), "%2541");
    EXPECT_EQ(escape_path(std::string_view("a\0b", 3)), "a%00b");
    EXPECT_EQ(escape_path("a\n\r\t\x1b[31m\x7f"), "a%0A%0D%09%1B[31m%7F");
}

TEST(EscapePath, EscapesWhatDeceivesReaders) {
    EXPECT_EQ(escape_path("\u0085"), "%C2%85");
    EXPECT_EQ(escape_path("\u009f\u00a0"), "%C2%9F\u00a0");
    EXPECT_EQ(escape_path("gpj.\u202Eexe"), "gpj.%E2%80%AEexe");
    for (char32_t code :
         {0x202AU, 0x202EU, 0x2066U, 0x2069U, 0x200EU, 0x200FU, 0x061CU, 0x2028U, 0x2029U}) {
        EXPECT_EQ(escape_path(utf8(code)).front(), '%') << std::hex << static_cast<int>(code);
    }
    for (char32_t code : {0x200DU, 0x2027U, 0x202FU, 0x2065U, 0x206AU}) {
        EXPECT_EQ(escape_path(utf8(code)), utf8(code)) << std::hex << static_cast<int>(code);
    }
}

TEST(EscapePath, EscapesEachByteThatIsNotUtf8) {
    EXPECT_EQ(escape_path("\xff\xfe"), "%FF%FE");
    EXPECT_EQ(escape_path("\x80"), "%80");
    EXPECT_EQ(escape_path("\xc0\xaf"), "%C0%AF") << "overlong '/'";
    EXPECT_EQ(escape_path("\xc1\xbf"), "%C1%BF");
    EXPECT_EQ(escape_path("\xe0\x9f\xbf"), "%E0%9F%BF") << "overlong, three bytes";
    EXPECT_EQ(escape_path("\xf0\x8f\xbf\xbf"), "%F0%8F%BF%BF") << "overlong, four bytes";
    EXPECT_EQ(escape_path("\xed\xa0\x80"), "%ED%A0%80") << "surrogate";
    EXPECT_EQ(escape_path("\xf4\x90\x80\x80"), "%F4%90%80%80") << "beyond U+10FFFF";
    EXPECT_EQ(escape_path("\xf5\x80\x80\x80"), "%F5%80%80%80");
    EXPECT_EQ(escape_path("\xe2\x82"), "%E2%82") << "cut short";
    EXPECT_EQ(escape_path("\xe2\x82z\u20ac"), "%E2%82z\u20ac") << "goes on behind the fault";
}

TEST(Utf8, EveryCodePointIsReadBackAndEverySurrogateRefused) {
    for (char32_t code = 0; code <= 0x10FFFF; code++) {
        std::string text = utf8(code);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        Utf8Char found = utf8_at(text);
        ASSERT_EQ(found.length, surrogate ? 0 : text.size()) << static_cast<uint32_t>(code);
        ASSERT_TRUE(surrogate || found.code == code);
    }
}

TEST(EscapeText, KeepsPercentAndExclamationMarks) {
    EXPECT_EQ(escape_text("50% done!\n\xff"), "50% done!%0A%FF");
}

TEST(MemberPath, SeparatesByExclamationMark) {
    EXPECT_EQ(member_path("a.tar", "b/c.pkl"), "a.tar!b/c.pkl");
    EXPECT_EQ(member_path("a%21b.tar!in.zip", "x!y"), "a%21b.tar!in.zip!x%21y");
}

struct Join {
    const char* from;
    const char* relative;
    const char* resolved;  // null: refused
};

class ResolveWithin : public testing::TestWithParam<Join> {};

TEST_P(ResolveWithin, ResolvesOrRefuses) {
    const Join& join = GetParam();
    std::string resolved;
    bool within = resolve_within(join.from, join.relative, resolved);
    ASSERT_EQ(within, join.resolved != nullptr);
    if (within) {
        EXPECT_EQ(resolved, join.resolved);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Joins, ResolveWithin,
    testing::Values(Join{"index.json", "shard-1.bin", "shard-1.bin"},
                    Join{"a/index.json", "shard-1.bin", "a/shard-1.bin"},
                    Join{"a/b/index.json", "../c//./d.bin", "a/c/d.bin"},
                    Join{"a/index.json", "../x", "x"}, Join{"a/index.json", "./x/../y/", "a/y"},
                    Join{"a/index.json", "..", ""}, Join{"a/index.json", "...", "a/..."},
                    Join{"a/index.json", "../../x", nullptr}, Join{"index.json", "..", nullptr},
                    Join{"a/i.json", "../../a/x", nullptr},
                    Join{"a/i.json", "/etc/passwd", nullptr}, Join{"a/i.json", "", nullptr},
                    Join{"a/i.json", "x!y%z", "a/x%21y%25z"},
                    Join{"d/m.zip!index.json", "x", "d/m.zip!x"},
                    Join{"d/m.zip!s/index.json", "../x", "d/m.zip!x"},
                    Join{"d/m.zip!s/index.json", "../../x", nullptr},
                    Join{"d/m.zip!n.tar!s/i.json", "t/../u", "d/m.zip!n.tar!s/u"}));

TEST(ResolveWithin, RefusesAZeroByte) {
    std::string resolved;
    EXPECT_FALSE(resolve_within("a", std::string_view("b\0c", 3), resolved));
}

}  // namespace
}  // namespace assay

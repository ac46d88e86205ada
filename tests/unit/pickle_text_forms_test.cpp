// Text operands: every row says what CPython's C unpickler makes of the line.
#include <gtest/gtest.h>

#include "scanners/pickle/text_forms.h"
#include "scanners/pickle/utf8_check.h"

namespace assay::pickle {
namespace {

using namespace std::string_literals;

std::string shown(const std::optional<TextInt>& number) {
    if (!number) return "refused";
    return number->value ? std::to_string(*number->value) : "large";
}

struct NumberRow {
    std::string line;
    std::string number;
};

const NumberRow kIntRows[] = {
    {"0"s, "0"},
    {"00"s, "0"},
    {"01"s, "1"},
    {"1"s, "1"},
    {"-1"s, "-1"},
    {"+1"s, "1"},
    {" 1"s, "1"},
    {"1 "s, "1"},
    {" 1 "s, "1"},
    {"\011\013\014\0151"s, "1"},
    {"010"s, "8"},
    {"08"s, "refused"},
    {"0x10"s, "16"},
    {"0X1f"s, "31"},
    {"0o17"s, "15"},
    {"0b101"s, "5"},
    {"0x"s, "refused"},
    {"0o"s, "refused"},
    {"-0x10"s, "-16"},
    {"- 1"s, "refused"},
    {"--1"s, "refused"},
    {"+-1"s, "refused"},
    {"1_000"s, "1000"},
    {"_1"s, "refused"},
    {"1_"s, "refused"},
    {"1__0"s, "refused"},
    {"0_1"s, "refused"},
    {"0x_ff"s, "255"},
    {"0_0"s, "0"},
    {"0b_1"s, "1"},
    {"0777"s, "511"},
    {"0o8"s, "refused"},
    {""s, "refused"},
    {" "s, "refused"},
    {"-"s, "refused"},
    {"abc"s, "refused"},
    {"1.0"s, "refused"},
    {"1e3"s, "refused"},
    {"1L"s, "refused"},
    {"0xL"s, "refused"},
    {"9223372036854775807"s, "9223372036854775807"},
    {"9223372036854775808"s, "large"},
    {"-9223372036854775808"s, "-9223372036854775808"},
    {"-9223372036854775809"s, "large"},
    {"0x7fffffffffffffff"s, "9223372036854775807"},
    {"0x8000000000000000"s, "large"},
    {"0xffffffffffffffffff"s, "large"},
    {"01000000000000000000000"s, "refused"},
    {"1\000"s, "1"},
    {"1\000 2"s, "1"},
    {"\000"s, "0"},
    {"\0001"s, "0"},
    {"\000x"s, "0"},
    {" \000"s, "refused"},
    {"1\015"s, "1"},
    {"\2401"s, "refused"},
    {std::string(4300, '1'), "large"},
    {std::string(4301, '1'), "refused"},
    {"0x" + std::string(4301, '1'), "large"},
    {std::string(4301, '0') + "7", "7"},
    {"0xg"s, "refused"},
    {"0b2"s, "refused"},
    {"0B11"s, "3"},
    {"0O7"s, "7"},
    {"-010"s, "-8"},
    {"+0x1"s, "1"},
    {"00_0"s, "0"},
    {"000001x"s, "refused"},
    {"0\000x1"s, "0"},
    {"-\000"s, "refused"},
    {"\0341"s, "refused"},
    {"\2051"s, "refused"},
};

const NumberRow kLongRows[] = {
    {"0"s, "0"},
    {"00"s, "0"},
    {"01"s, "refused"},
    {"1"s, "1"},
    {"-1"s, "-1"},
    {"+1"s, "1"},
    {" 1"s, "1"},
    {"1 "s, "1"},
    {" 1 "s, "1"},
    {"\011\013\014\0151"s, "1"},
    {"010"s, "refused"},
    {"08"s, "refused"},
    {"0x10"s, "16"},
    {"0X1f"s, "31"},
    {"0o17"s, "15"},
    {"0b101"s, "5"},
    {"0x"s, "refused"},
    {"0o"s, "refused"},
    {"-0x10"s, "-16"},
    {"- 1"s, "refused"},
    {"--1"s, "refused"},
    {"+-1"s, "refused"},
    {"1_000"s, "1000"},
    {"_1"s, "refused"},
    {"1_"s, "refused"},
    {"1__0"s, "refused"},
    {"0_1"s, "refused"},
    {"0x_ff"s, "255"},
    {"0_0"s, "0"},
    {"0b_1"s, "1"},
    {"0777"s, "refused"},
    {"0o8"s, "refused"},
    {""s, "refused"},
    {" "s, "refused"},
    {"-"s, "refused"},
    {"abc"s, "refused"},
    {"1.0"s, "refused"},
    {"1e3"s, "refused"},
    {"1L"s, "1"},
    {"0xL"s, "refused"},
    {"9223372036854775807"s, "9223372036854775807"},
    {"9223372036854775808"s, "large"},
    {"-9223372036854775808"s, "-9223372036854775808"},
    {"-9223372036854775809"s, "large"},
    {"0x7fffffffffffffff"s, "9223372036854775807"},
    {"0x8000000000000000"s, "large"},
    {"0xffffffffffffffffff"s, "large"},
    {"01000000000000000000000"s, "refused"},
    {"1\000"s, "1"},
    {"1\000 2"s, "1"},
    {"\000"s, "refused"},
    {"\0001"s, "refused"},
    {"\000x"s, "refused"},
    {" \000"s, "refused"},
    {"1\015"s, "1"},
    {"\2401"s, "refused"},
    {std::string(4300, '1'), "large"},
    {std::string(4301, '1'), "refused"},
    {"0x" + std::string(4301, '1'), "large"},
    {std::string(4301, '0') + "7", "refused"},
    {"0xg"s, "refused"},
    {"0b2"s, "refused"},
    {"0B11"s, "3"},
    {"0O7"s, "7"},
    {"-010"s, "refused"},
    {"+0x1"s, "1"},
    {"00_0"s, "0"},
    {"000001x"s, "refused"},
    {"0\000x1"s, "0"},
    {"-\000"s, "refused"},
    {"\0341"s, "refused"},
    {"\2051"s, "refused"},
    {"1LL"s, "refused"},
    {"L"s, "refused"},
    {"0x10L"s, "16"},
    {"-1L"s, "-1"},
    {"1 L"s, "1"},
    {"1L "s, "refused"},
    {"010L"s, "refused"},
};

const NumberRow kIndexRows[] = {
    {"0"s, "0"},          {"00"s, "0"},         {"010"s, "10"},      {"7"s, "7"},
    {" 7"s, "7"},         {"7 "s, "7"},         {"+7"s, "7"},        {"-7"s, "refused"},
    {"-0"s, "0"},         {"0x10"s, "refused"}, {"1_0"s, "10"},      {"_1"s, "refused"},
    {"1__0"s, "refused"}, {""s, "refused"},     {" "s, "refused"},   {"7\000"s, "7"},
    {"7\000x"s, "7"},     {"\000"s, "refused"}, {"abc"s, "refused"}, {"7L"s, "refused"},
    {"\0117\015"s, "7"},
};

TEST(PickleTextForms, Int) {
    for (const auto& [line, number] : kIntRows) EXPECT_EQ(shown(parse_int(line)), number) << line;
}

TEST(PickleTextForms, Long) {
    for (const auto& [line, number] : kLongRows) EXPECT_EQ(shown(parse_long(line)), number) << line;
}

TEST(PickleTextForms, Index) {
    for (const auto& [line, number] : kIndexRows) {
        std::string parsed = shown(parse_index(line));
        EXPECT_EQ(parsed.starts_with('-') ? "refused" : parsed, number) << line;
    }
    EXPECT_EQ(shown(parse_index("99999999999999999999")), "large");
}

struct FloatRow {
    std::string line;
    bool taken;
};

const FloatRow kFloatRows[] = {
    {"1"s, true},
    {"1.5"s, true},
    {".5"s, true},
    {"5."s, true},
    {"."s, false},
    {""s, false},
    {" 1"s, false},
    {"1 "s, false},
    {"+1"s, true},
    {"-1"s, true},
    {"--1"s, false},
    {"1e5"s, true},
    {"1E+5"s, true},
    {"1e"s, false},
    {"1e+"s, false},
    {"1.e5"s, true},
    {".e5"s, false},
    {"1e400"s, false},
    {"-1e400"s, false},
    {"1e-400"s, true},
    {"inf"s, true},
    {"-Infinity"s, true},
    {"+INF"s, true},
    {"nan"s, true},
    {"-NaN"s, true},
    {"nan(1)"s, false},
    {"infin"s, false},
    {"infinityx"s, false},
    {"0x1p3"s, false},
    {"1_0"s, false},
    {"1,5"s, false},
    {"1\000"s, true},
    {"1\000x"s, true},
    {"\000"s, false},
    {"1L"s, false},
    {"1d5"s, false},
    {"1.5.2"s, false},
    {"e5"s, false},
    {"+"s, false},
    {"1\015"s, false},
    {"\011nf"s, false},
    {"INf"s, true},
    {"1.7976931348623157e308"s, true},
    {"1.7976931348623159e308"s, false},
};

TEST(PickleTextForms, Float) {
    for (const auto& [line, taken] : kFloatRows) EXPECT_EQ(is_float(line), taken) << line;
}

struct TextRow {
    std::string line;
    std::optional<std::string> text;
};

const TextRow kStringRows[] = {
    {"'a'"s, "a"s},
    {"\"a\""s, "a"s},
    {"''"s, ""s},
    {"'"s, std::nullopt},
    {""s, std::nullopt},
    {"a"s, std::nullopt},
    {"'a"s, std::nullopt},
    {"a'"s, std::nullopt},
    {"'a\""s, std::nullopt},
    {"'a' "s, std::nullopt},
    {" 'a'"s, std::nullopt},
    {"'a'\011"s, std::nullopt},
    {"'a'\000"s, std::nullopt},
    {"'a'b'"s, "a'b"s},
    {"'it's'"s, "it's"s},
    {"'\\x41'"s, "A"s},
    {"'\\x4'"s, std::nullopt},
    {"'\\x'"s, std::nullopt},
    {"'\\xzz'"s, std::nullopt},
    {"'\\101'"s, "A"s},
    {"'\\1'"s, "\001"s},
    {"'\\18'"s, "\0018"s},
    {"'\\777'"s, "\377"s},
    {"'\\400'"s, "\000"s},
    {"'\\0'"s, "\000"s},
    {"'\\n\\t\\r\\a\\b\\f\\v'"s, "\012\011\015\007\010\014\013"s},
    {"'\\\\'"s, "\\"s},
    {"'\\''"s, "'"s},
    {"'\\\"'"s, "\""s},
    {"'\\q'"s, "\\q"s},
    {"'\\u0041'"s, "\\u0041"s},
    {"'\\N{DIGIT ONE}'"s, "\\N{DIGIT ONE}"s},
    {"'\\"s, std::nullopt},
    {"'\\'"s, std::nullopt},
    {"'a\\'"s, std::nullopt},
    {"'\351'"s, "\351"s},
    {"'\\8'"s, "\\8"s},
    {"'\\X41'"s, "\\X41"s},
    {"'a'\015"s, std::nullopt},
    {"'\\x4g'"s, std::nullopt},
    {"'\000'"s, "\000"s},
};

const TextRow kUnicodeRows[] = {
    {"a"s, "a"s},
    {""s, ""s},
    {"\\u0041"s, "A"s},
    {"\\U00000041"s, "A"s},
    {"\\u00e9"s, "\303\251"s},
    {"\351"s, "\303\251"s},
    {"\\u20ac"s, "\342\202\254"s},
    {"\\U0001f600"s, "\360\237\230\200"s},
    {"\\ud83d\\ude00"s, "\355\240\275\355\270\200"s},
    {"\\ud800"s, "\355\240\200"s},
    {"\\U00110000"s, std::nullopt},
    {"\\U0010ffff"s, "\364\217\277\277"s},
    {"\\u12"s, std::nullopt},
    {"\\u"s, std::nullopt},
    {"\\U0001"s, std::nullopt},
    {"\\uzzzz"s, std::nullopt},
    {"\\"s, "\\"s},
    {"\\\\"s, "\\\\"s},
    {"\\\\u0041"s, "\\\\u0041"s},
    {"\\\\\\u0041"s, "\\\\A"s},
    {"a\\"s, "a\\"s},
    {"\\n"s, "\\n"s},
    {"\\x41"s, "\\x41"s},
    {"\\N{DIGIT ONE}"s, "\\N{DIGIT ONE}"s},
    {"\000"s, "\000"s},
    {"\015"s, "\015"s},
    {"\\u000a"s, "\012"s},
    {"\\\351"s, "\\\303\251"s},
    {"\\u00000041"s, "\0000041"s},
    {"\\uD83D"s, "\355\240\275"s},
    {"\\u 041"s, std::nullopt},
    {"\\u+041"s, std::nullopt},
};

TEST(PickleTextForms, String) {
    for (const auto& [line, text] : kStringRows) EXPECT_EQ(parse_quoted(line), text) << line;
}

TEST(PickleTextForms, Unicode) {
    for (const auto& [line, text] : kUnicodeRows) EXPECT_EQ(parse_raw_unicode(line), text) << line;
}

struct Utf8Row {
    std::string bytes;
    bool as_text;
    bool as_name;
};

const Utf8Row kUtf8Rows[] = {
    {""s, true, true},
    {"a"s, true, true},
    {"\177"s, true, true},
    {"\200"s, false, false},
    {"\300\200"s, false, false},
    {"\301\277"s, false, false},
    {"\302\200"s, true, true},
    {"\337\277"s, true, true},
    {"\302"s, false, false},
    {"\302a"s, false, false},
    {"\340\200\200"s, false, false},
    {"\340\237\277"s, false, false},
    {"\340\240\200"s, true, true},
    {"\355\237\277"s, true, true},
    {"\355\240\200"s, true, false},
    {"\355\277\277"s, true, false},
    {"\356\200\200"s, true, true},
    {"\357\277\277"s, true, true},
    {"\341\200"s, false, false},
    {"\360\200\200\200"s, false, false},
    {"\360\217\277\277"s, false, false},
    {"\360\220\200\200"s, true, true},
    {"\364\217\277\277"s, true, true},
    {"\364\220\200\200"s, false, false},
    {"\365\200\200\200"s, false, false},
    {"\377"s, false, false},
    {"\376"s, false, false},
    {"\361\200\200"s, false, false},
    {"\370\210\200\200\200"s, false, false},
    {"a\302\200b"s, true, true},
    {"\355\240\275\355\270\200"s, true, false},
};

TEST(PickleTextForms, Utf8) {
    for (const auto& [bytes, as_text, as_name] : kUtf8Rows) {
        EXPECT_EQ(is_utf8(bytes, true), as_text) << bytes;
        EXPECT_EQ(is_utf8(bytes, false), as_name) << bytes;
    }
}

// A text is checked in the pieces in which it comes: the answer does not depend on them.
bool checked(std::string_view text, size_t first, size_t second) {
    Utf8Check check;
    check.feed(text.substr(0, first));
    check.feed(text.substr(first, second - first));
    check.feed(text.substr(second));
    return check.ended_well();
}

TEST(PickleUtf8Check, PiecesAtEverySplit) {
    for (const Utf8Row& row : kUtf8Rows) {
        for (const std::string& around : {""s, "a"s, "0123456789abcdef"s, "\xc3\xa9"s}) {
            std::string text = around + row.bytes + around;
            bool whole = is_utf8(text, true);
            for (size_t first = 0; first <= text.size(); first++) {
                for (size_t second = first; second <= text.size(); second++) {
                    ASSERT_EQ(checked(text, first, second), whole)
                        << testing::PrintToString(text) << " " << first << " " << second;
                }
            }
        }
    }
}

TEST(PickleUtf8Check, ByteByByte) {
    for (const Utf8Row& row : kUtf8Rows) {
        Utf8Check check;
        for (char byte : row.bytes) check.feed({&byte, 1});
        EXPECT_EQ(check.ended_well(), row.as_text) << testing::PrintToString(row.bytes);
    }
}

TEST(PickleUtf8Check, OneMistakeIsNeverForgiven) {
    Utf8Check check;
    check.feed("good");
    check.feed("\xff");
    check.feed("good again");
    EXPECT_FALSE(check.ended_well());
}

}  // namespace
}  // namespace assay::pickle

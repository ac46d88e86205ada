// Trees of values: what is kept, what is refused, and the same verdict as simdjson's.
#include "assay/json_value.h"

#include <gtest/gtest.h>

#include "tests/unit/support/json_oracle.h"
#include "tests/unit/support/random.h"

namespace assay {
namespace {

JsonValue parsed(std::string_view text) {
    Result<JsonValue> value = JsonValue::parse(as_bytes(text));
    EXPECT_TRUE(value.ok()) << text;
    return value ? *value : JsonValue();
}

std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
    Result<JsonValue> value = JsonValue::parse(as_bytes(text), limits);
    return value ? "taken" : value.error().text;
}

TEST(JsonValue, KeepsWhatIsWritten) {
    JsonValue value = parsed(R"( {"a": {"b": [1, -2, "x", true, null, 1.5e3]}, "": false} )");
    const JsonValue* list = value.find_path({"a", "b"});
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items().size(), 6U);
    EXPECT_EQ(list->items()[0].integer(), 1);
    EXPECT_EQ(list->items()[0].unsigned_integer(), 1U);
    EXPECT_EQ(list->items()[1].integer(), -2);
    EXPECT_FALSE(list->items()[1].unsigned_integer());
    EXPECT_EQ(*list->items()[2].text(), "x");
    EXPECT_EQ(list->items()[3].boolean(), true);
    EXPECT_TRUE(list->items()[4].is_null());
    EXPECT_FALSE(list->items()[5].integer()) << "not written as a whole number";
    EXPECT_EQ(*list->items()[5].number(), "1.5e3");
    EXPECT_EQ(value.find("")->boolean(), false);
    EXPECT_EQ(value.find("b"), nullptr);
    EXPECT_EQ(value.find_path({"a", "c", "d"}), nullptr);
    EXPECT_EQ(value.find_text("a"), nullptr) << "it is no text";
}

TEST(JsonValue, NumbersThatDoNotFitAreNone) {
    EXPECT_EQ(parsed("9223372036854775807").integer(), INT64_MAX);
    EXPECT_FALSE(parsed("9223372036854775808").integer());
    EXPECT_EQ(parsed("18446744073709551615").unsigned_integer(), UINT64_MAX);
    EXPECT_FALSE(parsed("18446744073709551616").unsigned_integer());
    EXPECT_FALSE(parsed("\"1\"").integer());
}

TEST(JsonValue, TextsAreDecoded) {
    EXPECT_EQ(*parsed(R"("\u0041\ud83d\ude00\n\/\u0000")").text(), std::string("A😀\n/\0", 8));
}

TEST(JsonValue, RefusesWhatReadersTakeDifferently) {
    EXPECT_EQ(refusal(R"({"a":1,"b":2,"\u0061":3})"), "a key comes twice");
    EXPECT_EQ(refusal("{} {}"), "there is something behind the value");
    EXPECT_EQ(refusal("\xEF\xBB\xBF{}"), "no JSON value");
    EXPECT_EQ(refusal(R"("\ud800")"), "half a surrogate pair");
    EXPECT_EQ(refusal(R"("\udc00\ud800")"), "half a surrogate pair");
    EXPECT_EQ(refusal("\"\xC0\x80\""), "a text that is not UTF-8");
    EXPECT_EQ(refusal("\"a\nb\""), "a control character in a text");
    EXPECT_EQ(refusal("[1,]"), "no JSON value");
    EXPECT_EQ(refusal("01"), "a number that starts with 0");
    EXPECT_EQ(refusal(""), "no JSON value");
    EXPECT_EQ(refusal("\"\\u00"), "no four hexadecimal digits");
}

TEST(JsonValue, StopsAtItsLimits) {
    const std::string deep = std::string(65, '[') + std::string(65, ']');
    EXPECT_EQ(refusal(deep), "nested too deep");
    EXPECT_EQ(refusal(deep, {.depth = 65}), "taken");
    EXPECT_EQ(refusal(std::string(1 << 20, '[')), "nested too deep");
    EXPECT_EQ(refusal("[1,2]", {.values = 2}), "too many values");
    EXPECT_EQ(refusal("[1,2]", {.bytes = 4}), "the document is too large");
}

// Texts that are nearly JSON, cut and changed at random.
TEST(JsonValue, TakesWhatSimdjsonTakes) {
    const std::string seed =
        R"({"k":[0,-1.5e+7,"\u00e9\\",{"x":{}}],"\ud83d\ude00":null,"t":true})";
    static constexpr std::string_view kBytes = "{}[]\":,\\u019eE+-. \x01\xC3tfn";
    test::Dice dice(20260101);
    for (int round = 0; round < 20000; round++) {
        const bool cut = dice.below(4) == 0;
        std::string text = seed.substr(0, cut ? dice.size_below(seed.size()) : seed.size());
        for (uint64_t i = dice.below(4); i > 0 && !text.empty(); i--) {
            text[dice.size_below(text.size())] = kBytes[dice.size_below(kBytes.size())];
        }
        if (text.empty() || test::has_long_number(text)) continue;
        Result<JsonValue> value = JsonValue::parse(as_bytes(text));
        if (!value && std::string_view(value.error().text) == "a key comes twice") continue;
        ASSERT_EQ(value.ok(), test::simdjson_accepts(text)) << text;
    }
}

}  // namespace
}  // namespace assay

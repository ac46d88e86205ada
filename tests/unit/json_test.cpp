// JSON off a tape, whatever the size of its blocks; and the same verdict as simdjson's.
#include "scanners/text/json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/support/json_oracle.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"

namespace assay::json {
namespace {

using namespace test;

constexpr size_t kBlockSizes[] = {1, 2, 3, 7, 4096};

std::string show(const Token& token) {
    static constexpr std::string_view kNames[] = {"{",      "}",      "[",    "]",     "key",
                                                  "string", "number", "true", "false", "null"};
    std::string out = fmt::format("{}:{}+{}:{}", token.depth, token.offset, token.length,
                                  kNames[static_cast<size_t>(token.kind)]);
    if (!token.text.empty() && token.kind <= Kind::kNumber) out += fmt::format(" {}", token.text);
    if (token.escaped) out += " escaped";
    if (token.cut) out += " cut";
    if (token.surrogate) out += " surrogate";
    if (token.loose) out += " loose";
    return out;
}

// Every token, one a line, and how it ended.
std::string read_all(std::string_view text, size_t block_size, const ReadOptions& options = {}) {
    CountingSource source(as_bytes(text));
    TestPools pools(block_size);
    Tape tape(source, pools.pools(), {});
    Reader reader(tape, options);
    std::string out;
    Token token;
    while (reader.next(token)) out += show(token) + "\n";
    EXPECT_FALSE(reader.failed());
    if (reader.fault()) out += fmt::format("{}: {}", reader.fault()->offset, reader.fault()->text);
    uint64_t ended = reader.offset();
    EXPECT_TRUE(reader.sync().ok());
    EXPECT_EQ(tape.offset(), ended);
    return out;
}

std::string read(std::string_view text, const ReadOptions& options = {}) {
    std::string whole = read_all(text, 4096, options);
    for (size_t size : kBlockSizes) EXPECT_EQ(read_all(text, size, options), whole) << size;
    return whole;
}

TEST(Json, TokensSayWhatAndWhere) {
    EXPECT_EQ(read(R"( {"a":[1,-2.5e+3,true], "b" : {"c":null},"d":{} })"),
              "0:1+1:{\n"
              "1:2+3:key a\n"
              "1:6+1:[\n"
              "2:7+1:number 1\n"
              "2:9+7:number -2.5e+3\n"
              "2:17+4:true\n"
              "1:21+1:]\n"
              "1:24+3:key b\n"
              "1:30+1:{\n"
              "2:31+3:key c\n"
              "2:35+4:null\n"
              "1:39+1:}\n"
              "1:41+3:key d\n"
              "1:45+1:{\n"
              "1:46+1:}\n"
              "0:48+1:}\n");
    EXPECT_EQ(read("7"), "0:0+1:number 7\n");
    EXPECT_EQ(read("[]x"), "0:0+1:[\n0:1+1:]\n") << "what follows is the caller's";
}

TEST(Json, TextsAreDecoded) {
    EXPECT_EQ(read(R"("\u0073\ud83d\ude00\n\/é")"), "0:0+26:string s😀\n/é escaped\n");
    EXPECT_EQ(read(R"("a\ud800b")"),
              "0:0+10:string a\xed\xa0\x80"
              "b escaped surrogate\n");
    EXPECT_EQ(read(R"("\ude00\ud83d")"),
              "0:0+14:string \xed\xb8\x80\xed\xa0\xbd escaped surrogate\n");
    EXPECT_EQ(read(R"("\ud83d\ud83d\ude00")"), "0:0+20:string \xed\xa0\xbd😀 escaped surrogate\n");
    EXPECT_EQ(read("\"0123456789\"", {.kept = 4}), "0:0+12:string 0123 cut\n");
    EXPECT_EQ(read(R"("01\t3456789")", {.kept = 4}), "0:0+13:string 01\t3 escaped cut\n");
}

TEST(Json, NumbersStayAsTheyAreSpelled) {
    EXPECT_EQ(read("18446744073709551616"), "0:0+20:number 18446744073709551616\n");
    for (const char* strict : {"0", "-0", "1.0", "1e1", "1E-400", "10"}) {
        EXPECT_EQ(read(strict), fmt::format("0:0+{}:number {}\n", strlen(strict), strict));
    }
    for (const char* loose : {"NaN", "-Infinity", "+1", "007", "-01", "1.", ".5"}) {
        EXPECT_EQ(read(loose), fmt::format("0:0+{}:number {} loose\n", strlen(loose), loose));
    }
    for (const char* none :
         {"1-2", "0x1f", "1e", "-", ".", "e5", "tru", "truefalse", "nan", "--1"}) {
        EXPECT_EQ(read(none), "0: something other than a value stands where one has to be") << none;
    }
}

TEST(Json, LongWordsAreTheSameWhateverTheBlocks) {
    EXPECT_EQ(read("12345", {.kept = 4}), "0:0+5:number 1234 cut loose\n");
    EXPECT_EQ(read("-Infinity-Infinity", {.kept = 16}),
              "0: something other than a value stands where one has to be");
    EXPECT_EQ(read("nullnullnull", {.kept = 4}),
              "0: something other than a value stands where one has to be");
}

TEST(Json, FaultsSayWhere) {
    struct Row {
        const char* text;
        const char* end;
    };
    const Row rows[] = {
        {"", "0: the text ends before the value does"},
        {"[1", "2: the text ends before the value does"},
        {"\"ab", "3: the text ends before the value does"},
        {"\"ab\\", "3: the text ends before the value does"},
        {"\"ab\\u12", "3: the text ends before the value does"},
        {"[1,]", "3: something other than a value stands where one has to be"},
        {"{\"a\":1,}", "7: something other than a key stands in an object"},
        {"{1:2}", "1: something other than a key stands in an object"},
        {"{\"a\" 1}", "5: a key is followed by no colon"},
        {"[1 2]", "3: a value is followed by neither a comma nor an end"},
        {"[1}", "2: a bracket closes what another kind has opened"},
        {"{]", "1: a bracket closes what another kind has opened"},
        {"[\"a\nb\"]", "3: a text holds a control character"},
        {"[\"\\x41\"]", "2: a text holds an escape that does not exist"},
        {"[\"\\u00g1\"]", "2: a text holds an escape that does not exist"},
        {"[\"\xff\"]", "2: a text is not UTF-8"},
        {"[\"\xc3\"]", "2: a text is not UTF-8"},
        {"[\"\xed\xa0\x80\"]", "2: a text is not UTF-8"},
        {"[\"\xc0\xaf\"]", "2: a text is not UTF-8"},
        {"\"\xe2\x82", "1: a text is not UTF-8"},
        {"\xef\xbb\xbf{}", "0: something other than a value stands where one has to be"},
    };
    for (const Row& row : rows) {
        std::string all = read(row.text);
        EXPECT_EQ(all.substr(all.rfind('\n') + 1), row.end) << row.text;
    }
}

TEST(Json, DepthIsBounded) {
    std::string text(20, '[');
    EXPECT_NE(read(text, {.depth = 19}).find("19: it nests too deep"), std::string::npos);
    EXPECT_NE(read(text, {.depth = 20}).find("20: the text ends"), std::string::npos);
}

TEST(Json, TheDocumentEndsWhereTheCallerSays) {
    EXPECT_EQ(read("[1,2]", {.length = 4}),
              "0:0+1:[\n1:1+1:number 1\n1:3+1:number 2\n4: the text ends before the value does");
    EXPECT_EQ(read("1234", {.length = 2}), "0:0+2:number 12\n");
    EXPECT_EQ(read("\"a\xc3\xa9\"", {.length = 3}), "2: a text is not UTF-8");
}

TEST(Json, AFailureOfTheTapeIsNoFault) {
    const std::string text = "[1,2,\"abc\"]";
    for (uint64_t at = 0; at < text.size(); at++) {
        CountingSource source(as_bytes(text));
        source.fail_at(at, {Code::kIo, "broken", at});
        TestPools pools(4);
        Tape tape(source, pools.pools(), {});
        Reader reader(tape);
        Token token;
        while (reader.next(token)) {
        }
        ASSERT_TRUE(reader.failed()) << at;
        EXPECT_EQ(reader.failed()->code, Code::kIo);
        EXPECT_FALSE(reader.fault());
        EXPECT_FALSE(reader.next(token));
    }
}

// ------------------------------------------------------------------------------------------------

TEST(JsonKeys, OfWholeTextsHoweverTheyAreSpelledOrCut) {
    auto hash_of = [](std::string_view text, size_t block, size_t kept) {
        CountingSource source(as_bytes(text));
        TestPools pools(block);
        Tape tape(source, pools.pools(), {});
        Reader reader(tape, {.kept = kept});
        Token token;
        EXPECT_TRUE(reader.next(token) && reader.next(token));
        return token.hash;
    };
    uint64_t plain = hash_of(R"({"same name":1})", 4096, 100);
    EXPECT_EQ(hash_of(R"({"\u0073ame\u0020name":1})", 4096, 100), plain);
    EXPECT_EQ(hash_of(R"({"same name":1})", 3, 100), plain);
    EXPECT_EQ(hash_of(R"({"same name":1})", 4096, 4), plain);
    EXPECT_NE(hash_of(R"({"same nam":1})", 4096, 4), plain);
    EXPECT_EQ(json::hash_of("same name"), plain);
}

TEST(JsonKeys, AreTwiceInOneObjectOnly) {
    DuplicateKeys keys;
    keys.open();
    EXPECT_TRUE(keys.add(1));
    keys.open();
    EXPECT_TRUE(keys.add(1));
    EXPECT_FALSE(keys.add(1));
    keys.close();
    EXPECT_TRUE(keys.add(2));
    EXPECT_FALSE(keys.add(1));
    keys.close();
    keys.open();
    EXPECT_TRUE(keys.add(0));
    EXPECT_FALSE(keys.add(0));
    EXPECT_TRUE(keys.has(0));
    EXPECT_FALSE(keys.has(2));
    EXPECT_TRUE(keys.add(2));
}

TEST(JsonKeys, ManyOfThem) {
    DuplicateKeys keys;
    keys.open();
    for (uint64_t i = 0; i < 10; i++) EXPECT_TRUE(keys.add(i + 1));
    keys.open();
    Dice dice(7);
    std::vector<uint64_t> hashes;
    for (size_t i = 0; i < 20'000; i++) hashes.push_back(dice.bits());
    for (uint64_t hash : hashes) ASSERT_TRUE(keys.add(hash));
    for (uint64_t hash : hashes) ASSERT_FALSE(keys.add(hash));
    for (uint64_t hash : hashes) ASSERT_TRUE(keys.has(hash));
    for (size_t i = 0; i < 1000; i++) ASSERT_FALSE(keys.has(dice.bits()));
    EXPECT_LE(keys.bytes(), 20'000U * 32);
    keys.close();
    EXPECT_LE(keys.bytes(), 2000U);
    for (uint64_t i = 0; i < 10; i++) EXPECT_FALSE(keys.add(i + 1));
    EXPECT_TRUE(keys.add(11));
}

// ------------------------------------------------------------------------------------------------

class Writer {
  public:
    explicit Writer(uint64_t seed) : dice_(seed) {}

    std::string value(size_t depth) {
        switch (dice_.below(depth > 5 ? 5 : 8)) {
            case 0:
                return pick({"true", "false", "null"});
            case 1:
                return pick({"0", "-0", "12", "1.5", "1e5", "-3E-2", "123456789012"});
            case 2:
                return text();
            case 3:
                return "\"\"";
            case 4:
                return pick({"[]", "{}", "[ ]", "{\t}"});
            case 5:
            case 6:
                return object(depth);
            default:
                return array(depth);
        }
    }
    void damage(std::string& text) {
        static constexpr std::string_view kBytes = "{}[],:\"\\0e.-+tnu \n\x01\x7f\xc3\xa9\xed\xf0";
        size_t at = dice_.size_below(text.size());
        switch (dice_.below(3)) {
            case 0:
                text.erase(at, 1 + dice_.size_below(3));
                break;
            case 1:
                text.insert(at, 1, kBytes[dice_.size_below(kBytes.size())]);
                break;
            default:
                text[at] = kBytes[dice_.size_below(kBytes.size())];
        }
    }

  private:
    std::string pick(std::initializer_list<const char*> from) {
        return *(from.begin() + dice_.below(from.size()));
    }
    std::string text() {
        std::string out = "\"";
        for (uint64_t n = dice_.below(12); n > 0; n--) {
            out += pick({"a", "key", "é", "漢", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\"",
                         "\x7f", "0123456789", " ", "\\ud800", "\\udc00"});
        }
        return out + "\"";
    }
    std::string array(size_t depth) {
        std::string out = "[" + value(depth + 1);
        for (uint64_t n = dice_.below(4); n > 0; n--) out += pick({",", " ,\n"}) + value(depth + 1);
        return out + "]";
    }
    std::string object(size_t depth) {
        std::string out = "{" + text() + ":" + value(depth + 1);
        for (uint64_t n = dice_.below(4); n > 0; n--) {
            out += "," + text() + pick({":", " : "}) + value(depth + 1);
        }
        return out + "}";
    }

    Dice dice_;
};

TEST(Json, SaysWhatSimdjsonSays) {
    size_t valid = 0;
    size_t broken = 0;
    for (uint64_t seed : seeds(4000)) {
        Writer writer(seed);
        std::string text = writer.value(0);
        Dice dice(seed);
        for (uint64_t n = dice.below(3); n > 0 && !text.empty(); n--) writer.damage(text);
        if (has_long_number(text)) continue;
        bool expected = simdjson_accepts(text);
        (expected ? valid : broken)++;
        ASSERT_EQ(reader_accepts(text, 4096), expected) << seed_text(seed) << "\n" << text;
        ASSERT_EQ(reader_accepts(text, 5), expected) << seed_text(seed) << "\n" << text;
    }
    if (valid + broken > 1) {
        EXPECT_GT(valid, 500U);
        EXPECT_GT(broken, 1000U);
    }
}

}  // namespace
}  // namespace assay::json

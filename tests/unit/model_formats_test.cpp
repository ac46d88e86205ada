// XGBoost, LightGBM, Flax and YAML: cut at every byte, damaged, and in blocks of any size.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "scanners/formats.h"
#include "scanners/text/yaml_reader.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

std::string file_named(const std::string& name) {
    std::ifstream in(std::string(ASSAY_TESTDATA) + "/" + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_silent(const Scanned& scanned) {
    return scanned.context.findings.empty() && scanned.context.lacks.empty() &&
           scanned.fault.empty();
}

// What flax.serialization packs: {"params": {"w": array of two float32}}.
std::string flax_params() {
    const std::string array = std::string(
                                  "\x93\x91\x02\xa7"
                                  "float32\xc4\x08") +
                              std::string(8, 'w');
    std::string file = "\x81\xa6params\x81\xa1w\xc7";
    file += static_cast<char>(array.size());
    return file + "\x01" + array;
}

struct Sample {
    const Format* format;
    std::string file;
};

std::vector<Sample> samples() {
    return {{&kXgboostFormat, file_named("xgboost/benign_models/input/linear.ubj")},
            {&kXgboostFormat, file_named("xgboost/benign_models/input/categorical.ubj")},
            {&kLightgbmFormat, file_named("lightgbm/benign_models/input/stump.txt")},
            {&kLightgbmFormat, file_named("lightgbm/benign_models/input/categorical.txt")},
            {&kFlaxFormat, flax_params()}};
}

TEST(ModelFormats, GoodFilesAreReadWholeForAnyBlocks) {
    for (const Sample& sample : samples()) {
        for (size_t block : {size_t{1}, size_t{7}, size_t{4096}, kMiB}) {
            for (bool stream : {false, true}) {
                Scanned scanned = scan_bytes(*sample.format, sample.file, {block, stream});
                EXPECT_TRUE(is_silent(scanned)) << sample.format->name << scanned.context.text();
                EXPECT_TRUE(scanned.read_once);
                EXPECT_EQ(scanned.context.parsed_bytes, sample.file.size());
            }
        }
    }
}

TEST(ModelFormats, CutAnywhereIsSeen) {
    for (const Sample& sample : samples()) {
        // Behind the trees LightGBM's text may end anywhere.
        const size_t behind = sample.file.find("end of trees");
        for (size_t size = 1; size < std::min(sample.file.size(), behind); size++) {
            for (bool stream : {false, true}) {
                Scanned cut = scan_bytes(*sample.format, sample.file.substr(0, size), {64, stream});
                // Of very few bytes it may not be known that they are a model.
                const bool known = size > 20 || !cut.context.disowned;
                EXPECT_FALSE(is_silent(cut) && known) << sample.format->name << " " << size;
                EXPECT_TRUE(cut.read_once);
            }
        }
    }
}

TEST(ModelFormats, DamageIsTheSameForAnyBlocks) {
    for (const Sample& sample : samples()) {
        for (uint64_t seed : seeds(60)) {
            SCOPED_TRACE(seed_text(seed));
            Dice dice(seed);
            std::string file = sample.file;
            for (uint64_t n = 1 + dice.below(4); n > 0; n--) {
                file[dice.size_below(file.size())] = static_cast<char>(dice.below(256));
            }
            Scanned large = scan_bytes(*sample.format, file, {4096, true});
            Scanned small = scan_bytes(*sample.format, file, {5, true});
            EXPECT_EQ(large.context.text(), small.context.text());
            EXPECT_EQ(large.fault, small.fault);
            EXPECT_TRUE(large.read_once && small.read_once);
        }
    }
}

// ------------------------------------------------------------------------------------------------
// YAML

class Told final : public yaml::Sink {
  public:
    void value(const yaml::Path& path, std::string_view text, uint64_t) override {
        std::string all;
        for (size_t i = 0; i < path.size(); i++) all += std::string(path[i]) + "/";
        lines.push_back(all + "=" + std::string(text));
    }
    void key(const yaml::Path&, uint64_t) override {}
    void tag(std::string_view tag, uint64_t) override {
        lines.push_back("tag " + std::string(tag));
    }
    void directive(std::string_view line, uint64_t) override {
        lines.push_back("directive " + std::string(line));
    }
    std::vector<std::string> lines;
};

std::vector<std::string> told(std::string_view text, const char* confusion = nullptr) {
    Told sink;
    yaml::Reader reader(sink);
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        reader.line(text.substr(at, end - at), at, false);
        at = end + 1;
    }
    reader.end();
    EXPECT_STREQ(reader.confused(), confusion) << text;
    return sink.lines;
}

using Lines = std::vector<std::string>;

TEST(Yaml, KeysLeadToValues) {
    EXPECT_EQ(told("a: 1\nb:\n  c: two words # comment\n  d: 'it''s'\n"),
              (Lines{"a/=1", "b/c/=two words", "b/d/=it's"}));
    EXPECT_EQ(told("a:\n- b: 1\n  c: 2\n- d\n- - e\ne: \"\\x66\\u0067\\n\"\n"),
              (Lines{"a/b/=1", "a/c/=2", "a/=d", "a/=e", "e/=fgn"}));
    EXPECT_EQ(told("a: {b: 1, c: [2, 'x, y'], \"d\":e}\nf: []\n"),
              (Lines{"a/b/=1", "a/c/=2", "a/c/=x, y", "a/d/=e"}));
    EXPECT_EQ(told("\"a b\": c\nurl: http://x/#y\n"), (Lines{"a b/=c", "url/=http://x/#y"}));
}

TEST(Yaml, TextIsNoStructure) {
    EXPECT_EQ(told("a: |\n  !!python/x: y\n  *z\nb: >-\n\n  t: u\n  v\nc: 1\n"),
              (Lines{"a/=!!python/x: y\n*z", "b/=t: u v", "c/=1"}));
    EXPECT_EQ(told("- |\n  x: y\n- z\n"), (Lines{"=x: y", "=z"}));
    EXPECT_EQ(told("a: some text\n  *goes on: !!python/x\nb: 2\n"),
              (Lines{"a/=some text", "b/=2"}));
    EXPECT_EQ(told("# !!python/x\na: 'quoted\n  !!python/x'\n"), (Lines{"a/=quoted !!python/x"}));
    EXPECT_EQ(told("a: [1, # !!python/x\n  2]\nb: 3\n"), (Lines{"a/=1", "a/=2", "b/=3"}));
}

TEST(Yaml, AKeyMayBeSpelledOut) {
    EXPECT_EQ(told("a:\n  ? b\n  : c\n  d: e\n"), (Lines{"a/b/=c", "a/d/=e"}));
    EXPECT_EQ(told("? 'a b'\n: c\n"), (Lines{"a b/=c"}));
    EXPECT_EQ(told("{? a : b, c: d}\n"), (Lines{"a/=b", "c/=d"}));
    EXPECT_EQ(told("? [a, b]\n: c\n"), (Lines{"=a", "=b", "=c"}));
    EXPECT_EQ(told("? - a\n: c\n"), (Lines{"=a", "=c"}));
}

TEST(Yaml, AnAliasIsTheTextItStandsFor) {
    EXPECT_EQ(told("a: &x b\nc: *x\n*x : d\n"), (Lines{"a/=b", "c/=b", "b/=d"}));
    EXPECT_EQ(told("a: &x\n  b: c\nd: *x\n"), (Lines{"a/b/=c"}));
    EXPECT_EQ(told("a: [&x b, *x]\n"), (Lines{"a/=b", "a/=b"}));
}

TEST(Yaml, TagsAreSeenWhereverAValueBegins) {
    for (const char* text :
         {"a: !!python/name:os.system x\n", "- !!python/name:os.system x\n",
          "!!python/name:os.system x\n", "--- !!python/name:os.system x\n",
          "a: [b, !!python/name:os.system x]\n", "a: {b: !!python/name:os.system x}\n",
          "a: &b !!python/name:os.system x\n", "? !!python/name:os.system x\n",
          "a:\n  !!python/name:os.system x\n", "a: !!%70ython/name:os.system x\n",
          "a: 'b'\nc: !!python/name:os.system x\n", "a: [\n!!python/name:os.system x]\n"}) {
        const Lines lines = told(text);
        EXPECT_TRUE(std::find(lines.begin(), lines.end(), "tag !!python/name:os.system") !=
                    lines.end())
            << text;
    }
}

TEST(Yaml, WhatCannotBeFollowedIsSaid) {
    told("a: 'no end\n", "a quote has no end");
    told("a: [1, 2\n", "a list or map has no end");
    std::string deep;
    for (size_t i = 0; i < 300; i++) deep += std::string(i, ' ') + "a:\n";
    told(deep, "maps lie too deep in each other");
    told("a: " + std::string(300, '['), "lists lie too deep in each other");
}

TEST(Yaml, AliasesCountAsWhatTheyStandFor) {
    auto expanded = [](const std::string& text) {
        Told sink;
        yaml::Reader reader(sink);
        for (size_t at = 0; at < text.size();) {
            const size_t end = text.find('\n', at);
            reader.line(std::string_view(text).substr(at, end - at), at, false);
            at = end + 1;
        }
        reader.end();
        return reader.expanded();
    };
    std::string flow = "a0: &a0 [x, x]\n";
    std::string block = "a0: &a0\n- x\n- x\n";
    for (int i = 1; i < 30; i++) {
        const std::string name = "a" + std::to_string(i);
        const std::string last = "*a" + std::to_string(i - 1);
        flow += name + ": &" + name + " [" + last + ", " + last + "]\n";
        block += name + ": &" + name + "\n- " + last + "\n- " + last + "\n";
    }
    EXPECT_GT(expanded(flow), uint64_t{1} << 29);
    EXPECT_GT(expanded(block), uint64_t{1} << 29);
    std::string plain = "list:\n- &a {x: 1, y: 2}\n";
    for (int i = 0; i < 500; i++) plain += "- *a\n";
    EXPECT_LT(expanded(plain), 5000u);
}

TEST(Yaml, AnyTextEnds) {
    constexpr std::string_view kAlphabet = "ab:-?&*!|>'\"[]{},#% \n\n\t\\x";
    for (uint64_t seed : seeds(200)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string text = "flavors:\n";
        for (uint64_t n = dice.below(400); n > 0; n--) {
            text += kAlphabet[dice.size_below(kAlphabet.size())];
        }
        Scanned large = scan_bytes(kYamlFormat, text, {4096, true});
        Scanned small = scan_bytes(kYamlFormat, text, {3, true});
        EXPECT_EQ(large.context.text(), small.context.text());
        EXPECT_TRUE(large.read_once);
    }
}

}  // namespace
}  // namespace assay

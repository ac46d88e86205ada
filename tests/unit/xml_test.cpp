// XML tag by tag: what is told, what is refused, and what is declared before the first tag.
#include "scanners/text/xml.h"

#include <gtest/gtest.h>

#include "scanners/formats.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay::xml {
namespace {

using namespace test;

constexpr size_t kBlocks[] = {1, 3, 7, 4096};

struct Told {
    std::string tags;
    Declared declared;
    std::string fault;
    uint64_t offset = 0;
};

Told told(std::string_view text, size_t block = 4096, bool stream = false) {
    CountingSource source(as_bytes(text));
    if (stream) source.only_in_order().without_size();
    TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    Reader reader(tape);
    Told result;
    for (Tag tag; reader.next(tag);) {
        result.tags += std::string(tag.depth, ' ') + (tag.end ? "/" : "") + tag.name;
        for (const Attribute& one : tag.attributes) result.tags += " " + one.name + "=" + one.value;
        result.tags += "\n";
    }
    EXPECT_FALSE(reader.failed());
    if (reader.fault()) result.fault = reader.fault()->text;
    result.declared = reader.declared();
    result.offset = reader.offset();
    return result;
}

TEST(Xml, TagsAndAttributes) {
    const std::string text =
        "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <no> -->\n<a x='1' y = "
        "\"&lt;&#65;&#x42;&apos;\">text "
        "<b:c-d.e/><![CDATA[<not>]]><!-- - -- --><?pi?>\n<f ></f ></a>\n<!-- end -->\n";
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            Told result = told(text, block, stream);
            EXPECT_EQ(result.tags, "a x=1 y=<AB'\n b:c-d.e\n /b:c-d.e\n f\n /f\n/a\n");
            EXPECT_EQ(result.fault, "");
            EXPECT_EQ(result.offset, text.size());
        }
    }
}

TEST(Xml, WhatIsNotWellFormed) {
    for (const char* text : {
             "",
             "<",
             "<a",
             "<a>",
             "<a></b>",
             "</a>",
             "<a/><b/>",
             "<a/>text",
             "text<a/>",
             "<a b/>",
             "<a b=1/>",
             "<a b='1' b='2'/>",
             "<a b='1'c='2'/>",
             "<a b='<'/>",
             "<a b='&x;'/>",
             "<a b='&#0;'/>",
             "<a b='&#x110000;'/>",
             "<a b='&#x;'/>",
             "<a b='&amp'/>",
             "<1/>",
             "<!-- -->",
             "<!-- <a/>",
             "<?x <a/>",
             "<a><![CDATA[</a>",
             "<![CDATA[x]]><a/>",
             "<a/><!DOCTYPE a>",
             "<!DOCTYPE a <a/>",
             "<!DOCTYPE a [<!ENTITY x>]><a/>",
             "<!DOCTYPE a [<!ENTITY x SYSTEM>]><a/>",
             "<!DOCTYPE a [x]><a/>",
         }) {
        for (size_t block : kBlocks) EXPECT_NE(told(text, block).fault, "") << text;
    }
}

TEST(Xml, WhatIsDeclared) {
    const auto declared = [](const std::string& prolog) {
        Told result = told(prolog + "<a/>");
        EXPECT_EQ(result.fault, "") << prolog;
        EXPECT_EQ(result.tags, "a\n/a\n") << prolog;
        const Declared& what = result.declared;
        return std::string(what.doctype ? "d" : "") + (what.entity ? "e" : "") +
               (what.external ? "x" : "") + (what.laughs ? "l" : "");
    };
    EXPECT_EQ(declared(""), "");
    EXPECT_EQ(declared("<!DOCTYPE a>"), "d");
    EXPECT_EQ(declared("<!DOCTYPE a SYSTEM 'x.dtd'>"), "dx");
    EXPECT_EQ(declared("<!DOCTYPE a PUBLIC 'p' \"x\" [ <!-- ] > --> <?p ]>?> %p; ] >"), "dx");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ELEMENT a (b)><!ATTLIST a b CDATA '>]'>]>"), "d");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ENTITY b 'c'>]>"), "de");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"), "dex");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ENTITY % b PUBLIC 'c' 'd'>]>"), "dex");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ENTITY b SYSTEM 'c' NDATA d>]>"), "dex");
    std::string laughs;
    for (int i = 9; i > 0; i--) {
        laughs += "<!ENTITY l" + std::to_string(i) + " '&l" + std::to_string(i - 1) + ";&l0;'>";
    }
    EXPECT_EQ(declared("<!DOCTYPE a [" + laughs + "]>"), "del");
    EXPECT_EQ(declared("<!DOCTYPE a [<!ENTITY b '" + std::string(2'000'000, 'b') + "'>]>"), "del");
}

TEST(Xml, ReferencesAddUp) {
    std::string text = "<!DOCTYPE a [<!ENTITY b '" + std::string(10'000, 'b') + "'>]><a x='";
    for (int i = 0; i < 200; i++) text += "&b;";
    EXPECT_TRUE(told(text + "'/>").declared.laughs);
}

TEST(Xml, DepthAndSizesAreBounded) {
    std::string deep;
    for (uint32_t i = 0; i < kMaxDepth; i++) deep += "<a>";
    EXPECT_EQ(told(deep + "<b/>").fault, "the text ends before the document does");
    EXPECT_EQ(told(deep + "<b>").fault, "elements nest deeper than readers go");
    const std::string value(5 * kKept, 'v');
    EXPECT_EQ(told("<a b='" + value + "'/>").tags, "a b=" + value.substr(0, kKept) + "\n/a\n");
    EXPECT_NE(told("<" + std::string(kKept + 1, 'n') + "/>").fault, "");
    std::string many = "<a";
    for (size_t i = 0; i < kAttributes; i++) many += " n" + std::to_string(i) + "=''";
    const Told result = told(many + "/>");
    EXPECT_EQ(result.fault, "");
    EXPECT_NE(result.tags.find("n255"), std::string::npos);
    EXPECT_EQ(told(many + " more=''/>").fault, "an element has too many attributes");
}

TEST(Xml, AnyTextEndsWhateverTheBlocks) {
    constexpr std::string_view kAlphabet = "<>/='\"&;!-[]? abDOCTYPENIT#x1%";
    for (uint64_t seed : seeds(300)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string text = dice.below(2) != 0 ? "<a b='c'>" : "<!DOCTYPE a [";
        for (uint64_t n = dice.below(60); n > 0; n--) {
            text += kAlphabet[dice.size_below(kAlphabet.size())];
        }
        const Told whole = told(text);
        const Told pieces = told(text, 1 + dice.size_below(5), true);
        EXPECT_EQ(pieces.tags, whole.tags);
        EXPECT_EQ(pieces.fault, whole.fault);
    }
}

TEST(Openvino, EveryCutIsFound) {
    const std::string whole =
        "<?xml version=\"1.0\"?><net name=\"n\" version=\"11\"><layers><layer id=\"0\" name=\"c\" "
        "type=\"Const\" version=\"opset1\"><data element_type=\"f32\" shape=\"2\" offset=\"0\" "
        "size=\"8\"/></layer></layers></net>";
    EXPECT_TRUE(scan_bytes(kOpenvinoFormat, whole, {}).context.findings.empty());
    for (size_t size = whole.find("<net") + 5; size < whole.size(); size++) {
        Scanned cut = scan_bytes(kOpenvinoFormat, whole.substr(0, size), {5});
        EXPECT_TRUE(!cut.fault.empty() || cut.context.disowned) << size;
        EXPECT_TRUE(cut.read_once) << size;
    }
}

}  // namespace
}  // namespace assay::xml

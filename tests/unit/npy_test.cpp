// npy headers: the literal, the type, and what the two say about the data.
#include <gtest/gtest.h>

#include "scanners/formats.h"
#include "scanners/numpy/dtype.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;
using numpy::DType;
using numpy::Literal;
using numpy::parse_descr;
using Kind = Literal::Kind;

// The literal as Python's repr() would write it, to see what was understood.
std::string shown(const Literal::Value& value) {
    auto list = [&](const char* open, const char* close) {
        std::string text = open;
        for (const Literal::Value& item : value.items()) text += shown(item) + ",";
        return text + close;
    };
    switch (value.kind()) {
        case Kind::kNone:
            return "None";
        case Kind::kBool:
            return value.truth() ? "True" : "False";
        case Kind::kInt:
            return value.number() ? std::to_string(*value.number()) : "large";
        case Kind::kString:
            return "'" + std::string(value.text()) + "'";
        case Kind::kTuple:
            return list("(", ")");
        case Kind::kList:
            return list("[", "]");
        case Kind::kDict:
            return list("{", "}");
    }
    return "";
}

std::string parsed(std::string_view text, bool longs = false) {
    Result<Literal> literal = Literal::parse(text, longs);
    if (literal) return shown(literal->root());
    return literal.error().code == Code::kLimit ? "too deep" : "malformed";
}

TEST(Literal, WhatNumpyWrites) {
    EXPECT_EQ(parsed(" {'descr': '<f4', \"fortran_order\": False, 'shape': (2, 3), }  \n"),
              "{'descr','<f4','fortran_order',False,'shape',(2,3,),}");
    EXPECT_EQ(parsed("()"), "()");
    EXPECT_EQ(parsed("(1,)"), "(1,)");
    EXPECT_EQ(parsed("(1)"), "1");
    EXPECT_EQ(parsed("((1), [(2), ((3,))])"), "(1,[2,(3,),],)");
    EXPECT_EQ(parsed("[None, True, -7, +7, 0, 00]"), "[None,True,-7,7,0,0,]");
    EXPECT_EQ(parsed("u'a' 'b' \"c'\""), "'abc''");
    EXPECT_EQ(parsed("9223372036854775807"), "9223372036854775807");
    EXPECT_EQ(parsed("9223372036854775808"), "large");
    EXPECT_EQ(parsed("-9223372036854775808"), "large");
}

TEST(Literal, Escapes) {
    EXPECT_EQ(parsed(R"('\x41\102\u00e9\U0001f600\'\\\q')"), "'AB\xc3\xa9\xf0\x9f\x98\x80'\\\\q'");
    EXPECT_EQ(parsed("'a\\\nb'"), "'ab'");
    EXPECT_EQ(parsed(R"('\0')"), "'" + std::string(1, '\0') + "'");
    for (const char* bad : {"'\\x4'", "'\\u12'", "'\\U00110000'", "'\\N{DIGIT ONE}'", "'\\"}) {
        EXPECT_EQ(parsed(bad), "malformed") << bad;
    }
}

TEST(Literal, WhatIsNoLiteral) {
    for (const char* bad : {"",
                            " ",
                            "f()",
                            "1+1",
                            "1.5",
                            "0x10",
                            "1_000",
                            "b'a'",
                            "'''a'''",
                            "{1}",
                            "{1: }",
                            "{1: 2",
                            "(1 2)",
                            "(,)",
                            "[1,,2]",
                            "'a",
                            "'a\nb'",
                            "'a\"",
                            "True1x",
                            "not 1",
                            "1 1",
                            "-",
                            "--1",
                            "12L",
                            "012",
                            "lambda: 0",
                            "__import__('os')",
                            "[x for x in ()]",
                            "(1,)#"}) {
        EXPECT_EQ(parsed(bad), "malformed") << bad;
    }
    EXPECT_EQ(parsed(std::string_view("1\0", 2)), "malformed");
    EXPECT_EQ(parsed("(12L,)", true), "(12,)");
}

TEST(Literal, DepthIsBounded) {
    auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_NE(parsed(nested(16)), "too deep");
    EXPECT_EQ(parsed(nested(18)), "too deep");
    EXPECT_EQ(parsed(std::string(100'000, '(')), "too deep");
}

TEST(Literal, AnyTextEndsInAValueOrAnError) {
    constexpr std::string_view kAlphabet = "()[]{}:,'\"\\ux0179L-+TrueFalsN \n";
    for (uint64_t seed : seeds(20)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        for (int i = 0; i < 500; i++) {
            std::string text;
            for (uint64_t n = dice.below(40); n > 0; n--) {
                text += kAlphabet[dice.size_below(kAlphabet.size())];
            }
            Result<Literal> literal = Literal::parse(text, true);
            if (!literal) continue;
            EXPECT_LE(literal->root().items().size(), text.size());
        }
    }
}

// "4", "4 object", "unknown" or "large".
std::string meaning(std::string_view descr) {
    Result<DType> dtype = parse_descr(descr);
    if (!dtype) return dtype.error().code == Code::kLimit ? "large" : "unknown";
    return std::to_string(dtype->itemsize.value_or(0)) + (dtype->has_object ? " object" : "");
}

TEST(DType, StringsAsNumpyReadsThem) {
    const std::pair<const char*, const char*> kCases[] = {
        {"'<f4'", "4"},
        {"'>i2'", "2"},
        {"'|b1'", "1"},
        {"'=c16'", "16"},
        {"'u8'", "8"},
        {"'|S7'", "7"},
        {"'<U7'", "28"},
        {"'|V5'", "5"},
        {"'M8'", "8"},
        {"'<m8[ns]'", "8"},
        {"'M8[25us]'", "8"},
        {"'?'", "1"},
        {"'d'", "8"},
        {"'|O'", "8 object"},
        {"'O8'", "8 object"},
        {"'O4'", "8 object"},
        {"'S'", "0"},
        {"'|V0'", "0"},
        {"'<U536870911'", "2147483644"},
        {"'<U536870912'", "large"},
        {"'S2147483647'", "2147483647"},
        {"'S2147483648'", "large"},
        {"'V99999999999999999999'", "large"},
        {"'i3'", "unknown"},
        {"'O2'", "unknown"},
        {"'f4 '", "unknown"},
        {"''", "unknown"},
        {"'<'", "unknown"},
        {"'x4'", "unknown"},
        {"'i4,O'", "unknown"},
        {"'2i4'", "unknown"},
        {"'M8[n'", "unknown"},
        {"'f4[ns]'", "unknown"},
        {"'m[us]'", "unknown"},
        {"'<M[25us]'", "unknown"},
        {"'S-1'", "unknown"},
        {"'S+1'", "unknown"},
        {"None", "unknown"},
        {"4", "unknown"},
        {"{'a': 'O'}", "unknown"},
    };
    for (const auto& [descr, expected] : kCases) EXPECT_EQ(meaning(descr), expected) << descr;
}

TEST(DType, FieldsAndSubarrays) {
    const std::pair<const char*, const char*> kCases[] = {
        {"[('a', '<f4'), ('b', '|S5', (2, 3))]", "34"},
        {"[(('title', 'a'), '<f4', 2)]", "8"},
        {"[('a', [('b', '<f4'), ('c', '|O')]), ('', '|V3')]", "15 object"},
        {"('<f4', (2, 3))", "24"},
        {"('<f4', 3)", "12"},
        {"('<f4', ())", "4"},
        {"('<f4', (0, 5))", "0"},
        {"('|O', (2,))", "16 object"},
        {"[('a', ('<f4', (2,)), (3,))]", "24"},
        {"[]", "0"},
        {"[('a', '|V2147483647'), ('b', '|V1')]", "large"},
        {"('<f4', (65536, 65536))", "large"},
        {"('|V0', (99999999999999999999,))", "large"},
        {"('<f4', (-1,))", "unknown"},
        {"('S', 3)", "unknown"},
        {"('<f4', {})", "unknown"},
        {"('<f4', '<i4')", "unknown"},
        {"('<f4', 1, 2)", "unknown"},
        {"['aO']", "unknown"},
        {"[['a', 'O']]", "unknown"},
        {"[('a',)]", "unknown"},
        {"[('a', '<f4', 2, 3)]", "unknown"},
        {"[(7, '<f4')]", "unknown"},
    };
    for (const auto& [descr, expected] : kCases) EXPECT_EQ(meaning(descr), expected) << descr;
}

// ------------------------------------------------------------------------------------------------

std::string npy(const std::string& header, const std::string& data) {
    std::string text = header;
    while ((10 + text.size() + 1) % 64 != 0) text += ' ';
    text += '\n';
    std::string out = "\x93NUMPY\x01";
    out += '\0';
    out += static_cast<char>(text.size() & 255);
    out += static_cast<char>(text.size() >> 8);
    return out + text + data;
}

std::string header_of(const std::string& descr, const std::string& shape) {
    return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }";
}

constexpr size_t kBlocks[] = {1, 7, 4096, kMiB};

TEST(Npy, GoodArraysHaveNoFindings) {
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            std::string file = npy(header_of("'<f4'", "(100, 25)"), std::string(10'000, 'd'));
            Scanned scanned = scan_bytes(kNpyFormat, file, {block, stream});
            EXPECT_TRUE(scanned.context.findings.empty());
            EXPECT_TRUE(scanned.context.lacks.empty());
            EXPECT_TRUE(scanned.context.names().empty());
            EXPECT_EQ(scanned.fault, "");
            EXPECT_TRUE(scanned.read_once);
            EXPECT_EQ(scanned.context.parsed_bytes, file.size() - 10'000);
        }
    }
}

TEST(Npy, ObjectsAreHandedOnWhole) {
    const std::string pickle = "\x80\x04]q" + std::string(20'000, 'p') + ".and what follows";
    for (const char* descr : {"'|O'", "[('a', '<f4'), ('b', [('c', '|O', (2,))])]"}) {
        for (size_t block : kBlocks) {
            for (bool stream : {false, true}) {
                Scanned scanned =
                    scan_bytes(kNpyFormat, npy(header_of(descr, "(2,)"), pickle), {block, stream});
                EXPECT_EQ(scanned.context.names(), std::vector<std::string>{"data"});
                EXPECT_TRUE(scanned.context.contents().at(0) == pickle);
                EXPECT_TRUE(scanned.context.found("npy.dtype.object_pickle"));
                EXPECT_TRUE(scanned.context.lacks.empty());
                EXPECT_TRUE(scanned.read_once);
            }
        }
    }
}

TEST(Npy, WhatIsNotUnderstoodIsHandedOnToo) {
    const std::string data = "what may be a pickle";
    const std::string headers[] = {
        header_of("'i4,O'", "(2,)"),
        header_of("['aO']", "(2,)"),
        header_of("r'|O'", "(2,)"),
        header_of("'<f4'", "(-4,)"),
        header_of("'<f4'", "[4]"),
        header_of("'<f4'", "(4.0,)"),
        header_of(std::string(20, '[') + "'|O'" + std::string(20, ']'), "()"),
        "{'descr': '|O'}",
    };
    for (const std::string& header : headers) {
        for (size_t block : kBlocks) {
            Scanned scanned = scan_bytes(kNpyFormat, npy(header, data), {block});
            EXPECT_EQ(scanned.context.contents(), std::vector<std::string>{data}) << header;
            EXPECT_EQ(scanned.context.findings.size(), 1u) << header;
            EXPECT_FALSE(scanned.context.lacks.empty()) << header;
        }
    }
}

TEST(Npy, DataThatIsTooShortOrTooLong) {
    const std::string header = header_of("'<f4'", "(1000,)");
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            Scanned cut =
                scan_bytes(kNpyFormat, npy(header, std::string(3999, 'd')), {block, stream});
            EXPECT_TRUE(cut.context.found("npy.data.truncated"));
            EXPECT_EQ(cut.context.lacks.size(), 1u);
            EXPECT_EQ(cut.fault, "");
            Scanned more = scan_bytes(kNpyFormat, npy(header, std::string(4000, 'd') + "more"),
                                      {block, stream});
            EXPECT_TRUE(more.context.found("npy.data.trailing 4128"));
            EXPECT_EQ(more.context.contents(), std::vector<std::string>{"more"});
            EXPECT_EQ(more.context.gap_bytes, 4u);
            EXPECT_TRUE(more.read_once);
        }
    }
}

TEST(Npy, CutAnywhereIsSeen) {
    const std::string whole = npy(header_of("'<f4'", "(2,)"), std::string(8, 'd'));
    for (size_t size = 6; size < whole.size(); size++) {
        for (bool stream : {false, true}) {
            Scanned scanned = scan_bytes(kNpyFormat, whole.substr(0, size), {7, stream});
            EXPECT_EQ(scanned.context.findings.size(), 1u) << size;
            EXPECT_TRUE(scanned.fault != "" || scanned.context.lacks.size() == 1) << size;
            EXPECT_TRUE(scanned.read_once);
        }
    }
}

TEST(Npy, SizesDoNotWrap) {
    const std::pair<const char*, const char*> kCases[] = {
        {"'<f4'", "(4294967296, 4294967296)"}, {"'<f8'", "(2305843009213693952,)"},
        {"'<f4'", "(36893488147419103232,)"},  {"'|V2147483647'", "(8589934592,)"},
        {"'<f4'", "(9223372036854775807, 3)"},
    };
    for (const auto& [descr, shape] : kCases) {
        Scanned scanned = scan_bytes(kNpyFormat, npy(header_of(descr, shape), "d"), {});
        EXPECT_TRUE(scanned.context.found("npy.shape.overflow")) << shape;
    }
    // numpy counts the bytes of an array without items by its other lengths.
    Scanned empty =
        scan_bytes(kNpyFormat, npy(header_of("'<f4'", "(4294967296, 0, 4294967296)"), ""), {});
    EXPECT_TRUE(empty.context.found("npy.shape.overflow"));
    Scanned fits = scan_bytes(kNpyFormat, npy(header_of("'<f4'", "(4294967296, 0)"), ""), {});
    EXPECT_TRUE(fits.context.findings.empty());
}

TEST(Npy, LongHeadersAreBounded) {
    const std::string large = header_of("'|O'", "()") + std::string(60'000, ' ');
    EXPECT_TRUE(scan_bytes(kNpyFormat, npy(large, "d"), {}).context.found("npy.header.too_long"));
    std::string huge = "\x93NUMPY\x02";
    huge += std::string("\0\0\0\x10\0", 5) + std::string(1 << 20, '(') + "data";
    Scanned scanned = scan_bytes(kNpyFormat, huge, {});
    EXPECT_TRUE(scanned.context.found("npy.header.too_long"));
    EXPECT_EQ(scanned.context.contents(), std::vector<std::string>{"data"});
    EXPECT_FALSE(scanned.context.lacks.empty());
    // 60,000 bytes cost more to parse than a megabyte of pins.
    EXPECT_NE(scan_bytes(kNpyFormat, npy(large, "d"), {4096, false, kMiB}).fault, "");
}

}  // namespace
}  // namespace assay

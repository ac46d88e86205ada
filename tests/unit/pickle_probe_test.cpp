// What is taken for a pickle, and what inside a pickle is looked into.
#include <gtest/gtest.h>

#include "scanners/pickle/probe.h"
#include "scanners/pickle/wrapped.h"
#include "tests/unit/support/pickle_programs.h"

namespace assay::pickle {
namespace {

using namespace test;
using namespace test::program;
using namespace std::string_literals;

std::string likely(const std::string& head, bool complete = true) {
    switch (likeness(as_bytes(head), complete)) {
        case Likeness::kNo:
            return "no";
        case Likeness::kMaybe:
            return "maybe";
        case Likeness::kYes:
            return "yes";
    }
    return "";
}

TEST(PickleProbe, WhatCallsIsAPickle) {
    EXPECT_EQ(likely(shell() + "."), "yes");
    EXPECT_EQ(likely(shell()), "yes") << "what follows the call does not matter";
    EXPECT_EQ(likely("(S'id'\niposix\nsystem\n"), "yes");
    EXPECT_EQ(likely("(" + global("posix", "system") + "o"), "yes");
    EXPECT_EQ(likely(global("posix", "system") + ")\x81"), "yes");
    EXPECT_EQ(likely(global("posix", "system") + ")}\x92"), "yes");
    EXPECT_EQ(likely(global("posix", "system") + "Nb"), "yes");
    EXPECT_EQ(likely(short_text("a") + short_text("b") + "\x93)R"), "yes");
    EXPECT_EQ(likely("\x82\x01)R"), "yes");
    EXPECT_EQ(likely("N)R."), "maybe") << "nothing was imported that it could call";
}

TEST(PickleProbe, WhatSaysSo) {
    EXPECT_EQ(likely("\x80\x04N."), "yes");
    EXPECT_EQ(likely("\x80\x04]\x94" + text("cut"), false), "yes");
    EXPECT_EQ(likely("\x80\x02" + global("a", "B")), "yes");
    EXPECT_EQ(likely("\x80\x06N."), "maybe") << "no such protocol";
    EXPECT_EQ(likely("\x80\x04\xff"), "maybe");
    EXPECT_EQ(likely("\x80\x04NN\xff"), "maybe");
    EXPECT_EQ(likely("\x80\x04" + std::string(14, 'N') + "\xff"), "maybe");
    EXPECT_EQ(likely("\x80\x04" + std::string(15, 'N') + "\xff"), "yes");
}

TEST(PickleProbe, WhatMayBeOne) {
    EXPECT_EQ(likely("(lp0\nI1\na."), "maybe");
    EXPECT_EQ(likely("I1\n."), "maybe");
    EXPECT_EQ(likely(text(std::string(100, 'x')).substr(0, 50), false), "maybe");
}

TEST(PickleProbe, WhatTakesFromAnEmptyStackIsNone) {
    EXPECT_EQ(likely("org.acme.Filter\ncom.acme.Reader\norg.acme.Realm\n"), "no") << "o, r, a, c";
    for (const char* first : {"0", "2", "1", "a", "b", "h\1", "q\1", "R", "o", "t", "Q", "\x93"}) {
        EXPECT_EQ(likely(first + shell() + "."), "no") << first;
        const bool takes_a_mark = std::string("1ot").find(first[0]) != std::string::npos;
        const bool takes_two = std::string("boR\x93").find(first[0]) != std::string::npos;
        EXPECT_EQ(likely("N" + std::string(first) + shell() + ".") == "yes",
                  !takes_a_mark && !takes_two)
            << first;
        EXPECT_EQ(likely("(" + std::string(first) + shell() + ".") == "yes", !takes_two) << first;
    }
}

TEST(PickleProbe, WhatIsNone) {
    EXPECT_EQ(likely("."), "no") << "a stop alone is a full stop";
    EXPECT_EQ(likely("\xff"), "no");
    EXPECT_EQ(likely("Hello, world"), "no");
    EXPECT_EQ(likely("PK\3\4" + shell()), "no");
    EXPECT_EQ(likely("Ix\n."), "no");
    EXPECT_EQ(likely("Fx\n."), "no");
    EXPECT_EQ(likely("Lx\n."), "no");
    EXPECT_EQ(likely("gx\n."), "no");
    EXPECT_EQ(likely("Np\n."), "no");
    EXPECT_EQ(likely("Sx\n."), "no");
    EXPECT_EQ(likely("P\xff\n."), "no");
    EXPECT_EQ(likely("cannot be a name\nof a module\nR"), "no");
    EXPECT_EQ(likely("iposix\nsystem\n"), "no") << "INST without a mark";
    EXPECT_EQ(likely(text(std::string(100, 'x')).substr(0, 50), true), "no");
}

TEST(PickleProbe, WhatWouldImport) {
    EXPECT_TRUE(would_import(as_bytes(global("a", "B"))));
    EXPECT_TRUE(would_import(as_bytes("NN\x93"s)));
    EXPECT_TRUE(would_import(as_bytes("\x82\x01"s)));
    EXPECT_FALSE(would_import(as_bytes("NNN."s)));
    EXPECT_FALSE(would_import(as_bytes("a b"s)));
}

// ------------------------------------------------------------------------------------------------
// Values inside pickles

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes, std::string_view alphabet = kBase64) {
    std::string out;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++) {
            bits = bits << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0U);
        }
        for (size_t k = 0; k < 4; k++) {
            bool padding = i + k > bytes.size();
            out += padding ? '=' : alphabet[bits >> (18 - 6 * k) & 0x3f];
        }
    }
    return out;
}

std::string hex(std::string_view bytes, std::string_view digits = "0123456789abcdef") {
    std::string out;
    for (char c : bytes) {
        out += digits[static_cast<uint8_t>(c) >> 4];
        out += digits[static_cast<uint8_t>(c) & 0xf];
    }
    return out;
}

std::string latin1(std::string_view bytes) {
    std::string out;
    for (char c : bytes) {
        auto byte = static_cast<uint8_t>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xc0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return out;
}

Wrapping wrapping(const std::string& value) { return nested_in(as_bytes(value), value.size()); }

TEST(PickleProbe, WhatIsLookedInto) {
    const std::string inner = shell("a longer command") + ".";
    EXPECT_EQ(wrapping(inner), Wrapping::kBare);
    EXPECT_EQ(wrapping(base64(inner)), Wrapping::kBase64);
    EXPECT_EQ(wrapping(hex(inner)), Wrapping::kHex);
    EXPECT_EQ(wrapping(hex(inner, "0123456789ABCDEF")), Wrapping::kHex);
    EXPECT_EQ(wrapping(latin1(inner)), Wrapping::kLatin1);
    EXPECT_EQ(wrapping("\x80\x04]" + text("benign") + "a."), Wrapping::kBare);
    EXPECT_EQ(wrapping("\x93NUMPY" + std::string(20, '\0')), Wrapping::kBare);
    EXPECT_EQ(wrapping("PK\3\4" + std::string(20, '\0')), Wrapping::kBare);
    EXPECT_EQ(wrapping("\x1f\x8b\x08" + std::string(20, '\0')), Wrapping::kBare);
    EXPECT_EQ(wrapping("BZh91AY&SY" + std::string(20, '\0')), Wrapping::kBare);
    EXPECT_EQ(wrapping("BZh9 is a text, and no more"), Wrapping::kNone);
    EXPECT_EQ(wrapping(base64("PK\3\4" + std::string(20, '\0'))), Wrapping::kBase64);
}

TEST(PickleProbe, WhatIsNot) {
    EXPECT_EQ(wrapping(""), Wrapping::kNone);
    EXPECT_EQ(wrapping("cos\nabort\n)R"s.substr(0, 11)), Wrapping::kNone);
    EXPECT_EQ(wrapping("an ordinary text of some length"), Wrapping::kNone);
    EXPECT_EQ(wrapping("(lp0\nI1\naI2\naI3\na."), Wrapping::kNone) << "it does nothing";
    EXPECT_EQ(wrapping(std::string(100, 'a')), Wrapping::kNone);
    EXPECT_EQ(wrapping(std::string(100, '\0')), Wrapping::kNone);
}

std::string decoded(const std::string& text, DecodedSource::Coding coding, size_t piece) {
    CountingSource bytes(as_bytes(text));
    bytes.shorten_to(piece);
    DecodedSource source(bytes, coding);
    TestPools pools(piece);
    Tape tape(source, pools.pools(), {});
    std::string out;
    for (;;) {
        Result<Lent> lent = tape.take(piece);
        EXPECT_TRUE(lent.ok());
        if (!lent || lent->bytes.empty()) return out;
        out += as_text(lent->bytes);
    }
}

std::string every_byte() {
    std::string out;
    for (int i = 0; i < 256; i++) out += static_cast<char>(i);
    return out;
}

TEST(PickleWrapped, DecodesInAnyPieces) {
    using Coding = DecodedSource::Coding;
    constexpr std::string_view kUrl =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::string all = every_byte();
    for (size_t piece : {size_t{1}, size_t{7}, size_t{4096}}) {
        for (size_t length : {size_t{254}, size_t{255}, size_t{256}}) {
            std::string bytes = all.substr(256 - length);
            EXPECT_EQ(decoded(base64(bytes), Coding::kBase64, piece), bytes);
            EXPECT_EQ(decoded(base64(bytes, kUrl), Coding::kBase64, piece), bytes);
            EXPECT_EQ(decoded(hex(bytes), Coding::kHex, piece), bytes);
            EXPECT_EQ(decoded(latin1(bytes), Coding::kLatin1, piece), bytes);
        }
    }
    EXPECT_EQ(decoded(" 6\n1\t62", Coding::kHex, 1), "ab");
    EXPECT_EQ(decoded("6162!63", Coding::kHex, 1), "ab") << "it ends where it is none";
    EXPECT_EQ(decoded("YWI=YWI=", Coding::kBase64, 1), "ab");
    EXPECT_EQ(decoded("ab\xe2\x82\xac", Coding::kLatin1, 1), "ab\xe2\x82\xac");
}

TEST(PickleWrapped, TellsThatATextIsNotAllLatin1) {
    const std::pair<std::string, bool> texts[] = {
        {"abc", false}, {"ab\xc3\xa9", false}, {"ab\xc3", true}, {"\xe2\x82\xac", true}};
    for (const auto& [text, strays] : texts) {
        MemorySource source(as_bytes(text));
        DecodedSource decoded(source, DecodedSource::Coding::kLatin1);
        TestPools pools(4096);
        ASSERT_TRUE(decoded.read(0, 100, pools.pools().stream));
        EXPECT_EQ(decoded.strayed(), strays) << text;
    }
}

// Windows longer than a block come from a pool whose blocks have no size of their own.
TEST(PickleWrapped, DoesNotCareForTheReadersPool) {
    const std::string text = hex(every_byte());
    MemorySource bytes(as_bytes(text));
    DecodedSource source(bytes, DecodedSource::Coding::kHex);
    std::string out;
    for (int i = 0; i < 32; i++) {
        BlockPool pool(0, kMiB);
        Result<Lent> lent = source.read(out.size(), 8, pool);
        ASSERT_TRUE(lent.ok());
        out += as_text(lent->bytes);
    }
    EXPECT_EQ(out, every_byte());
}

TEST(PickleWrapped, HeadsAreDecodedTheSameWay) {
    std::array<uint8_t, 300> out{};
    const std::string all = every_byte();
    auto head = [&](size_t n) { return std::string(as_text(Bytes(out).first(n))); };
    EXPECT_EQ(head(decode_base64(as_bytes(base64(all)), out)), all);
    EXPECT_EQ(head(decode_hex(as_bytes(hex(all)), out)), all);
    EXPECT_EQ(head(decode_latin1(as_bytes(latin1(all)), out)), all);
    EXPECT_EQ(decode_hex(as_bytes("61 no digits"s), out), 0U);
    EXPECT_EQ(decode_base64(as_bytes("YWI*"s), out), 0U);
    EXPECT_EQ(decode_latin1(as_bytes("ascii alone"s), out), 0U);
    EXPECT_EQ(decode_latin1(as_bytes("\xe2\x82\xac"s), out), 0U);
    EXPECT_EQ(decode_latin1(as_bytes("\xc3(bad"s), out), 0U);
    EXPECT_EQ(decode_base64(as_bytes(base64(all)), std::span(out).first(10)), 10U);
}

}  // namespace
}  // namespace assay::pickle

// Lines of protocol 0 longer than what is kept, against the same escapes resolved in one go.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "scanners/pickle/line_text.h"
#include "scanners/pickle/text_forms.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"

namespace assay::pickle {
namespace {

using namespace test;
using Form = LineText::Form;

struct Seen {
    std::string text;
    bool refused = false;
    bool cut = false;
    std::string behind;  // the line
};

// By reads of at most `most` bytes, none at all with 0.
Seen read_line(const std::string& input, Form form, size_t block_size, size_t most) {
    CountingSource source(as_bytes(input));
    TestPools pools(block_size);
    TestPools out(size_t{1} << 20);
    Tape tape(source, pools.pools(), {});
    Reader reader(tape);
    Reader::Line begun;
    EXPECT_TRUE(reader.begin_line(begun));
    EXPECT_FALSE(begun.ended);
    EXPECT_EQ(begun.text.size(), Reader::kLongestLine);
    LineText line(reader, begun, form);
    Seen seen;
    while (most > 0) {
        Result<Lent> piece = line.read(seen.text.size(), most, out.pools().stream);
        if (!piece) {
            ADD_FAILURE() << piece.error().text;
            return seen;
        }
        if (piece->bytes.empty()) break;
        seen.text += as_text(piece->bytes);
    }
    Result<bool> passed = line.pass();
    seen.cut = passed && !*passed;
    seen.refused = line.refused();
    if (!seen.refused && !seen.cut && most > 0) {
        EXPECT_EQ(line.length(), seen.text.size());
    }
    if (!seen.cut && reader.need(2)) seen.behind = as_text(reader.look(2));
    return seen;
}

// What picklers write, and anything else that escapes are made of.
std::string random_line(Dice& dice, Form form, bool sound) {
    const std::string_view alphabet = sound ? "ab\xe9 \\" : "ab\xe9 \\uUxn0189f'";
    std::string line;
    const size_t length = Reader::kLongestLine + 1 + dice.size_below(3 * Reader::kLongestLine);
    while (line.size() < length) {
        const char c = alphabet[dice.size_below(alphabet.size())];
        if (c != '\\' || !sound) {
            line += c;
        } else if (form == Form::kQuoted) {
            constexpr std::string_view kEscapes[] = {"\\x41", "\\101", "\\7", "\\n",
                                                     "\\\\",  "\\'",   "\\q"};
            line += kEscapes[dice.size_below(std::size(kEscapes))];
        } else {
            constexpr std::string_view kEscapes[] = {"\\u0041", "\\U0001f600", "\\u00e9", "\\\\",
                                                     "\\n"};
            line += kEscapes[dice.size_below(std::size(kEscapes))];
        }
    }
    return line;
}

TEST(PickleLineText, IsWhatTheWholeLineStandsFor) {
    size_t refused = 0;
    size_t taken = 0;
    for (uint64_t seed : seeds(60)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        const Form form = dice.below(2) == 0 ? Form::kQuoted : Form::kRawUnicode;
        std::string line = random_line(dice, form, dice.below(4) != 0);
        if (form == Form::kQuoted) line = "'" + line + (dice.below(4) == 0 ? "" : "'");
        const std::optional<std::string> whole =
            form == Form::kQuoted ? parse_quoted(line) : parse_raw_unicode(line);
        (whole ? taken : refused)++;
        for (size_t most : {size_t{0}, size_t{1}, size_t{1000}, size_t{1} << 20}) {
            const size_t block_size = dice.below(2) == 0 ? 4096 : 7;
            const Seen seen = read_line(line + "\nK.", form, block_size, most);
            EXPECT_FALSE(seen.cut);
            EXPECT_EQ(seen.refused, !whole);
            EXPECT_EQ(seen.behind, "K.");
            if (whole && most > 0) {
                EXPECT_EQ(seen.text, *whole);
            }
            EXPECT_TRUE(read_line(line, form, block_size, most).cut);
        }
    }
    EXPECT_GT(refused, 5U);
    EXPECT_GT(taken, 20U);
}

// The backslash, or the last quote, is the last byte that is kept, or the first that is not.
TEST(PickleLineText, EscapesAcrossTheBorder) {
    for (size_t before = Reader::kLongestLine - 12; before <= Reader::kLongestLine; before++) {
        const std::string filler(before, 'x');
        const Seen raw =
            read_line(filler + "\\U0001f600y12345678\nK.", Form::kRawUnicode, 4096, 4096);
        EXPECT_EQ(raw.text, filler + "\xf0\x9f\x98\x80y12345678") << before;
        const Seen quoted =
            read_line("'" + filler + "\\x41\\'yyyyyyyyyyyyy'\nK.", Form::kQuoted, 4096, 4096);
        EXPECT_EQ(quoted.text, filler + "A'yyyyyyyyyyyyy") << before;
    }
}

}  // namespace
}  // namespace assay::pickle

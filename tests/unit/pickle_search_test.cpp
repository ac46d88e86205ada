// What is taken for a pickle amid other bytes, and what is not.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "scanners/pickle/search.h"
#include "tests/unit/support/pickle_programs.h"
#include "tests/unit/support/sources.h"

namespace assay::pickle {
namespace {

using namespace test;
using namespace test::program;
using namespace std::string_literals;

// Where the first one begins; -1 for none.
int64_t found_in(const std::string& bytes) {
    TestPools pools(size_t{1} << 20);
    MemorySource source(as_bytes(bytes));
    Tape tape(source, pools.pools(), {});
    bool zeros = true;
    Result<std::optional<Search::Found>> found = Search(tape).next(zeros);
    EXPECT_TRUE(found.ok());
    return found && *found ? static_cast<int64_t>((*found)->begin) : -1;
}

const std::string kCall =
    short_text("os") + short_text("system") + "\x93" + short_text("id") + "\x85R.";

TEST(PickleSearch, FindsBeginnings) {
    const std::string other = "zz\xff"s;
    EXPECT_EQ(found_in(other + kCall), 3);
    EXPECT_EQ(found_in(other + "\x80\x04"s + kCall), 3);
    EXPECT_EQ(found_in(other + "K\1"s + kCall), 5) << "what stands before the name may be missing";
    EXPECT_EQ(found_in(other + "(S'id'\nios\nsystem\n."s), 3);
    EXPECT_EQ(found_in(other), -1);
    EXPECT_EQ(found_in(other + short_text("os") + short_text("no name") + "\x93)R."), -1);
}

TEST(PickleSearch, GoesOnBehindWhatIsLong) {
    for (size_t length : {700U, 70'000U, 3'000'000U}) {
        const std::string line = "V" + std::string(length, 'a') + "\n";
        const std::string before = "zz\xff" + global("os", "system");
        EXPECT_EQ(found_in(before + line + "\x85R."), 3) << length;
        EXPECT_EQ(found_in("zz\xff(" + line + "ios\nsystem\n."), 3) << length;
    }
}

TEST(PickleSearch, TakesNothingElseForOne) {
    std::mt19937_64 random(7);
    std::string noise(size_t{8} << 20, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    EXPECT_EQ(found_in(noise), -1);

    constexpr std::string_view kSyllables[] = {"cast", "Vi", "bro", "Su", "i", "ac", "tive"};
    std::string words;
    while (words.size() < size_t{1} << 20) {
        const size_t parts = 1 + random() % 3;
        for (size_t i = 0; i < parts; i++) words += kSyllables[random() % std::size(kSyllables)];
        words += random() % 4 == 0 ? ' ' : '\n';
    }
    const int64_t at = found_in(words);
    EXPECT_EQ(at, -1) << words.substr(static_cast<size_t>(std::max<int64_t>(at, 0)), 60);
}

// Whoever wants it to take long writes many beginnings that lead far.
TEST(PickleSearch, TakesNoLongerForMuchOfTheSame) {
    for (const std::string& part : {"("s, "(X\0\1\0\0"s, "\x80\4X\0\1\0\0"s, "(V"s, "(Va\n"s,
                                    "cos\n"s, "\x8c\2osX\0\0\1\0"s, "cos\nsystem\nX\0\0\1\0"s}) {
        std::string many;
        while (many.size() < size_t{1} << 19) many += part;
        const auto begin = std::chrono::steady_clock::now();
        found_in(many);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        EXPECT_LT(took.count(), 15.0) << part;
    }
}

}  // namespace
}  // namespace assay::pickle

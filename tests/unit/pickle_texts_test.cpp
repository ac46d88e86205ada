// What is kept of a pickle's texts, and that a name in use is never among what is dropped.
#include <gtest/gtest.h>

#include "scanners/pickle/texts.h"

namespace assay::pickle {
namespace {

Reserve endless() {
    return [](size_t) { return true; };
}

Reserve at_most(size_t& left) {
    return [&left](size_t bytes) {
        if (bytes > left) return false;
        left -= bytes;
        return true;
    };
}

uint64_t add(Texts& texts, std::string_view text) { return texts.add(text, text.size()); }

std::string kept(const Texts& texts, uint64_t number) { return std::string(texts.at(number).kept); }

TEST(PickleTexts, EachShortOneOnce) {
    Texts texts(endless());
    uint64_t posix = add(texts, "posix");
    uint64_t system = add(texts, "system");
    EXPECT_NE(posix, system);
    EXPECT_NE(posix, Texts::kNothing);
    EXPECT_EQ(add(texts, "posix"), posix);
    EXPECT_EQ(kept(texts, system), "system");
    EXPECT_TRUE(texts.at(system).whole());
    uint64_t empty = add(texts, "");
    EXPECT_EQ(add(texts, ""), empty);
    EXPECT_EQ(kept(texts, empty), "");
    EXPECT_TRUE(texts.at(empty).whole());
}

TEST(PickleTexts, ManyKeepTheirNumbers) {
    Texts texts(endless());
    constexpr int kMany = 20'000;
    std::vector<uint64_t> numbers;
    for (int i = 0; i < kMany; i++) numbers.push_back(add(texts, "text " + std::to_string(i)));
    for (int i = 0; i < kMany; i++) {
        std::string text = "text " + std::to_string(i);
        ASSERT_EQ(add(texts, text), numbers[static_cast<size_t>(i)]);
        ASSERT_EQ(kept(texts, numbers[static_cast<size_t>(i)]), text);
    }
}

TEST(PickleTexts, OfLongOnesTheBeginning) {
    Texts texts(endless());
    std::string longest(Texts::kLongest, 'x');
    EXPECT_EQ(kept(texts, add(texts, longest)), longest);
    std::string longer = longest + "y";
    uint64_t number = add(texts, longer);
    EXPECT_EQ(kept(texts, number), longer.substr(0, Texts::kPrefix));
    EXPECT_EQ(texts.at(number).length, longer.size());
    EXPECT_FALSE(texts.at(number).whole());
    EXPECT_NE(add(texts, longer), number) << "two long texts that start alike may differ";
    uint64_t huge = texts.add("begin", uint64_t{1} << 40);
    EXPECT_EQ(texts.at(huge).length, uint64_t{1} << 40);
}

TEST(PickleTexts, OnlySoManyLongOnes) {
    Texts texts(endless());
    std::string longer(Texts::kLongest + 1, 'x');
    uint64_t last = 0;
    for (int i = 0; i < (1 << 12) + 1; i++) last = add(texts, longer);
    EXPECT_EQ(last, Texts::kNothing);
    EXPECT_FALSE(texts.at(last).whole());
    EXPECT_EQ(kept(texts, add(texts, "short")), "short");
}

TEST(PickleTexts, NothingIsKnownOfNothing) {
    Texts texts(endless());
    EXPECT_FALSE(texts.at(Texts::kNothing).whole());
}

// The last eight that had no room are known, and one that is used as a name stays.
TEST(PickleTexts, PassingTexts) {
    size_t left = 0;
    Texts texts(at_most(left));
    std::vector<uint64_t> numbers;
    for (int i = 0; i < 10; i++) numbers.push_back(add(texts, "text " + std::to_string(i)));
    EXPECT_FALSE(texts.at(numbers[0]).whole());
    EXPECT_FALSE(texts.at(numbers[1]).whole());
    for (size_t i = 2; i < 10; i++) EXPECT_EQ(kept(texts, numbers[i]), "text " + std::to_string(i));

    EXPECT_EQ(texts.keep(numbers[9]), numbers[9]) << "there is still no room";
    left = size_t{1} << 20;
    uint64_t name = texts.keep(numbers[9]);
    EXPECT_NE(name, numbers[9]);
    left = 0;
    for (int i = 0; i < 1'000; i++) add(texts, "other " + std::to_string(i));
    EXPECT_EQ(kept(texts, name), "text 9");
    EXPECT_EQ(kept(texts, numbers[9]), "text 9") << "by its passing number, too";
    EXPECT_EQ(texts.keep(numbers[9]), name);
    EXPECT_EQ(texts.keep(name), name);
    EXPECT_FALSE(texts.at(numbers[8]).whole());
}

TEST(PickleTexts, MemoryIsAskedForBeforeItIsUsed) {
    size_t left = size_t{64} << 10;
    Texts texts(at_most(left));
    uint64_t first = add(texts, "first");
    uint64_t last = 0;
    for (int i = 0; i < 100'000; i++) last = add(texts, "a text of its own " + std::to_string(i));
    EXPECT_EQ(kept(texts, last), "a text of its own 99999");
    EXPECT_EQ(add(texts, "first"), first);
    EXPECT_EQ(kept(texts, first), "first");
    EXPECT_LT(left, size_t{16} << 10);
}

}  // namespace
}  // namespace assay::pickle

// Operands, lines and frames off a tape, whatever the size of its blocks.
#include <gtest/gtest.h>

#include "scanners/pickle/reader.h"
#include "tests/unit/support/sources.h"

namespace assay::pickle {
namespace {

using namespace test;
using namespace std::string_literals;

constexpr size_t kBlockSizes[] = {1, 7, 4096};

struct Rig {
    Rig(std::string content, size_t block_size, bool sized = true)
        : bytes(std::move(content)),
          source(as_bytes(bytes)),
          pools(block_size),
          tape(source, pools.pools(), {}) {
        if (!sized) source.only_in_order().without_size();
    }
    std::string take(size_t n) {
        if (!reader.need(n)) return "(none)";
        return std::string(as_text({reader.take(n), n}));
    }

    const std::string bytes;
    CountingSource source;
    TestPools pools;
    Tape tape;
    Reader reader{tape};
};

TEST(PickleReader, TakesWhatItNeeds) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_EQ(rig.take(1), "0");
        EXPECT_EQ(rig.take(8), "12345678");
        EXPECT_EQ(rig.reader.offset(), 9U);
        EXPECT_FALSE(rig.reader.need(2));
        EXPECT_FALSE(rig.reader.failed());
        EXPECT_EQ(rig.take(1), "9");
        EXPECT_FALSE(rig.reader.need(1));
        ASSERT_TRUE(rig.reader.sync());
        EXPECT_EQ(rig.tape.offset(), 10U);
    }
}

TEST(PickleReader, LooksWithoutTaking) {
    for (size_t block_size : kBlockSizes) {
        std::string bytes(Reader::kMostAtOnce, 'x');
        Rig rig(bytes, block_size);
        ASSERT_TRUE(rig.reader.need(Reader::kMostAtOnce));
        EXPECT_EQ(as_text(rig.reader.look(bytes.size())), bytes);
        EXPECT_EQ(rig.reader.offset(), 0U);
    }
}

TEST(PickleReader, TakesSomeUntilAll) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_EQ(rig.take(2), "01");
        std::string seen;
        while (seen.size() < 6) {
            Bytes some = rig.reader.take_some(6 - seen.size());
            ASSERT_FALSE(some.empty());
            seen += as_text(some);
        }
        EXPECT_EQ(seen, "234567");
        EXPECT_TRUE(rig.reader.take_some(0).empty());
        EXPECT_EQ(rig.take(2), "89");
        EXPECT_TRUE(rig.reader.take_some(1).empty());
    }
}

TEST(PickleReader, Lines) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("one\n\ntwo and three\nno end", block_size);
        Reader::Line line;
        ASSERT_TRUE(rig.reader.take_line(line));
        EXPECT_EQ(line.text, "one");
        ASSERT_TRUE(rig.reader.take_line(line));
        EXPECT_EQ(line.text, "");
        EXPECT_EQ(line.length, 0U);
        ASSERT_TRUE(rig.reader.take_line(line));
        EXPECT_EQ(line.text, "two and three");
        EXPECT_TRUE(line.whole());
        EXPECT_EQ(rig.reader.offset(), 19U);
        EXPECT_FALSE(rig.reader.take_line(line));
    }
}

TEST(PickleReader, OfALongLineTheBeginning) {
    for (size_t block_size : {size_t{7}, size_t{4096}, size_t{1} << 20}) {
        for (size_t length : {Reader::kLongestLine - 1, Reader::kLongestLine,
                              Reader::kLongestLine + 1, 5 * Reader::kLongestLine}) {
            Rig rig(std::string(length, 'x') + "\nK", block_size);
            Reader::Line line;
            ASSERT_TRUE(rig.reader.take_line(line));
            EXPECT_EQ(line.length, length);
            EXPECT_EQ(line.whole(), length <= Reader::kLongestLine);
            EXPECT_EQ(line.text.size(), std::min(length, Reader::kLongestLine));
            EXPECT_EQ(rig.take(1), "K");
        }
    }
}

TEST(PickleReader, Skips) {
    for (size_t block_size : kBlockSizes) {
        for (bool sized : {true, false}) {
            Rig rig("0123456789", block_size, sized);
            EXPECT_EQ(rig.take(1), "0");
            EXPECT_TRUE(rig.reader.skip(8));
            EXPECT_EQ(rig.reader.offset(), 9U);
            EXPECT_FALSE(rig.reader.skip(2));
            EXPECT_FALSE(rig.reader.failed());
            EXPECT_EQ(rig.reader.may_follow(UINT64_MAX), !sized);
        }
    }
}

TEST(PickleReader, NothingIsReadForALengthThatCannotBe) {
    Rig rig("0123456789", 1);
    EXPECT_FALSE(rig.reader.skip(11));
    EXPECT_EQ(rig.take(1), "0");
    EXPECT_TRUE(rig.reader.may_follow(9));
    EXPECT_FALSE(rig.reader.may_follow(10));
}

TEST(PickleReader, AFrameEndsWhereItSays) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_EQ(rig.take(1), "0");
        EXPECT_TRUE(rig.reader.open_frame(4));
        EXPECT_TRUE(rig.reader.in_frame());
        EXPECT_EQ(rig.reader.frame_left(), 4U);
        EXPECT_EQ(rig.take(4), "1234");
        EXPECT_FALSE(rig.reader.in_frame());
        EXPECT_FALSE(rig.reader.need(1) && !rig.reader.frame_ended());
        EXPECT_TRUE(rig.reader.frame_ended());
        EXPECT_FALSE(rig.reader.straddled());
        rig.reader.forget_frame_end();
        EXPECT_EQ(rig.take(5), "56789");
        EXPECT_FALSE(rig.reader.frame_ended());
    }
}

TEST(PickleReader, AnOperandAcrossTheEndOfAFrame) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_TRUE(rig.reader.open_frame(3));
        EXPECT_EQ(rig.take(2), "01");
        EXPECT_EQ(rig.take(4), "2345");
        EXPECT_TRUE(rig.reader.frame_ended());
        EXPECT_TRUE(rig.reader.straddled());
        EXPECT_FALSE(rig.reader.in_frame());
    }
}

TEST(PickleReader, WhatIsSkippedMayStraddleToo) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_TRUE(rig.reader.open_frame(3));
        EXPECT_TRUE(rig.reader.skip(5));
        EXPECT_TRUE(rig.reader.straddled());
        EXPECT_EQ(rig.take(1), "5");
    }
}

TEST(PickleReader, AFrameInAFrame) {
    for (size_t block_size : kBlockSizes) {
        Rig rig("0123456789", block_size);
        EXPECT_TRUE(rig.reader.open_frame(6));
        EXPECT_EQ(rig.take(1), "0");
        EXPECT_FALSE(rig.reader.open_frame(2));
        EXPECT_EQ(rig.reader.frame_left(), 2U);
        EXPECT_EQ(rig.take(2), "12");
        EXPECT_TRUE(rig.reader.open_frame(1));
    }
}

TEST(PickleReader, WhatTheTapeFailsWith) {
    Rig rig("0123456789", 4);
    rig.source.fail_at(6, Error{Code::kIo, "made to fail", 0, 0});
    EXPECT_EQ(rig.take(6), "012345");
    EXPECT_FALSE(rig.reader.need(1));
    ASSERT_TRUE(rig.reader.failed());
    EXPECT_EQ(rig.reader.failed()->text, "made to fail");
    Reader::Line line;
    EXPECT_FALSE(rig.reader.take_line(line));
    EXPECT_FALSE(rig.reader.skip(1));
    EXPECT_FALSE(rig.reader.sync());
}

}  // namespace
}  // namespace assay::pickle

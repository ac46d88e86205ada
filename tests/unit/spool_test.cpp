#include "assay/spool.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/support/files.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/taps.h"

namespace assay {
namespace {

// Sets TMPDIR for the life of a test.
class TmpDir {
  public:
    explicit TmpDir(const std::string& path) {
        if (const char* old = std::getenv("TMPDIR")) old_ = old;
        setenv("TMPDIR", path.c_str(), 1);
    }
    ~TmpDir() { old_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", old_.c_str(), 1); }

  private:
    std::string old_;
};

std::vector<uint8_t> read_back(const Spool& spool, uint64_t offset, size_t n) {
    std::vector<uint8_t> out(n);
    EXPECT_TRUE(spool.read(offset, out).ok());
    return out;
}

class SpoolSizes : public ::testing::TestWithParam<size_t> {};

TEST_P(SpoolSizes, GivesBackWhatItTook) {
    const auto bytes = test::random_bytes(30'000);
    Spool spool(GetParam());
    for (size_t at = 0, n = 1; at < bytes.size(); at += n, n = std::min(n * 2, bytes.size() - at)) {
        n = std::min(n, bytes.size() - at);
        ASSERT_TRUE(spool.append(Bytes(bytes).subspan(at, n)).ok());
        ASSERT_EQ(spool.size(), at + n);
        ASSERT_EQ(read_back(spool, at, n), test::copy_of(Bytes(bytes).subspan(at, n)));
    }
    EXPECT_EQ(read_back(spool, 0, bytes.size()), bytes);
    test::Dice dice(5);
    for (int i = 0; i < 200; i++) {
        size_t from = dice.size_below(bytes.size());
        size_t n = dice.size_below(bytes.size() - from + 1);
        ASSERT_EQ(read_back(spool, from, n), test::copy_of(Bytes(bytes).subspan(from, n)));
    }
}

TEST_P(SpoolSizes, ThroughATape) {
    const auto bytes = test::random_bytes(30'000);
    Spool spool(GetParam());
    ASSERT_TRUE(spool.append(bytes).ok());
    ASSERT_TRUE(spool.append(Bytes(bytes).first(10)).ok());
    SpoolSource source(spool);
    EXPECT_EQ(source.size(), 30'010u);
    test::TestPools pools(4096);
    test::RecordingTap tap;
    Tape tape(source, pools.pools(), {&tap});
    EXPECT_EQ(test::copy_of(*tape.at(30'000, 100)), test::copy_of(Bytes(bytes).first(10)));
    EXPECT_TRUE(tape.drain().ok());
    EXPECT_EQ(tap.seen().size(), 30'010u);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), tap.seen().begin()));
}

INSTANTIATE_TEST_SUITE_P(InMemory, SpoolSizes, ::testing::Values(0, 1, 100, 16'384, 1 << 20),
                         ::testing::PrintToStringParamName());

TEST(Spool, ReadingPastTheEndIsRefused) {
    for (size_t in_memory : {size_t{0}, size_t{1000}}) {
        Spool spool(in_memory);
        ASSERT_TRUE(spool.append(test::random_bytes(100)).ok());
        uint8_t room[8];
        EXPECT_TRUE(spool.read(92, room).ok());
        EXPECT_TRUE(spool.read(100, {room, 0}).ok());
        for (uint64_t offset : {uint64_t{93}, uint64_t{101}, UINT64_MAX, UINT64_MAX - 3}) {
            Status status = spool.read(offset, room);
            ASSERT_FALSE(status.ok()) << offset;
            EXPECT_EQ(status.error().code, Code::kTruncated);
        }
    }
}

TEST(Spool, FewBytesMakeNoFile) {
    int before = test::open_descriptors();
    Spool spool(100);
    ASSERT_TRUE(spool.append(test::random_bytes(100)).ok());
    EXPECT_EQ(test::open_descriptors(), before);
    ASSERT_TRUE(spool.append(test::random_bytes(1)).ok());
    EXPECT_EQ(test::open_descriptors(), before + 1);
}

TEST(Spool, ItsFileHasNoNameAndGoesWithIt) {
    test::TempFolder folder;
    TmpDir tmp(folder.path());
    int before = test::open_descriptors();
    {
        Spool spool(0);
        ASSERT_TRUE(spool.append(test::random_bytes(100)).ok());
        EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    }
    EXPECT_EQ(test::open_descriptors(), before);
}

TEST(Spool, NowhereToWriteIsAnError) {
    TmpDir tmp("/nonexistent/folder");
    Spool spool(10);
    EXPECT_TRUE(spool.append(test::random_bytes(10)).ok());
    Status status = spool.append(test::random_bytes(1));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kIo);
    EXPECT_EQ(status.error().sys, ENOENT);
}

}  // namespace
}  // namespace assay

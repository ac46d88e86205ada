#include "assay/source.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/support/files.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/taps.h"

namespace assay {
namespace {

using Direct = FileSource::Direct;
using test::TempFolder;
using test::write_file;

std::unique_ptr<FileSource> open_file(const std::string& path, Direct direct = Direct::kNo) {
    auto opened = FileSource::open(path, direct);
    EXPECT_TRUE(opened.ok()) << path;
    return opened.ok() ? std::move(*opened) : nullptr;
}

std::optional<Code> fault_of(const Status& status) {
    return status.ok() ? std::nullopt : std::optional(status.error().code);
}

// Reads on to the end as a tape does; the error, if one came.
Status read_all(ByteSource& source, size_t max, BlockPool& pool, std::vector<uint8_t>& out) {
    for (;;) {
        Result<Lent> lent = source.read(out.size(), max, pool);
        if (!lent) return lent.error();
        if (lent->bytes.empty()) return Done{};
        EXPECT_LE(lent->bytes.size(), max);
        out.insert(out.end(), lent->bytes.begin(), lent->bytes.end());
    }
}

TEST(MemorySource, GivesItsBytes) {
    const auto bytes = test::random_bytes(10'000);
    BlockPool pool(7, 1 << 20);
    for (size_t max : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
        MemorySource source(bytes);
        std::vector<uint8_t> out;
        EXPECT_TRUE(read_all(source, max, pool, out).ok());
        EXPECT_EQ(out, bytes);
    }
    MemorySource source(bytes);
    EXPECT_TRUE(source.read(10'000, 1, pool)->bytes.empty());
    EXPECT_TRUE(source.read(UINT64_MAX, 1, pool)->bytes.empty());
}

TEST(MemorySource, NoBlockIsALimit) {
    const auto bytes = test::random_bytes(100);
    BlockPool pool(100, 99);
    Result<Lent> lent = MemorySource(bytes).read(0, 100, pool);
    ASSERT_FALSE(lent.ok());
    EXPECT_EQ(lent.error().code, Code::kLimit);
}

TEST(FileSource, GivesTheFilesBytes) {
    TempFolder folder;
    const auto bytes = test::random_bytes(100'001);
    auto source = open_file(write_file(folder / "f", bytes));
    EXPECT_EQ(source->size(), bytes.size());
    BlockPool pool(4096, 1 << 20);
    for (size_t max : {size_t{1000}, size_t{4096}, size_t{1} << 19}) {
        std::vector<uint8_t> out;
        EXPECT_TRUE(read_all(*source, max, pool, out).ok());
        EXPECT_EQ(out, bytes);
    }
    EXPECT_TRUE(source->settle().ok());
}

TEST(FileSource, ReadsIntoAnothersMemory) {
    TempFolder folder;
    const auto bytes = test::random_bytes(5000);
    auto source = open_file(write_file(folder / "f", bytes));
    std::vector<uint8_t> out(100, 0);
    EXPECT_EQ(*source->read_into(4990, out.data(), 100), 10u);
    EXPECT_TRUE(std::equal(out.begin(), out.begin() + 10, bytes.begin() + 4990));
    EXPECT_EQ(*source->read_into(6000, out.data(), 100), 0u);
    EXPECT_EQ(*source->read_into(0, out.data(), 0), 0u);
}

TEST(FileSource, AnEmptyFileEndsAtOnce) {
    TempFolder folder;
    BlockPool pool(4096, 1 << 20);
    for (Direct direct : {Direct::kNo, Direct::kTry}) {
        auto source = open_file(write_file(folder / "f", {}), direct);
        EXPECT_TRUE(source->read(0, 4096, pool)->bytes.empty());
        EXPECT_TRUE(source->settle().ok());
    }
}

TEST(FileSource, RefusesWhatIsNoRegularFile) {
    TempFolder folder;
    ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
    const std::string paths[] = {folder.path(), folder / "fifo", "/dev/null", folder / "missing"};
    int before = test::open_descriptors();
    for (const std::string& path : paths) {
        auto opened = FileSource::open(path, Direct::kNo);  // must not hang on the FIFO
        ASSERT_FALSE(opened.ok()) << path;
        EXPECT_EQ(opened.error().code, Code::kIo) << path;
    }
    EXPECT_EQ(FileSource::open(folder / "missing", Direct::kNo).error().sys, ENOENT);
    EXPECT_EQ(test::open_descriptors(), before);
}

TEST(FileSource, ClosesItsDescriptor) {
    TempFolder folder;
    write_file(folder / "f", test::random_bytes(10));
    int before = test::open_descriptors();
    { auto source = open_file(folder / "f"); }
    EXPECT_EQ(test::open_descriptors(), before);
    FileDescriptor a(::open((folder / "f").c_str(), O_RDONLY | O_CLOEXEC));
    FileDescriptor b(std::move(a));
    FileDescriptor c;
    c = std::move(b);
    EXPECT_TRUE(c.valid());
    c = FileDescriptor();
    EXPECT_EQ(test::open_descriptors(), before);
}

// ------------------------------------------------------------------------------------------------
// Files that change while they are read. Each is half read, then changed.

class ChangingFile : public ::testing::Test {
  protected:
    ChangingFile() {
        write_file(path_, bytes_);
        test::set_modified(path_, 1'000'000);
        source_ = open_file(path_);
        EXPECT_EQ(source_->read(0, 8192, pool_)->bytes.size(), 8192u);
    }

    Status read_rest() {
        std::vector<uint8_t> out(bytes_.begin(), bytes_.begin() + 8192);
        Status status = read_all(*source_, 4096, pool_, out);
        read_ = out.size();
        return status;
    }

    TempFolder folder_;
    const std::string path_ = folder_ / "f";
    const std::vector<uint8_t> bytes_ = test::random_bytes(20'000);
    BlockPool pool_{4096, 1 << 20};
    std::unique_ptr<FileSource> source_;
    size_t read_ = 0;
};

TEST_F(ChangingFile, NotAtAll) {
    EXPECT_TRUE(read_rest().ok());
    EXPECT_TRUE(source_->settle().ok());
}

TEST_F(ChangingFile, ReadingItIsNoChange) {
    EXPECT_TRUE(read_rest().ok());
    auto other = open_file(path_);
    EXPECT_FALSE(other->read(0, 4096, pool_)->bytes.empty());
    EXPECT_TRUE(source_->settle().ok());
}

TEST_F(ChangingFile, Shrinks) {
    ASSERT_EQ(truncate(path_.c_str(), 10'000), 0);
    Status rest = read_rest();
    ASSERT_FALSE(rest.ok());
    EXPECT_EQ(rest.error().code, Code::kTruncated);
    EXPECT_EQ(read_, 10'000u) << "what was there is given";
    Status settled = source_->settle();
    ASSERT_FALSE(settled.ok());
    EXPECT_EQ(settled.error().code, Code::kTruncated);
    EXPECT_EQ(settled.error().offset, 10'000u);
}

TEST_F(ChangingFile, ShrinksAfterItWasRead) {
    EXPECT_TRUE(read_rest().ok());
    ASSERT_EQ(truncate(path_.c_str(), 19'999), 0);
    EXPECT_EQ(fault_of(source_->settle()), Code::kTruncated);
}

TEST_F(ChangingFile, Grows) {
    test::write_at(path_, bytes_.size(), test::random_bytes(5000));
    EXPECT_TRUE(read_rest().ok());
    EXPECT_EQ(read_, bytes_.size()) << "a file that grows for ever must end for us";
    EXPECT_EQ(fault_of(source_->settle()), Code::kChanged);
}

TEST_F(ChangingFile, IsRewrittenInPlace) {
    test::write_at(path_, 12'000, test::random_bytes(10, 7));
    EXPECT_TRUE(read_rest().ok());
    EXPECT_EQ(fault_of(source_->settle()), Code::kChanged);
}

// Whoever sets the old time back cannot set back ctime.
TEST_F(ChangingFile, IsRewrittenAndItsTimeSetBack) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    test::write_at(path_, 12'000, test::random_bytes(10, 7));
    test::set_modified(path_, 1'000'000);
    EXPECT_EQ(fault_of(source_->settle()), Code::kChanged);
}

TEST_F(ChangingFile, GetsAnotherTimeAlone) {
    test::set_modified(path_, 1'000'001);
    EXPECT_EQ(fault_of(source_->settle()), Code::kChanged);
}

// The old file is still what we read, yet its name now means another: ctime moved with the unlink.
TEST_F(ChangingFile, IsReplaced) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    write_file(folder_ / "new", bytes_);
    test::set_modified(folder_ / "new", 1'000'000);
    std::filesystem::rename(folder_ / "new", path_);
    EXPECT_TRUE(read_rest().ok());
    EXPECT_EQ(fault_of(source_->settle()), Code::kChanged);
}

TEST_F(ChangingFile, TheTapeSaysSo) {
    ASSERT_EQ(truncate(path_.c_str(), 10'000), 0);
    test::TestPools pools(4096);
    test::RecordingTap tap;
    Tape tape(*source_, pools.pools(), {&tap});
    Status drained = tape.drain();
    ASSERT_FALSE(drained.ok());
    EXPECT_EQ(drained.error().code, Code::kTruncated);
    EXPECT_EQ(tap.finished(), 0) << "no digest may be claimed";
    EXPECT_EQ(tap.seen().size(), 10'000u);
}

// ------------------------------------------------------------------------------------------------
// O_DIRECT. Whether a filesystem takes it is its own business; the bytes must be the same.

bool takes_direct(const std::string& path) {
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
    BlockPool pool(4096, 4096);
    return fd.valid() && pread(fd.get(), pool.get(4096)->data(), 4096, 0) >= 0;
}

class DirectFile : public ::testing::TestWithParam<const char*> {
  protected:
    DirectFile() : folder_(GetParam()) { write_file(folder_ / "f", bytes_); }
    TempFolder folder_;
    const std::vector<uint8_t> bytes_ = test::random_bytes(300'001);
    BlockPool pool_{65536, 4 << 20};
};

TEST_P(DirectFile, SaysWhetherItIs) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    ASSERT_TRUE(source->read(0, 1, pool_).ok());
    EXPECT_EQ(source->direct(), takes_direct(folder_ / "f"));
    EXPECT_EQ((fcntl(source->fd(), F_GETFL) & O_DIRECT) != 0, source->direct());
    EXPECT_FALSE(open_file(folder_ / "f")->direct());
}

// The end of the file lies inside a sector; it must not be taken for a refusal.
TEST_P(DirectFile, StaysDirectToTheEnd) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    for (size_t max : {size_t{65536}, size_t{1} << 19}) {
        std::vector<uint8_t> out;
        EXPECT_TRUE(read_all(*source, max, pool_, out).ok());
        EXPECT_EQ(out, bytes_);
    }
    EXPECT_EQ(source->direct(), takes_direct(folder_ / "f"));
    EXPECT_TRUE(source->settle().ok());
}

TEST_P(DirectFile, TakesOddOffsets) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    test::Dice dice(3);
    for (int i = 0; i < 300; i++) {
        uint64_t offset = dice.below(bytes_.size() + 5000);
        size_t max = 1 + dice.size_below(i % 2 ? 100 : 100'000);
        Result<Lent> lent = source->read(offset, max, pool_);
        ASSERT_TRUE(lent.ok());
        ASSERT_EQ(lent->bytes.empty(), offset >= bytes_.size());
        ASSERT_LE(lent->bytes.size(), max);
        EXPECT_TRUE(std::equal(lent->bytes.begin(), lent->bytes.end(),
                               bytes_.data() + std::min<uint64_t>(offset, bytes_.size())));
    }
}

// After a start at an odd offset the reads fall back into step with the blocks.
TEST_P(DirectFile, OrdinaryReadsTakeOrdinaryBlocks) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    std::vector<uint8_t> out(bytes_.begin(), bytes_.begin() + 4097);
    while (out.size() < bytes_.size()) {
        Result<Lent> lent = source->read(out.size(), pool_.block_size(), pool_);
        ASSERT_TRUE(lent.ok());
        EXPECT_EQ(lent->block->capacity(), pool_.block_size());
        out.insert(out.end(), lent->bytes.begin(), lent->bytes.end());
    }
    EXPECT_EQ(out, bytes_);
}

TEST_P(DirectFile, ThroughATape) {
    for (size_t block : {size_t{1}, size_t{4096}, size_t{1} << 20}) {
        auto source = open_file(folder_ / "f", Direct::kTry);
        test::TestPools pools(block);
        test::RecordingTap tap;
        Tape tape(*source, pools.pools(), {&tap});
        EXPECT_EQ(test::copy_of(*tape.at(299'990, 100)),
                  std::vector<uint8_t>(bytes_.end() - 11, bytes_.end()));
        EXPECT_EQ(tape.at(12'345, 6789)->size(), 6789u);
        ASSERT_TRUE(tape.advance(block == 1 ? 500 : 100'003).ok());
        EXPECT_EQ(tape.peek(10'000)->size(), 10'000u);
        if (block == 1) continue;  // the whole file byte by byte says nothing more
        EXPECT_TRUE(tape.drain().ok());
        EXPECT_EQ(tap.seen(), bytes_);
    }
}

TEST_P(DirectFile, Shrinks) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    ASSERT_EQ(truncate((folder_ / "f").c_str(), 70'000), 0);
    std::vector<uint8_t> out;
    Status status = read_all(*source, 65536, pool_, out);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kTruncated);
    EXPECT_EQ(out.size(), 70'000u);
}

TEST_P(DirectFile, FromSeveralThreads) {
    auto source = open_file(folder_ / "f", Direct::kTry);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            BlockPool pool(4096, 1 << 20);
            std::vector<uint8_t> out;
            EXPECT_TRUE(read_all(*source, 10'000, pool, out).ok());
            EXPECT_EQ(out, bytes_);
        });
    }
    for (std::thread& thread : threads) thread.join();
}

// The disk, and memory, which refuses O_DIRECT on older kernels; /proc/self stands for neither.
TEST_P(DirectFile, AnEmptyOneEndsAtOnce) {
    write_file(folder_ / "empty", {});
    auto source = open_file(folder_ / "empty", Direct::kTry);
    Result<Lent> lent = source->read(0, 4096, pool_);
    ASSERT_TRUE(lent.ok());
    EXPECT_TRUE(lent->bytes.empty());
    EXPECT_EQ(source->direct(), takes_direct(folder_ / "empty"));
}

// Bytes that come after the size was taken stand for those of a filesystem that hides them.
TEST_P(DirectFile, HoldsBytesAlthoughItsSizeIsNothing) {
    write_file(folder_ / "hiding", {});
    auto source = open_file(folder_ / "hiding", Direct::kTry);
    test::write_at(folder_ / "hiding", 0, bytes_);
    ASSERT_EQ(source->size(), 0u);
    Result<Lent> lent = source->read(0, 4096, pool_);
    ASSERT_FALSE(lent.ok());
    EXPECT_EQ(lent.error().code, Code::kIo);
}

TEST(FileSource, WhatCannotBeReadDoesNotPassForEmpty) {
    auto source = open_file("/proc/self/mem");  // of size 0, and nothing is at its start
    BlockPool pool(4096, 1 << 20);
    Result<Lent> lent = source->read(0, 4096, pool);
    ASSERT_FALSE(lent.ok());
    EXPECT_EQ(lent.error().sys, EIO);
}

INSTANTIATE_TEST_SUITE_P(On, DirectFile, ::testing::Values("/var/tmp", "/dev/shm"),
                         [](const auto& test) {
                             return std::string(test.param) == "/dev/shm" ? "Memory" : "Disk";
                         });

// procfs has regular files of size 0 that hold bytes, and refuses O_DIRECT.
TEST(FileSource, AFileThatHidesItsSizeDoesNotPassForEmpty) {
    for (Direct direct : {Direct::kNo, Direct::kTry}) {
        auto source = open_file("/proc/self/maps", direct);
        EXPECT_EQ(source->size(), 0u);
        EXPECT_FALSE(source->direct());
        BlockPool pool(4096, 1 << 20);
        Result<Lent> lent = source->read(0, 4096, pool);
        ASSERT_FALSE(lent.ok());
        EXPECT_EQ(lent.error().code, Code::kIo);
    }
}

// ------------------------------------------------------------------------------------------------

TEST(StreamSource, BlocksAreFilledHoweverTheBytesArrive) {
    const auto bytes = test::random_bytes(100'000);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    std::thread writer([&] {
        for (size_t at = 0; at < bytes.size();) {
            size_t n = std::min<size_t>(777, bytes.size() - at);
            at += static_cast<size_t>(write(ends[1], bytes.data() + at, n));
        }
        ::close(ends[1]);
    });
    StreamSource source(ends[0]);
    EXPECT_FALSE(source.size());
    EXPECT_FALSE(source.random_access());
    BlockPool pool(4096, 1 << 20);
    std::vector<uint8_t> out;
    while (out.size() + 4096 <= bytes.size()) {
        Result<Lent> lent = source.read(out.size(), 4096, pool);
        ASSERT_TRUE(lent.ok());
        ASSERT_EQ(lent->bytes.size(), 4096u);
        out.insert(out.end(), lent->bytes.begin(), lent->bytes.end());
    }
    EXPECT_TRUE(read_all(source, 4096, pool, out).ok());
    EXPECT_EQ(out, bytes);
    EXPECT_TRUE(source.read(out.size(), 1, pool)->bytes.empty()) << "the end stays the end";
    writer.join();
    ::close(ends[0]);
}

// A window longer than a block costs what it holds, not what the writer's rhythm makes of it.
TEST(StreamSource, DripsDoNotCostMorePins) {
    const auto bytes = test::random_bytes(60'000);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    std::thread writer([&] {
        for (size_t at = 0; at < bytes.size();) {
            at += static_cast<size_t>(write(ends[1], bytes.data() + at, 100));
        }
        ::close(ends[1]);
    });
    StreamSource source(ends[0]);
    test::TestPools pools(4096, 200'000);
    Tape tape(source, pools.pools(), {});
    Result<Bytes> window = tape.peek(60'000);
    ASSERT_TRUE(window.ok());
    EXPECT_EQ(test::copy_of(*window), bytes);
    writer.join();
    ::close(ends[0]);
}

TEST(StreamSource, SaysWhatTheSystemSays) {
    StreamSource source(-1);
    BlockPool pool(4096, 1 << 20);
    Result<Lent> lent = source.read(0, 10, pool);
    ASSERT_FALSE(lent.ok());
    EXPECT_EQ(lent.error().code, Code::kIo);
    EXPECT_EQ(lent.error().sys, EBADF);
}

}  // namespace
}  // namespace assay

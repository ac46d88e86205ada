#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "assay/emit.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A folder of its own for each test.
class OutputFile : public testing::Test {
  protected:
    OutputFile() {
        std::string pattern = (fs::temp_directory_path() / "assay-output-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~OutputFile() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }
    [[nodiscard]] size_t entries() const {
        auto all = fs::directory_iterator(folder_);
        return static_cast<size_t>(std::distance(fs::begin(all), fs::end(all)));
    }

    fs::path folder_;
};

TEST_F(OutputFile, GetsItsNameWithTheCommit) {
    std::string big(200'000, 'x');
    {
        auto output = Output::to_file(path("out"));
        ASSERT_TRUE(output.ok()) << describe(output.error());
        ASSERT_TRUE((*output)->write("first ").ok());
        ASSERT_TRUE((*output)->write(big).ok());
        ASSERT_TRUE((*output)->write(" last").ok());
        ASSERT_TRUE((*output)->flush().ok());
        EXPECT_FALSE(fs::exists(path("out")));
        ASSERT_TRUE((*output)->commit().ok());
        EXPECT_EQ(content_of(path("out")), "first " + big + " last");
    }
    EXPECT_EQ(content_of(path("out")), "first " + big + " last");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(OutputFile, NamesTheFilesThatNobodyShouldRead) {
    auto id = [&](const fs::path& file) {
        struct stat status {};
        EXPECT_EQ(stat(file.c_str(), &status), 0);
        return id_of(status);
    };
    using Ids = std::vector<FileId>;
    {
        auto fresh = Output::to_file(path("out"));
        ASSERT_TRUE(fresh.ok());
        EXPECT_EQ((*fresh)->files(), Ids{id(fs::directory_iterator(folder_)->path())});
    }
    std::ofstream(path("out")) << "before";
    FileId before = id(path("out"));
    {
        auto output = Output::to_file(path("out"));
        ASSERT_TRUE(output.ok());
        ASSERT_EQ((*output)->files().size(), 2U);
        EXPECT_EQ((*output)->files().back(), before);
    }
    fs::create_hard_link(path("out"), path("other name"));
    auto output = Output::to_file(path("out"));
    ASSERT_TRUE(output.ok());
    EXPECT_EQ((*output)->files().size(), 1U) << "it stays under its other name";
    auto device = Output::to_file("/dev/null");
    ASSERT_TRUE(device.ok());
    EXPECT_TRUE((*device)->files().empty());
}

TEST_F(OutputFile, CanBeRemovedAtOnce) {
    std::ofstream(path("kept")) << "before";
    auto end_at_once = [&] {
        auto one = Output::to_file(path("one"));
        auto kept = Output::to_file(path("kept"));
        auto done = Output::to_file(path("done"));
        if (!one || !kept || !done || !(*done)->commit()) _exit(1);
        Output::remove_temporaries();
        _exit(0);
    };
    EXPECT_EXIT(end_at_once(), testing::ExitedWithCode(0), "");
    EXPECT_EQ(entries(), 2U);
    EXPECT_EQ(content_of(path("kept")), "before");
    EXPECT_TRUE(fs::exists(path("done")));
}

TEST_F(OutputFile, LeavesNothingBehindWithoutACommit) {
    std::ofstream(path("out")) << "before";
    {
        auto output = Output::to_file(path("out"));
        ASSERT_TRUE(output.ok());
        ASSERT_TRUE((*output)->write("half").ok());
        ASSERT_TRUE((*output)->flush().ok());
        EXPECT_EQ(entries(), 2U);
    }
    EXPECT_EQ(content_of(path("out")), "before");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(OutputFile, ReplacesAndKeepsToTheUmask) {
    std::ofstream(path("out")) << "a longer content from before";
    mode_t before = umask(027);
    auto output = Output::to_file(path("out"));
    umask(before);
    ASSERT_TRUE(output.ok() && (*output)->write("new").ok() && (*output)->commit().ok());
    EXPECT_EQ(content_of(path("out")), "new");
    struct stat info {};
    ASSERT_EQ(stat(path("out").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640U);
}

TEST_F(OutputFile, SeveralAtOnce) {
    auto one = Output::to_file(path("one"));
    auto two = Output::to_file(path("two"));
    ASSERT_TRUE(one.ok() && two.ok());
    ASSERT_TRUE((*two)->write("2").ok() && (*one)->write("1").ok());
    ASSERT_TRUE((*one)->commit().ok() && (*two)->commit().ok());
    EXPECT_EQ(content_of(path("one")) + content_of(path("two")), "12");
}

TEST_F(OutputFile, FollowsALink) {
    fs::create_directory(path("elsewhere"));
    std::ofstream(path("elsewhere/real")) << "old";
    fs::create_symlink("elsewhere/real", path("link"));
    auto output = Output::to_file(path("link"));
    ASSERT_TRUE(output.ok() && (*output)->write("new").ok() && (*output)->commit().ok());
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(content_of(path("elsewhere/real")), "new");
}

TEST_F(OutputFile, RefusesWhatCannotBe) {
    auto missing = Output::to_file(path("no/such/folder"));
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().sys, ENOENT);
    auto folder = Output::to_file(folder_.string());
    ASSERT_FALSE(folder.ok());
    EXPECT_EQ(folder.error().sys, EISDIR);
}

TEST_F(OutputFile, AFolderThatVanishedIsAFault) {
    fs::create_directory(path("gone"));
    auto output = Output::to_file(path("gone/out"));
    ASSERT_TRUE(output.ok() && (*output)->write("x").ok());
    fs::remove_all(path("gone"));
    Status committed = (*output)->commit();
    ASSERT_FALSE(committed.ok());
    EXPECT_EQ(committed.error().sys, ENOENT);
}

TEST_F(OutputFile, WritesDevicesInPlace) {
    auto null = Output::to_file("/dev/null");
    ASSERT_TRUE(null.ok() && (*null)->write("x").ok() && (*null)->commit().ok());
    EXPECT_TRUE(fs::is_character_file("/dev/null"));

    auto full = Output::to_file("/dev/full");
    ASSERT_TRUE(full.ok());
    ASSERT_TRUE((*full)->write("x").ok()) << "buffered";
    Status committed = (*full)->commit();
    ASSERT_FALSE(committed.ok());
    EXPECT_EQ(committed.error().sys, ENOSPC);
    EXPECT_EQ((*full)->write("more").error().sys, ENOSPC) << "the fault sticks";
}

TEST_F(OutputFile, WritesAFifoInPlace) {
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    FileDescriptor reader(open(path("fifo").c_str(), O_RDONLY | O_NONBLOCK));
    auto output = Output::to_file(path("fifo"));
    ASSERT_TRUE(output.ok() && (*output)->write("through").ok() && (*output)->commit().ok());
    char buffer[16] = {};
    EXPECT_EQ(read(reader.get(), buffer, sizeof buffer), 7);
    EXPECT_STREQ(buffer, "through");
    EXPECT_TRUE(fs::is_fifo(path("fifo")));
}

// As when a shell has redirected the descriptor into a file that already has content.
TEST_F(OutputFile, WritesADescriptorWhereItStands) {
    FileDescriptor file(open(path("out").c_str(), O_RDWR | O_CREAT, 0600));
    ASSERT_EQ(write(file.get(), "shell ", 6), 6);
    auto output = Output::to_file("/dev/fd/" + std::to_string(file.get()));
    ASSERT_TRUE(output.ok() && (*output)->write("and us").ok() && (*output)->commit().ok());
    EXPECT_EQ(content_of(path("out")), "shell and us");
    EXPECT_FALSE(Output::to_file("/dev/fd/987654").ok());
}

TEST(OutputPipe, AClosedPipeIsAnError) {
    auto before = signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    auto output = Output::to_file("/dev/fd/" + std::to_string(ends[1]));
    ASSERT_TRUE(output.ok());
    Status written = (*output)->write(std::string(100'000, 'x'));
    signal(SIGPIPE, before);
    close(ends[1]);
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code, Code::kIo);
    EXPECT_EQ(written.error().sys, EPIPE);
}

}  // namespace
}  // namespace assay

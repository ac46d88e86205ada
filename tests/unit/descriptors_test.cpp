// Few descriptors: folders that are opened again, and slots for files.
#include "scanners/descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <thread>

namespace assay {
namespace {

namespace fs = std::filesystem;

class Folders : public testing::Test {
  protected:
    Folders() {
        std::string pattern = (fs::temp_directory_path() / "assay-folders-XXXXXX").string();
        base_ = mkdtemp(pattern.data());
    }
    ~Folders() override { fs::remove_all(base_); }

    std::shared_ptr<WalkFolder> make(const std::string& name) {
        std::string path = (base_ / name).string();
        fs::create_directories(path);
        FileDescriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        FileId id = id_under(fd.get());
        return std::make_shared<WalkFolder>(pool_, std::move(fd), path, id);
    }

    static FileId id_under(int fd) {
        struct stat status {};
        EXPECT_EQ(fstat(fd, &status), 0);
        return id_of(status);
    }

    // How many of the folders are open, as far as their descriptors tell.
    static size_t open_now(const std::vector<std::shared_ptr<WalkFolder>>& folders) {
        size_t count = 0;
        for (int fd = 3; fd < 200; fd++) {
            struct stat status {};
            if (fstat(fd, &status) != 0) continue;
            for (const auto& folder : folders) count += folder->id() == id_of(status);
        }
        return count;
    }

    fs::path base_;
    std::shared_ptr<FolderPool> pool_ = std::make_shared<FolderPool>(2);
};

TEST_F(Folders, OnlySomeStayOpenAndOthersAreOpenedAgain) {
    std::vector<std::shared_ptr<WalkFolder>> folders;
    for (const char* name : {"a", "b", "c", "d"}) folders.push_back(make(name));
    EXPECT_EQ(open_now(folders), 2U);
    for (const auto& folder : folders) {
        auto fd = folder->descriptor();
        ASSERT_TRUE(fd.ok()) << describe(fd.error());
        EXPECT_EQ(id_under((*fd)->get()), folder->id());
    }
    EXPECT_EQ(open_now(folders), 2U);
    pool_->close_all();
    EXPECT_EQ(open_now(folders), 0U);
}

TEST_F(Folders, OneInUseStaysOpen) {
    auto first = make("a");
    auto held = first->descriptor();
    ASSERT_TRUE(held.ok());
    pool_->close_all();
    EXPECT_EQ(id_under((*held)->get()), first->id());
    EXPECT_EQ(first->descriptor().value(), *held);
}

TEST_F(Folders, AnotherOneOfThatNameIsRefused) {
    auto folder = make("a");
    fs::rename(base_ / "a", base_ / "moved");
    fs::create_directory(base_ / "a");
    EXPECT_TRUE(folder->descriptor().ok()) << "still open, so the name does not matter";
    pool_->close_all();
    auto again = folder->descriptor();
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, Code::kChanged);
    fs::remove(base_ / "a");
    again = folder->descriptor();
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().sys, ENOENT);
    fs::create_directory_symlink("moved", base_ / "a");
    EXPECT_TRUE(folder->descriptor().ok()) << "the same folder, whatever leads there";
}

TEST(FileSlots, AreGivenBack) {
    FileSlots slots(2);
    FileSlot one = slots.try_take();
    {
        FileSlot two = slots.try_take();
        EXPECT_TRUE(one && two);
        EXPECT_FALSE(slots.try_take());
    }
    EXPECT_EQ(slots.closed(), 1U);
    slots.try_take().return_unused();
    EXPECT_EQ(slots.closed(), 1U);
    EXPECT_TRUE(slots.try_take());
}

TEST(FileSlots, WhoeverWaitsGetsTheNext) {
    FileSlots slots(1);
    FileSlot held = slots.try_take();
    bool taken = false;
    std::jthread waiting([&] { taken = static_cast<bool>(slots.take({})); });
    held = FileSlot();
    waiting.join();
    EXPECT_TRUE(taken);
}

TEST(FileSlots, AStopEndsTheWait) {
    FileSlots slots(1);
    FileSlot held = slots.try_take();
    std::stop_source stop;
    bool taken = true;
    std::jthread waiting([&] { taken = static_cast<bool>(slots.take(stop.get_token())); });
    stop.request_stop();
    waiting.join();
    EXPECT_FALSE(taken);
    EXPECT_FALSE(slots.wait_for_close(0, stop.get_token()));
}

TEST(FileSlots, NobodyWaitsForAFileThatNobodyHas) {
    FileSlots slots(4);
    EXPECT_FALSE(slots.wait_for_close(0, {}));
    FileSlot held = slots.try_take();
    bool closed = false;
    std::jthread waiting([&] { closed = slots.wait_for_close(0, {}); });
    held = FileSlot();
    waiting.join();
    EXPECT_TRUE(closed);
}

TEST(Descriptors, PlansFitTheProcess) {
    DescriptorPlan plan = plan_descriptors();
    EXPECT_GE(plan.folders, 2U);
    EXPECT_GE(plan.files, 1U);
    EXPECT_EQ(files_beside_side_files(300, 8), 284U);
    EXPECT_EQ(files_beside_side_files(30, 16), 10U);
    EXPECT_EQ(files_beside_side_files(1, 4096), 1U);
}

}  // namespace
}  // namespace assay

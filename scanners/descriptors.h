// Descriptors are few: how many a visit may hold open, and who waits when there are no more.
//
// Folders of the walk are opened again when they are needed, so only the latest stay open. Files
// stay open while they are read; a worker that can't have another one goes on with those it has.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "assay/file_id.h"
#include "assay/result.h"
#include "assay/source.h"

namespace assay {

// Shares of what this process may open, most of it left to files.
struct DescriptorPlan {
    size_t folders;  // of one walk; there may be a second one that only counts
    size_t files;    // of all workers
};

DescriptorPlan plan_descriptors();

// What is left of `files` where a thread that closes one also writes a side file, which takes
// another two descriptors.
size_t files_beside_side_files(size_t files, size_t threads);

// Whether an error says that no descriptor was left.
bool ran_out(const Error& error);

// The folders that are open. Thread-safe.
class FolderPool {
  public:
    explicit FolderPool(size_t limit) : limit_(limit) {}

    // Closes what nobody uses at the moment.
    void close_all();

    // openat(); where no descriptor is left, once more with all folders closed.
    int open(int from, const char* name, int flags);

  private:
    friend class WalkFolder;

    const size_t limit_;
    std::mutex mutex_;                                  // also guards the folders' own descriptors
    std::deque<std::shared_ptr<FileDescriptor>> open_;  // the oldest first
};

// A folder that the walk met. Shared by its entries; thread-safe.
class WalkFolder {
  public:
    // `fd` is open, and is what `path` leads to from the working folder.
    WalkFolder(std::shared_ptr<FolderPool> pool, FileDescriptor fd, std::string path,
               const FileId& id);

    // Opens it again where it was closed: kChanged when its path leads to another one by now. It
    // stays open at least as long as the result is kept.
    Result<std::shared_ptr<FileDescriptor>> descriptor();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const FileId& id() const { return id_; }

  private:
    std::shared_ptr<FileDescriptor> keep(FileDescriptor fd);

    const std::shared_ptr<FolderPool> pool_;
    const std::string path_;
    const FileId id_;
    std::weak_ptr<FileDescriptor> fd_;
};

class FileSlots;

// The right to have one file open; empty where there was none.
class FileSlot {
  public:
    FileSlot() = default;
    explicit FileSlot(FileSlots* slots) : slots_(slots) {}
    FileSlot(FileSlot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    FileSlot& operator=(FileSlot&& other) noexcept {
        std::swap(slots_, other.slots_);
        return *this;
    }
    ~FileSlot();
    explicit operator bool() const { return slots_ != nullptr; }

    // For a slot in which no file was opened after all.
    void return_unused();

  private:
    FileSlots* slots_ = nullptr;
};

// The open files of all workers. Thread-safe; must outlive its slots.
//
// Only workers that have no file open wait, and open files are closed without opening others, so
// what is waited for always comes.
class FileSlots {
  public:
    explicit FileSlots(size_t limit) : limit_(limit) {}

    FileSlot try_take();
    // Waits for it; empty at a stop.
    FileSlot take(const std::stop_token& stop);

    // How many files were closed so far.
    uint64_t closed();
    // Waits until there are more than `before`. False when nobody has one open, or at a stop.
    bool wait_for_close(uint64_t before, const std::stop_token& stop);

  private:
    friend class FileSlot;
    void give_back(bool was_open);

    const size_t limit_;
    std::mutex mutex_;
    std::condition_variable_any returned_;
    size_t taken_ = 0;
    uint64_t closed_ = 0;
};

}  // namespace assay

#include "descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <iterator>

namespace assay {

size_t files_beside_side_files(size_t files, size_t threads) {
    size_t rest = files > 2 * threads ? files - 2 * threads : 0;
    return std::max<size_t>({rest, files / 3, 1});
}

static size_t descriptors_in_use() {
    std::error_code failed;
    std::filesystem::directory_iterator all("/proc/self/fd", failed);
    if (failed) return 3;
    return static_cast<size_t>(std::distance(begin(all), end(all)));
}

// Of many, those in use hardly matter, and counting them takes as long as a small file.
static size_t free_descriptors() {
    constexpr size_t kMany = 16'384;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 128;
    auto all = static_cast<size_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
    return all >= kMany ? all : all - std::min(all, descriptors_in_use());
}

DescriptorPlan plan_descriptors() {
    constexpr size_t kReserve = 64;  // spools, a listing, what else runs in this process
    const size_t all = free_descriptors();
    DescriptorPlan plan{};
    plan.folders = std::clamp<size_t>(all / 8, 2, 512);
    size_t others = std::min(kReserve, all / 4) + 2 * plan.folders;
    plan.files = all > others ? all - others : 1;
    return plan;
}

bool ran_out(const Error& error) { return error.sys == EMFILE || error.sys == ENFILE; }

void FolderPool::close_all() {
    std::deque<std::shared_ptr<FileDescriptor>> closing;
    std::lock_guard lock(mutex_);
    closing.swap(open_);
}

int FolderPool::open(int from, const char* name, int flags) {
    int fd = openat(from, name, flags | O_CLOEXEC);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
    close_all();
    return openat(from, name, flags | O_CLOEXEC);
}

WalkFolder::WalkFolder(std::shared_ptr<FolderPool> pool, FileDescriptor fd, std::string path,
                       const FileId& id)
    : pool_(std::move(pool)), path_(std::move(path)), id_(id) {
    keep(std::move(fd));
}

std::shared_ptr<FileDescriptor> WalkFolder::keep(FileDescriptor fd) {
    auto shared = std::make_shared<FileDescriptor>(std::move(fd));
    std::shared_ptr<FileDescriptor> oldest;  // closed when the lock is not held any more
    std::lock_guard lock(pool_->mutex_);
    fd_ = shared;
    pool_->open_.push_back(shared);
    if (pool_->open_.size() > pool_->limit_) {
        oldest = std::move(pool_->open_.front());
        pool_->open_.pop_front();
    }
    return shared;
}

// A walk goes deeper than a path may be long: such a path is followed in parts.
static FileDescriptor open_again(FolderPool& pool, std::string_view path) {
    FileDescriptor base;
    auto open_from = [&](std::string_view part, int flags) {
        int from = base.valid() ? base.get() : AT_FDCWD;
        base = FileDescriptor(pool.open(from, std::string(part).c_str(), flags));
    };
    while (path.size() >= PATH_MAX) {
        size_t slash = path.rfind('/', PATH_MAX - 2);
        if (slash == std::string_view::npos || slash == 0) break;
        open_from(path.substr(0, slash), O_PATH | O_DIRECTORY);
        if (!base.valid()) return base;
        path.remove_prefix(std::min(path.find_first_not_of('/', slash), path.size()));
    }
    open_from(path, O_RDONLY | O_DIRECTORY);
    return base;
}

Result<std::shared_ptr<FileDescriptor>> WalkFolder::descriptor() {
    {
        std::lock_guard lock(pool_->mutex_);
        if (std::shared_ptr<FileDescriptor> open = fd_.lock()) return open;
    }
    FileDescriptor fd = open_again(*pool_, path_);
    struct stat status {};
    if (!fd.valid() || fstat(fd.get(), &status) != 0) {
        return Error{Code::kIo, "cannot open the folder again", 0, errno};
    }
    if (id_of(status) != id_) {
        return Error{Code::kChanged, "its folder was replaced by another one", 0, 0};
    }
    return keep(std::move(fd));
}

FileSlot::~FileSlot() {
    if (slots_) slots_->give_back(true);
}

void FileSlot::return_unused() {
    if (slots_) std::exchange(slots_, nullptr)->give_back(false);
}

FileSlot FileSlots::try_take() {
    std::lock_guard lock(mutex_);
    if (taken_ >= limit_) return {};
    taken_++;
    return FileSlot(this);
}

FileSlot FileSlots::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!returned_.wait(lock, stop, [&] { return taken_ < limit_; })) return {};
    taken_++;
    return FileSlot(this);
}

uint64_t FileSlots::closed() {
    std::lock_guard lock(mutex_);
    return closed_;
}

bool FileSlots::wait_for_close(uint64_t before, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return returned_.wait(lock, stop, [&] { return closed_ != before || taken_ == 0; }) &&
           closed_ != before;
}

void FileSlots::give_back(bool was_open) {
    {
        std::lock_guard lock(mutex_);
        taken_--;
        closed_ += was_open;
    }
    returned_.notify_all();
}

}  // namespace assay

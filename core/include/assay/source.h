// Where bytes come from. A source lends blocks; only the Tape reads one.
//
// Threads: a source is used by one thread at a time.
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "assay/block.h"
#include "assay/result.h"

namespace assay {

class ByteSource {
  public:
    virtual ~ByteSource() = default;

    // The size when it is known before the end is reached.
    [[nodiscard]] virtual std::optional<uint64_t> size() const = 0;

    // Whether read() takes any offset; otherwise it wants the offset where the last read ended.
    [[nodiscard]] virtual bool random_access() const = 0;

    // 1 to `max` bytes at `offset`, or none at the end. Fewer than `max` is no sign of the end, but
    // a block that comes from `pool` should be filled: it is paid for whole. A source may instead
    // lend a block of its own.
    virtual Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) = 0;

    // The same with random_access(), for bytes that are needed early: a source that is itself read
    // in order (a member of a container) must not move on for it.
    virtual Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) {
        return read(offset, max, pool);
    }

    // The same for bytes that are looked at early and then read again in their turn: nothing is
    // kept for them, and they count for nothing.
    virtual Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) {
        return read_ahead(offset, max, pool);
    }

    // Whether what is not read of it passes by where it has to, without being read on.
    [[nodiscard]] virtual bool passes_by_itself() const { return false; }

    // Called once when all has been read: kChanged or kTruncated when what was read is not, whole
    // and unmixed, what the source held.
    virtual Status settle() { return Done{}; }
};

// Borrows its bytes; reads copy them into blocks, as a file would.
class MemorySource final : public ByteSource {
  public:
    explicit MemorySource(Bytes bytes) : bytes_(bytes) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return bytes_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

  private:
    Bytes bytes_;
};

// What fstat says of a file that must not change while we read it.
struct FileStamp {
    uint64_t size = 0;
    uint64_t device = 0;
    uint64_t inode = 0;
    timespec modified{};
    timespec changed{};
};

class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor();
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

// A regular file, by pread. Its stamp is taken when it is opened and compared in settle():
// a file that shrinks is kTruncated, any other change is kChanged. Unlike other sources it may be
// read from several threads at once, each with a pool of its own.
class FileSource final : public ByteSource {
  public:
    enum class Direct { kNo, kTry };

    // Takes a descriptor of a regular file, open for reading.
    static Result<std::unique_ptr<FileSource>> adopt(FileDescriptor fd, Direct direct);
    // For callers with a path; follows links, refuses what is not a regular file.
    static Result<std::unique_ptr<FileSource>> open(const std::string& path, Direct direct);

    [[nodiscard]] std::optional<uint64_t> size() const override { return stamp_.size; }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override;

    // Fills to[0..n), less only at the end, for readers with memory of their own. Where direct()
    // holds, offset, `to` and `n` must be multiples of kBlockAlign.
    Result<size_t> read_into(uint64_t offset, uint8_t* to, size_t n) const;

    [[nodiscard]] bool direct() const { return direct_; }
    // Of the pools that it reads into; another one makes it read through the page cache.
    [[nodiscard]] Placement placement() const { return placement_for(direct_); }
    [[nodiscard]] const FileStamp& stamp() const { return stamp_; }
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    FileSource(FileDescriptor fd, const FileStamp& stamp, bool direct);
    Result<Lent> read_nothing();
    FileDescriptor fd_;
    FileStamp stamp_;
    std::atomic<bool> direct_;
};

// A pipe, a terminal, standard input: bytes in order, size unknown. Borrows the descriptor.
class StreamSource final : public ByteSource {
  public:
    // A stop ends a read that waits for somebody to write: kInterrupted.
    explicit StreamSource(int fd, std::stop_token stop = {}) : fd_(fd), stop_(std::move(stop)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

  private:
    [[nodiscard]] bool wait_for_input() const;

    const int fd_;
    const std::stop_token stop_;
    bool ended_ = false;  // a terminal may go on after its end; we do not
};

}  // namespace assay

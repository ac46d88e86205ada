// libarchive, loaded when the first archive is met that needs it: linked, it would bring libxml2
// and ICU with it and make every start of the program slower. And a reader of one archive by it,
// fed from a tape.
//
// libarchive takes anything for an archive if it is let; a caller names the one format that it has
// recognised itself, and no filters are enabled.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <optional>
#include <string>
#include <vector>

#include "assay/context.h"
#include "assay/tape.h"

namespace assay {

struct LibArchive {
    decltype(&::archive_read_new) read_new = nullptr;
    decltype(&::archive_read_free) read_free = nullptr;
    decltype(&::archive_read_set_read_callback) set_read = nullptr;
    decltype(&::archive_read_set_skip_callback) set_skip = nullptr;
    decltype(&::archive_read_set_seek_callback) set_seek = nullptr;
    decltype(&::archive_read_set_callback_data) set_data = nullptr;
    decltype(&::archive_read_open1) open = nullptr;
    decltype(&::archive_read_next_header) next_header = nullptr;
    decltype(&::archive_read_data_block) data_block = nullptr;
    decltype(&::archive_read_has_encrypted_entries) has_encrypted = nullptr;
    decltype(&::archive_filter_bytes) filter_bytes = nullptr;
    decltype(&::archive_error_string) error_string = nullptr;
    decltype(&::archive_entry_pathname) pathname = nullptr;
    decltype(&::archive_entry_pathname_utf8) pathname_utf8 = nullptr;
    decltype(&::archive_entry_hardlink) hardlink = nullptr;
    decltype(&::archive_entry_symlink) symlink = nullptr;
    decltype(&::archive_entry_filetype) filetype = nullptr;
    decltype(&::archive_entry_perm) perm = nullptr;
    decltype(&::archive_entry_size) size = nullptr;
    decltype(&::archive_entry_size_is_set) size_is_set = nullptr;
    decltype(&::archive_entry_is_encrypted) is_encrypted = nullptr;

    using Support = int (*)(archive*);
    // Enables one format: "7zip", "cpio" ... Null where this libarchive does not read it.
    [[nodiscard]] Support support(const char* format) const;

    // Null where the library is not installed, or lacks one of these. Any thread.
    static const LibArchive* get();

  private:
    bool load();
    void* library_ = nullptr;
};

// What a tape passes, as libarchive asks for it: forward, but for one range that it may look at
// early. One thread; borrows the tape.
class TapeFeed {
  public:
    struct Range {
        uint64_t from = 0;
        uint64_t to = 0;
    };

    // Nothing from `end` on is fed.
    TapeFeed(Tape& tape, std::vector<Range> early, uint64_t end)
        : tape_(tape), start_(tape.offset()), end_(end), early_(std::move(early)) {}

    // What libarchive's callbacks do; negative for a failure, which error() has.
    la_ssize_t read(const void** to);
    la_int64_t skip(la_int64_t n);
    la_int64_t seek(la_int64_t offset, int whence);

    // Around what libarchive reads of a header: it holds all of a name in memory, however long the
    // header says that it is.
    void begin_header() { header_room_ = early_.empty() ? kMostOfAHeader : UINT64_MAX; }
    void end_header() { header_room_ = UINT64_MAX; }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    // Bytes that were stepped over without a look.
    [[nodiscard]] uint64_t skipped() const { return skipped_; }

  private:
    static constexpr uint64_t kMostOfAHeader = uint64_t{4} << 20;

    la_ssize_t fail(const Error& error);
    Result<bool> is_end(uint64_t at);
    [[nodiscard]] const Range* early_at(uint64_t position) const;
    la_ssize_t lend(Result<Bytes> bytes, const void** to);

    Tape& tape_;
    const uint64_t start_;
    const uint64_t end_;
    const std::vector<Range> early_;
    uint64_t position_ = 0;  // of the next byte that libarchive gets
    uint64_t skipped_ = 0;
    uint64_t header_room_ = UINT64_MAX;
    std::optional<Error> error_;
};

// One archive. Borrows what it is given.
class ForeignReader {
  public:
    enum class Next { kEntry, kEnd, kBroken };

    ForeignReader(const LibArchive& api, TapeFeed& feed);
    ~ForeignReader() { api_.read_free(archive_); }
    ForeignReader(const ForeignReader&) = delete;
    ForeignReader& operator=(const ForeignReader&) = delete;

    bool open(LibArchive::Support support);
    // The entry lives until the next call.
    Next next(archive_entry*& entry);

    [[nodiscard]] const LibArchive& api() const { return api_; }
    [[nodiscard]] archive* handle() const { return archive_; }
    // What it says is wrong; stays with the archive.
    [[nodiscard]] std::string_view complaint() const;
    [[nodiscard]] bool has_encrypted() const { return api_.has_encrypted(archive_) == 1; }
    // How far it has read the bytes that it was fed.
    [[nodiscard]] uint64_t consumed() const;

  private:
    const LibArchive& api_;
    TapeFeed& feed_;
    archive* archive_;
};

// The data of the entry that a reader stands at.
class ForeignSource final : public ByteSource {
  public:
    ForeignSource(ForeignReader& reader, std::optional<uint64_t> size)
        : reader_(reader), size_(size) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return size_; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    // Damage is the end of the member to whoever reads it, and told here.
    Status settle() override { return damage_ ? Status(*damage_) : Status(Done{}); }

    [[nodiscard]] const std::optional<Error>& damage() const { return damage_; }

  private:
    bool next_block();

    ForeignReader& reader_;
    const std::optional<uint64_t> size_;
    Bytes ready_;
    uint64_t hole_ = 0;  // zeros that come before it
    uint64_t told_ = 0;  // where the archive's next block is to start
    uint64_t lent_ = 0;
    bool ended_ = false;
    std::optional<Error> damage_;
};

}  // namespace assay

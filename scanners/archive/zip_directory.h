// The directory of a ZIP archive: where it is, what it says, and whether that can be believed.
//
// Readers find it from the end of the file, each in its own way. Python's zipfile and torch's
// miniz are followed both: where they would not read the same directory, there is a finding.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "assay/context.h"
#include "assay/tape.h"
#include "zip_records.h"

namespace assay {

// One member, as the directory has it. `name` lives as long as the directory.
struct ZipEntry {
    std::string_view name;       // raw bytes
    uint64_t header_offset = 0;  // of its local header, in this artifact
    uint64_t packed = 0;
    uint64_t size = 0;
    uint32_t crc = 0;
    uint32_t attributes = 0;
    uint32_t index = 0;  // in the directory
    uint16_t made_by = 0;
    uint16_t flags = 0;
    uint16_t method = 0;

    // Whether whoever heeds attributes makes a symbolic link of it, to what its data says.
    [[nodiscard]] bool is_symlink() const;
};

// Bytes of the file that are structure, not data.
struct ZipPart {
    uint64_t offset = 0;
    uint64_t length = 0;
};

class ZipDirectory {
  public:
    // More entries, or longer names together, are kLimit. Where the directory is pinned, the pins
    // set the limit before these do.
    explicit ZipDirectory(size_t max_entries = 1'000'000, size_t max_names = 64 * kMiB)
        : max_entries_(max_entries), max_names_(max_names) {}
    ZipDirectory(ZipDirectory&&) = default;
    ZipDirectory& operator=(ZipDirectory&&) = default;
    ZipDirectory(const ZipDirectory&) = delete;
    ZipDirectory& operator=(const ZipDirectory&) = delete;

    // Needs a tape with random access and a size, at its start. kMalformed when nothing leads to a
    // directory, kLimit when it is too large; findings are reported either way.
    static Result<ZipDirectory> read(Tape& tape, ScanContext& context);

    // For those who meet the entries on their way: takes one, whose record is at `offset`.
    Status add(const CentralEntry& raw, uint64_t offset, ScanContext& context);
    // The end record was met; the directory started at `start`. Judges what it says of the entries.
    void close(const EndRecord& end, uint64_t start, uint64_t length, uint64_t end_offset,
               ScanContext& context);

    // In the directory's order.
    [[nodiscard]] std::span<const ZipEntry> entries() const { return entries_; }
    // Indices in the order of the data; of those at one place the one with the most data first.
    [[nodiscard]] std::vector<uint32_t> by_offset() const;

    // Added to every offset as written, since the archive does not start where the file does.
    [[nodiscard]] uint64_t shift() const { return shift_; }
    // Directory, end records, comment; sorted.
    [[nodiscard]] std::span<const ZipPart> parts() const { return parts_; }

  private:
    std::string_view keep(Bytes name);
    void shift_by(uint64_t shift);
    friend class DirectoryReader;

    size_t max_entries_;
    size_t max_names_;
    std::vector<ZipEntry> entries_;
    std::deque<std::unique_ptr<char[]>> names_;
    size_t names_used_ = 0;  // of the last piece
    size_t names_room_ = 0;  // of the last piece
    size_t names_total_ = 0;
    uint64_t shift_ = 0;
    std::vector<ZipPart> parts_;
};

// Judges the comment of the end record; `there` is as much of it as the file has.
void check_comment(const EndRecord& end, Bytes there, uint64_t offset, ScanContext& context);

// Judges whether both end records, the narrow one at `offset`, say the same.
void compare_ends(const EndRecord& end, const EndRecord& wide, uint64_t offset,
                  ScanContext& context);

// Whether the last bytes of a file hold an end record that leads somewhere, for those who must
// decide without reading more. `size` is the file's.
bool has_end_record(Bytes tail, uint64_t size);

struct LastEnd {
    EndRecord record;
    uint64_t offset;
};
std::optional<LastEnd> last_end(Bytes tail, uint64_t size);

}  // namespace assay

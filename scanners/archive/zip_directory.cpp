#include "zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "zip_rules.h"

namespace assay {

namespace {

constexpr size_t kCountExcess = 100'000;
constexpr uint64_t kBombSize = uint64_t{1} << 30;
constexpr uint64_t kBombRatio = 200;

// Where the last end record starts that has room for its 22 bytes; npos when there is none. Every
// file's end is searched: by the byte of the signature that is rare in text, 64 at a time.
size_t find_last_end(std::string_view tail) {
    constexpr size_t kRare = 2;
    static_assert(kEndSignature[kRare] == '\5');
    if (tail.size() < kEndSize) return std::string_view::npos;
    size_t most = tail.size() - kEndSize + kRare + 1;
    while (const void* found = memrchr(tail.data(), kEndSignature[kRare], most)) {
        most = static_cast<size_t>(static_cast<const char*>(found) - tail.data());
        if (most < kRare) break;
        if (tail.substr(most - kRare).starts_with(kEndSignature)) return most - kRare;
    }
    return std::string_view::npos;
}

bool is_plain_text(Bytes bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) {
        return byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\r' || byte == '\t';
    });
}

void report(ScanContext& context, ZipRule rule, const ZipPart& part, std::string_view detail,
            std::optional<Severity> severity = std::nullopt) {
    context.report(rule_of(rule), part.offset, part.length, detail, severity);
}

}  // namespace

std::optional<LastEnd> last_end(Bytes tail, uint64_t size) {
    const size_t found = find_last_end(as_text(tail));
    if (found == std::string_view::npos || size < tail.size()) return std::nullopt;
    Cursor cursor(tail.subspan(found));
    return LastEnd{read_end(cursor), size - tail.size() + found};
}

// Four bytes alone are met by chance in one of 65,000 large files.
bool has_end_record(Bytes tail, uint64_t size) {
    const std::optional<LastEnd> last = last_end(tail, size);
    if (!last) return false;
    const auto& [end, at] = *last;
    const uint64_t found = at - (size - tail.size());
    bool wide = end.directory_size == 0xffffffff || end.directory_offset == 0xffffffff ||
                end.count == 0xffff;
    if (wide) return at >= kLocatorSize + kEnd64Size;
    if (end.directory_size > at) return false;
    if (end.count == end.count_on_disk && end.directory_offset <= at) return true;
    if (end.directory_size <= found) {  // Python does not look at the counts, nor at the offset
        Bytes directory = tail.subspan(static_cast<size_t>(found - end.directory_size));
        return starts_with(directory, kCentralSignature);
    }
    return at <= 0xffffffff;
}

// ------------------------------------------------------------------------------------------------
// Entries.

// Pieces that never move, since entries point into them.
std::string_view ZipDirectory::keep(Bytes name) {
    constexpr size_t kPiece = size_t{64} << 10;
    if (name.size() > names_room_ - names_used_) {
        names_room_ = std::max(kPiece, name.size());
        names_.push_back(std::make_unique<char[]>(names_room_));
        names_used_ = 0;
    }
    if (name.empty()) return {};
    char* to = names_.back().get() + names_used_;
    std::copy(name.begin(), name.end(), to);
    names_used_ += name.size();
    names_total_ += name.size();
    return {to, name.size()};
}

// On other systems attributes say nothing of the kind.
static uint32_t unix_mode(const ZipEntry& entry) {
    constexpr uint32_t kUnix = 3;
    constexpr uint32_t kDarwin = 19;
    const uint32_t system = entry.made_by >> 8;
    return system == kUnix || system == kDarwin ? entry.attributes >> 16 : 0;
}

bool ZipEntry::is_symlink() const { return (unix_mode(*this) & 0170000) == 0120000; }

namespace {

// But for links, which the walks report: it depends on where they lead.
void check_attributes(const ZipEntry& entry, const ZipPart& part, ScanContext& context) {
    const uint32_t mode = unix_mode(entry);
    const uint32_t type = mode & 0170000;
    bool special = type == 0020000 || type == 0060000 || type == 0010000 || type == 0140000;
    // "-" is what zip calls what it was sent through a pipe.
    const bool piped = type == 0010000 && entry.name == "-";
    if (special) {
        report(context, ZipRule::kAttrDevice, part, entry.name,
               piped ? std::optional(Severity::kLow) : std::nullopt);
    }
    if ((mode & 06000) != 0 && type != 0040000) {
        report(context, ZipRule::kAttrSetuid, part, entry.name);
    }
}

// Sums of such numbers wrap around.
bool overflows(const CentralEntry& raw) {
    constexpr uint64_t kBeyondAnyFile = uint64_t{1} << 62;
    return raw.header_offset > kBeyondAnyFile || raw.packed > kBeyondAnyFile ||
           raw.size > kBeyondAnyFile;
}

void check_wide(CentralEntry& raw, const ZipPart& part, ScanContext& context) {
    std::string_view name = as_text(raw.name);
    if (!extra_fits(raw.extra)) report(context, ZipRule::kExtraMalformed, part, name);
    switch (apply_zip64(raw.extra, raw.size, raw.packed, &raw.header_offset)) {
        case Zip64::kFine:
            break;
        case Zip64::kMissing:
            report(context, ZipRule::kZip64Conflict, part,
                   fmt::format("{}: a 64-bit value is announced and missing", name));
            break;
        case Zip64::kOverride:
            report(context, ZipRule::kZip64UnneededOverride, part, name);
            break;
    }
    if (overflows(raw)) report(context, ZipRule::kZip64Overflow, part, name);
}

// Info-ZIP's second name: version, CRC-32 of the first name, UTF-8.
void check_unicode_name(const CentralEntry& raw, const ZipPart& part, ScanContext& context) {
    std::optional<Bytes> field = find_extra(raw.extra, 0x7075);
    if (!field || field->size() < 5) return;
    std::string_view second = as_text(field->subspan(5));
    std::string_view first = as_text(raw.name);
    bool ascii = std::all_of(first.begin(), first.end(), [](char c) { return (c & 0x80) == 0; });
    bool same_letters = (raw.flags & kBitUtf8) != 0 || ascii;
    if (same_letters && second != first) {
        report(context, ZipRule::kNameUnicodeExtraMismatch, part,
               fmt::format("{} or {}", first, second));
    }
}

}  // namespace

Status ZipDirectory::add(const CentralEntry& given, uint64_t offset, ScanContext& context) {
    if (entries_.size() >= max_entries_ || names_total_ > max_names_) {
        return Error{Code::kLimit, "the archive has too many members to hold its directory", offset,
                     0};
    }
    CentralEntry raw = given;
    const ZipPart part{offset,
                       kCentralSize + raw.name.size() + raw.extra.size() + raw.comment.size()};
    check_wide(raw, part, context);
    check_unicode_name(raw, part, context);
    if (raw.disk != 0 && raw.disk != 0xffff) {
        report(context, ZipRule::kEocdDiskNonzero, part, as_text(raw.name));
    }
    ZipEntry entry;
    entry.name = keep(raw.name);
    entry.header_offset = raw.header_offset;
    entry.packed = raw.packed;
    entry.size = raw.size;
    entry.crc = raw.crc;
    entry.attributes = raw.attributes;
    entry.index = static_cast<uint32_t>(entries_.size());
    entry.made_by = raw.made_by;
    entry.flags = raw.flags;
    entry.method = raw.method;
    check_attributes(entry, part, context);
    if (entry.size > kBombSize && entry.size / kBombRatio > entry.packed) {
        report(context, ZipRule::kRatioBomb, part,
               fmt::format("{}: {} bytes from {}", entry.name, entry.size, entry.packed));
    }
    entries_.push_back(entry);
    return Done{};
}

// Wraps around for a hostile offset; such an entry lies outside the file.
void ZipDirectory::shift_by(uint64_t shift) {
    shift_ = shift;
    for (ZipEntry& entry : entries_) entry.header_offset += shift;
}

std::vector<uint32_t> ZipDirectory::by_offset() const {
    std::vector<uint32_t> order(entries_.size());
    for (uint32_t i = 0; i < order.size(); i++) order[i] = i;
    std::sort(order.begin(), order.end(), [this](uint32_t left, uint32_t right) {
        const ZipEntry& a = entries_[left];
        const ZipEntry& b = entries_[right];
        if (a.header_offset != b.header_offset) return a.header_offset < b.header_offset;
        if (a.packed != b.packed) return a.packed > b.packed;
        return left < right;
    });
    return order;
}

namespace {

void check_disks(const EndRecord& end, const ZipPart& part, ScanContext& context) {
    auto is_only = [](uint64_t disk) { return disk == 0 || disk == 0xffff || disk == 0xffffffff; };
    if (is_only(end.disk) && is_only(end.directory_disk) && end.count == end.count_on_disk) return;
    report(context, ZipRule::kEocdDiskNonzero, part,
           fmt::format("disk {}, directory on disk {}", end.disk, end.directory_disk));
}

}  // namespace

void ZipDirectory::close(const EndRecord& end, uint64_t start, uint64_t length, uint64_t end_offset,
                         ScanContext& context) {
    const ZipPart part{end_offset, kEndSize};
    check_disks(end, part, context);
    if (end.count != entries_.size()) {
        report(context, ZipRule::kEocdCountMismatch, part,
               fmt::format("{} counted, {} there", end.count, entries_.size()));
    }
    if (end.directory_size != length) {
        report(context, ZipRule::kEocdCdSizeMismatch, part,
               fmt::format("{} bytes announced, {} there", end.directory_size, length));
    }
    if (entries_.size() > kCountExcess) {
        report(context, ZipRule::kCountExcess, part, fmt::format("{} members", entries_.size()));
    }
    shift_by(start - std::min(start, end.directory_offset));
}

void compare_ends(const EndRecord& end, const EndRecord& wide, uint64_t offset,
                  ScanContext& context) {
    auto differs = [](uint64_t narrow, uint64_t wider, uint64_t all_ones) {
        return narrow != all_ones && narrow != wider;
    };
    bool conflict = differs(end.count, wide.count, 0xffff) ||
                    differs(end.directory_size, wide.directory_size, 0xffffffff) ||
                    differs(end.directory_offset, wide.directory_offset, 0xffffffff);
    if (!conflict) return;
    report(context, ZipRule::kZip64Conflict, {offset, kEndSize},
           fmt::format("{} members at {}, or {} at {}", end.count, end.directory_offset, wide.count,
                       wide.directory_offset));
}

void check_comment(const EndRecord& end, Bytes there, uint64_t offset, ScanContext& context) {
    if (end.comment_length == 0) return;
    const ZipPart part{offset, there.size()};
    if (end.comment_length > there.size()) {
        report(context, ZipRule::kEocdComment, part, "it is cut off");
    } else {
        report(context, ZipRule::kEocdComment, part, "",
               is_plain_text(there) ? std::optional(Severity::kInfo) : std::nullopt);
    }
}

// ------------------------------------------------------------------------------------------------
// From the end of the file to the directory.

class DirectoryReader {
  public:
    DirectoryReader(Tape& tape, ScanContext& context)
        : tape_(tape), context_(context), size_(tape.size().value_or(0)) {}

    Result<ZipDirectory> run() {
        for (auto step : {&DirectoryReader::find_end, &DirectoryReader::find_end64,
                          &DirectoryReader::locate, &DirectoryReader::read_entries}) {
            Status done = (this->*step)();
            if (!done) return done.error();
        }
        check_comment(end_, comment_, end_offset_ + kEndSize, context_);
        std::sort(directory_.parts_.begin(), directory_.parts_.end(),
                  [](const ZipPart& a, const ZipPart& b) { return a.offset < b.offset; });
        return std::move(directory_);
    }

  private:
    Status find_end();
    void note_other_ends(std::string_view tail, size_t chosen);
    Status find_end64();
    Status take_end64(uint64_t offset);
    Status locate();
    void check_locator();
    Status read_entries();

    Error malformed(const char* text) const { return {Code::kMalformed, text, end_offset_, 0}; }
    ZipPart end_part() const { return {end_offset_, kEndSize}; }
    // Whether these four bytes stand there.
    Result<bool> is_at(uint64_t offset, std::string_view signature);

    Tape& tape_;
    ScanContext& context_;
    const uint64_t size_;
    uint64_t end_offset_ = 0;
    uint64_t directory_end_ = 0;
    std::optional<uint64_t> locator_told_;  // where the locator leads; the record stands before it
    EndRecord end_;
    std::vector<uint8_t> comment_;
    std::vector<uint64_t> earlier_ends_;
    uint64_t start_ = 0;
    ZipDirectory directory_;
};

Result<ZipDirectory> ZipDirectory::read(Tape& tape, ScanContext& context) {
    return DirectoryReader(tape, context).run();
}

Result<bool> DirectoryReader::is_at(uint64_t offset, std::string_view signature) {
    if (offset > size_ || size_ - offset < signature.size()) return false;
    Result<Bytes> bytes = tape_.at(offset, signature.size());
    if (!bytes) return bytes.error();
    return starts_with(*bytes, signature);
}

Status DirectoryReader::find_end() {
    const uint64_t length = std::min<uint64_t>(size_, kEndSearch);
    Result<Bytes> bytes = tape_.at(size_ - length, static_cast<size_t>(length));
    if (!bytes) return bytes.error();
    std::string_view tail = as_text(*bytes);
    size_t found = find_last_end(tail);
    if (found == std::string_view::npos) return malformed("there is no end record");
    end_offset_ = size_ - length + found;
    Cursor cursor(bytes->subspan(found), end_offset_);
    end_ = read_end(cursor);
    Bytes comment = bytes->subspan(found + kEndSize);
    comment = comment.first(std::min<size_t>(comment.size(), end_.comment_length));
    comment_.assign(comment.begin(), comment.end());
    note_other_ends(tail, found);
    directory_end_ = end_offset_;
    directory_.parts_.push_back({end_offset_, kEndSize + comment_.size()});
    return Done{};
}

// One whose comment reaches to the end of the file is what a reader takes that believes lengths;
// others count only where no member's data is, which is not known yet.
void DirectoryReader::note_other_ends(std::string_view tail, size_t chosen) {
    const uint64_t base = size_ - tail.size();
    for (size_t at = tail.find(kEndSignature); at < chosen; at = tail.find(kEndSignature, at + 1)) {
        if (tail.size() - at < kEndSize) break;
        Cursor cursor(as_bytes(tail.substr(at)));
        if (at + read_end(cursor).length == tail.size()) {
            report(context_, ZipRule::kEocdInComment, {base + at, kEndSize}, "");
        } else {
            earlier_ends_.push_back(base + at);
        }
    }
    size_t cut = tail.find(kEndSignature, chosen + 1);
    if (cut != std::string_view::npos) {
        report(context_, ZipRule::kEocdInComment, {base + cut, tail.size() - cut}, "cut off");
    }
}

// The locator stands right before the end record, or is not looked for.
Status DirectoryReader::find_end64() {
    if (end_offset_ < kLocatorSize) return Done{};
    const uint64_t locator_offset = end_offset_ - kLocatorSize;
    Result<Bytes> bytes = tape_.at(locator_offset, kLocatorSize);
    if (!bytes) return bytes.error();
    if (!starts_with(*bytes, kLocatorSignature)) return Done{};
    Cursor cursor(*bytes, locator_offset);
    const Locator locator = read_locator(cursor);
    directory_.parts_.push_back({locator_offset, kLocatorSize});
    const ZipPart part{locator_offset, kLocatorSize};

    const uint64_t before = locator_offset - std::min<uint64_t>(locator_offset, kEnd64Size);
    Result<bool> right_before = is_at(before, kEnd64Signature);
    if (!right_before) return right_before.error();
    Result<bool> as_told = is_at(locator.offset, kEnd64Signature);
    if (!as_told) return as_told.error();
    if (*right_before && *as_told && before != locator.offset) {
        report(context_, ZipRule::kZip64BadLocator, part, "two records", Severity::kCritical);
    } else if (*right_before) {
        locator_told_ = locator.offset;
    }
    if (*right_before) return take_end64(before);
    if (*as_told) return take_end64(locator.offset);
    report(context_, ZipRule::kZip64BadLocator, part, fmt::format("to {}", locator.offset));
    return Done{};
}

Status DirectoryReader::take_end64(uint64_t offset) {
    Result<Bytes> bytes = tape_.at(offset, kEnd64Size);
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, offset);
    EndRecord wide = read_end64(cursor);
    const uint64_t room = end_offset_ - kLocatorSize - std::min(offset, end_offset_ - kLocatorSize);
    // Python looks for a record of this size right before the locator, and else for none.
    if (!cursor.ok() || wide.length != room || room != kEnd64Size) {
        report(context_, ZipRule::kZip64BadLocator, {offset, kEnd64Size},
               fmt::format("the record has {} bytes, there is room for {}", wide.length, room));
    }
    directory_.parts_.push_back({offset, std::min(wide.length, room)});
    if (offset < directory_end_) directory_end_ = offset;
    if (!cursor.ok()) return Done{};
    compare_ends(end_, wide, end_offset_, context_);
    wide.comment_length = end_.comment_length;
    end_ = wide;
    return Done{};
}

// Python counts back from the end, miniz goes where it is told.
Status DirectoryReader::locate() {
    const uint64_t told = end_.directory_offset;
    const bool room = end_.directory_size <= directory_end_;
    const uint64_t counted = room ? directory_end_ - end_.directory_size : told;
    start_ = counted;
    if (told == counted && room) return Done{};
    Result<bool> at_told = is_at(told, kCentralSignature);
    if (!at_told) return at_told.error();
    Result<bool> at_counted = is_at(counted, kCentralSignature);
    if (!at_counted) return at_counted.error();
    bool counts_back = room && (*at_counted || end_.directory_size == 0);
    if (!counts_back && !*at_told) {
        report(context_, ZipRule::kEocdCdOffsetMismatch, end_part(), "there is none");
        return malformed("the end record leads to no directory");
    }
    if (!counts_back) start_ = told;
    if (!counts_back || *at_told || counted < told) {
        report(context_, ZipRule::kEocdCdOffsetMismatch, end_part(),
               fmt::format("told to be at {}, {} bytes before its end at {}", told,
                           end_.directory_size, directory_end_),
               counts_back && *at_told ? Severity::kCritical : Severity::kHigh);
    }
    return Done{};
}

// Told to be where it is, but for the prefix that shifts everything.
void DirectoryReader::check_locator() {
    if (!locator_told_) return;
    const uint64_t shift = start_ - std::min(start_, end_.directory_offset);
    if (*locator_told_ + shift == directory_end_) return;
    report(context_, ZipRule::kZip64BadLocator, {end_offset_ - kLocatorSize, kLocatorSize},
           fmt::format("to {}, the record is at {}", *locator_told_, directory_end_));
}

Status DirectoryReader::read_entries() {
    const uint64_t room = size_ - start_;
    const uint64_t wanted = std::min(end_.directory_size, room);
    if (wanted > SIZE_MAX) return Error{Code::kLimit, "the directory is too large", start_, 0};
    Result<Bytes> bytes = tape_.at(start_, static_cast<size_t>(wanted));
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, start_);
    uint64_t length = 0;
    check_locator();
    while (starts_with(bytes->subspan(static_cast<size_t>(length)), kCentralSignature)) {
        const uint64_t at = cursor.offset();
        CentralEntry entry = read_central(cursor);
        if (!cursor.ok()) break;
        Status added = directory_.add(entry, at, context_);
        if (!added) return added;
        length = cursor.offset() - start_;
    }
    directory_.close(end_, start_, length, end_offset_, context_);
    directory_.parts_.push_back({start_, length});
    for (uint64_t at : earlier_ends_) {
        if (at >= start_) report(context_, ZipRule::kEocdMultiple, {at, kEndSize}, "");
    }
    return Done{};
}

}  // namespace assay

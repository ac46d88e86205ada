// Archives that libarchive unpacks: 7z, cpio, ar, cab, ISO 9660, lha and rar up to version 4.
//
// What they are is decided here by their first bytes; libarchive gets one format and no filter. Its
// memory is bounded by what it is paid for beforehand, since it knows no limit of its own: of 7z
// the windows stand in the headers, of the others the most that the format allows is taken.
//
// How attackers bend them: names that lead out of the folder (as in any archive), an encrypted
// member beside harmless ones, a window of gigabytes asked for by a header of a hundred bytes,
// bytes that belong to no member, and damage placed so that one reader stops where another goes on.
#include <fmt/format.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>

#include "archive_rules.h"
#include "compressed.h"
#include "far_marks.h"
#include "formats.h"
#include "libarchive.h"
#include "seven_zip.h"
#include "tar_names.h"
#include "tar_rules.h"

namespace assay {

namespace {

using foreign::rule;

struct Kind {
    std::string_view name;   // for people
    const char* libarchive;  // what it calls the format
    uint64_t memory;         // the most that it takes to unpack
    bool names_in_utf8;      // which the archive has in UTF-16, or says so
};

char type_of(unsigned filetype) {
    switch (filetype) {
        case AE_IFLNK:
            return '2';
        case AE_IFCHR:
            return '3';
        case AE_IFBLK:
            return '4';
        case AE_IFDIR:
            return '5';
        case AE_IFIFO:
        case AE_IFSOCK:
            return '6';
        default:
            return '0';
    }
}

// One walk over an archive.
class ForeignWalk {
  public:
    ForeignWalk(const Kind& kind, Tape& tape, ScanContext& context, ForeignReader& reader)
        : kind_(kind), tape_(tape), context_(context), reader_(reader), names_(context) {}

    Status run(const TapeFeed& feed);

  private:
    Status entry(archive_entry* entry);
    Status data(archive_entry* entry, const TarEntry& member);
    TarEntry describe(archive_entry* entry) const;
    void check(archive_entry* entry, const TarEntry& member);
    void note_name(const TarEntry& member);
    bool has_stray_data(const TarEntry& member);
    void broken();

    const Kind& kind_;
    Tape& tape_;
    ScanContext& context_;
    ForeignReader& reader_;
    tar::NameTable names_;
    bool names_cut_ = false;
};

Status ForeignWalk::run(const TapeFeed& feed) {
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        archive_entry* found = nullptr;
        const ForeignReader::Next next = reader_.next(found);
        if (next == ForeignReader::Next::kEntry) {
            Status done = entry(found);
            if (!done) return done;
            if (!feed.error()) continue;
        }
        if (feed.error() && feed.error()->code != Code::kUnsupported) return *feed.error();
        if (next != ForeignReader::Next::kEnd) broken();
        names_.finish();
        return Done{};
    }
}

void ForeignWalk::broken() {
    const Rule& rule = reader_.has_encrypted() ? foreign::rule("archive.member.encrypted")
                                               : foreign::rule("archive.structure.damaged");
    context_.report(rule, tape_.offset(), 0, reader_.complaint());
    context_.incomplete(reader_.has_encrypted() ? Coverage::kUnsupported : Coverage::kMalformed,
                        rule.message);
}

TarEntry ForeignWalk::describe(archive_entry* entry) const {
    const LibArchive& api = reader_.api();
    auto text = [](const char* said) { return std::string(said ? said : ""); };
    TarEntry member;
    errno = 0;  // at an ENOMEM, which need not be its own, libarchive ends the process
    member.name = text(kind_.names_in_utf8 ? api.pathname_utf8(entry) : api.pathname(entry));
    if (member.name.empty()) member.name = text(api.pathname(entry));
    member.type = type_of(api.filetype(entry));
    member.link = text(api.symlink(entry));
    member.offset = tape_.offset();
    if (const char* other = api.hardlink(entry)) {
        member.type = '1';
        member.link = other;
    }
    const la_int64_t size = api.size_is_set(entry) ? api.size(entry) : 0;
    member.size = size > 0 ? static_cast<uint64_t>(size) : 0;
    return member;
}

// ar has tables among its members, whose names no file can have.
bool is_table(std::string_view name) {
    return name == "/" || name == "//" || name == "/SYM64/" || name.starts_with("__.SYMDEF");
}

void ForeignWalk::check(archive_entry* entry, const TarEntry& member) {
    if (kind_.libarchive == std::string_view("ar") && is_table(member.name)) return;
    note_name(member);
    const unsigned mode = reader_.api().perm(entry);
    auto report = [&](bool wrong, const Rule& rule) {
        if (wrong) context_.report(rule, member.offset, 0, member.name);
    };
    // What a link of cpio leads to ends with a zero byte for whoever makes the link.
    report(member.type == '2' && member.size > member.link.size(), tar::rule("tar.name.nul_tail"));
    report(member.type == '3' || member.type == '4', tar::rule("tar.type.device"));
    report(member.type == '6', tar::rule("tar.type.fifo"));
    report(member.is_file() && (mode & 04000), tar::rule("tar.mode.setuid"));
    report(member.is_file() && (mode & 02000), tar::rule("tar.mode.setgid"));
}

void ForeignWalk::note_name(const TarEntry& member) {
    // The folder that was packed itself has no name of its own.
    const bool top = member.type == '5' && member.name.empty();
    if (!top) tar::check_name(member.name, member.offset, context_);
    if (names_cut_ || names_.add(member)) return;
    names_cut_ = true;
    context_.report(rules::kLimitPinned, member.offset, 0,
                    "names of members are not compared from here on");
    context_.incomplete(Coverage::kCutByLimit, "the archive has too many names to compare");
}

// Of folders, pipes and devices: readers write it to a file of that name, step over it, or go on
// with the next member within it. The size of a folder on a disc is that of its list of names.
bool ForeignWalk::has_stray_data(const TarEntry& member) {
    const bool named = member.is_file() || member.type == '1' || member.type == '2';
    if (named || member.size == 0 || kind_.libarchive == std::string_view("iso9660")) return false;
    const Rule& rule = member.type == '5' ? tar::rule("tar.header.size_on_dir")
                                          : tar::rule("tar.header.size_on_special");
    context_.report(rule, member.offset, 0, fmt::format("{}: {} bytes", member.name, member.size));
    context_.incomplete(Coverage::kMalformed, rule.message);
    return true;
}

Status ForeignWalk::entry(archive_entry* entry) {
    const TarEntry member = describe(entry);
    check(entry, member);
    const bool has_data =
        member.is_file() || (member.type == '1' && member.size > 0) || has_stray_data(member);
    if (!has_data) return Done{};
    if (reader_.api().is_encrypted(entry)) {
        context_.report(rule("archive.member.encrypted"), member.offset, 0, member.name);
        context_.incomplete(Coverage::kUnsupported, rule("archive.member.encrypted").message);
        return Done{};
    }
    return data(entry, member);
}

Status ForeignWalk::data(archive_entry* entry, const TarEntry& member) {
    const bool known = reader_.api().size_is_set(entry) != 0;
    ForeignSource source(reader_, known ? std::optional(member.size) : std::nullopt);
    Status scanned = context_.scan_child(member.name, source);
    if (!scanned || !source.damage()) return scanned;
    const std::string_view complaint = reader_.complaint();
    context_.report(rule("archive.member.unreadable"), member.offset, 0,
                    fmt::format("{}{}{}", member.name, complaint.empty() ? "" : ": ", complaint));
    context_.incomplete(Coverage::kMalformed, rule("archive.member.unreadable").message);
    return Done{};
}

// ------------------------------------------------------------------------------------------------

// Whatever follows the end of the archive, zeros apart: some formats are padded with them.
Status scan_behind(Tape& tape, ScanContext& context, uint64_t end) {
    if (tape.offset() > end) {
        context.report(rule("archive.trailing.garbage"), end, tape.offset() - end, "");
        context.incomplete(Coverage::kMalformed, rule("archive.trailing.garbage").message);
        return Done{};
    }
    if (end > tape.offset()) {
        Status moved = tape.advance(end - tape.offset());
        if (!moved) return moved.error().code == Code::kTruncated ? Status(Done{}) : moved;
    }
    return scan_trailing(tape, context, rule("archive.trailing.garbage"), nullptr);
}

// libarchive goes by way of the thread's locale even from UTF-16 to UTF-8, and in plain C loses
// every name that is not ASCII.
class Utf8Letters {
  public:
    Utf8Letters() : letters_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (letters_) before_ = uselocale(letters_);
    }
    ~Utf8Letters() {
        if (!letters_) return;
        uselocale(before_);
        freelocale(letters_);
    }
    Utf8Letters(const Utf8Letters&) = delete;
    Utf8Letters& operator=(const Utf8Letters&) = delete;

  private:
    locale_t letters_;
    locale_t before_ = nullptr;
};

Status unsupported(ScanContext& context) {
    context.incomplete(Coverage::kUnsupported, "libarchive is not installed here");
    return Done{};
}

Status scan_foreign(const Kind& kind, Tape& tape, ScanContext& context, uint64_t memory,
                    const std::vector<TapeFeed::Range>& early, std::optional<uint64_t> end) {
    const LibArchive* api = LibArchive::get();
    const LibArchive::Support support = api ? api->support(kind.libarchive) : nullptr;
    if (!support) return unsupported(context);
    const uint64_t start = tape.offset();
    if (memory > kMaxWindow || !context.reserve(static_cast<size_t>(memory))) {
        context.report(rule("archive.memory.too_large"), start, 0, fmt::format("{} bytes", memory));
        context.incomplete(Coverage::kCutByLimit, rule("archive.memory.too_large").message);
        return Done{};
    }
    TapeFeed feed(tape, early, end.value_or(UINT64_MAX));
    uint64_t consumed = 0;
    Status walked = Done{};
    {
        Utf8Letters letters;
        ForeignReader reader(*api, feed);
        ForeignWalk walk(kind, tape, context, reader);
        if (!reader.open(support)) return Error{Code::kLimit, "libarchive cannot start", start, 0};
        walked = walk.run(feed);
        consumed = reader.consumed();
    }
    context.release(static_cast<size_t>(memory));
    if (!walked) return walked;
    context.parsed(consumed - std::min(consumed, feed.skipped()));
    return scan_behind(tape, context, end.value_or(start + consumed));
}

template <const Kind& kKind>
Status scan_forward(Tape& tape, ScanContext& context) {
    return scan_foreign(kKind, tape, context, kKind.memory, {}, std::nullopt);
}

constexpr Kind kSevenZip{"7z", "7zip", 0, true};
constexpr Kind kCpio{"cpio", "cpio", kMiB, false};
constexpr Kind kAr{"ar", "ar", kMiB, false};
constexpr Kind kCab{"cab", "cab", 8 * kMiB, true};
constexpr Kind kIso{"iso9660", "iso9660", 8 * kMiB, true};
constexpr Kind kLha{"lha", "lha", 4 * kMiB, false};
constexpr Kind kRar{"rar", "rar", 128 * kMiB, true};

Status scan_seven_zip(Tape& tape, ScanContext& context) {
    Result<std::optional<seven_zip::Outline>> outline = seven_zip::read_outline(tape, context);
    if (!outline) return outline.error();
    if (!*outline) return Done{};
    return scan_foreign(kSevenZip, tape, context, (*outline)->memory, (*outline)->headers,
                        (*outline)->end);
}

// Its header says how long it is; what follows, libarchive steps over without a word.
Status scan_cab(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(12);
    if (!head) return head.error();
    if (head->size() < 12) return scan_forward<kCab>(tape, context);
    const uint64_t end = tape.offset() + load_le<uint32_t>(head->data() + 8);
    return scan_foreign(kCab, tape, context, kCab.memory, {}, end);
}

// ------------------------------------------------------------------------------------------------
// First bytes.

using namespace std::string_view_literals;

bool is_seven_zip(const Probe& probe) { return starts_with(probe.head, seven_zip::kMagic); }

// The binary form is a number of two bytes: what follows must make sense, too.
bool is_cpio(const Probe& probe) {
    if (starts_with(probe.head, "070701") || starts_with(probe.head, "070702") ||
        starts_with(probe.head, "070707") || starts_with(probe.head, "070727")) {
        return probe.head.size() >= 76;
    }
    if (probe.head.size() < 26) return false;
    const bool little = starts_with(probe.head, "\xc7\x71");
    if (!little && !starts_with(probe.head, "\x71\xc7")) return false;
    const auto field = [&](size_t at) {
        const uint8_t* bytes = probe.head.data() + at;
        return little ? load_le<uint16_t>(bytes) : load_be<uint16_t>(bytes);
    };
    const size_t name = field(20);
    return name > 1 && 26 + name <= probe.head.size() && probe.head[26 + name - 1] == 0;
}

bool is_ar(const Probe& probe) { return starts_with(probe.head, "!<arch>\n"); }
bool is_cab(const Probe& probe) { return starts_with(probe.head, "MSCF\0\0\0\0"sv); }
bool is_rar(const Probe& probe) { return starts_with(probe.head, "Rar!\x1a\x07\0"sv); }

// "-lh5-" behind the size and checksum of its header.
bool is_lha(const Probe& probe) {
    if (probe.head.size() < 22) return false;
    const std::string_view method = as_text(probe.head.subspan(2, 5));
    const bool known = method.starts_with("-lh") || method.starts_with("-lz");
    return known && method[4] == '-' && probe.head[20] <= 3;
}

// Its descriptor lies behind 32 KiB for whoever starts from the disk, mostly zeros. What begins
// with other bytes, a boot sector above all, is recognised by the engine, which looks there.
bool is_iso(const Probe& probe) {
    return probe.head.size() == kProbeHead && std::all_of(probe.head.begin(), probe.head.end(),
                                                          [](uint8_t byte) { return byte == 0; });
}

Status scan_iso(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kDiscMarkEnd);
    if (!head) return head.error();
    if (!ends_in_disc_mark(*head)) {
        context.disown();
        return Done{};
    }
    return scan_forward<kIso>(tape, context);
}

constexpr std::string_view kSevenZipNames[] = {"7z"};
constexpr std::string_view kCpioNames[] = {"cpio"};
constexpr std::string_view kArNames[] = {"a", "deb", "ar"};
constexpr std::string_view kCabNames[] = {"cab"};
constexpr std::string_view kIsoNames[] = {"iso"};
constexpr std::string_view kLhaNames[] = {"lzh", "lha"};
constexpr std::string_view kRarNames[] = {"rar"};

}  // namespace

const Format kSevenZipFormat{"7z",         true,          0, kSevenZipNames, foreign::kRules,
                             is_seven_zip, scan_seven_zip};
const Format kCpioFormat{
    "cpio", false, 0, kCpioNames, foreign::kRules, is_cpio, scan_forward<kCpio>};
const Format kArFormat{"ar", false, 0, kArNames, foreign::kRules, is_ar, scan_forward<kAr>};
const Format kCabFormat{"cab", false, 0, kCabNames, foreign::kRules, is_cab, scan_cab};
const Format kIsoFormat{"iso9660", false, 0, kIsoNames, foreign::kRules, is_iso, scan_iso};
const Format kLhaFormat{"lha", false, 0, kLhaNames, foreign::kRules, is_lha, scan_forward<kLha>};
const Format kRarFormat{"rar", false, 0, kRarNames, foreign::kRules, is_rar, scan_forward<kRar>};

}  // namespace assay

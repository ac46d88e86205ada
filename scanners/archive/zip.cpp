// ZIP, as attackers bend it.
//
//   [header, name, extra][data][descriptor] …   one group for each member
//   [entry, name, extra, comment] …             the directory, again about each member
//   [end64][locator][end, comment]              where the directory is
//
// Everything is said twice, and nobody checks that it is said twice the same: readers find the end
// record from the end of the file, the directory from there, the members from the directory. A
// reader that goes forward sees other members. So a file can be two archives (two end records, a
// prefix, a comment with an archive in it), a member can have two names, two methods, two sizes,
// and flags that make one reader give up where another goes on. Members can hide where no entry
// points, and share their data with others. Each such disagreement is a finding, whatever the
// reader that is attacked; and everything that has bytes is scanned: each entry, each header that
// is not listed, each gap, whatever the directory says of it.
//
// What honest writers do is no finding: torch's headers have zero sizes and padding ("FB"), Java's
// and Python's streams have descriptors, 64-bit records stand where they are not needed.

#include "zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zip_kinds.h"
#include "zip_names.h"
#include "zip_walk.h"

namespace assay {

namespace {

class DirectoryWalk : public ZipWalk {
  public:
    DirectoryWalk(Tape& tape, ScanContext& context, ZipVisitor& visitor,
                  const ZipDirectory& directory)
        : ZipWalk(tape, context, visitor),
          directory_(directory),
          size_(tape.size().value_or(0)),
          parts_(directory.parts()) {}

    Status run();

  private:
    Status pass_parts_before(uint64_t offset);
    Status gap_to(uint64_t offset);
    Status entry(const ZipEntry& entry);
    Status entry_data(const ZipEntry& entry, const LocalHeader& local);
    Status read_packed(const ZipEntry& entry, const MemberPlan& plan, bool descriptor);
    uint64_t packed_in_file(const ZipEntry& entry);
    void skip(ZipRule rule, const ZipEntry& entry, std::string_view detail);

    const ZipDirectory& directory_;
    const uint64_t size_;
    std::span<const ZipPart> parts_;  // that the tape has not passed
};

Status DirectoryWalk::run() {
    check_names(directory_, context_);
    visitor_.directory(directory_, context_);
    for (uint32_t index : directory_.by_offset()) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        const ZipEntry& next = directory_.entries()[index];
        Status passed = pass_parts_before(next.header_offset);
        if (!passed) return passed;
        Status read = entry(next);
        if (!read) return read;
    }
    Status passed = pass_parts_before(UINT64_MAX);
    if (!passed) return passed;
    Status trailing = walk_gap(size_, GapKind::kTrailing);
    if (!trailing) return trailing;
    visitor_.end(context_);
    return Done{};
}

Status DirectoryWalk::pass_parts_before(uint64_t offset) {
    for (; !parts_.empty() && parts_.front().offset < offset; parts_ = parts_.subspan(1)) {
        const ZipPart& part = parts_.front();
        if (part.length == 0) continue;
        if (part.offset < tape_.offset()) {
            report(ZipRule::kEntryOverlap, part.offset, part.length,
                   "the archive's own records lie in a member");
            context_.incomplete(Coverage::kMalformed, "members overlap");
            continue;
        }
        Status gap = gap_to(part.offset);
        if (!gap) return gap;
        if (tape_.offset() > part.offset) continue;
        context_.parsed(part.length);
        Status passed = pass(part.length);
        if (!passed) return passed;
    }
    return Done{};
}

// What stands before the first record is a prefix. Where all offsets count it, only a reader that
// starts at the front is misled, and a member there is just not listed; where they do not, readers
// of directories are divided, too.
Status DirectoryWalk::gap_to(uint64_t offset) {
    if (tape_.offset() != 0 || offset == 0) return walk_gap(offset, GapKind::kBetween);
    const bool counted = directory_.shift() == 0;
    Result<Bytes> head = tape_.peek(kLocalSize);
    if (!head) return head.error();
    if (counted && plausible_local(*head)) return walk_gap(offset, GapKind::kBetween);
    report(ZipRule::kPolyglotPrefix, 0, offset, "",
           counted ? Severity::kHigh : Severity::kCritical);
    return walk_gap(offset, GapKind::kPrefix);
}

void DirectoryWalk::skip(ZipRule rule, const ZipEntry& entry, std::string_view detail) {
    report(rule, std::min(entry.header_offset, size_), 0,
           detail.empty() ? std::string(entry.name) : fmt::format("{}: {}", entry.name, detail));
    context_.incomplete(Coverage::kMalformed, rule_of(rule).message);
}

Status DirectoryWalk::entry(const ZipEntry& entry) {
    if (entry.header_offset >= size_) {
        skip(ZipRule::kEntryOutside, entry, "");
        return Done{};
    }
    if (entry.header_offset < tape_.offset()) {
        skip(ZipRule::kEntryOverlap, entry, "its data was read with another member");
        return Done{};
    }
    Status gap = gap_to(entry.header_offset);
    if (!gap) return gap;
    auto local = peek_local_header(tape_);
    if (!local) return local.error();
    if (!*local) {
        skip(ZipRule::kLhMissingSignature, entry, "");
        return Done{};
    }
    compare(entry, **local, entry.name == (*local)->name);
    check_flags(entry, (*local)->flags);
    context_.parsed((*local)->length);
    Status moved = tape_.advance((*local)->length);
    return moved ? entry_data(entry, **local) : moved;
}

uint64_t DirectoryWalk::packed_in_file(const ZipEntry& entry) {
    const uint64_t room = size_ - tape_.offset();
    if (entry.packed <= room) return entry.packed;
    skip(ZipRule::kEntryOutside, entry,
         fmt::format("{} bytes announced, {} there", entry.packed, room));
    return room;
}

Status DirectoryWalk::entry_data(const ZipEntry& entry, const LocalHeader& local) {
    MemberPlan plan;
    plan.packed = packed_in_file(entry);
    plan.method = can_unpack(entry.method) ? entry.method : local.method;
    plan.encrypted = ((entry.flags | local.flags) & (kBitEncrypted | kBitStrong)) != 0;
    plan.crc = entry.crc;
    plan.checksum = context_.wants_bulk() || plan.encrypted;
    if (!can_unpack(plan.method)) {
        report(ZipRule::kMethodUnsupported, entry.header_offset, 0,
               fmt::format("{}: method {}", entry.name, entry.method));
        context_.incomplete(Coverage::kUnsupported, "a member's method is unknown here");
        return tape_.advance(*plan.packed);
    }
    return read_packed(entry, plan, local.has_descriptor());
}

Status DirectoryWalk::read_packed(const ZipEntry& entry, const MemberPlan& plan, bool descriptor) {
    const uint64_t end = tape_.offset() + *plan.packed;
    Result<std::optional<ZipMember>> folder = pass_folder(entry, plan.method, plan.packed);
    if (!folder) return folder.error();
    const bool judged = entry.packed == *plan.packed;  // else it was cut to what is there
    Result<ZipMember> read = *folder ? **folder : read_data(entry, plan, judged);
    if (!read) return read.error();
    const ZipMember& member = *read;
    if (member.whole && tape_.offset() < end) {
        report(
            ZipRule::kSizeMismatch, entry.header_offset, 0,
            fmt::format("{}: {} bytes behind its packed data", entry.name, end - tape_.offset()));
        Status walked = walk_gap(end, GapKind::kBetween);
        if (!walked) return walked;
    }
    Status moved = tape_.skip(end - std::min(end, tape_.offset()));
    if (!moved || !descriptor) return moved;
    return pass_descriptor(entry, member);
}

// ------------------------------------------------------------------------------------------------
// The format.

// A tar whose last member is an archive ends in zeros, and is no archive itself: the tar's reader
// gets to that member.
bool is_tar_with_zeros(const Probe& probe) {
    if (probe.head.size() < 512 || !starts_with(probe.head.subspan(257), "ustar")) return false;
    Bytes end = probe.tail.last(std::min<size_t>(probe.tail.size(), 512));
    return std::all_of(end.begin(), end.end(), [](uint8_t byte) { return byte == 0; });
}

// Leaves the archive to the visitor of the first kind that knows one of its members.
class KindVisitor final : public ZipVisitor {
  public:
    void directory(const ZipDirectory& directory, ScanContext& context) override {
        for (const ZipEntry& entry : directory.entries()) {
            if (visitor_) break;
            look_at(entry.name, context);
        }
        visitor().directory(directory, context);
    }
    Status member(const ZipEntry& entry, ByteSource& source, ScanContext& context) override {
        look_at(entry.name, context);
        return visitor().member(entry, source, context);
    }
    void member_done(const ZipEntry& entry, const ZipMember& member,
                     ScanContext& context) override {
        visitor().member_done(entry, member, context);
    }
    void end(ScanContext& context) override { visitor().end(context); }

  private:
    ZipVisitor& visitor() { return visitor_ ? *visitor_ : every_member_a_child_; }
    void look_at(std::string_view name, ScanContext& context) {
        for (const ZipKind* kind : kZipKinds) {
            if (visitor_ || !kind->tells(name)) continue;
            visitor_ = kind->visitor(context);
            context.refine(kind->format);
        }
    }

    ZipVisitor every_member_a_child_;
    std::unique_ptr<ZipVisitor> visitor_;
};

Status scan_zip(Tape& tape, ScanContext& context) {
    KindVisitor visitor;
    return walk_zip(tape, context, visitor);
}

constexpr std::array<std::string_view, 10> kExtensions = {"zip", "npz",   "keras", "mar", "pt2",
                                                          "ptz", "skops", "whl",   "jar", "egg"};

}  // namespace

Status walk_zip(Tape& tape, ScanContext& context, ZipVisitor& visitor) {
    if (!tape.random_access() || !tape.size()) return walk_zip_stream(tape, context, visitor);
    Result<ZipDirectory> directory = ZipDirectory::read(tape, context);
    if (directory) return DirectoryWalk(tape, context, visitor, *directory).run();
    const Error why = directory.error();
    if (why.code != Code::kMalformed && why.code != Code::kLimit) return why;
    Status walked = walk_zip_stream(tape, context, visitor);
    if (walked && why.code == Code::kMalformed) {
        context.incomplete(Coverage::kMalformed, "the archive has no directory");
    }
    return walked && why.code == Code::kLimit ? Status(why) : walked;
}

bool is_zip_archive(const Probe& probe) {
    if (plausible_local(probe.head)) return true;
    if (starts_with(probe.head, kEndSignature) && probe.head.size() >= kEndSize) return true;
    if (!probe.size || probe.tail.empty()) return false;
    return has_end_record(probe.tail, *probe.size) && !is_tar_with_zeros(probe);
}

const Format kZipFormat{"zip",       false,          kEndSearch, kExtensions,
                        zip_rules(), is_zip_archive, scan_zip};

}  // namespace assay

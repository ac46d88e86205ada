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

#include "formats.h"
#include "numpy/npz.h"
#include "spooled.h"
#include "tar_header.h"
#include "zip_early.h"
#include "zip_kinds.h"
#include "zip_names.h"
#include "zip_walk.h"

namespace assay {

namespace {

class DirectoryWalk : public ZipWalk {
  public:
    // `owned` is what directory and visitor belong to, if members may be left to the bulk.
    DirectoryWalk(Tape& tape, ScanContext& context, ZipVisitor& visitor,
                  const ZipDirectory& directory, std::shared_ptr<ZipArchive> owned)
        : ZipWalk(tape, context, visitor),
          directory_(directory),
          size_(tape.size().value_or(0)),
          parts_(directory.parts()),
          reader_(tape, context, visitor),
          early_(tape, context, std::move(owned)) {}

    Status run();

  private:
    Status pass_parts_before(uint64_t offset);
    Status pass_part(const ZipPart& part);
    Status gap_to(uint64_t offset);
    Result<bool> is_launcher(uint64_t length);
    Status model_before(uint64_t end);
    Status entry(const ZipEntry& entry);

    const ZipDirectory& directory_;
    const uint64_t size_;
    std::span<const ZipPart> parts_;  // that were not passed
    EntryReader reader_;
    EarlyMembers early_;
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
    if (early_.position() < size_) {
        Status trailing = early_.catch_up();
        if (trailing) trailing = walk_gap(size_, GapKind::kTrailing);
        if (!trailing) return trailing;
    }
    if (!early_.complete()) visitor_.end(context_);
    return Done{};
}

Status DirectoryWalk::pass_parts_before(uint64_t offset) {
    for (; !parts_.empty() && parts_.front().offset < offset; parts_ = parts_.subspan(1)) {
        if (parts_.front().length == 0) continue;
        Status passed = pass_part(parts_.front());
        if (!passed) return passed;
    }
    return Done{};
}

Status DirectoryWalk::pass_part(const ZipPart& part) {
    if (part.offset < early_.position()) {
        report(ZipRule::kEntryOverlap, part.offset, part.length,
               "the archive's own records lie in a member");
        context_.incomplete(Coverage::kMalformed, "members overlap");
        return Done{};
    }
    if (early_.any_left() && part.offset == early_.position() &&
        part.length <= size_ - part.offset) {
        context_.parsed(part.length);
        early_.pass_over(part.length);
        return Done{};
    }
    Status moved = early_.catch_up();
    if (moved) moved = gap_to(part.offset);
    if (!moved || tape_.offset() > part.offset) return moved;
    context_.parsed(part.length);
    return pass(part.length);
}

static bool is_tflite(Bytes head) {
    return head.size() >= 8 && starts_with(head.subspan(4), "TFL3");
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
    if (counted && is_tflite(*head)) return model_before(offset);
    Result<bool> launcher = is_launcher(offset);
    if (!launcher) return launcher.error();
    report(ZipRule::kPolyglotPrefix, 0, offset, "",
           *launcher ? Severity::kLow
           : counted ? Severity::kHigh
                     : Severity::kCritical);
    if (!*launcher) return walk_gap(offset, GapKind::kPrefix);
    context_.parsed(offset);
    return tape_.advance(offset);
}

// The name of a file of Python, and nothing else that is run: "/usr/bin/python3.11", "/usr/bin/env
// python3".
static bool names_python(std::string_view command) {
    constexpr std::string_view kEnv = "/usr/bin/env ";
    if (command.starts_with(kEnv)) {
        command.remove_prefix(kEnv.size());
    } else {
        command.remove_prefix(command.rfind('/') + 1);
    }
    if (!command.starts_with("python")) return false;
    return command.substr(6).find_first_not_of("0123456789.") == std::string_view::npos;
}

// An application of Python is an archive behind one line that names the interpreter.
Result<bool> DirectoryWalk::is_launcher(uint64_t length) {
    constexpr uint64_t kLongestLine = 256;
    const std::string_view path = context_.path();
    if (length > kLongestLine || !(path.ends_with(".pyz") || path.ends_with(".pyzw"))) return false;
    Result<Bytes> line = tape_.peek(static_cast<size_t>(length));
    if (!line) return line.error();
    std::string_view text = as_text(*line);
    if (!text.starts_with("#!/") || text.find('\n') + 1 != length) return false;
    return names_python(text.substr(2, text.size() - 3));
}

// TFLite's own tools append labels to a model this way. It has to be a sound model up to here.
Status DirectoryWalk::model_before(uint64_t end) {
    context_.refine("tflite");
    context_.parsed(end);
    MemberSource model(tape_, end);
    return context_.scan_child("model", model);
}

Status DirectoryWalk::entry(const ZipEntry& entry) {
    if (entry.header_offset >= size_) {
        reader_.skip(ZipRule::kEntryOutside, entry, "");
        return Done{};
    }
    if (entry.header_offset < early_.position()) {
        reader_.skip(ZipRule::kEntryOverlap, entry, "its data was read with another member");
        return Done{};
    }
    if (entry.header_offset == early_.position()) {
        Result<bool> taken = early_.take(entry);
        if (!taken) return taken.error();
        if (*taken) return Done{};
    }
    Status moved = early_.catch_up();
    if (moved) moved = gap_to(entry.header_offset);
    return moved ? reader_.read(entry) : moved;
}

// ------------------------------------------------------------------------------------------------
// The format.

// A tar whose last member is an archive ends in zeros, and is no archive itself: the tar's reader
// gets to that member.
bool is_tar_with_zeros(const Probe& probe) {
    if (!tar::starts_tar(probe)) return false;
    return tar::all_zero(probe.tail.last(std::min(probe.tail.size(), tar::kBlock)));
}

// An archive of nothing in particular.
class PlainVisitor final : public ZipVisitor {
  public:
    Status member(const ZipEntry& entry, ByteSource& source, ScanContext& context) override {
        if (numpy::names_array(entry.name)) {
            return numpy::scan_array_member(entry, source, context);
        }
        return context.scan_child(entry.name, source);
    }
};

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
    ZipVisitor& visitor() { return visitor_ ? *visitor_ : plain_; }
    void look_at(std::string_view name, ScanContext& context) {
        for (const ZipKind* kind : kZipKinds) {
            if (visitor_ || !kind->tells(name, context.path())) continue;
            visitor_ = kind->visitor(context);
            context.refine(kind->format);
        }
    }

    PlainVisitor plain_;
    std::unique_ptr<ZipVisitor> visitor_;
};

Status scan_zip(Tape& tape, ScanContext& context) {
    return scan_at_random(tape, context, [](Tape& bytes, ScanContext& reader) {
        return walk_zip(bytes, reader, std::make_unique<KindVisitor>());
    });
}

constexpr std::array<std::string_view, 10> kExtensions = {"zip", "npz",   "keras", "mar", "pt2",
                                                          "ptz", "skops", "whl",   "jar", "egg"};

}  // namespace

// Without a directory, for `why`.
static Status walk_forward(Tape& tape, ScanContext& context, ZipVisitor& visitor,
                           const Error& why) {
    if (why.code != Code::kMalformed && why.code != Code::kLimit) return why;
    Status walked = walk_zip_stream(tape, context, visitor);
    if (walked && why.code == Code::kMalformed) {
        context.incomplete(Coverage::kMalformed, "the archive has no directory");
    }
    return walked && why.code == Code::kLimit ? Status(why) : walked;
}

Status walk_zip(Tape& tape, ScanContext& context, ZipVisitor& visitor) {
    if (!tape.random_access() || !tape.size()) return walk_zip_stream(tape, context, visitor);
    Result<ZipDirectory> directory = ZipDirectory::read(tape, context);
    if (!directory) return walk_forward(tape, context, visitor, directory.error());
    return DirectoryWalk(tape, context, visitor, *directory, nullptr).run();
}

Status walk_zip(Tape& tape, ScanContext& context, std::unique_ptr<ZipVisitor> visitor) {
    if (!tape.random_access() || !tape.size()) return walk_zip_stream(tape, context, *visitor);
    Result<ZipDirectory> directory = ZipDirectory::read(tape, context);
    if (!directory) return walk_forward(tape, context, *visitor, directory.error());
    auto archive = std::make_shared<ZipArchive>(std::move(*directory), std::move(visitor));
    return DirectoryWalk(tape, context, *archive->visitor, archive->directory, archive).run();
}

bool is_zip_archive(const Probe& probe) {
    if (plausible_local(probe.head)) return true;
    // Cut within its first record.
    if (starts_with(probe.head, kLocalSignature) && probe.head.size() < kLocalSize) return true;
    if (starts_with(probe.head, kEndSignature) && probe.head.size() >= kEndSize) return true;
    if (!probe.size || probe.tail.empty()) return false;
    return has_end_record(probe.tail, *probe.size) && !is_tar_with_zeros(probe);
}

const Format kZipFormat{"zip",       false,          kEndSearch, kExtensions,
                        zip_rules(), is_zip_archive, scan_zip};

}  // namespace assay

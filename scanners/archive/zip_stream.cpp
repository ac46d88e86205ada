// A ZIP archive that cannot be read at random, or has no directory that anything leads to: forward.
//
// A member whose header has no sizes ends where its deflate stream does, or, if it is stored, where
// a descriptor fits what was read. That can be fooled: stored data may hold a descriptor that fits.
// So everything that was found is remembered, and compared with the directory at the end. Where the
// directory does not confirm a boundary, a reader of the directory would have seen other members
// than were scanned here, and the finding says so.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "assay/digest.h"
#include "member_name.h"
#include "zip_names.h"
#include "zip_walk.h"

namespace assay {

namespace {

// The bounds of what is remembered; about 20 MiB.
constexpr size_t kMaxWalked = 100'000;
constexpr size_t kMaxWalkedNames = 8 * kMiB;

using NameDigest = std::array<uint8_t, 16>;

NameDigest digest_of(std::string_view name) {
    Sha256Digest whole = sha256_of(as_bytes(name));
    NameDigest digest{};
    std::copy_n(whole.begin(), digest.size(), digest.begin());
    return digest;
}

struct Walked {
    LocalHeader local;  // its name is not kept
    NameDigest name;
    ZipMember member;
    bool leads_inside = false;  // if it is a link, which only the directory says
    bool measured = false;  // the member was read: its sizes are known, whatever the header said
};

class StreamWalk : public ZipWalk {
  public:
    using ZipWalk::ZipWalk;

    Status run();

  private:
    Result<bool> step();
    Result<bool> member();
    [[nodiscard]] uint64_t packed_in_file(const LocalHeader& local) const;
    Status member_data(const LocalHeader& local, Walked& walked);
    Status read_packed(const ZipEntry& entry, const LocalHeader& local, Walked& walked);
    Status pass_rest(const ZipEntry& entry, const ZipMember& member, uint64_t end);
    Result<bool> entry();
    Result<bool> end64();
    Status locator();
    Status end();
    void check_layout(const EndRecord& end, uint64_t at);
    void check_comment_of(const EndRecord& end, Bytes whole, uint64_t at);
    Status loose();
    void confirm();
    void confirm_one(const ZipEntry& entry, const Walked& walked);
    void unconfirmed(uint64_t offset, std::string_view detail);
    void conclude();

    std::vector<Walked> walked_;
    size_t confirmed_ = 0;  // of walked_, in order
    ZipDirectory directory_{kMaxWalked, kMaxWalkedNames};
    std::optional<uint64_t> directory_start_;
    uint64_t directory_length_ = 0;
    uint64_t directory_end_ = 0;  // behind its latest entry, and the records that follow it
    std::optional<EndRecord> wide_;
    uint64_t wide_at_ = 0;
    bool closed_ = false;  // the end record was met
    bool cut_ = false;     // a limit ended the walk
};

Status StreamWalk::run() {
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<bool> more = step();
        if (!more) return more.error();
        if (!*more) break;
    }
    conclude();
    visitor_.end(context_);
    return Done{};
}

// One record, or the gap up to the next one. False at the end.
Result<bool> StreamWalk::step() {
    Result<Bytes> bytes = tape_.peek(kCentralSize);
    if (!bytes) return bytes.error();
    if (bytes->empty() || cut_) return false;
    Result<bool> taken = false;
    if (plausible_local(*bytes)) {
        taken = member();
    } else if (plausible_central(*bytes) && !closed_) {
        taken = entry();
    } else if (starts_with(*bytes, kEnd64Signature) && !closed_) {
        taken = end64();
    } else if (starts_with(*bytes, kLocatorSignature) && !closed_ &&
               bytes->size() >= kLocatorSize) {
        Status passed = locator();
        taken = passed ? Result<bool>(true) : passed.error();
    } else if (starts_with(*bytes, kEndSignature) && bytes->size() >= kEndSize) {
        Status ended = end();
        taken = ended ? Result<bool>(true) : ended.error();
    }
    if (!taken) return taken;
    if (*taken) return true;
    Status passed = loose();
    if (!passed) return passed.error();
    return true;
}

Status StreamWalk::loose() {
    if (closed_) return walk_open_gap(GapKind::kTrailing);
    if (tape_.offset() != 0) return walk_open_gap(GapKind::kBetween);
    Result<Bytes> head = tape_.peek(kLocalSize);
    if (!head) return head.error();
    const bool cut = plausible_local(*head) ||
                     (head->size() < kLocalSize && starts_with(*head, kLocalSignature));
    return walk_open_gap(cut ? GapKind::kBetween : GapKind::kPrefix);
}

Result<bool> StreamWalk::member() {
    auto local = peek_local_header(tape_);
    if (!local) return local.error();
    if (!*local) return false;
    if (walked_.size() >= kMaxWalked) {
        return Error{Code::kLimit, "the stream has too many members to remember", tape_.offset(),
                     0};
    }
    Walked walked;
    walked.local = std::move(**local);
    walked.name = digest_of(walked.local.name);
    const LocalHeader header = walked.local;
    walked.local.name = {};
    Status passed = tape_.advance(header.length);
    if (!passed) return passed.error();
    context_.parsed(header.length);
    Status read = member_data(header, walked);
    if (!read) return read.error();
    walked_.push_back(std::move(walked));
    return true;
}

// Where the end of the file is known, a member does not reach beyond it.
uint64_t StreamWalk::packed_in_file(const LocalHeader& local) const {
    if (!tape_.size()) return local.packed;
    return std::min(local.packed, *tape_.size() - tape_.offset());
}

Status StreamWalk::member_data(const LocalHeader& local, Walked& walked) {
    ZipEntry entry;
    entry.name = local.name;
    entry.header_offset = local.offset;
    entry.packed = local.packed;
    entry.size = local.size;
    entry.crc = local.crc;
    entry.index = static_cast<uint32_t>(walked_.size());
    entry.flags = local.flags;
    entry.method = local.method;
    check_flags(entry, local.flags);
    const bool known = !local.length_unknown();
    if (can_unpack(local.method)) return read_packed(entry, local, walked);
    report(ZipRule::kMethodUnsupported, local.offset, 0,
           fmt::format("{}: method {}", local.name, local.method));
    context_.incomplete(Coverage::kUnsupported, "a member's method is unknown here");
    return known ? pass(local.packed) : Status(Done{});
}

Status StreamWalk::read_packed(const ZipEntry& entry, const LocalHeader& local, Walked& walked) {
    const bool known = !local.length_unknown();
    MemberPlan plan;
    plan.method = local.method;
    plan.encrypted = (local.flags & (kBitEncrypted | kBitStrong)) != 0;
    if (known) plan.packed = packed_in_file(local);
    if (known) plan.crc = local.crc;
    if ((local.flags & kBitEndMark) == 0) plan.size = local.size;
    plan.checksum = context_.wants_bulk() || plan.encrypted;
    Result<bool> encrypted = pass_encrypted(plan, local.size);
    if (!encrypted) return encrypted.error();
    if (*encrypted && !local.has_descriptor()) return Done{};
    if (*encrypted) return pass_descriptor(entry, {entry.crc, entry.size, *plan.packed, false, {}});
    constexpr size_t kLongestTarget = 256;  // of links that are not grave
    auto target = peek_content(tape_, plan, local.size, kLongestTarget);
    if (!target) return target.error();
    walked.leads_inside = *target && leads_inside(local.name, **target);
    const uint64_t end = tape_.offset() + plan.packed.value_or(0);
    Result<std::optional<ZipMember>> folder = pass_folder(entry, plan.method, plan.packed);
    if (!folder) return folder.error();
    const bool judged = known && *plan.packed == local.packed;
    Result<ZipMember> member = *folder ? **folder : read_data(entry, plan, judged);
    if (!member) return member.error();
    walked.member = *member;
    walked.measured = member->whole;
    if (!known && !member->whole && !member->damage) {
        context_.incomplete(Coverage::kCutByLimit, "the end of a member was not reached");
        cut_ = true;
        return Done{};
    }
    Status passed = known ? pass_rest(entry, *member, end) : Status(Done{});
    if (!passed || !local.has_descriptor() || member->damage) return passed;
    return pass_descriptor(entry, *member);
}

// What the header counts as packed data, and the data does not need.
Status StreamWalk::pass_rest(const ZipEntry& entry, const ZipMember& member, uint64_t end) {
    const uint64_t rest = end - std::min(end, tape_.offset());
    if (member.whole && rest > 0) {
        report(ZipRule::kSizeMismatch, entry.header_offset, 0,
               fmt::format("{}: {} bytes behind its packed data", entry.name, rest));
        return walk_gap(end, GapKind::kBetween);
    }
    return pass(rest);
}

Result<bool> StreamWalk::entry() {
    Result<Bytes> fixed = tape_.peek(kCentralSize);
    if (!fixed) return fixed.error();
    const size_t length = kCentralSize + load_le<uint16_t>(fixed->data() + 28) +
                          load_le<uint16_t>(fixed->data() + 30) +
                          load_le<uint16_t>(fixed->data() + 32);
    Result<Bytes> whole = tape_.peek(length);
    if (!whole) return whole.error();
    if (whole->size() < length) return false;
    Cursor cursor(*whole, tape_.offset());
    if (!directory_start_) directory_start_ = directory_end_ = tape_.offset();
    if (directory_end_ != tape_.offset()) {
        unconfirmed(tape_.offset(), "the directory is in pieces");
    }
    directory_end_ = tape_.offset() + length;
    Status added = directory_.add(read_central(cursor), tape_.offset(), context_);
    if (!added) return added.error();
    directory_length_ += length;
    context_.parsed(length);
    Status passed = tape_.advance(length);
    if (!passed) return passed.error();
    return true;
}

// What the record says to have beyond its fields is no part of it: readers that look for it at a
// fixed distance from the end find other things there.
Result<bool> StreamWalk::end64() {
    const uint64_t at = tape_.offset();
    Result<Bytes> bytes = tape_.peek(kEnd64Size);
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, at);
    EndRecord wide = read_end64(cursor);
    if (!cursor.ok()) return false;
    if (!directory_start_) directory_start_ = directory_end_ = at;
    const bool again = wide_.has_value();
    if (again || at != directory_end_ || wide.length != kEnd64Size) {
        report(ZipRule::kZip64BadLocator, at, kEnd64Size,
               again ? std::string("two records")
                     : fmt::format("the record has {} bytes, {} behind the directory", wide.length,
                                   at - directory_end_));
    }
    wide_ = wide;
    wide_at_ = at;
    directory_end_ = at + kEnd64Size;
    context_.parsed(kEnd64Size);
    Status passed = pass(kEnd64Size);
    if (!passed) return passed.error();
    return true;
}

Status StreamWalk::locator() {
    const uint64_t at = tape_.offset();
    Result<Bytes> bytes = tape_.peek(kLocatorSize);
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, at);
    const Locator locator = read_locator(cursor);
    if (!wide_ || locator.offset != wide_at_ || at != wide_at_ + kEnd64Size) {
        report(ZipRule::kZip64BadLocator, at, kLocatorSize, fmt::format("to {}", locator.offset));
    }
    directory_end_ = at + kLocatorSize;
    context_.parsed(kLocatorSize);
    return pass(kLocatorSize);
}

// Readers count back from the end, or go where they are told: both ways must lead to the entries
// that were met.
void StreamWalk::check_layout(const EndRecord& end, uint64_t at) {
    const uint64_t start = directory_start_.value_or(at);
    if (wide_ && directory_end_ != wide_at_ + kEnd64Size + kLocatorSize) {
        report(ZipRule::kZip64BadLocator, wide_at_, kEnd64Size, "no locator follows");
    }
    if (end.directory_offset == start && (!directory_start_ || directory_end_ == at)) return;
    report(ZipRule::kEocdCdOffsetMismatch, at, kEndSize,
           fmt::format("told to be at {}, met at {}, {} bytes before the end record",
                       end.directory_offset, start, at - std::min(at, directory_end_)));
}

// `whole`: the record, its comment and the next bytes.
void StreamWalk::check_comment_of(const EndRecord& end, Bytes whole, uint64_t at) {
    const size_t length = std::min<size_t>(whole.size(), static_cast<size_t>(end.length));
    check_comment(end, whole.first(length).subspan(kEndSize), at + kEndSize, context_);
    const size_t other = as_text(whole).find(kEndSignature, 1);
    if (other == std::string_view::npos || other >= length) return;
    report(ZipRule::kEocdInComment, at + other, length - other, "");
    context_.incomplete(Coverage::kUnsupported,
                        "an archive at the end of a stream was not looked into");
}

Status StreamWalk::end() {
    const uint64_t at = tape_.offset();
    if (closed_) {
        report(ZipRule::kEocdMultiple, at, kEndSize, "");
        return pass(kEndSize);
    }
    Result<Bytes> bytes = tape_.peek(kEndSize);
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, at);
    EndRecord end = read_end(cursor);
    const size_t wanted = static_cast<size_t>(end.length);
    Result<Bytes> whole = tape_.peek(wanted + kEndSignature.size() - 1);
    if (!whole) return whole.error();
    check_comment_of(end, *whole, at);
    const uint64_t length = std::min(whole->size(), wanted);
    if (wide_) compare_ends(end, *wide_, at, context_);
    const EndRecord& counts = wide_ ? *wide_ : end;
    check_layout(counts, at);
    directory_.close(counts, directory_start_.value_or(at), directory_length_, at, context_);
    closed_ = true;
    confirm();
    context_.parsed(length);
    return pass(length);
}

// ------------------------------------------------------------------------------------------------
// What the directory says of it.

void StreamWalk::unconfirmed(uint64_t offset, std::string_view detail) {
    report(ZipRule::kStreamUnconfirmed, std::min(offset, tape_.offset()), 0, detail);
    context_.incomplete(Coverage::kMalformed, "the directory confirms other members");
}

void StreamWalk::confirm() {
    check_names(directory_, context_);
    visitor_.directory(directory_, context_);
    const ZipEntry* before = nullptr;
    for (uint32_t index : directory_.by_offset()) {
        const ZipEntry& entry = directory_.entries()[index];
        while (confirmed_ < walked_.size() &&
               walked_[confirmed_].local.offset < entry.header_offset) {
            unconfirmed(walked_[confirmed_++].local.offset, "a member that is not listed");
        }
        const bool here =
            confirmed_ < walked_.size() && walked_[confirmed_].local.offset == entry.header_offset;
        if (here) {
            confirm_one(entry, walked_[confirmed_++]);
        } else if (before && before->header_offset == entry.header_offset) {
            report(ZipRule::kEntryOverlap, entry.header_offset, 0,
                   fmt::format("{} and {}", before->name, entry.name));
        } else {
            unconfirmed(entry.header_offset, fmt::format("{}: no member starts there", entry.name));
        }
        before = &entry;
    }
}

void StreamWalk::confirm_one(const ZipEntry& entry, const Walked& walked) {
    compare(entry, walked.local, digest_of(entry.name) == walked.name);
    if (entry.is_symlink()) report_link(entry, walked.leads_inside);
    const bool known = !walked.local.length_unknown();
    const uint64_t packed = known ? walked.local.packed : walked.member.packed;
    if (entry.packed != packed) {
        unconfirmed(entry.header_offset,
                    fmt::format("{}: {} bytes found, {} listed", entry.name, packed, entry.packed));
    } else if (!known && walked.measured &&
               (entry.size != walked.member.size || entry.crc != walked.member.crc)) {
        unconfirmed(entry.header_offset, fmt::format("{}: other content is listed", entry.name));
    }
}

void StreamWalk::conclude() {
    if (cut_) return;
    if (!closed_) {
        report(ZipRule::kEocdMissing, tape_.offset(), 0, "");
        return context_.incomplete(Coverage::kMalformed, "the archive has no end");
    }
    while (confirmed_ < walked_.size()) {
        unconfirmed(walked_[confirmed_++].local.offset, "a member that is not listed");
    }
}

}  // namespace

Status walk_zip_stream(Tape& tape, ScanContext& context, ZipVisitor& visitor) {
    return StreamWalk(tape, context, visitor).run();
}

}  // namespace assay

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
    Status end();
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
    std::optional<EndRecord> wide_;
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
    } else if (starts_with(*bytes, kLocatorSignature) && wide_) {
        context_.parsed(kLocatorSize);
        Status passed = pass(kLocatorSize);
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
    return walk_open_gap(tape_.offset() == 0 ? GapKind::kPrefix : GapKind::kBetween);
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
    plan.checksum = context_.wants_bulk() || plan.encrypted;
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
    if (!directory_start_) directory_start_ = tape_.offset();
    Status added = directory_.add(read_central(cursor), tape_.offset(), context_);
    if (!added) return added.error();
    directory_length_ += length;
    context_.parsed(length);
    Status passed = tape_.advance(length);
    if (!passed) return passed.error();
    return true;
}

Result<bool> StreamWalk::end64() {
    Result<Bytes> bytes = tape_.peek(kEnd64Size);
    if (!bytes) return bytes.error();
    Cursor cursor(*bytes, tape_.offset());
    EndRecord wide = read_end64(cursor);
    if (!cursor.ok() || wide.length < kEnd64Size || wide.length > kMaxComment) return false;
    if (!directory_start_) directory_start_ = tape_.offset();
    wide_ = wide;
    context_.parsed(wide.length);
    Status passed = pass(wide.length);
    if (!passed) return passed.error();
    return true;
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
    Result<Bytes> whole = tape_.peek(static_cast<size_t>(end.length));
    if (!whole) return whole.error();
    check_comment(end, whole->subspan(kEndSize), at + kEndSize, context_);
    const uint64_t length = whole->size();
    if (wide_) compare_ends(end, *wide_, at, context_);
    directory_.close(wide_.value_or(end), directory_start_.value_or(at), directory_length_, at,
                     context_);
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

#include "zip_walk.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

// ------------------------------------------------------------------------------------------------
// One member.

static bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

void ZipWalk::check_flags(const ZipEntry& entry, uint16_t local_flags) {
    auto check = [&](uint16_t bit, ZipRule rule) {
        const bool listed = (entry.flags & bit) != 0;
        const bool local = (local_flags & bit) != 0;
        if (!listed && !local) return;
        const char* where = listed && local ? "" : listed ? ": in the directory" : ": at the data";
        report(rule, entry.header_offset, 0, fmt::format("{}{}", entry.name, where));
    };
    check(kBitEncrypted, ZipRule::kFlagEncrypted);
    check(kBitStrong, ZipRule::kFlagStrongEncryption);
    check(kBitPatched, ZipRule::kFlagPatched);
    check(kBitMasked, ZipRule::kFlagMaskedHeaders);
}

// Bits that change what a reader does. The descriptor's bit is left out: whoever rewrites a header
// with the true sizes may clear it there alone.
static bool flags_differ(const ZipEntry& entry, uint16_t local_flags) {
    constexpr uint16_t kTelling = kBitEncrypted | kBitStrong | kBitPatched | kBitMasked;
    const int differing = entry.flags ^ local_flags;
    if ((differing & kTelling) != 0) return true;
    return (differing & kBitUtf8) != 0 && !is_ascii(entry.name);
}

void ZipWalk::compare(const ZipEntry& entry, const LocalHeader& local, bool same_name) {
    auto complain = [&](bool wrong, ZipRule rule, auto listed, auto found) {
        if (!wrong) return;
        report(rule, local.offset, local.length,
               fmt::format("{}: {} in the directory, {} at the data", entry.name, listed, found));
    };
    auto sizes = [](uint64_t packed, uint64_t size) {
        return fmt::format("{} packed into {}", size, packed);
    };
    if (!same_name) {
        report(ZipRule::kLhNameMismatch, local.offset, local.length,
               local.name.empty() ? std::string(entry.name)
                                  : fmt::format("{} or {}", entry.name, local.name));
    }
    complain(flags_differ(entry, local.flags), ZipRule::kLhFlagMismatch,
             fmt::format("{:#x}", entry.flags), fmt::format("{:#x}", local.flags));
    complain(entry.method != local.method, ZipRule::kLhMethodMismatch, entry.method, local.method);
    auto differs = [&](uint64_t listed, uint64_t found) {
        return listed != found && (!local.has_descriptor() || found != 0);
    };
    complain(differs(entry.crc, local.crc), ZipRule::kLhCrcMismatch,
             fmt::format("{:08x}", entry.crc), fmt::format("{:08x}", local.crc));
    complain(differs(entry.packed, local.packed) || differs(entry.size, local.size),
             ZipRule::kLhSizeMismatch, sizes(entry.packed, entry.size),
             sizes(local.packed, local.size));
}

Result<ZipMember> ZipWalk::read_data(const ZipEntry& entry, const MemberPlan& plan, bool known) {
    Result<ZipMember> member = read_member(tape_, plan, context_, [&](ByteSource& source) {
        return visitor_.member(entry, source, context_);
    });
    if (!member) return member;
    judge_member(entry, plan, *member, known, context_);
    visitor_.member_done(entry, *member, context_);
    return member;
}

void judge_member(const ZipEntry& entry, const MemberPlan& plan, const ZipMember& member,
                  bool known, ScanContext& context) {
    auto report = [&](ZipRule rule, uint64_t offset, const std::string& detail,
                      std::optional<Severity> severity = std::nullopt) {
        context.report(rule_of(rule), offset, 0, detail, severity);
    };
    if (plan.encrypted && (!known || !member.whole || member.crc != entry.crc)) {
        return context.incomplete(Coverage::kUnsupported, "a member is encrypted");
    }
    if (member.damage) {
        report(ZipRule::kDeflateMalformed, member.damage->offset,
               fmt::format("{}: {}", entry.name, member.damage->text));
        context.incomplete(Coverage::kMalformed, "a member's packed data is damaged");
    }
    if (!member.whole || !known) return;
    if (member.size != entry.size) {
        report(ZipRule::kSizeMismatch, entry.header_offset,
               fmt::format("{}: {} bytes, {} announced", entry.name, member.size, entry.size));
    }
    // Only stored members are ever written without a checksum on purpose.
    if (member.crc != entry.crc) {
        report(ZipRule::kCrcMismatch, entry.header_offset,
               fmt::format("{}: {:08x}, {:08x} announced", entry.name, member.crc, entry.crc),
               plan.method == kStored ? Severity::kMedium : Severity::kHigh);
    }
}

Result<std::optional<ZipMember>> ZipWalk::pass_folder(const ZipEntry& entry, uint16_t method,
                                                      std::optional<uint64_t> packed) {
    constexpr std::string_view kPackedNothing("\x03\0", 2);
    const std::optional<ZipMember> none;
    if (!entry.name.ends_with('/') || entry.size != 0) return none;
    size_t length = 0;
    if (method == kDeflated && packed.value_or(2) == 2) {
        Result<Bytes> bytes = tape_.peek(kPackedNothing.size());
        if (!bytes) return bytes.error();
        if (!starts_with(*bytes, kPackedNothing)) return none;
        length = kPackedNothing.size();
    } else if (method == kStored && !packed) {
        Result<Bytes> bytes = tape_.peek(kMaxDescriptor);
        if (!bytes) return bytes.error();
        if (match_descriptor(*bytes, 0, 0, 0, true) == 0) return none;
    } else if (packed != 0) {
        return none;
    }
    context_.parsed(length);
    Status passed = tape_.advance(length);
    if (!passed) return passed.error();
    return std::optional(ZipMember{0, 0, length, true, {}});
}

void ZipWalk::report_link(const ZipEntry& entry, bool inside) {
    report(ZipRule::kAttrSymlink, entry.header_offset, 0, entry.name,
           inside ? std::optional(Severity::kLow) : std::nullopt);
}

Result<bool> ZipWalk::pass_encrypted(const MemberPlan& plan, uint64_t size) {
    Result<bool> encrypted = is_ciphertext(tape_, plan, size);
    if (!encrypted || !*encrypted) return encrypted;
    context_.incomplete(Coverage::kUnsupported, "a member is encrypted");
    Status passed = tape_.skip(*plan.packed);
    if (!passed && passed.error().code != Code::kTruncated) return passed.error();
    return true;
}

Status ZipWalk::pass_descriptor(const ZipEntry& entry, const ZipMember& member) {
    Result<Bytes> bytes = tape_.peek(kMaxDescriptor);
    if (!bytes) return bytes.error();
    auto match = [&](uint32_t crc, uint64_t packed, uint64_t size) {
        size_t length = match_descriptor(*bytes, crc, packed, size, true);
        if (length != 0) return length;
        length = match_descriptor(*bytes, crc, packed, size, false);
        if (length != 0) {
            report(ZipRule::kDescriptorNoSignature, tape_.offset(), length, entry.name);
        }
        return length;
    };
    size_t length = match(member.crc, member.packed, member.size);
    if (length == 0 && entry.packed != 0) length = match(entry.crc, entry.packed, entry.size);
    if (length == 0) report(ZipRule::kDescriptorMismatch, tape_.offset(), 0, entry.name);
    context_.parsed(length);
    return tape_.advance(length);
}

// ------------------------------------------------------------------------------------------------
// Gaps.

Status ZipWalk::pass(uint64_t n) {
    if (std::optional<uint64_t> size = tape_.size()) n = std::min(n, *size - tape_.offset());
    Status moved = tape_.advance(n);
    if (!moved && moved.error().code == Code::kTruncated) return Done{};
    return moved;
}

void ZipWalk::report_gap(GapKind kind, const ZipPart& gap, bool zeros) {
    if (gap.length == 0 || kind == GapKind::kPrefix) return;
    report(kind == GapKind::kTrailing ? ZipRule::kEocdTrailing : ZipRule::kGapBytesBetweenEntries,
           gap.offset, gap.length, zeros ? "zeros" : "",
           zeros ? std::optional(Severity::kLow) : std::nullopt);
}

// A gap from the first byte on would be the same archive again.
Status ZipWalk::pass_signature(uint64_t& limit) {
    if (tape_.offset() != 0 || limit <= kLocalSignature.size()) return Done{};
    Result<Bytes> head = tape_.peek(kLocalSignature.size());
    if (!head) return head.error();
    if (as_text(*head) != kLocalSignature) return Done{};
    limit -= kLocalSignature.size();
    return tape_.advance(kLocalSignature.size());
}

Status ZipWalk::scan_loose(uint64_t limit, GapSource::Stop stop) {
    Status passed = pass_signature(limit);
    if (!passed) return passed;
    GapSource source(tape_, limit, stop);
    Status scanned = context_.scan_child(fmt::format("gap@{}", tape_.offset()), source);
    return scanned ? source.settle() : scanned;
}

// A header in a gap, with as much of its data as the gap holds.
Status ZipWalk::scan_orphan(const LocalHeader& local, uint64_t end) {
    report(ZipRule::kLhOrphan, local.offset, local.length, local.name);
    Status moved = tape_.advance(local.length);
    if (!moved) return moved;
    if (!can_unpack(local.method)) {
        report(ZipRule::kMethodUnsupported, local.offset, 0,
               fmt::format("{}: method {}", local.name, local.method));
        context_.incomplete(Coverage::kUnsupported, "a member's method is unknown here");
        return Done{};
    }
    MemberPlan plan;
    plan.method = local.method;
    plan.limit = end - tape_.offset();
    plan.encrypted = (local.flags & (kBitEncrypted | kBitStrong)) != 0;
    plan.crc = local.crc;
    if ((local.flags & kBitEndMark) == 0) plan.size = local.size;
    if (!local.length_unknown()) plan.packed = std::min(local.packed, plan.limit);
    ZipEntry entry;
    entry.name = local.name;
    entry.header_offset = local.offset;
    Result<bool> encrypted = pass_encrypted(plan, local.size);
    if (!encrypted) return encrypted.error();
    if (*encrypted) return Done{};
    Result<ZipMember> member = read_member(tape_, plan, context_, [&](ByteSource& source) {
        return context_.scan_child(fmt::format("orphan@{}", local.offset), source);
    });
    if (!member) return member.error();
    judge_member(entry, plan, *member, false, context_);
    const uint64_t left = end - std::min(end, tape_.offset());
    Result<Bytes> behind = tape_.peek(std::min<uint64_t>(kMaxDescriptor, left));
    if (!behind) return behind.error();
    return tape_.advance(
        match_descriptor(*behind, member->crc, member->packed, member->size, true));
}

Result<bool> ZipWalk::try_orphan(uint64_t end) {
    Result<Bytes> bytes = tape_.peek(kLocalSize);
    if (!bytes) return bytes.error();
    if (!plausible_local(*bytes)) return false;
    auto local = peek_local_header(tape_);
    if (!local) return local.error();
    if (!*local || (*local)->length > end - tape_.offset()) return false;
    Status scanned = scan_orphan(**local, end);
    if (!scanned) return scanned.error();
    return true;
}

Status ZipWalk::walk_gap(uint64_t end, GapKind kind) {
    const uint64_t start = tape_.offset();
    if (end <= start) return Done{};
    uint64_t loose_from = start;  // what follows it, up to the tape, is not reported yet
    bool zeros = true;
    while (tape_.offset() < end) {
        Result<uint64_t> skipped = skip_zeros(tape_, end - tape_.offset());
        if (!skipped) return skipped.error();
        if (tape_.offset() >= end) break;
        const uint64_t at = tape_.offset();
        Result<bool> orphan = try_orphan(end);
        if (!orphan) return orphan.error();
        if (*orphan) {
            report_gap(kind, {loose_from, at - loose_from}, zeros);
            loose_from = tape_.offset();
            zeros = true;
            continue;
        }
        zeros = false;
        Status scanned = scan_loose(end - at, GapSource::Stop::kLocal);
        if (!scanned) return scanned;
        if (tape_.offset() == at) break;  // the bytes end before the gap does
    }
    const uint64_t reached = std::min(tape_.offset(), end);
    context_.gap(start, reached - start);
    report_gap(kind, {loose_from, reached - std::min(loose_from, reached)}, zeros);
    return Done{};
}

Status ZipWalk::walk_open_gap(GapKind kind) {
    const uint64_t start = tape_.offset();
    Result<uint64_t> skipped = skip_zeros(tape_, UINT64_MAX);
    if (!skipped) return skipped.error();
    Result<Bytes> more = tape_.peek(kCentralSize);
    if (!more) return more.error();
    const bool zeros = *skipped > 0 && (more->empty() || starts_with(*more, "PK"));
    Status scanned = Done{};
    if (!zeros) scanned = scan_loose(UINT64_MAX, GapSource::Stop::kAny);
    context_.gap(start, tape_.offset() - start);
    if (kind == GapKind::kPrefix) report(ZipRule::kPolyglotPrefix, 0, tape_.offset(), "");
    report_gap(kind, {start, tape_.offset() - start}, zeros);
    return scanned;
}

}  // namespace assay

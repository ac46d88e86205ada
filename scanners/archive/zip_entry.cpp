#include "zip_entry.h"

#include <fmt/format.h>

#include <algorithm>

#include "member_name.h"

namespace assay {

void EntryReader::skip(ZipRule rule, const ZipEntry& entry, std::string_view detail) {
    report(rule, std::min(entry.header_offset, file_size()), 0,
           detail.empty() ? std::string(entry.name) : fmt::format("{}: {}", entry.name, detail));
    context_.incomplete(Coverage::kMalformed, rule_of(rule).message);
}

Status EntryReader::read(const ZipEntry& entry) {
    auto local = peek_local_header(tape_);
    if (!local) return local.error();
    if (!*local) {
        skip(ZipRule::kLhMissingSignature, entry, "");
        return Done{};
    }
    confirm(entry, **local, 0);
    Status moved = tape_.advance((*local)->length);
    return moved ? read_data_of(entry, **local) : moved;
}

void EntryReader::confirm(const ZipEntry& entry, const LocalHeader& local, size_t descriptor) {
    compare(entry, local, entry.name == local.name);
    check_flags(entry, local.flags);
    context_.parsed(local.length + descriptor);
}

uint64_t EntryReader::packed_in_file(const ZipEntry& entry) {
    const uint64_t room = file_size() - tape_.offset();
    if (entry.packed <= room) return entry.packed;
    skip(ZipRule::kEntryOutside, entry,
         fmt::format("{} bytes announced, {} there", entry.packed, room));
    return room;
}

Status EntryReader::judge_link(const ZipEntry& entry, const MemberPlan& plan) {
    constexpr size_t kLongestTarget = 4096;
    auto target = peek_content(tape_, plan, entry.size, kLongestTarget);
    if (!target) return target.error();
    report_link(entry, *target && leads_inside(entry.name, **target));
    return Done{};
}

Status EntryReader::read_data_of(const ZipEntry& entry, const LocalHeader& local) {
    MemberPlan plan;
    plan.packed = packed_in_file(entry);
    plan.method = can_unpack(entry.method) ? entry.method : local.method;
    plan.encrypted = ((entry.flags | local.flags) & (kBitEncrypted | kBitStrong)) != 0;
    plan.crc = entry.crc;
    if ((entry.flags & kBitEndMark) == 0) plan.size = entry.size;
    plan.checksum = context_.wants_bulk() || plan.encrypted;
    Status judged = entry.is_symlink() ? judge_link(entry, plan) : Status(Done{});
    if (!judged) return judged;
    if (!can_unpack(plan.method)) return pass_unknown(entry, plan, local.has_descriptor());
    Result<bool> encrypted = pass_encrypted(plan, entry.size);
    if (!encrypted) return encrypted.error();
    if (!*encrypted) return read_packed(entry, plan, local.has_descriptor());
    if (!local.has_descriptor()) return Done{};
    return pass_descriptor(entry, {entry.crc, entry.size, *plan.packed, false, {}});
}

Status EntryReader::pass_unknown(const ZipEntry& entry, const MemberPlan& plan, bool descriptor) {
    report(ZipRule::kMethodUnsupported, entry.header_offset, 0,
           fmt::format("{}: method {}", entry.name, entry.method));
    context_.incomplete(Coverage::kUnsupported, "a member's method is unknown here");
    Status passed = tape_.advance(*plan.packed);
    if (!passed || !descriptor) return passed;
    return pass_descriptor(entry, {entry.crc, entry.size, *plan.packed, false, {}});
}

Status EntryReader::read_packed(const ZipEntry& entry, const MemberPlan& plan, bool descriptor) {
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

}  // namespace assay

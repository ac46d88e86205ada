#include "zip_left.h"

#include <algorithm>

#include "zip_walk.h"

namespace assay {

void LeftMembers::look(Bytes bytes) {
    Member& member = members_.back();
    member.looked += static_cast<uint32_t>(bytes.size());
    member.looked_crc = crc32_of(member.looked_crc, bytes);
}

void LeftMembers::feed(const BlockRef&, Bytes bytes) {
    const uint64_t end = at_ + bytes.size();
    for (; next_ < members_.size(); next_++) {
        Member& member = members_[next_];
        const uint64_t length = entry_of(member).packed;
        looked_.update(
            part_of(bytes, at_, member.data - member.header, member.data + member.looked));
        sum_up(part_of(bytes, at_, member.data, member.data + length));
        if (end < member.data + length) break;
        settle(member);
    }
    at_ = end;
}

void LeftMembers::sum_up(Bytes bytes) {
    const Crc32Kernel& kernel = best_crc32_kernel();
    if (!pieces_ && kernel.pieces && bytes.size() >= kCrc32PiecesFrom) {
        pieces_ = kernel.pieces(data_);
    }
    if (pieces_) {
        pieces_->update(bytes);
    } else {
        data_ = kernel.run(data_, bytes);
    }
}

void LeftMembers::settle(Member& member) {
    member.crc = pieces_ ? pieces_->finish() : data_;
    member.passed = true;
    changed_ = changed_ || looked_.value() != member.looked_crc;
    looked_ = Crc32();
    data_ = 0;
    pieces_.reset();
}

Status LeftMembers::close(ScanContext& context) {
    for (const Member& left : members_) {
        const ZipEntry& entry = entry_of(left);
        ZipMember member{left.crc, entry.packed, entry.packed, left.passed, {}, left.data};
        judge_member(entry, MemberPlan(), member, true, context);
        archive_->visitor->member_done(entry, member, context);
    }
    if (complete_) archive_->visitor->end(context);
    if (!changed_) return Done{};
    return Error{Code::kChanged, "a member is not what was looked at before", 0, 0};
}

}  // namespace assay

#include "tar_input.h"

#include "in_order.h"
#include "passing.h"

namespace assay::tar {

namespace {

// Below that the first member is not worth leaving: archives of small ones are read in one go.
constexpr uint64_t kWorthLeaving = uint64_t{64} << 10;
constexpr size_t kRoomStep = 1024;

}  // namespace

void LookedBytes::add(uint64_t from, Bytes bytes) {
    start(from);
    look(bytes);
}

void LookedBytes::look(Bytes bytes) {
    Range& range = ranges_.back();
    range.length += bytes.size();
    range.crc = crc32_of(range.crc, bytes);
}

void LookedBytes::feed(const BlockRef&, Bytes bytes) {
    const uint64_t end = at_ + bytes.size();
    for (; next_ < ranges_.size(); next_++) {
        const Range& range = ranges_[next_];
        crc_ = crc32_of(crc_, part_of(bytes, at_, range.from, range.from + range.length));
        if (end < range.from + range.length) break;
        changed_ = changed_ || crc_ != range.crc;
        crc_ = 0;
    }
    at_ = end;
}

Status LookedBytes::close(ScanContext&) {
    if (!changed_) return Done{};
    return Error{Code::kChanged, "a member is not what was looked at before", 0, 0};
}

std::optional<uint64_t> TarInput::room() const {
    std::optional<uint64_t> size = tape_.size();
    if (!size) return std::nullopt;
    return *size - std::min(*size, position());
}

Result<Bytes> TarInput::look(size_t n) {
    if (!ahead()) return tape_.peek(n);
    buffer_.resize(n);
    Result<size_t> got = tape_.glance(position(), buffer_);
    if (!got) return got.error();
    buffer_.resize(*got);
    return Bytes(buffer_);
}

Status TarInput::pass(size_t n) {
    context_.parsed(n);
    if (!ahead()) return tape_.advance(n);
    if (!make_room()) {
        Status moved = catch_up();
        return moved ? tape_.advance(n) : moved;
    }
    looked_->add(position(), Bytes(buffer_).first(std::min(n, buffer_.size())));
    behind_ += n;
    return Done{};
}

Status TarInput::catch_up() {
    return ahead() ? tape_.advance(behind_ - tape_.offset()) : Status(Done{});
}

// For the next two ranges.
bool TarInput::make_room() {
    if (looked_->ranges() + 2 <= room_) return true;
    if (!context_.reserve(kRoomStep * sizeof(LookedBytes::Range))) return false;
    room_ += kRoomStep;
    return true;
}

bool TarInput::may_leave(uint64_t length) {
    if (never_ahead_ || length == 0 || !(ahead() || length >= kWorthLeaving)) return false;
    std::optional<uint64_t> there = room();
    if (!tape_.random_access() || !there || length > *there) return false;
    if (!looked_) {
        auto closing = std::make_unique<LookedBytes>(tape_.offset());
        LookedBytes* looked = closing.get();
        never_ahead_ = wants_members_whole(context_) || !context_.afterwards(std::move(closing));
        if (never_ahead_) return false;
        looked_ = looked;
    }
    return make_room();
}

Status TarInput::member(uint64_t length, const Read& read) {
    return may_leave(length) ? read_ahead(length, read) : read_in_order(length, read);
}

Status TarInput::read_ahead(uint64_t length, const Read& read) {
    const uint64_t start = position();
    looked_->start(start);
    EarlySource source(tape_, start, length, *looked_, pool_);
    Status done = read(source);
    if (!done) return done;
    if (source.passes_by_itself()) behind_ = start + length;
    if (source.passes_by_itself() || tape_.offset() >= start + length) return Done{};
    return tape_.skip(start + length - tape_.offset());
}

Status TarInput::read_in_order(uint64_t length, const Read& read) {
    Status moved = catch_up();
    if (!moved) return moved;
    const uint64_t end = tape_.offset() + length;
    MemberSource anywhere(tape_, length);
    InOrderSource in_order(tape_, length);
    ByteSource* source = &in_order;
    if (tape_.random_access()) source = &anywhere;
    Status done = read(*source);
    if (!done || tape_.offset() >= end) return done;
    return tape_.skip(end - tape_.offset());
}

}  // namespace assay::tar

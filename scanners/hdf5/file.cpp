#include "file.h"

#include <fmt/format.h>

#include <algorithm>

#include "lookup3.h"

namespace assay::hdf5 {

namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kLeastSuperblock = 24;
constexpr size_t kEntered = 64;  // bytes that one entry of a set takes
constexpr size_t kExtents = 1024;

// Reading a structure of so many bytes counts as one. What is met once takes a few readings, so
// that only files that lead to the same things again and again come to the limit.
constexpr uint64_t kWorkPiece = 512;
constexpr uint64_t kMostWork = 5'000'000;
constexpr uint64_t kWorkPerExtent = 16;

// The end is counted from the beginning of the bytes that the superblock was written for, unlike
// all other addresses. Who puts something before the file later leaves both numbers alone.
uint64_t end_after(uint64_t base, uint64_t end) {
    return end == kNowhere || end < base ? kNowhere : end - base;
}

bool is_width(uint8_t width) { return width == 2 || width == 4 || width == 8; }

}  // namespace

// ------------------------------------------------------------------------------------------------
// Fields

uint64_t Fields::sized(size_t width) {
    uint64_t value = 0;
    Bytes field = bytes(width);
    for (size_t i = field.size(); i-- > 0;) value = value << 8 | field[i];
    return value;
}

uint64_t Fields::address() {
    const uint64_t all_set = UINT64_MAX >> (64 - 8 * widths_.address);
    const uint64_t value = sized(widths_.address);
    return value == all_set ? kNowhere : value;
}

std::string_view Fields::text() {
    Fields ahead = *this;
    std::string_view rest = as_text(ahead.bytes(remaining()));
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) fail(Code::kMalformed, "a text has no end");
    Bytes taken = bytes(ok() ? end + 1 : 0);
    return as_text(taken).substr(0, ok() ? end : 0);
}

void Fields::align(uint64_t start) { skip((8 - (offset() - start) % 8) % 8); }

// ------------------------------------------------------------------------------------------------
// The superblock

File::File(Tape& tape, ScanContext& context, uint64_t base)
    : tape_(tape),
      context_(context),
      base_(base),
      end_(tape.size().value_or(base) - std::min(base, tape.size().value_or(base))) {}

Status File::read_superblock() {
    Result<Fields> head = fields(0, std::min<uint64_t>(end_, 12));
    if (!head) return head.error();
    head->skip(8);
    const uint8_t version = head->u8();
    if (!head->ok() || version > 3) return invalid(8, "a superblock of unknown version");
    Result<Fields> at = fields(0, std::min<uint64_t>(end_, 128));
    if (!at) return at.error();
    super_.version = version;
    at->skip(9);
    Status read = version < 2 ? read_version_0(*at, version) : read_version_2(*at);
    return read ? check_end() : read;
}

// Open for writing, consistent, open for writing with readers.
static constexpr uint32_t kStatus = 7;

Status File::read_version_0(Fields& at, uint8_t version) {
    const uint8_t free_space = at.u8();
    const uint8_t root_entry = at.u8();
    at.skip(1);
    const uint8_t shared = at.u8();
    Widths& widths = super_.widths;
    widths = {at.u8(), at.u8()};
    if (free_space != 0 || root_entry != 0 || shared != 0 || !is_width(widths.address) ||
        !is_width(widths.length)) {
        return invalid(9, "versions or widths that the format does not have");
    }
    at.skip(1);
    super_.leaf_k = at.le16();
    super_.node_k = at.le16();
    if ((at.le32() & ~kStatus) != 0) return invalid(20, "a status that no file has");
    if (version == 1) super_.chunk_k = at.le16();
    if (version == 1) at.skip(2);
    if (super_.leaf_k == 0 || super_.node_k == 0 || super_.chunk_k == 0) {
        return invalid(16, "nodes of a tree that hold nothing");
    }
    Fields rest(at.bytes(at.remaining()), at.offset(), widths);
    const uint64_t base = rest.address();
    const uint64_t free = rest.address();  // a later version's extension, and nowhere in this one
    super_.end = end_after(base, rest.address());
    const uint64_t driver = rest.address();
    rest.skip(widths.address);  // where the name of the root would be
    super_.root = rest.address();
    const uint32_t cache = rest.le32();
    rest.skip(20);
    if (!rest.ok()) return invalid(0, "the superblock is cut off");
    if (free != kNowhere || cache > 2) {
        return invalid(0, "a superblock has what its version does not");
    }
    if (driver != kNowhere) return unsupported(0, "the file is spread over several files");
    return claim(0, (version == 1 ? 28 : 24) + 6 * uint64_t{widths.address} + 24);
}

Status File::read_version_2(Fields& at) {
    Widths& widths = super_.widths;
    widths = {at.u8(), at.u8()};
    if (!is_width(widths.address) || !is_width(widths.length)) {
        return invalid(9, "addresses or lengths of no width that the format has");
    }
    if ((at.u8() & ~kStatus) != 0) return invalid(11, "a status that no file has");
    const uint64_t size = 12 + 4 * uint64_t{widths.address} + 4;
    Result<Bytes> all = bytes(0, size);
    if (!all) return all.error();
    Fields rest(all->subspan(12), in_file(12), widths);
    const uint64_t base = rest.address();
    super_.extension = rest.address();
    super_.end = end_after(base, rest.address());
    super_.root = rest.address();
    if (rest.le32() != lookup3(all->first(size - 4))) {
        return invalid(0, "the superblock's checksum is wrong");
    }
    return claim(0, size);
}

// What stands behind the end is nobody's; a file that ends before was cut.
Status File::check_end() {
    if (super_.end == kNowhere || super_.end > end_) {
        return invalid(0, "the file is shorter than its superblock says");
    }
    if (super_.end < kLeastSuperblock) return invalid(0, "the file ends within its superblock");
    end_ = super_.end;
    if (super_.root == kNowhere) return invalid(0, "the file has no root");
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Bytes

Result<Bytes> File::bytes(uint64_t address, uint64_t n) {
    if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
    if (address > end_ || n > end_ - address) {
        return invalid(address, "a structure lies beyond the end of the file");
    }
    work_ += 1 + n / kWorkPiece;
    if (work_ > kMostWork + kWorkPerExtent * extents_.size()) return too_much();
    const uint64_t from = in_file(address);
    const uint64_t page = from / kPage * kPage;
    const uint64_t until = std::min((from + n + kPage - 1) / kPage * kPage, *tape_.size());
    if (until - page > SIZE_MAX / 2) return Error{Code::kLimit, "a structure is too large", from};
    Result<Bytes> all = tape_.at(page, static_cast<size_t>(until - page));
    if (!all) return all.error();
    if (all->size() < from - page + n) return Error{Code::kTruncated, "the file ends early", from};
    return all->subspan(static_cast<size_t>(from - page), static_cast<size_t>(n));
}

Result<Fields> File::fields(uint64_t address, uint64_t n) {
    Result<Bytes> found = bytes(address, n);
    if (!found) return found.error();
    return Fields(*found, in_file(address), super_.widths);
}

Result<Fields> File::sealed(uint64_t address, uint64_t n, std::string_view signature) {
    if (n < 10) return invalid(address, "a structure has no room for what it is");
    Result<Bytes> all = bytes(address, n);
    if (!all) return all.error();
    if (!starts_with(*all, signature)) return invalid(address, "a structure is another one");
    if ((*all)[4] != 0) return invalid(address, "a structure has an unknown version");
    const Bytes body = all->first(static_cast<size_t>(n) - 4);
    if (load_le<uint32_t>(body.data() + body.size()) != lookup3(body)) {
        return invalid(address, "a structure's checksum is wrong");
    }
    return Fields(body.subspan(5), in_file(address + 5), super_.widths);
}

// ------------------------------------------------------------------------------------------------
// Who owns what

Status File::claim(uint64_t address, uint64_t n) {
    if (address > end_ || n > end_ - address) {
        return invalid(address, "data lies beyond the end of the file");
    }
    if (n == 0) return Done{};
    if (extents_.size() == extents_paid_) {
        Status paid =
            pay(2 * kExtents * sizeof(Extent));  // a vector that grows holds both for once
        if (!paid) return paid;
        extents_paid_ += kExtents;
    }
    extents_.push_back({address, address + n});
    return Done{};
}

Result<bool> File::enter(uint64_t address) {
    if (entered_.contains(address)) return false;
    Status paid = pay(kEntered);
    if (!paid) return paid.error();
    entered_.insert(address);
    return true;
}

Status File::claim_once(uint64_t address, uint64_t n) {
    Result<bool> first = enter(address);
    if (!first) return first.error();
    return *first ? claim(address, n) : Status(Done{});
}

Status File::claim_node(uint64_t address, uint64_t n) {
    Result<bool> first = enter(address);
    if (!first) return first.error();
    return *first ? claim(address, n) : invalid(address, "a tree leads to one of its nodes twice");
}

void File::account() {
    std::sort(extents_.begin(), extents_.end(), [](const Extent& a, const Extent& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    uint64_t reached = 0;
    uint64_t shared = kNowhere;
    uint64_t owned = 0;
    for (const Extent& extent : extents_) {
        if (extent.begin > reached) context_.gap(in_file(reached), extent.begin - reached);
        if (extent.begin < reached && shared == kNowhere) shared = extent.begin;
        if (extent.end > reached) owned += extent.end - std::max(extent.begin, reached);
        reached = std::max(reached, extent.end);
    }
    if (end_ > reached) context_.gap(in_file(reached), end_ - reached);
    context_.parsed(owned);
    if (shared == kNowhere) return;
    (void)invalid(shared, "the same bytes belong to two structures or datasets");
    context_.incomplete(Coverage::kMalformed, "structures overlap");
}

// ------------------------------------------------------------------------------------------------
// What is wrong

Error File::invalid(uint64_t address, const char* what) {
    const uint64_t where = address == kNowhere ? base_ : base_ + std::min(address, end_);
    context_.report(rules::kInvalid, where, 0, what);
    return {Code::kMalformed, what, where, 0};
}

Error File::unsupported(uint64_t address, const char* what) {
    return {Code::kUnsupported, what, in_file(address), 0};
}

bool File::absorb(const Status& status) {
    if (status) return true;
    const Code code = status.error().code;
    if (code == Code::kMalformed) {
        context_.incomplete(Coverage::kMalformed, status.error().text);
    } else if (code == Code::kUnsupported) {
        context_.incomplete(Coverage::kUnsupported, status.error().text);
    } else {
        return false;
    }
    return true;
}

Status File::pay(size_t bytes) {
    if (context_.reserve(bytes)) return Done{};
    return too_much();
}

Error File::too_much() {
    if (!limit_reported_) context_.report(rules::kLimitStructures, base_, 0, "");
    limit_reported_ = true;
    return {Code::kLimit, rules::kLimitStructures.message.data(), base_};
}

}  // namespace assay::hdf5

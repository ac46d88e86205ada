#include "zip_early.h"

#include <algorithm>
#include <array>

#include "crc32.h"
#include "early_source.h"
#include "passing.h"

namespace assay {

namespace {

// Below that the first member is not worth leaving: archives of small ones are read in one go.
constexpr uint64_t kWorthLeaving = uint64_t{64} << 10;
// What is pinned, of one member with its header and of all together.
constexpr uint64_t kMostAhead = uint64_t{64} << 10;
constexpr uint64_t kMostAheadTogether = uint64_t{256} << 10;
constexpr size_t kMaxHeader = 4096;  // honest ones are far shorter
constexpr size_t kRoomStep = 1024;

}  // namespace

// What a glance told of a member. Lives until the next glance.
struct EarlyMembers::Looked {
    LocalHeader local;
    uint64_t data = 0;
    uint64_t end = 0;       // of the data
    size_t descriptor = 0;  // its length, if it fits the entry
    Bytes header;
};

// Another tape over the same bytes, which pins what it reads in the first one.
class EarlyMembers::Scout {
  public:
    Scout(Tape& tape, ScanContext& context, ZipVisitor& visitor)
        : source_(tape),
          tape_(source_, {pool_, pool_, hold_}, {}),
          reader_(tape_, context, visitor) {}

    // Where the scout stands afterwards. [the entry's header, until) is pinned; only what is no
    // good archive makes it look further.
    Result<uint64_t> read(const ZipEntry& entry, uint64_t until) {
        source_.until = until;
        Status moved = tape_.skip(entry.header_offset - tape_.offset());
        if (!moved) return moved.error();
        Status read = reader_.read(entry);
        if (!read) return read.error();
        return tape_.offset();
    }

  private:
    class Source final : public ByteSource {
      public:
        explicit Source(Tape& tape) : tape_(tape) {}
        [[nodiscard]] std::optional<uint64_t> size() const override { return tape_.size(); }
        [[nodiscard]] bool random_access() const override { return true; }
        Result<Lent> read(uint64_t offset, size_t max, BlockPool&) override {
            const uint64_t there = offset < until ? until - offset : kBlockAlign;
            return tape_.lend_at(offset, static_cast<size_t>(std::min<uint64_t>(max, there)));
        }
        Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
            return read(offset, max, pool);
        }
        uint64_t until = 0;

      private:
        Tape& tape_;
    };

    // Nothing of note is pinned here: it is in the tape already.
    PinBudget budget_{kMiB, kMiB};
    PinHold hold_{budget_, 0};
    BlockPool pool_{kBlockAlign, SIZE_MAX};
    Source source_;
    Tape tape_;
    EntryReader reader_;
};

EarlyMembers::EarlyMembers(Tape& tape, ScanContext& context, std::shared_ptr<ZipArchive> archive)
    : tape_(tape), context_(context), archive_(std::move(archive)) {}

EarlyMembers::~EarlyMembers() = default;

Status EarlyMembers::catch_up() {
    if (!any_left()) return Done{};
    ahead_ = 0;
    return tape_.advance(behind_ - tape_.offset());
}

bool EarlyMembers::complete() {
    if (left_) left_->complete();
    return left_ != nullptr;
}

Result<bool> EarlyMembers::take(const ZipEntry& entry) {
    if (!archive_ || (!any_left() && entry.packed < kWorthLeaving)) return false;
    std::optional<Looked> looked = look_at(entry);
    if (!looked) return false;
    Result<bool> left = leave(entry, *looked);
    if (!left || *left || !any_left()) return left;
    return read_ahead(entry, *looked);
}

std::optional<EarlyMembers::Looked> EarlyMembers::look_at(const ZipEntry& entry) {
    header_.resize(kMaxHeader);
    Result<size_t> got = tape_.glance(entry.header_offset, header_);
    if (!got) return std::nullopt;
    const Bytes bytes = Bytes(header_).first(*got);
    std::optional<LocalHeader> local = local_header_in(bytes, entry.header_offset);
    if (!local) return std::nullopt;
    Looked looked;
    looked.header = bytes.first(static_cast<size_t>(local->length));
    looked.data = entry.header_offset + local->length;
    const uint64_t size = *tape_.size();
    if (looked.data > size || entry.packed > size - looked.data) return std::nullopt;
    looked.end = looked.data + entry.packed;
    if (local->has_descriptor()) {
        std::array<uint8_t, kMaxDescriptor> there{};
        Result<size_t> behind = tape_.glance(looked.end, there);
        if (!behind) return std::nullopt;
        looked.descriptor = match_descriptor(Bytes(there).first(*behind), entry.crc, entry.packed,
                                             entry.size, true);
    }
    looked.local = std::move(*local);
    return looked;
}

// False where nothing may be left.
bool EarlyMembers::make_room() {
    if (!left_) {
        auto closing = std::make_unique<LeftMembers>(archive_, tape_.offset());
        LeftMembers* left = closing.get();
        if (wants_members_whole(context_) || !context_.afterwards(std::move(closing))) {
            archive_.reset();
            return false;
        }
        left_ = left;
    }
    if (count_ < room_) return true;
    if (!context_.reserve(kRoomStep * sizeof(LeftMembers::Member))) return false;
    room_ += kRoomStep;
    return true;
}

// Nothing to look into, and nothing to wait for.
static bool is_empty_folder(const ZipEntry& entry) {
    return entry.name.ends_with('/') && entry.size == 0;
}

// Only where everything about the member is plain; the rest is for who reads it.
static bool is_plain(const ZipEntry& entry, const LocalHeader& local, size_t descriptor) {
    constexpr uint16_t kTelling = kBitEncrypted | kBitStrong | kBitPatched | kBitMasked;
    return entry.method == kStored && local.method == kStored && entry.packed == entry.size &&
           ((entry.flags | local.flags) & kTelling) == 0 &&
           (descriptor != 0 || !local.has_descriptor()) && !entry.is_symlink() &&
           (!is_empty_folder(entry) || entry.crc == 0);
}

Result<bool> EarlyMembers::leave(const ZipEntry& entry, const Looked& looked) {
    if (!is_plain(entry, looked.local, looked.descriptor) || !make_room()) return false;
    EntryReader reader(tape_, context_, *archive_->visitor);
    reader.confirm(entry, looked.local, looked.descriptor);
    if (!is_empty_folder(entry)) {
        Status read = read_stored(entry, looked);
        if (!read) return read.error();
    }
    behind_ = looked.end + looked.descriptor;
    return true;
}

Status EarlyMembers::read_stored(const ZipEntry& entry, const Looked& looked) {
    note(entry, looked);
    EarlySource source(tape_, looked.data, entry.packed, *left_, pool_);
    Status scanned = archive_->visitor->member(entry, source, context_);
    if (ends_the_walk(scanned)) return scanned;
    if (source.passes_by_itself()) return Done{};
    Status moved = tape_.advance(looked.end - tape_.offset());
    return ends_the_walk(moved) && moved.error().code != Code::kTruncated ? moved : Done{};
}

void EarlyMembers::note(const ZipEntry& entry, const Looked& looked) {
    LeftMembers::Member member;
    member.data = looked.data;
    member.index = entry.index;
    member.header = static_cast<uint32_t>(looked.header.size());
    member.looked_crc = crc32_of(0, looked.header);
    left_->add(member);
    count_++;
}

Result<bool> EarlyMembers::read_ahead(const ZipEntry& entry, const Looked& looked) {
    const uint64_t from = entry.header_offset;
    const uint64_t slack = looked.local.has_descriptor() ? kMaxDescriptor : 0;
    const uint64_t until = std::min(looked.end + slack, *tape_.size());
    const uint64_t cost = until - from + kBlockAlign;
    if (until - from > kMostAhead || ahead_ + cost > kMostAheadTogether) return false;
    if (!tape_.lend_at(from, static_cast<size_t>(until - from))) return false;
    ahead_ += cost;
    if (!scout_) scout_ = std::make_unique<Scout>(tape_, context_, *archive_->visitor);
    Result<uint64_t> read = scout_->read(entry, until);
    if (!read) return read.error();
    behind_ = *read;
    return true;
}

}  // namespace assay

// bzip2, xz and zstd stand in a member as they stand in a file. LZMA has a header of ZIP's own:
//
//   version (2), length of the properties (2, always 5), properties (1), dictionary (4), data
//
// and ends by a mark in the data where bit 1 of the flags says so, else by the size that the
// directory gives. Python's zipfile reads bzip2 and LZMA, so whatever loads a ZIP by it does.
#include "zip_packed.h"

#include <algorithm>

#include "compressed.h"
#include "stream_decoders.h"

namespace assay {

namespace {

std::unique_ptr<StreamDecoder> decoder_for(const MemberPlan& plan, ScanContext& context) {
    switch (plan.method) {
        case kBzip2:
            return make_bzip2_decoder(context);
        case kLzma:
            return make_zip_lzma_decoder(context, plan.size);
        case kXz:
            return make_xz_decoder(context);
        default:
            return make_zstd_decoder(context);
    }
}

// What lies ahead of a tape, copied, up to a bound: a decoder must see no byte behind its member,
// and the tape passes only what the decoder has taken.
class BoundedAhead final : public ByteSource {
  public:
    BoundedAhead(Tape& tape, uint64_t end) : tape_(tape), end_(end) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return end_; }
    [[nodiscard]] bool random_access() const override { return true; }

    // `offset` counts from where the tape's own offsets do.
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        const auto ahead = static_cast<size_t>(offset - tape_.offset());
        const auto wanted = static_cast<size_t>(std::min<uint64_t>({max, kMost, end_ - offset}));
        Result<Bytes> bytes = tape_.peek(ahead + wanted);
        if (!bytes) return bytes.error();
        if (bytes->size() <= ahead) return Lent{};
        BlockRef block = pool.get(wanted);
        if (!block) return Error{Code::kLimit, "no block to unpack from", offset, 0};
        const Bytes fresh = bytes->subspan(ahead);
        std::copy(fresh.begin(), fresh.end(), block->data());
        return Lent{block, Bytes(block->data(), fresh.size())};
    }

  private:
    static constexpr size_t kMost = 4096;

    Tape& tape_;
    const uint64_t end_;
};

// Has the member's tape take along the archive's.
class Follow final : public Tap {
  public:
    explicit Follow(Tape& tape) : tape_(tape) {}
    void feed(const BlockRef&, Bytes bytes) override {
        if (moved_) moved_ = tape_.advance(bytes.size());
    }
    void finish() override {}
    [[nodiscard]] const Status& moved() const { return moved_; }

  private:
    Tape& tape_;
    Status moved_ = Done{};
};

class Checked final : public ByteSource {
  public:
    explicit Checked(DecompressedSource& inner) : inner_(inner) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return inner_.size(); }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = inner_.read(offset, max, pool);
        if (lent) crc_.update(lent->bytes);
        return lent;
    }
    Status settle() override { return inner_.settle(); }
    [[nodiscard]] const Crc32& crc() const { return crc_; }

  private:
    DecompressedSource& inner_;
    Crc32 crc_;
};

uint64_t end_of(const MemberPlan& plan, uint64_t start) {
    const uint64_t length = plan.packed.value_or(plan.limit);
    return length > UINT64_MAX - start ? UINT64_MAX : start + length;
}

}  // namespace

bool starts_packed(uint16_t method, Bytes head) {
    using namespace std::string_view_literals;
    switch (method) {
        case kBzip2:
            return starts_with(head, "BZh");
        case kLzma:
            return head.size() > 4 && starts_with(head.subspan(2), "\5\0"sv) && head[4] < 225;
        case kXz:
            return starts_with(head, "\xfd\x37zXZ\0"sv);
        default:
            return starts_with(head, "\x28\xb5\x2f\xfd"sv) || is_skippable_frame(head);
    }
}

Result<ZipMember> read_packed_member(Tape& tape, const MemberPlan& plan, ScanContext& context,
                                     const MemberScan& scan) {
    const uint64_t start = tape.offset();
    // Nothing of note is held here: windows are paid for by the archive's own tape.
    PinBudget budget(kMiB, kMiB);
    PinHold hold(budget, 0);
    BlockPool pool(kBlockAlign, SIZE_MAX);
    BoundedAhead ahead(tape, end_of(plan, start));
    Tape member(ahead, {pool, pool, hold}, {});
    Status there = member.skip(start);
    if (!there) return there.error();
    Follow follow(tape);
    member.attach(follow);
    const std::unique_ptr<StreamDecoder> decoder = decoder_for(plan, context);
    DecompressedSource unpacked(member, *decoder, context, &tape);
    Checked source(unpacked);
    Status scanned = scan(source);
    if (ends_the_walk(scanned)) return scanned.error();
    if (!follow.moved()) return follow.moved().error();
    if (unpacked.fault() && !decoder->blamed()) {
        if (unpacked.fault()->code != Code::kLimit) return *unpacked.fault();
        context.incomplete(Coverage::kCutByLimit, unpacked.fault()->text);
    }
    const uint64_t taken = tape.offset() - start;
    return ZipMember{source.crc().value(), source.crc().size(), taken, unpacked.ended(), {}, start};
}

}  // namespace assay

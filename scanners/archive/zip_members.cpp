#include "zip_members.h"

#include <algorithm>

#include "in_order.h"
#include "zip_packed.h"

namespace assay {

namespace {

// At least `n` bytes where there are as many, and whatever else is at hand.
Result<Bytes> look(Tape& tape, size_t n) {
    Result<Bytes> some = tape.peek_some();
    if (!some || some->size() >= n) return some;
    return tape.peek(n);
}

// Where `signature` starts in `bytes`; where its beginning could start that the end cuts off; the
// size when neither is there.
size_t find_or_cut(Bytes bytes, std::string_view signature) {
    std::string_view text = as_text(bytes);
    size_t found = text.find(signature);
    if (found != std::string_view::npos) return found;
    size_t tail = text.size() - std::min(text.size(), signature.size() - 1);
    for (; tail < text.size(); tail++) {
        if (signature.starts_with(text.substr(tail))) return tail;
    }
    return text.size();
}

// Stored data of unknown length: it ends where a descriptor has the checksum and the length of what
// came before.
class UntilDescriptor final : public ByteSource {
  public:
    UntilDescriptor(Tape& tape, uint64_t limit) : tape_(tape), limit_(limit) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool&) override {
        if (offset != crc_.size()) return Error{Code::kUsage, "it is read in order", offset, 0};
        Result<size_t> run = ended_ ? Result<size_t>(size_t{0}) : next_run();
        if (!run) return run.error();
        if (*run == 0) ended_ = true;
        if (*run == 0) return Lent{};
        Result<Lent> lent = tape_.take(std::min(*run, max));
        if (lent) crc_.update(lent->bytes);
        return lent;
    }

    [[nodiscard]] const Crc32& crc() const { return crc_; }
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    // How many bytes certainly belong to it; 0 at the end.
    Result<size_t> next_run() {
        Result<Bytes> bytes = look(tape_, kMaxDescriptor);
        if (!bytes) return bytes.error();
        const uint64_t left = limit_ - crc_.size();
        if (match_descriptor(*bytes, crc_.value(), crc_.size(), crc_.size(), true) != 0) {
            return size_t{0};
        }
        if (bytes->empty() || left == 0) return size_t{0};
        size_t run = 1;
        while (run < bytes->size()) {
            run += find_or_cut(bytes->subspan(run), kDescriptorSignature);
            if (may_end_at(bytes->subspan(run), crc_.size() + run)) break;
            run++;
        }
        return static_cast<size_t>(std::min<uint64_t>(run, left));
    }

    // Whether it is worth a closer look: a descriptor has the length in both its forms there.
    static bool may_end_at(Bytes bytes, uint64_t length) {
        if (bytes.size() < 12) return true;
        return load_le<uint32_t>(bytes.data() + 8) == static_cast<uint32_t>(length);
    }

    Tape& tape_;
    const uint64_t limit_;
    Crc32 crc_;
    bool ended_ = false;
};

// Asks a last question when all has been read.
class Judged final : public ByteSource {
  public:
    Judged(ByteSource& inner, std::function<Status()> verdict)
        : inner_(inner), verdict_(std::move(verdict)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return inner_.size(); }
    [[nodiscard]] bool random_access() const override { return inner_.random_access(); }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        return inner_.read(offset, max, pool);
    }
    Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) override {
        return inner_.read_ahead(offset, max, pool);
    }
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        return inner_.glance(offset, max, pool);
    }
    Status settle() override {
        Status settled = inner_.settle();
        return settled ? verdict_() : settled;
    }

  private:
    ByteSource& inner_;
    std::function<Status()> verdict_;
};

Status scan_judged(const MemberPlan& plan, ByteSource& source, const Crc32& crc,
                   const MemberScan& scan) {
    Judged judged(source, [&]() -> Status {
        if (!plan.encrypted || plan.crc == crc.value()) return Done{};
        return Error{Code::kUnsupported, "the member is encrypted", 0, 0};
    });
    return scan(judged);
}

Result<ZipMember> read_stored(Tape& tape, const MemberPlan& plan, const MemberScan& scan) {
    const uint64_t start = tape.offset();
    std::optional<Crc32Tap> tap;
    if (plan.checksum) tap.emplace(tape);
    const Crc32 none;
    const Crc32& crc = tap ? tap->crc() : none;
    MemberSource anywhere(tape, *plan.packed);
    InOrderSource in_order(tape, *plan.packed);
    ByteSource* source = &in_order;
    if (tape.random_access()) source = &anywhere;
    Status scanned = scan_judged(plan, *source, crc, scan);
    if (ends_the_walk(scanned)) return scanned.error();
    Status moved = tape.skip(start + *plan.packed - tape.offset());
    if (!moved && moved.error().code != Code::kTruncated) return moved.error();
    return ZipMember{crc.value(), *plan.packed, *plan.packed, tap && crc.size() == *plan.packed,
                     {},          start};
}

Result<ZipMember> read_until_descriptor(Tape& tape, const MemberPlan& plan,
                                        const MemberScan& scan) {
    const uint64_t start = tape.offset();
    UntilDescriptor source(tape, plan.limit);
    Status scanned = scan_judged(plan, source, source.crc(), scan);
    if (ends_the_walk(scanned)) return scanned.error();
    const Crc32& crc = source.crc();
    return ZipMember{crc.value(), crc.size(), crc.size(), source.ended(), {}, start};
}

// What the deflate stream leaves of `packed` is for the caller to account for.
Result<ZipMember> read_deflated(Tape& tape, const MemberPlan& plan, const MemberScan& scan) {
    const uint64_t start = tape.offset();
    InflateSource source(tape, plan.packed.value_or(plan.limit));
    Status scanned = scan_judged(plan, source, source.crc(), scan);
    if (ends_the_walk(scanned)) return scanned.error();
    ZipMember member{
        source.crc().value(), source.crc().size(), source.taken(), source.ended(), {}, start};
    member.damage = source.damage();
    return member;
}

// Whether a deflate stream may start with these bytes, or, unless it is `cut`, be all of them.
bool inflates(Bytes head, bool cut) {
    Inflater inflater;
    std::vector<uint8_t> room(Inflater::kRoom);
    for (;;) {
        if (cut && head.size() < Inflater::kAhead) return true;
        const Inflater::Step step = inflater.step(head, room);
        if (step.damaged) return false;
        head = head.subspan(step.consumed);
        if (step.ended || step.consumed + step.produced == 0) return cut || step.ended;
    }
}

}  // namespace

// What the sources here say of their own data is known to the caller from elsewhere.
bool ends_the_walk(const Status& status) {
    if (status) return false;
    const Code code = status.error().code;
    return code != Code::kMalformed && code != Code::kUnsupported && code != Code::kLimit;
}

Result<ZipMember> read_member(Tape& tape, const MemberPlan& plan, ScanContext& context,
                              const MemberScan& scan) {
    if (plan.method == kDeflated) return read_deflated(tape, plan, scan);
    if (unpacks_as_stream(plan.method)) return read_packed_member(tape, plan, context, scan);
    if (plan.packed) return read_stored(tape, plan, scan);
    return read_until_descriptor(tape, plan, scan);
}

// Encryption puts twelve bytes or more before stored data, and leaves no stream of any packer.
Result<bool> is_ciphertext(Tape& tape, const MemberPlan& plan, uint64_t size) {
    constexpr uint64_t kLooked = 4096;
    if (!plan.encrypted || !plan.packed) return false;
    if (plan.method == kStored) return *plan.packed != size;
    Result<Bytes> head = tape.peek(static_cast<size_t>(std::min(kLooked, *plan.packed)));
    if (!head) return head.error();
    if (plan.method != kDeflated) return !starts_packed(plan.method, *head);
    return !inflates(*head, *plan.packed > kLooked);
}

Result<std::optional<std::string>> peek_content(Tape& tape, const MemberPlan& plan, uint64_t size,
                                                size_t most) {
    std::optional<std::string> content;
    if (!plan.packed || *plan.packed > most || size > most || plan.encrypted) return content;
    Result<Bytes> packed = tape.peek(static_cast<size_t>(*plan.packed));
    if (!packed) return packed.error();
    if (plan.method == kStored) content = as_text(*packed);
    if (plan.method != kDeflated) return content;
    std::vector<uint8_t> room(Inflater::kRoom);
    Inflater inflater;
    const Inflater::Step step = inflater.step(*packed, room);
    if (step.ended && step.produced <= most) content = as_text(Bytes(room).first(step.produced));
    return content;
}

// ------------------------------------------------------------------------------------------------
// Gaps.

bool GapSource::is_record(Bytes bytes) const {
    if (plausible_local(bytes)) return true;
    return stop_ == Stop::kAny && (plausible_central(bytes) || plausible_end(bytes));
}

// Bytes up to the next that could start a record; 0 at the end. The first byte belongs to the gap,
// whatever it looks like: the caller has judged it. Looks at one run at a time, of
// whatever is at hand, so the lengths of runs depend on blocks, and where the gap ends does not.
Result<size_t> GapSource::next_run() {
    if (out_ >= limit_) return size_t{0};
    Result<Bytes> bytes = look(tape_, kCentralSize);
    if (!bytes) return bytes.error();
    if (bytes->empty() || (out_ > 0 && is_record(*bytes))) return size_t{0};
    size_t run = 1;
    while (run < bytes->size()) {
        run += find_or_cut(bytes->subspan(run), "PK");
        if (bytes->size() - run < kCentralSize || is_record(bytes->subspan(run))) break;
        run++;
    }
    return static_cast<size_t>(std::min<uint64_t>(run, limit_ - out_));
}

Result<Lent> GapSource::read(uint64_t offset, size_t max, BlockPool&) {
    if (offset != out_) return Error{Code::kUsage, "a gap is read in order", offset, 0};
    Result<size_t> run = next_run();
    if (!run) return run.error();
    if (*run == 0) return Lent{};
    Result<Lent> lent = tape_.take(std::min(*run, max));
    if (lent) out_ += lent->bytes.size();
    return lent;
}

Status GapSource::settle() {
    for (;;) {
        Result<size_t> run = next_run();
        if (!run) return run.error();
        if (*run == 0) return Done{};
        Status moved = tape_.advance(*run);
        if (!moved) return moved;
        out_ += *run;
    }
}

Result<uint64_t> skip_zeros(Tape& tape, uint64_t limit) {
    uint64_t skipped = 0;
    while (skipped < limit) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        auto end = std::find_if(bytes->begin(), bytes->end(), [](uint8_t b) { return b != 0; });
        auto zeros = static_cast<uint64_t>(end - bytes->begin());
        const bool found = zeros < bytes->size() || bytes->empty();
        zeros = std::min(zeros, limit - skipped);
        Status moved = tape.advance(zeros);
        if (!moved) return moved.error();
        skipped += zeros;
        if (found) break;
    }
    return skipped;
}

}  // namespace assay

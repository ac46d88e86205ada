#include "assay/tape.h"

#include <algorithm>

namespace assay {

Tape::Tape(ByteSource& source, Pools pools, std::vector<Tap*> taps)
    : source_(source), pools_(pools), taps_(std::move(taps)) {}

static Error too_much_held(uint64_t offset) {
    return {Code::kLimit, "more would have to be held in memory than allowed", offset, 0};
}

Tape::~Tape() {
    for (Piece& piece : window_) pools_.pins.refund(piece.charged);
    for (auto& [from, piece] : pinned_) pools_.pins.refund(piece.charged);
    if (scratch_) pools_.pins.refund(scratch_->capacity());
}

Result<Bytes> Tape::peek(size_t n) {
    Status filled = fill_to(n);
    if (!filled) return filled.error();
    return lend(offset_, std::min(n, window_bytes_));
}

Result<Bytes> Tape::peek_some() {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    return window_.empty() ? Bytes{} : window_.front().lent.bytes;
}

Result<Lent> Tape::take(size_t max) {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    if (window_.empty()) return Lent{};
    Lent lent = window_.front().lent;
    lent.bytes = lent.bytes.first(std::min(max, lent.bytes.size()));
    pass(lent.bytes.size());
    return lent;
}

Status Tape::advance(uint64_t n) {
    while (n > 0) {
        Status filled = fill_to(1);
        if (!filled) return filled;
        if (window_.empty()) return Error{Code::kTruncated, "the input ends early", offset_, 0};
        size_t step = static_cast<size_t>(std::min<uint64_t>(n, window_.front().lent.bytes.size()));
        pass(step);
        n -= step;
    }
    return Done{};
}

Result<Bytes> Tape::at(uint64_t from, size_t n) {
    Status pinned = pin_range(from, n);
    if (!pinned) return pinned.error();
    return lend(from, n);
}

Result<Lent> Tape::lend_at(uint64_t from, size_t n) {
    Status pinned = pin_range(from, n);
    if (!pinned) return pinned.error();
    Lent found;
    auto look = [&](uint64_t start, const Lent& lent) {
        if (from < start || from - start >= lent.bytes.size()) return;
        Bytes rest = lent.bytes.subspan(static_cast<size_t>(from - start));
        found = {lent.block, rest.first(std::min(n, rest.size()))};
    };
    uint64_t start = offset_;
    for (const Piece& piece : window_) {
        look(start, piece.lent);
        start += piece.lent.bytes.size();
    }
    for (const auto& [pin_start, piece] : pinned_) look(pin_start, piece.lent);
    return found;
}

// Refuses a source without random access even where the window happens to hold the range: what a
// format may see must not depend on the size of blocks.
Status Tape::pin_range(uint64_t from, size_t n) {
    if (from < offset_) return Error{Code::kUsage, "the tape has passed these bytes", from, 0};
    if (!random_access()) {
        return Error{Code::kUsage, "the source can only be read in order", from, 0};
    }
    uint64_t to = n > UINT64_MAX - from ? UINT64_MAX : from + n;
    return to <= window_end() ? Status(Done{}) : pin(std::max(from, window_end()), to);
}

Result<bool> Tape::drain_block() {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    if (window_.empty()) {
        finish_taps();
        return false;
    }
    pass(window_.front().lent.bytes.size());
    return true;
}

Status Tape::drain() {
    for (;;) {
        Result<bool> more = drain_block();
        if (!more) return more.error();
        if (!*more) return Done{};
    }
}

void Tape::detach(Tap& tap) { std::erase(taps_, &tap); }

// Puts the next piece at the end of the window: a pinned one whose turn has come, else a new read
// of up to `max` bytes that stops where the next pinned one starts.
Status Tape::fill(size_t max, bool held) {
    auto next_pin = pinned_.begin();
    if (next_pin != pinned_.end() && next_pin->first == window_end()) {
        append(std::move(next_pin->second));
        pinned_.erase(next_pin);
        return Done{};
    }
    if (next_pin != pinned_.end()) {
        max = static_cast<size_t>(std::min<uint64_t>(max, next_pin->first - window_end()));
    }
    if (held) {
        Result<Piece> piece = read_held(window_end(), max, false);
        if (!piece) return piece.error();
        append(std::move(*piece));
        return Done{};
    }
    Result<Lent> lent = source_.read(window_end(), max, pools_.stream);
    if (!lent) return lent.error();
    bytes_read_ += lent->bytes.size();
    append({std::move(*lent), 0});
    return Done{};
}

// One block is the ordinary window; a longer one is paid for by the pins.
Status Tape::fill_to(size_t n) {
    while (window_bytes_ < n && !ended_) {
        bool first = window_.empty();
        size_t max = first ? pools_.stream.block_size() : n - window_bytes_;
        Status filled = fill(max, !first);
        if (!filled) return filled;
    }
    return Done{};
}

// What a source may need for `n` bytes: an aligned read takes a little more at both ends.
static size_t price_of(size_t n, size_t least) {
    constexpr size_t kEnds = 2 * kBlockAlign;
    return n > SIZE_MAX - kEnds ? SIZE_MAX : std::max(n + kEnds, least);
}

// Paid for before it is read, since waiting for the ticket must come before the memory is taken;
// what the block turns out not to need is paid back. Nothing is paid for what lies beyond a known
// end, but one byte is still asked for: the source alone says where it ends.
Result<Tape::Piece> Tape::read_held(uint64_t from, size_t max, bool ahead) {
    if (std::optional<uint64_t> size = source_.size()) {
        uint64_t left = *size > from ? *size - from : 1;
        max = static_cast<size_t>(std::min<uint64_t>(max, left));
    }
    size_t charge = price_of(max, pools_.held.block_size());
    if (!pools_.pins.charge(charge)) return too_much_held(from);
    Result<Lent> lent =
        ahead ? source_.read_ahead(from, max, pools_.held) : source_.read(from, max, pools_.held);
    if (!lent || lent->bytes.empty()) {
        pools_.pins.refund(charge);
        return lent ? Result<Piece>(Piece{}) : Result<Piece>(lent.error());
    }
    size_t cost = std::min(charge, lent->block ? lent->block->capacity() : 0);
    pools_.pins.refund(charge - cost);
    bytes_read_ += lent->bytes.size();
    return Piece{std::move(*lent), cost};
}

void Tape::append(Piece piece) {
    size_t n = piece.lent.bytes.size();
    if (n == 0) {
        ended_ = true;
        return;
    }
    window_bytes_ += n;
    window_.push_back(std::move(piece));
}

// Reads the parts of [from, to) that are neither in the window nor pinned yet.
Status Tape::pin(uint64_t from, uint64_t to) {
    auto pin = pinned_.upper_bound(from);
    if (pin != pinned_.begin()) {
        const Piece& before = std::prev(pin)->second;
        from = std::max(from, std::prev(pin)->first + before.lent.bytes.size());
    }
    while (from < to) {
        if (pin != pinned_.end() && pin->first == from) {
            from += pin->second.lent.bytes.size();
            ++pin;
            continue;
        }
        uint64_t until = pin == pinned_.end() ? to : std::min(to, pin->first);
        Result<Piece> piece = read_held(from, static_cast<size_t>(until - from), true);
        if (!piece) return piece.error();
        if (piece->lent.bytes.empty()) break;
        uint64_t start = from;
        from += piece->lent.bytes.size();
        pinned_.emplace_hint(pin, start, std::move(*piece));
    }
    return Done{};
}

// The bytes of [from, from + n) that are in memory: straight from their piece where one piece has
// them all, otherwise copied together.
Result<Bytes> Tape::lend(uint64_t from, size_t n) {
    uint64_t covered = from;
    Bytes whole;
    auto look = [&](uint64_t start, Bytes bytes) {
        if (start > covered || covered - start >= bytes.size()) return;
        if (covered == from) whole = bytes.subspan(static_cast<size_t>(from - start));
        covered = start + bytes.size();
    };
    uint64_t start = offset_;
    for (const Piece& piece : window_) {
        look(start, piece.lent.bytes);
        start += piece.lent.bytes.size();
    }
    for (const auto& [pin_start, piece] : pinned_) look(pin_start, piece.lent.bytes);

    n = static_cast<size_t>(std::min<uint64_t>(n, covered - from));
    if (n <= whole.size()) return whole.first(n);
    Result<uint8_t*> to = scratch(n);
    if (!to) return to.error();
    copy_out(from, {*to, n});
    return Bytes(*to, n);
}

static void copy_overlap(uint64_t start, Bytes piece, uint64_t from, std::span<uint8_t> to) {
    uint64_t low = std::max(start, from);
    uint64_t high = std::min(start + piece.size(), from + to.size());
    if (low >= high) return;
    std::copy_n(piece.data() + (low - start), high - low, to.data() + (low - from));
}

void Tape::copy_out(uint64_t from, std::span<uint8_t> to) const {
    uint64_t start = offset_;
    for (const Piece& piece : window_) {
        copy_overlap(start, piece.lent.bytes, from, to);
        start += piece.lent.bytes.size();
    }
    for (const auto& [pin_start, piece] : pinned_) {
        copy_overlap(pin_start, piece.lent.bytes, from, to);
    }
}

Result<uint8_t*> Tape::scratch(size_t n) {
    if (scratch_ && scratch_->capacity() >= n) return scratch_->data();
    if (scratch_) pools_.pins.refund(scratch_->capacity());
    scratch_.reset();
    size_t charge = std::max(n, pools_.held.block_size());
    if (!pools_.pins.charge(charge)) return too_much_held(offset_);
    scratch_ = pools_.held.get(n);
    if (scratch_) return scratch_->data();
    pools_.pins.refund(charge);
    return too_much_held(offset_);
}

// Precondition: n is at most the length of the first piece.
void Tape::pass(size_t n) {
    Lent& lent = window_.front().lent;
    for (Tap* tap : taps_) tap->feed(lent.block, lent.bytes.first(n));
    lent.bytes = lent.bytes.subspan(n);
    offset_ += n;
    window_bytes_ -= n;
    if (lent.bytes.empty()) drop_front();
}

void Tape::drop_front() {
    pools_.pins.refund(window_.front().charged);
    window_.pop_front();
}

void Tape::finish_taps() {
    if (finished_) return;
    finished_ = true;
    for (Tap* tap : taps_) tap->finish();
}

}  // namespace assay

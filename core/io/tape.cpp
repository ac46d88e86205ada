#include "assay/tape.h"

#include <algorithm>

#include "range_charges.h"

namespace assay {

Tape::Tape(ByteSource& source, Pools pools, std::vector<Tap*> taps)
    : source_(source),
      pools_(pools),
      taps_(std::move(taps)),
      charges_(std::make_unique<RangeCharges>(pools.pins)) {}

Tape::~Tape() = default;

uint64_t Tape::clip(uint64_t from, size_t n) const {
    uint64_t to = n > UINT64_MAX - from ? UINT64_MAX : from + n;
    return std::max(from, std::min(to, size().value_or(UINT64_MAX)));
}

Result<Bytes> Tape::peek(size_t n) {
    n = static_cast<size_t>(clip(offset_, n) - offset_);
    // The window, and the copy that joins its pieces.
    Status charged = charges_->charge_view(offset_, n, 2);
    if (!charged) return charged.error();
    Status filled = fill_to(std::max<size_t>(n, 1));  // at the end, so that at_end() knows
    if (!filled) return filled.error();
    return lend(offset_, std::min(n, window_bytes_));
}

Result<Bytes> Tape::peek_some() {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    return window_.empty() ? Bytes{} : window_.front().bytes;
}

Result<Lent> Tape::take(size_t max) {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    if (window_.empty()) return Lent{};
    Lent lent = window_.front();
    lent.bytes = lent.bytes.first(std::min(max, lent.bytes.size()));
    pass(lent.bytes.size());
    return lent;
}

Status Tape::advance(uint64_t n) {
    while (n > 0) {
        Status filled = fill_to(1);
        if (!filled) return filled;
        if (window_.empty()) return Error{Code::kTruncated, "the input ends early", offset_, 0};
        size_t step = static_cast<size_t>(std::min<uint64_t>(n, window_.front().bytes.size()));
        pass(step);
        n -= step;
    }
    return Done{};
}

// What is at hand is passed; over the rest the head jumps, to the next pin at most.
Status Tape::skip(uint64_t n) {
    if (!taps_.empty() || !random_access() || !size()) return advance(n);
    if (n > *size() - std::min(*size(), offset_)) {
        return Error{Code::kTruncated, "the input ends early", *size(), 0};
    }
    while (n > 0) {
        const bool pinned = !pinned_.empty() && pinned_.begin()->first == window_end();
        if (window_.empty() && pinned) {
            Status filled = fill_to(1);
            if (!filled) return filled;
        }
        uint64_t step = n;
        if (!window_.empty()) {
            step = std::min<uint64_t>(n, window_.front().bytes.size());
            pass(static_cast<size_t>(step));
        } else {
            if (!pinned_.empty()) step = std::min(n, pinned_.begin()->first - offset_);
            offset_ += step;
            charges_->refund_passed(offset_);
        }
        n -= step;
    }
    return Done{};
}

// What is shown of the pieces in memory: those that overlap [from, to), in order.
template <class Seen>
struct Overlapping {
    uint64_t from;
    uint64_t to;
    Seen seen;
};
template <class Seen>
Overlapping(uint64_t, uint64_t, Seen) -> Overlapping<Seen>;

// The pieces of the window, then those that are pinned behind it. The latter may be as many as a
// file has pages, and are looked for once for each page: so not from their beginning.
template <class Visit>
void Tape::each_piece(Visit visit) const {
    uint64_t start = offset_;
    for (const Lent& piece : window_) {
        if (start >= visit.to) return;
        if (visit.from < start + piece.bytes.size()) visit.seen(start, piece);
        start += piece.bytes.size();
    }
    auto pin = pinned_.upper_bound(visit.from);
    if (pin != pinned_.begin()) --pin;
    for (; pin != pinned_.end() && pin->first < visit.to; ++pin)
        visit.seen(pin->first, pin->second);
}

Result<Bytes> Tape::at(uint64_t from, size_t n) {
    n = static_cast<size_t>(clip(from, n) - from);
    // The copy, where it lies in several pieces.
    Status charged = charges_->charge_view(offset_, n, 1);
    if (!charged) return charged.error();
    Status pinned = pin_range(from, n);
    if (!pinned) return pinned.error();
    return lend(from, n);
}

// The piece that holds `from`, from there on and up to `n` bytes of it; empty when none does.
Lent Tape::held_at(uint64_t from, size_t n) const {
    Lent found;
    auto keep = [&](uint64_t start, const Lent& lent) {
        if (from < start || from - start >= lent.bytes.size()) return;
        Bytes rest = lent.bytes.subspan(static_cast<size_t>(from - start));
        found = {lent.block, rest.first(std::min(n, rest.size()))};
    };
    each_piece(Overlapping{from, from + 1, keep});
    return found;
}

Result<Lent> Tape::lend_at(uint64_t from, size_t n) {
    n = static_cast<size_t>(clip(from, n) - from);
    Status pinned = pin_range(from, n);
    if (!pinned) return pinned.error();
    return held_at(from, n);
}

Result<size_t> Tape::glance(uint64_t from, std::span<uint8_t> to) const {
    Status may = may_look_at(from);
    if (!may) return may.error();
    to = to.first(static_cast<size_t>(clip(from, to.size()) - from));
    size_t done = 0;
    while (done < to.size()) {
        Lent piece = held_at(from + done, to.size() - done);
        if (piece.bytes.empty()) {
            Result<Lent> read = source_.glance(from + done, to.size() - done, pools_.held);
            if (!read) return read.error();
            piece = std::move(*read);
        }
        if (piece.bytes.empty()) break;
        std::copy(piece.bytes.begin(), piece.bytes.end(), to.data() + done);
        done += piece.bytes.size();
    }
    return done;
}

// Refuses a source without random access even where the window happens to hold the range: what a
// format may see must not depend on the size of blocks.
Status Tape::may_look_at(uint64_t from) const {
    if (from < offset_) return Error{Code::kUsage, "the tape has passed these bytes", from, 0};
    if (!random_access()) {
        return Error{Code::kUsage, "the source can only be read in order", from, 0};
    }
    return Done{};
}

Status Tape::pin_range(uint64_t from, size_t n) {
    Status may = may_look_at(from);
    if (!may) return may;
    if (n == 0) return Done{};
    uint64_t to = from + n;
    Status charged = charges_->charge_range(from, to);
    if (!charged || to <= window_end()) return charged;
    return pin(std::max(from, window_end()), to);
}

Result<bool> Tape::drain_block() {
    Status filled = fill_to(1);
    if (!filled) return filled.error();
    if (window_.empty()) {
        finish_taps();
        return false;
    }
    pass(window_.front().bytes.size());
    return true;
}

Status Tape::drain() {
    for (;;) {
        Result<bool> more = drain_block();
        if (!more) return more.error();
        if (!*more) return Done{};
    }
}

Status Tape::charge(size_t n) {
    return pools_.pins.charge(n) ? Status(Done{}) : too_much_held(offset_);
}

void Tape::refund(size_t n) { pools_.pins.refund(n); }

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
    Result<Lent> lent = source_.read(window_end(), max, held ? pools_.held : pools_.stream);
    if (lent && held) lent = keep_held(std::move(*lent));
    if (!lent) return lent.error();
    bytes_read_ += lent->bytes.size();
    append(std::move(*lent));
    return Done{};
}

// A source that lends blocks of its own (a member its parent's) takes them from where streams have
// theirs: a long window must not use those up.
Result<Lent> Tape::keep_held(Lent lent) {
    if (lent.bytes.empty() || pools_.held.owns(lent.block)) return lent;
    BlockRef copy = pools_.held.get(lent.bytes.size());
    if (!copy) return too_much_held(window_end());
    std::copy(lent.bytes.begin(), lent.bytes.end(), copy->data());
    return Lent{copy, Bytes(copy->data(), lent.bytes.size())};
}

// Asked before, since for many a source a block that it does not get is the end.
static bool has_another_block(BlockPool& pool) {
    return static_cast<bool>(pool.get(pool.block_size()));
}

// One block is the ordinary window, with the little that is left of the block before; a longer one
// is paid for by the pins.
Status Tape::fill_to(size_t n) {
    // A whole block of what is held costs no more than a part of it, and saves the next reads.
    const size_t unit = std::max<size_t>(pools_.held.block_size(), 1);
    while (window_bytes_ < n && !ended_) {
        const size_t units = (n - window_bytes_ + unit - 1) / unit;
        const bool little = window_.size() == 1 && window_bytes_ < unit;
        const bool ordinary = window_.empty() || (little && has_another_block(pools_.stream));
        Status filled = fill(ordinary ? pools_.stream.block_size() : units * unit, !ordinary);
        if (!filled) return filled;
    }
    return Done{};
}

void Tape::append(Lent piece) {
    size_t n = piece.bytes.size();
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
        const Lent& before = std::prev(pin)->second;
        from = std::max(from, std::prev(pin)->first + before.bytes.size());
    }
    while (from < to) {
        if (pin != pinned_.end() && pin->first == from) {
            from += pin->second.bytes.size();
            ++pin;
            continue;
        }
        uint64_t until = pin == pinned_.end() ? to : std::min(to, pin->first);
        Result<Lent> piece =
            source_.read_ahead(from, static_cast<size_t>(until - from), pools_.held);
        if (!piece) return piece.error();
        if (piece->bytes.empty()) break;
        uint64_t start = from;
        bytes_read_ += piece->bytes.size();
        from += piece->bytes.size();
        pinned_.emplace_hint(pin, start, std::move(*piece));
    }
    return Done{};
}

// The bytes of [from, from + n) that are in memory: straight from their piece where one piece has
// them all, otherwise copied together.
Result<Bytes> Tape::lend(uint64_t from, size_t n) {
    uint64_t covered = from;
    Bytes whole;
    auto join = [&](uint64_t start, const Lent& lent) {
        Bytes bytes = lent.bytes;
        if (start > covered || covered - start >= bytes.size()) return;
        if (covered == from) whole = bytes.subspan(static_cast<size_t>(from - start));
        covered = start + bytes.size();
    };
    each_piece(Overlapping{from, from + n, join});
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
    auto copy = [&](uint64_t start, const Lent& lent) {
        copy_overlap(start, lent.bytes, from, to);
    };
    each_piece(Overlapping{from, from + to.size(), copy});
}

Result<uint8_t*> Tape::scratch(size_t n) {
    if (!scratch_ || scratch_->capacity() < n) scratch_ = pools_.held.get(n);
    if (!scratch_) return too_much_held(offset_);
    return scratch_->data();
}

// Precondition: n is at most the length of the first piece.
void Tape::pass(size_t n) {
    Lent& lent = window_.front();
    for (Tap* tap : taps_) tap->feed(lent.block, lent.bytes.first(n));
    lent.bytes = lent.bytes.subspan(n);
    offset_ += n;
    window_bytes_ -= n;
    if (lent.bytes.empty()) window_.pop_front();
    charges_->refund_passed(offset_);
}

void Tape::finish_taps() {
    if (finished_) return;
    finished_ = true;
    for (Tap* tap : taps_) tap->finish();
}

}  // namespace assay

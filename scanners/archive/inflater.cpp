#include "inflater.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>

namespace assay {

Inflater::Inflater() : state_(std::make_unique<inflate_state>()) {
    static_assert(sizeof(inflate_state) + sizeof(Inflater) <= kMemory);
    reset();
}

Inflater::~Inflater() = default;

void Inflater::reset() {
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_DEFLATE;
    state_->hist_bits = 0;
    remembered_ = 0;
    part_ = Part::kHead;
    last_ = damaged_ = short_ = false;
    head_bits_ = stored_ = bit_ = lag_ = left_ = 0;
}

Inflater::Step Inflater::step(Bytes in, std::span<uint8_t> out) {
    Step done;
    while (advance(in.subspan(done.consumed), out.subspan(done.produced), done)) {
    }
    const bool nothing = !damaged_ && done.consumed + done.produced == 0;
    if (nothing && in.size() < kAhead && part_ == Part::kCoded) decode_tail(in, out, done);
    done.ended = part_ == Part::kEnd;
    done.damaged = damaged_ && left_ == 0;
    return done;
}

// False when there is no more to do, or no more can be done.
bool Inflater::advance(Bytes in, std::span<uint8_t> out, Step& done) {
    if (left_ > 0) return flush(out, done);
    if (damaged_ || part_ == Part::kCut || part_ == Part::kEnd) return false;
    if (part_ == Part::kHead) return begin_block(in, out, done);
    if (out.empty()) return false;
    const Step before = done;
    bool more = true;
    if (part_ == Part::kPlain) {
        copy_stored(in, out, done);
    } else {
        more = decode(in, out, done);
    }
    const size_t produced = done.produced - before.produced;
    remembered_ = std::min(remembered_ + produced, kWindow);
    return more && (produced > 0 || done.consumed > before.consumed || part_ == Part::kHead);
}

// False when more input is needed, or none helps.
bool Inflater::begin_block(Bytes in, std::span<uint8_t> out, Step& done) {
    const DeflateHead head = read_deflate_head(in, static_cast<unsigned>(bit_));
    damaged_ = head.fault == DeflateHead::Fault::kBad;
    if (head.fault != DeflateHead::Fault::kNone) return false;
    last_ = head.last;
    if (head.kind == DeflateHead::Kind::kPlain) {
        done.consumed += head.bits / 8;
        stored_ = head.length;
        bit_ = 0;
        part_ = stored_ > 0 ? Part::kPlain : last_ ? Part::kEnd : Part::kHead;
        return true;
    }
    if (head.empty) {
        done.consumed += (last_ ? head.bits + 7 : head.bits) / 8;
        bit_ = last_ ? 0 : head.bits % 8;
        if (last_) part_ = Part::kEnd;
        return true;
    }
    codes_ = head.codes;
    head_bits_ = head.bits;
    if (short_ && head.fixed && decode_short(in, out, done)) return true;
    prime(in[0]);
    part_ = Part::kCoded;
    return true;
}

// A whole block by the fixed codes, where it has few symbols: to prepare ISA-L takes as long as a
// thousand, and a block may have three bytes. False when there are more, or something is wrong.
bool Inflater::decode_short(Bytes in, std::span<uint8_t> out, Step& done) {
    BitReader bits(in, head_bits_);
    size_t produced = 0;
    for (size_t count = 0; count < kFewSymbols; count++) {
        const DeflateSymbol symbol = read_fixed_symbol(bits);
        if (symbol.kind == DeflateSymbol::Kind::kEnd) {
            remember(Bytes(out).first(produced));
            remembered_ = std::min(remembered_ + produced, kWindow);
            done.produced += produced;
            done.consumed += (last_ ? bits.bit() + 7 : bits.bit()) / 8;
            bit_ = last_ ? 0 : bits.bit() % 8;
            head_bits_ = 0;
            if (last_) part_ = Part::kEnd;
            return true;
        }
        const bool fits = symbol.length > 0 && symbol.length <= out.size() - produced;
        const bool copies = symbol.kind == DeflateSymbol::Kind::kCopy;
        if (!fits || (copies && symbol.distance > remembered_ + produced)) break;
        put(symbol, out.data(), produced);
        produced += symbol.length;
    }
    short_ = false;
    return false;
}

// ISA-L is told that each block is the last one, so it stops where the block ends; and then that
// there is another one. What it needs of the past lies at the end of its buffer, and it wants no
// more there than a window: what it has no room for it unpacks where it can look back on less.
void Inflater::prime(uint8_t first) {
    state_->block_state = ISAL_BLOCK_NEW_HDR;
    shift_window(kWindow);
    state_->read_in = (unsigned{first} >> bit_) | 1;
    state_->read_in_length = static_cast<int32_t>(8 - bit_);
    lag_ = 1;
}

void Inflater::copy_stored(Bytes in, std::span<uint8_t> out, Step& done) {
    const size_t n = std::min({in.size(), out.size(), stored_});
    std::copy_n(in.data(), n, out.data());
    remember(in.first(n));
    stored_ -= n;
    done.consumed += n;
    done.produced += n;
    if (stored_ == 0) part_ = last_ ? Part::kEnd : Part::kHead;
}

// False when it came to nothing.
bool Inflater::decode(Bytes in, std::span<uint8_t> out, Step& done) {
    const Bytes given = in.subspan(lag_);
    const size_t held = held_back();
    const BitReader unread(in, std::max(bit_, head_bits_));
    const bool whole = head_bits_ > 0;  // of the block
    state_->next_in = const_cast<uint8_t*>(given.data());
    state_->avail_in = static_cast<uint32_t>(given.size());
    state_->next_out = out.data();
    state_->avail_out = static_cast<uint32_t>(out.size());
    damaged_ = isal_inflate(state_.get()) < 0;
    const size_t produced = out.size() - state_->avail_out;
    const size_t taken = lag_ + given.size() - state_->avail_in;
    head_bits_ = 0;
    if (damaged_) return blame(unread, held, produced, done);
    done.produced += produced;
    if (state_->block_state == ISAL_BLOCK_FINISH) {
        short_ = whole && produced <= kFewSymbols;
        if (produced >= kWindow) remember(Bytes(out).first(produced));
        end_block(taken, done);
        return true;
    }
    const auto bits = static_cast<size_t>(std::max(state_->read_in_length, 0));
    const size_t before = done.consumed;
    lag_ = (bits + 7) / 8;
    bit_ = lag_ * 8 - bits;
    done.consumed += taken - lag_;
    return produced > 0 || done.consumed > before;
}

// The next block starts inside the last byte, unless its bits are used up.
void Inflater::end_block(size_t taken, Step& done) {
    const auto bits = static_cast<size_t>(std::max(state_->read_in_length, 0));
    const size_t unread = last_ ? bits / 8 : (bits + 7) / 8;
    done.consumed += taken - unread;
    bit_ = last_ ? 0 : unread * 8 - bits;
    lag_ = 0;
    part_ = last_ ? Part::kEnd : Part::kHead;
}

// What ISA-L has unpacked and had no room for.
size_t Inflater::held_back() const {
    return static_cast<size_t>(state_->tmp_out_valid - state_->tmp_out_processed +
                               state_->write_overflow_len + state_->copy_overflow_length);
}

// How much comes out before the fault, and where it is.
bool Inflater::blame(BitReader in, size_t held, size_t produced, Step& done) {
    size_t count = held;
    for (;;) {
        const size_t at = in.bit();
        const DeflateSymbol symbol = read_symbol(in, codes_);
        const bool copies = symbol.kind == DeflateSymbol::Kind::kCopy;
        const bool byte = symbol.kind == DeflateSymbol::Kind::kByte;
        if (!byte && (!copies || symbol.distance > remembered_ + count)) {
            done.consumed += at / 8;
            break;
        }
        count += symbol.length;
    }
    done.produced += std::min(produced, count);
    left_ = count - std::min(produced, count);
    return true;
}

bool Inflater::flush(std::span<uint8_t> out, Step& done) {
    const size_t n = std::min(out.size(), left_);
    std::copy_n(state_->tmp_out_buffer + state_->tmp_out_processed, n, out.data());
    state_->tmp_out_processed += static_cast<int32_t>(n);
    left_ -= n;
    done.produced += n;
    return n > 0;
}

// The symbols that are whole in what is left of the input. Precondition: nothing is done yet.
void Inflater::decode_tail(Bytes in, std::span<uint8_t> out, Step& done) {
    part_ = Part::kCut;
    BitReader bits(in, bit_);
    for (;;) {
        const DeflateSymbol symbol = read_symbol(bits, codes_);
        const bool copies = symbol.kind == DeflateSymbol::Kind::kCopy;
        const bool fits = symbol.length > 0 && symbol.length <= out.size() - done.produced;
        if (!fits || (copies && symbol.distance > remembered_ + done.produced)) return;
        put(symbol, out.data(), done.produced);
        done.produced += symbol.length;
    }
}

// What a copy finds before `out` is in the window.
void Inflater::put(const DeflateSymbol& symbol, uint8_t* out, size_t at) const {
    const uint8_t* window = state_->tmp_out_buffer + state_->tmp_out_valid;
    const auto back = static_cast<std::ptrdiff_t>(symbol.distance);
    for (auto i = static_cast<std::ptrdiff_t>(at),
              end = i + static_cast<std::ptrdiff_t>(symbol.length);
         i < end; i++) {
        const bool copies = symbol.kind == DeflateSymbol::Kind::kCopy;
        out[i] = !copies ? symbol.byte : i >= back ? out[i - back] : window[i - back];
    }
}

// What came out by other ways than ISA-L's buffer. Precondition: nothing there waits to come out.
void Inflater::remember(Bytes out) {
    out = out.last(std::min(out.size(), kWindow));
    if (static_cast<size_t>(state_->tmp_out_valid) + out.size() > 2 * kWindow) {
        shift_window(kWindow - out.size());
    }
    std::copy(out.begin(), out.end(), state_->tmp_out_buffer + state_->tmp_out_valid);
    state_->tmp_out_valid += static_cast<int32_t>(out.size());
    state_->tmp_out_processed = state_->tmp_out_valid;
}

// The last `keep` bytes are left, or all there are.
void Inflater::shift_window(size_t keep) {
    const auto valid = static_cast<size_t>(state_->tmp_out_valid);
    if (valid <= keep) return;
    uint8_t* end = state_->tmp_out_buffer + valid;
    std::copy(end - keep, end, state_->tmp_out_buffer);
    state_->tmp_out_valid = state_->tmp_out_processed = static_cast<int32_t>(keep);
}

}  // namespace assay

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
    last_ = damaged_ = short_ = odd_ = after_dense_ = false;
    head_bits_ = stored_ = bit_ = lag_ = left_ = fresh_ = copy_left_ = 0;
}

Inflater::Step Inflater::step(Bytes in, std::span<uint8_t> out) {
    Job job{in, out};
    step(job);
    return job.done;
}

void Inflater::step(Job& job) {
    while (work(job)) dense_step(job);
    finish(job);
}

void Inflater::step_both(Inflater& one, Job& job, Inflater& other, Job& beside) {
    bool works = one.work(job);
    bool works_beside = other.work(beside);
    while (works && works_beside) {
        DenseRun run = one.dense_run(job);
        DenseRun run_beside = other.dense_run(beside);
        read_dense(run, run_beside);
        one.take(run, job);
        other.take(run_beside, beside);
        works = one.work(job);
        works_beside = other.work(beside);
    }
    const auto idle = [](const Job& a) { return a.done.consumed + a.done.produced == 0; };
    for (; works && idle(job); works = one.work(job)) one.dense_step(job);
    for (; works_beside && idle(beside); works_beside = other.work(beside))
        other.dense_step(beside);
    one.finish(job);
    other.finish(beside);
}

// True when the fast loop can go on; false when there is no more to do, or no more can be done.
bool Inflater::work(Job& job) {
    while (!ready_for_dense(job)) {
        if (!advance(job)) return false;
    }
    return true;
}

void Inflater::finish(Job& job) {
    settle_window(job);
    Step& done = job.done;
    const bool nothing = !damaged_ && done.consumed + done.produced == 0;
    if (nothing && !job.dense && job.in.size() < kAhead && part_ == Part::kCoded) {
        decode_tail(job.in, job.out, done);
    }
    done.ended = part_ == Part::kEnd;
    done.damaged = damaged_ && left_ == 0;
}

// False when there is no more to do, or no more can be done.
bool Inflater::advance(Job& job) {
    if (left_ > 0) return flush(job.out_left(), job.done);
    if (damaged_ || part_ == Part::kCut || part_ == Part::kEnd) return false;
    if (part_ == Part::kHead) return begin_block(job);
    if (job.dense && part_ != Part::kDense) return false;
    if (job.out_left().empty()) return false;
    if (part_ == Part::kDense) return decode_one(job);
    const Step before = job.done;
    bool more = true;
    if (part_ == Part::kPlain) {
        copy_stored(job.in_left(), job.out_left(), job.done);
    } else {
        more = decode(job.in_left(), job.out_left(), job.done);
    }
    const size_t produced = job.done.produced - before.produced;
    remembered_ = std::min(remembered_ + produced, kWindow);
    return more && (produced > 0 || job.done.consumed > before.consumed || part_ == Part::kHead);
}

// False when more input is needed, or none helps.
bool Inflater::begin_block(Job& job) {
    const DeflateHead head = read_deflate_head(job.in_left(), static_cast<unsigned>(bit_));
    damaged_ = head.fault == DeflateHead::Fault::kBad;
    if (head.fault != DeflateHead::Fault::kNone) return false;
    last_ = head.last;
    if (head.kind == DeflateHead::Kind::kPlain) {
        settle_window(job);
        after_dense_ = false;
        job.done.consumed += head.bits / 8;
        stored_ = head.length;
        bit_ = 0;
        part_ = stored_ > 0 ? Part::kPlain : last_ ? Part::kEnd : Part::kHead;
        return true;
    }
    if (head.empty) {
        end_block_at(head.bits, job.done);
        return true;
    }
    codes_ = head.codes;
    after_dense_ = DenseCodes::suit(codes_);
    if (after_dense_) {
        dense_.set(codes_);
        part_ = Part::kDense;
        job.done.consumed += head.bits / 8;
        bit_ = head.bits % 8;
        return true;
    }
    settle_window(job);
    head_bits_ = head.bits;
    const bool may_be_short = short_ && head.fixed && !job.dense;
    if (may_be_short && decode_short(job.in_left(), job.out_left(), job.done)) return true;
    prime(job.in_left()[0]);
    part_ = Part::kCoded;
    return true;
}

// ------------------------------------------------------------------------------------------------
// Dense blocks. What comes out of them goes to the window when the step ends, or ISA-L needs it.

bool Inflater::ready_for_dense(const Job& job) const {
    return part_ == Part::kDense && !odd_ && copy_left_ == 0 && !damaged_ &&
           job.in_left().size() >= kDenseInMargin && job.out_left().size() >= kDenseOutMargin;
}

DenseRun Inflater::dense_run(const Job& job) const {
    return {dense_, job.in_left(), bit_, job.out, job.done.produced};
}

void Inflater::take(const DenseRun& run, Job& job) {
    job.done.consumed = job.in.size() - run.in.size();
    bit_ = run.bit;
    odd_ = run.odd;
    came_out(run.filled - job.done.produced, job);
}

void Inflater::dense_step(Job& job) {
    DenseRun run = dense_run(job);
    read_dense(run);
    take(run, job);
}

// What the fast loop leaves: a symbol that it cannot read, and all of them where there is little
// room or input. False when it came to nothing.
bool Inflater::decode_one(Job& job) {
    if (copy_left_ > 0) return put_copy(job);
    BitReader bits(job.in_left(), bit_);
    const DeflateSymbol symbol = dense_.read(bits, codes_);
    const bool copies = symbol.kind == DeflateSymbol::Kind::kCopy;
    if (symbol.kind == DeflateSymbol::Kind::kShort) return false;
    odd_ = false;
    if (symbol.kind == DeflateSymbol::Kind::kEnd) {
        end_block_at(bits.bit(), job.done);
        return true;
    }
    damaged_ =
        symbol.kind == DeflateSymbol::Kind::kBad || (copies && symbol.distance > remembered_);
    if (damaged_) return false;
    job.done.consumed += bits.bit() / 8;
    bit_ = bits.bit() % 8;
    if (copies) {
        copy_left_ = symbol.length;
        copy_from_ = symbol.distance;
        return put_copy(job);
    }
    job.out_left()[0] = symbol.byte;
    came_out(1, job);
    return true;
}

// As much of a copy as there is room for.
bool Inflater::put_copy(Job& job) {
    DeflateSymbol part{DeflateSymbol::Kind::kCopy};
    part.length = std::min(copy_left_, job.out_left().size());
    part.distance = copy_from_;
    put(part, job.out.data() + (job.done.produced - fresh_), fresh_);
    copy_left_ -= part.length;
    came_out(part.length, job);
    return true;
}

void Inflater::came_out(size_t n, Job& job) {
    job.done.produced += n;
    fresh_ += n;
    remembered_ = std::min(remembered_ + n, kWindow);
}

void Inflater::settle_window(const Job& job) {
    if (fresh_ == 0) return;
    remember(Bytes(job.out).subspan(job.done.produced - fresh_, fresh_));
    fresh_ = 0;
}

void Inflater::end_block_at(size_t bit, Step& done) {
    done.consumed += (last_ ? bit + 7 : bit) / 8;
    bit_ = last_ ? 0 : bit % 8;
    part_ = last_ ? Part::kEnd : Part::kHead;
}

// ------------------------------------------------------------------------------------------------
// Other blocks.

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
            end_block_at(bits.bit(), done);
            head_bits_ = 0;
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
            // ISA-L calls damaged what is only cut where no bits could have followed.
            damaged_ = symbol.kind != DeflateSymbol::Kind::kShort;
            if (!damaged_) part_ = Part::kCut;
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

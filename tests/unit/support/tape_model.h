// Random operations on a tape, compared with a plain model: bytes in memory and a position.
//
// The choices come from a callable that gives numbers, be it dice or a fuzzer's input.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/support/sources.h"
#include "tests/unit/support/taps.h"

namespace assay::test {

// Empty when the tape did what the model says, else what it did wrong.
template <class Choose>
class TapeModel {
  public:
    // `choose(n)` gives 0 to n - 1.
    TapeModel(CountingSource& source, Bytes content, TestPools& pools, Choose choose)
        : source_(source), content_(content), choose_(choose), hold_(pools.hold) {
        tape_ = std::make_unique<Tape>(source, pools.pools(), std::vector<Tap*>{&tap_});
    }

    std::string run(size_t steps) {
        for (size_t i = 0; i < steps && wrong_.empty(); i++) step();
        if (wrong_.empty()) finish();
        if (wrong_.empty()) tape_.reset();
        check(hold_.charged() == 0 || tape_, "pins are still charged after the tape");
        return wrong_;
    }

  private:
    void step() {
        switch (choose_(8)) {
            case 0:
                return peek(choose_(reach()));
            case 1:
                return advance(choose_(reach()));
            case 2:
                return look(choose_(left() + 2), choose_(reach()));
            case 3:
                return look(choose_(32), choose_(32));
            case 4:
                return peek_some();
            case 5:
                return take(choose_(reach()));
            case 6:
                return lend(choose_(left() + 2), 1 + choose_(reach()));
            default:
                return choose_(4) == 0 ? drain_block() : peek(choose_(8));
        }
    }

    size_t left() const { return content_.size() - at_; }
    // Mostly within the content, sometimes beyond its end.
    size_t reach() { return std::max<size_t>(1, left() + choose_(16)); }

    Bytes expected(size_t from, size_t n) const {
        if (from >= content_.size()) return {};
        return content_.subspan(from, std::min(n, content_.size() - from));
    }

    void check(bool good, const char* what) {
        if (!good && wrong_.empty()) wrong_ = what;
    }

    void check_bytes(const Result<Bytes>& got, size_t from, size_t n, const char* what) {
        check(got.ok(), what);
        if (got.ok()) check(std::ranges::equal(got.value(), expected(from, n)), what);
    }

    void peek(size_t n) { check_bytes(tape_->peek(n), at_, n, "peek"); }

    void look(size_t ahead, size_t n) {
        check_bytes(tape_->at(at_ + ahead, n), at_ + ahead, n, "at");
        if (at_ == 0) return;
        Result<Bytes> behind = tape_->at(choose_(at_), 1);
        check(!behind.ok() && behind.error().code == Code::kUsage, "at behind the tape");
    }

    void peek_some() {
        Result<Bytes> some = tape_->peek_some();
        check(some.ok() && some->empty() == (left() == 0), "peek_some at the end");
        if (some.ok()) check_bytes(some, at_, some->size(), "peek_some");
    }

    void take(size_t max) {
        Result<Lent> lent = tape_->take(max);
        check(lent.ok() && lent->bytes.size() <= max, "take");
        if (!lent.ok()) return;
        check(max == 0 || lent->bytes.empty() == (left() == 0), "take at the end");
        check(std::ranges::equal(lent->bytes, expected(at_, lent->bytes.size())), "take's bytes");
        at_ += lent->bytes.size();
        check_taps();
    }

    void lend(size_t ahead, size_t n) {
        const size_t from = at_ + ahead;
        Result<Lent> lent = tape_->lend_at(from, n);
        check(lent.ok() && lent->bytes.size() <= n, "lend_at");
        if (!lent.ok()) return;
        check(lent->bytes.empty() == (from >= content_.size()), "lend_at at the end");
        check(std::ranges::equal(lent->bytes, expected(from, lent->bytes.size())), "what it lent");
    }

    void advance(size_t n) {
        Status status = tape_->advance(n);
        check(status.ok() == (n <= left()), "advance past the end");
        if (!status.ok()) check(status.error().code == Code::kTruncated, "advance's error");
        at_ += std::min(n, left());
        check_taps();
    }

    void drain_block() {
        Result<bool> more = tape_->drain_block();
        check(more.ok() && *more == (left() > 0), "drain_block");
        at_ = static_cast<size_t>(tape_->offset());
        check_taps();
    }

    void check_taps() {
        check(tape_->offset() == at_, "offset");
        check(std::ranges::equal(tap_.seen(), content_.first(at_)), "what the tap has seen");
    }

    void finish() {
        check(tape_->drain().ok(), "drain");
        at_ = content_.size();
        check_taps();
        check(tape_->at_end() && tap_.finished() == 1, "the end");
        check(!tap_.broke_its_contract(), "fed outside of the block or after the end");
        check(source_.every_byte_once(), "not every byte was read once");
        check(tape_->bytes_read() == content_.size(), "bytes_read");
    }

    CountingSource& source_;
    Bytes content_;
    Choose choose_;
    const PinHold& hold_;
    RecordingTap tap_;
    std::unique_ptr<Tape> tape_;
    size_t at_ = 0;
    std::string wrong_;
};

}  // namespace assay::test

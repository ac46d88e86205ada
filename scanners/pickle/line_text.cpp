#include "line_text.h"

#include <algorithm>
#include <cstring>

#include "text_forms.h"

namespace assay::pickle {

namespace {

constexpr size_t kPiece = 4096;

}  // namespace

LineText::LineText(Reader& reader, const Reader::Line& begun, Form form)
    : reader_(reader), form_(form), raw_(begun.text) {
    if (form == Form::kQuoted) {
        quote_ = raw_.front();
        refused_ = quote_ != '\'' && quote_ != '"';
        raw_.erase(0, 1);
    }
    resolve();
}

// The last byte of all is the quote again, so the last one is kept back until more follow.
void LineText::resolve() {
    text_.clear();
    used_ = 0;
    if (refused_) return raw_.clear();
    std::string_view piece = raw_;
    const bool quoted = form_ == Form::kQuoted;
    if (quoted) {
        if (ended_ && raw_.back() != quote_) refused_ = true;
        piece.remove_suffix(1);
    }
    const std::optional<size_t> used =
        quoted ? resolve_quoted(piece, ended_, text_) : resolve_raw_unicode(piece, ended_, text_);
    if (!used) refused_ = true;
    raw_.erase(0, used.value_or(raw_.size()));
    length_ += text_.size();
}

Status LineText::more() {
    Bytes more = reader_.more_of_line(kPiece, ended_);
    if (reader_.failed()) return *reader_.failed();
    cut_ = more.empty() && !ended_;
    if (cut_) return Done{};
    raw_.append(as_text(more));
    resolve();
    return Done{};
}

Result<Lent> LineText::read(uint64_t, size_t max, BlockPool& pool) {
    Lent out;
    out.block = pool.get(max);
    if (!out.block) return Error{Code::kLimit, "the memory budget leaves no block to read into"};
    size_t filled = 0;
    while (filled < max) {
        if (used_ == text_.size()) {
            if (over() || refused_) break;
            if (Status status = more(); !status) return status.error();
        }
        const size_t n = std::min(max - filled, text_.size() - used_);
        std::memcpy(out.block->data() + filled, text_.data() + used_, n);
        used_ += n;
        filled += n;
    }
    out.bytes = {out.block->data(), filled};
    return out;
}

Result<bool> LineText::pass() {
    while (!over()) {
        if (Status status = more(); !status) return status.error();
    }
    return ended_;
}

}  // namespace assay::pickle

#include "far_marks.h"

#include <algorithm>
#include <array>
#include <vector>

#include "assay/bytes.h"

namespace assay {

namespace {

constexpr std::string_view kDiscMark = "CD001";
constexpr std::string_view kSevenZipMagic = "7z\xbc\xaf\x27\x1c";
// As far as readers search for it.
constexpr uint64_t kMostOfAStub = uint64_t{1} << 20;

}  // namespace

bool ends_in_disc_mark(Bytes head) {
    return head.size() >= kDiscMarkEnd &&
           starts_with(head.subspan(kDiscMarkEnd - kDiscMark.size()), kDiscMark);
}

bool holds_disc(Tape& tape, bool peek) {
    if (tape.size() && *tape.size() < kDiscMarkEnd) return false;
    if (!tape.random_access() || !tape.size()) {
        Result<Bytes> head = peek ? tape.peek(kDiscMarkEnd) : Result<Bytes>(Bytes());
        return head && ends_in_disc_mark(*head);
    }
    std::array<uint8_t, kDiscMark.size()> mark{};
    Result<size_t> got = tape.glance(kDiscMarkEnd - mark.size(), mark);
    return got && *got == mark.size() && starts_with(mark, kDiscMark);
}

bool holds_stubbed_archive(const Tape& tape) {
    if (!tape.random_access() || !tape.size()) return false;
    std::vector<uint8_t> piece(size_t{64} << 10);
    const uint64_t step = piece.size() - (kSevenZipMagic.size() - 1);
    const uint64_t end = std::min(*tape.size(), kMostOfAStub);
    for (uint64_t at = 0; at < end; at += step) {
        Result<size_t> got = tape.glance(at, piece);
        if (!got) return false;
        std::string_view text = as_text(Bytes(piece).first(*got));
        if (text.find(kSevenZipMagic) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace assay

#include "enclosed.h"

#include <array>

#include "archive/zip_directory.h"
#include "archive/zip_records.h"
#include "pickle/opcodes.h"

namespace assay {

namespace {

using pickle::Op;

// Of the operand that these bytes lead to; they are the last ones in front of it.
bool announces(Bytes before, uint64_t size) {
    const auto length_is = [&](Op op, size_t width) {
        if (before.size() < width + 1) return false;
        Bytes head = before.last(width + 1);
        uint64_t length = 0;
        for (size_t i = width; i > 0; i--) length = length << 8 | head[i];
        return head[0] == static_cast<uint8_t>(op) && length == size;
    };
    return length_is(Op::kShortBinBytes, 1) || length_is(Op::kBinBytes, 4) ||
           length_is(Op::kBinBytes8, 8) || length_is(Op::kByteArray8, 8);
}

bool is_pickle(Bytes head) {
    return head.size() > 2 && head[0] == static_cast<uint8_t>(Op::kProto) && head[1] >= 2 &&
           head[1] <= pickle::kHighestProtocol;
}

// Whether the tape has this signature there.
bool shows(Tape& tape, uint64_t offset, std::string_view signature) {
    std::array<uint8_t, 4> bytes{};
    Result<size_t> got = tape.glance(offset, bytes);
    return got && *got == bytes.size() && as_text(bytes) == signature;
}

// What stands between the directory and the end: torch writes the wide end records always.
uint64_t wide_ends(Tape& tape, uint64_t end) {
    constexpr uint64_t kBoth = kEnd64Size + kLocatorSize;
    const bool both = end >= kBoth && shows(tape, end - kLocatorSize, kLocatorSignature) &&
                      shows(tape, end - kBoth, kEnd64Signature);
    return both ? kBoth : 0;
}

// Whether a reader that takes offsets as they are written finds a directory, too.
bool leads_elsewhere(Tape& tape, const LastEnd& last, bool wide) {
    std::array<uint8_t, kLocatorSize> bytes{};
    if (wide) {
        Result<size_t> got = tape.glance(last.offset - kLocatorSize, bytes);
        if (!got || *got != bytes.size()) return true;
        Cursor cursor{Bytes(bytes)};
        if (shows(tape, read_locator(cursor).offset, kEnd64Signature)) return true;
    }
    return shows(tape, last.record.directory_offset, kCentralSignature) ||
           shows(tape, last.record.directory_offset, kEndSignature);
}

// Of an archive that begins at `begin`.
bool is_announced(Tape& tape, const Enclosed& found) {
    std::array<uint8_t, 9> before{};
    const auto most = static_cast<size_t>(std::min<uint64_t>(before.size(), found.begin));
    Result<size_t> got = tape.glance(found.begin - most, std::span(before).first(most));
    return got && *got == most && announces(Bytes(before).first(most), found.size) &&
           shows(tape, found.begin, kLocalSignature);
}

}  // namespace

std::optional<Enclosed> enclosed_archive(const Probe& probe, Tape& tape) {
    if (!is_pickle(probe.head) || !probe.size || !tape.random_access()) return std::nullopt;
    const std::optional<LastEnd> last = last_end(probe.tail, *probe.size);
    if (!last) return std::nullopt;
    const EndRecord& end = last->record;
    const uint64_t wide = wide_ends(tape, last->offset);
    const uint64_t before = end.directory_offset + end.directory_size + wide;  // of 32 bits each
    if (before >= last->offset || end.length > *probe.size - last->offset) return std::nullopt;
    const Enclosed found{last->offset - before, before + end.length};
    if (!is_announced(tape, found) || leads_elsewhere(tape, *last, wide > 0)) return std::nullopt;
    return found;
}

}  // namespace assay

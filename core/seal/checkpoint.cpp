// A checkpoint is a signed note: text, an empty line, and lines of signatures,
//
//     origin\n size\n base64 of the root\n [more lines\n] \n — name base64(hint, signature)\n
//
// where the hint is the first four bytes of the log's id, and what is signed is the text with the
// newline of its last line. Anybody may add signatures of others (witnesses); only the log's
// counts.
#include <algorithm>
#include <charconv>

#include "assay/base64.h"
#include "assay/text.h"
#include "assay/transparency.h"

namespace assay {

namespace {

constexpr size_t kHint = 4;
constexpr size_t kMostSignatures = 64;
constexpr size_t kMostNote = 65'536;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a blank

constexpr Error kDamaged{Code::kMalformed, "the log's checkpoint cannot be read"};

// What stands behind the name in a line of a signature.
std::optional<std::vector<uint8_t>> signature_in(std::string_view line) {
    if (!line.starts_with(kDash)) return std::nullopt;
    line.remove_prefix(kDash.size());
    size_t blank = line.rfind(' ');
    if (blank == std::string_view::npos || blank == 0) return std::nullopt;
    return from_base64(line.substr(blank + 1));
}

bool is_signed_by(const TrustedLog& log, std::string_view text, std::string_view signatures) {
    for (size_t i = 0; i < kMostSignatures && !signatures.empty(); i++) {
        std::optional<std::vector<uint8_t>> held = signature_in(take_line(signatures));
        if (!held || held->size() <= kHint) continue;
        bool ours = std::equal(held->begin(), held->begin() + kHint, log.id.begin());
        if (ours && log.key.verify(as_bytes(text), Bytes(*held).subspan(kHint))) return true;
    }
    return false;
}

Result<Checkpoint> parsed(std::string_view text) {
    Checkpoint checkpoint;
    checkpoint.origin = take_line(text);
    std::string_view size = take_line(text);
    std::optional<std::vector<uint8_t>> root = from_base64(take_line(text));
    const char* end = size.data() + size.size();
    auto [stop, fault] = std::from_chars(size.data(), end, checkpoint.tree_size);
    bool whole = !checkpoint.origin.empty() && fault == std::errc() && stop == end && root;
    if (!whole) return kDamaged;
    checkpoint.root = std::move(*root);
    return checkpoint;
}

}  // namespace

Result<Checkpoint> open_checkpoint(std::string_view note, const TrustedLog& log) {
    size_t split = note.find("\n\n");
    if (note.size() > kMostNote || split == std::string_view::npos) return kDamaged;
    std::string_view text = note.substr(0, split + 1);
    if (!is_signed_by(log, text, note.substr(split + 2))) {
        return Error{Code::kMalformed, "the checkpoint is not signed by the log"};
    }
    return parsed(text);
}

}  // namespace assay

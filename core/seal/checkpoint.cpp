// A checkpoint is a signed note: text, an empty line, and lines of signatures,
//
//     origin\n size\n base64 of the root\n [more lines\n] \n — name base64(hint, signature)\n
//
// where the hint is the first four bytes of the log's id, and what is signed is the text with the
// newline of its last line. Anybody may add signatures of others (witnesses); only the log's
// counts.
//
// Of Rekor 1 the origin is whatever its server calls itself, and the number of a tree ("host -
// 42"); one key has signed several trees, and nothing states which. Of every other log the origin
// is the host at which the trusted root knows it, and its signature's name, too: a key that signs
// for two logs must not have one vouch for the other's entries. That is the rule of sigstore's
// clients.
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

struct NoteSignature {
    std::string_view name;
    std::vector<uint8_t> bytes;  // the hint, and the signature
};

std::optional<NoteSignature> signature_in(std::string_view line) {
    if (!line.starts_with(kDash)) return std::nullopt;
    line.remove_prefix(kDash.size());
    size_t blank = line.rfind(' ');
    if (blank == std::string_view::npos || blank == 0) return std::nullopt;
    std::optional<std::vector<uint8_t>> bytes = from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kHint) return std::nullopt;
    return NoteSignature{line.substr(0, blank), std::move(*bytes)};
}

// Whether the log has signed the text, by that name if one is given.
bool is_signed_by(const TrustedLog& log, std::string_view name, std::string_view text,
                  std::string_view signatures) {
    for (size_t i = 0; i < kMostSignatures && !signatures.empty(); i++) {
        std::optional<NoteSignature> held = signature_in(take_line(signatures));
        if (!held || (!name.empty() && held->name != name)) continue;
        bool ours = std::equal(held->bytes.begin(), held->bytes.begin() + kHint, log.id.begin());
        if (ours && log.key.verify(as_bytes(text), Bytes(held->bytes).subspan(kHint))) return true;
    }
    return false;
}

// "host - 42"
bool names_a_tree(std::string_view origin) {
    const size_t dash = origin.rfind(" - ");
    if (dash == std::string_view::npos || dash + 3 == origin.size()) return false;
    return origin.find_first_not_of("0123456789", dash + 3) == std::string_view::npos;
}

Result<Checkpoint> parsed(std::string_view text) {
    Checkpoint checkpoint;
    checkpoint.origin = take_line(text);
    checkpoint.one_of_several = names_a_tree(checkpoint.origin);
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
    std::string_view rest = text;
    const std::string_view origin = take_line(rest);
    const bool by_tree = names_a_tree(origin);
    if (!is_signed_by(log, by_tree ? "" : origin, text, note.substr(split + 2))) {
        return Error{Code::kMalformed, "the checkpoint is not signed by the log"};
    }
    if (!by_tree && log.host.empty()) {
        return Error{Code::kMalformed,
                     "the trusted root does not say where the log is (baseUrl), "
                     "which its checkpoint names"};
    }
    if (!by_tree && origin != log.host) {
        return Error{Code::kMalformed, "the checkpoint is of another log: of another origin"};
    }
    return parsed(text);
}

}  // namespace assay

#include "sums_list.h"

#include <algorithm>
#include <charconv>

#include "assay/bytes.h"
#include "assay/chunk_tree.h"
#include "assay/emit.h"

namespace assay::cli {

namespace {

constexpr Error kImproper{Code::kMalformed, "improperly formatted", 0, 0};
constexpr std::string_view kTreeTag = "ASSAY-TREE-";

std::optional<DigestKind> kind_tagged(std::string_view tag) {
    for (DigestKind kind : kAllDigests) {
        if (sums_tag(kind) == tag) return kind;
    }
    // OpenSSL's names, where they are others.
    if (tag == "SHA2-256") return DigestKind::kSha256;
    if (tag == "SHA2-512") return DigestKind::kSha512;
    if (tag == "BLAKE2B-512") return DigestKind::kBlake2b;
    return std::nullopt;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_leading_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text;
}

bool is_hex(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::optional<char> unescaped(char c) {
    switch (c) {
        case '\\':
            return '\\';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        default:
            return std::nullopt;
    }
}

// False for names that no file can have, and for escapes that nobody writes.
bool read_name(std::string_view text, bool escaped, std::string& name) {
    name.clear();
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (c == '\\' && escaped) {
            std::optional<char> meant = ++i < text.size() ? unescaped(text[i]) : std::nullopt;
            if (!meant) return false;
            c = *meant;
        }
        if (c == '\0') return false;
        name += c;
    }
    return !name.empty();
}

bool read_digest(std::string_view hex, ListedSum& sum) {
    sum.digest.resize(hex.size() / 2);
    return hex.size() % 2 == 0 && is_hex(hex) && from_hex(hex, sum.digest);
}

// What stands before the " (" of a tagged line.
std::string_view tag_of_line(std::string_view line) {
    size_t end = line.find_first_of(" (");
    return end == std::string_view::npos ? std::string_view() : line.substr(0, end);
}

// Plain lines start with a hex digit pair; no tag does, "BLAKE…" with its L included.
bool looks_tagged(std::string_view tag) {
    return kind_tagged(tag) || tag.starts_with(kTreeTag) || tag.starts_with("BLAKE2b-");
}

Status read_tag(std::string_view tag, ListedSum& sum) {
    std::optional<DigestKind> kind = kind_tagged(tag);
    if (kind) sum.kinds.add(*kind);
    if (kind) return Done{};
    if (!tag.starts_with(kTreeTag)) {
        sum.unsupported = "BLAKE2b is only supported with its full 512 bits";
        return Done{};
    }
    std::string_view digits = tag.substr(kTreeTag.size());
    auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), sum.chunk_size);
    bool whole = fault == std::errc() && end == digits.data() + digits.size();
    if (!whole || !ChunkShape{0, sum.chunk_size}.valid()) return kImproper;
    return Done{};
}

bool has_proper_length(const ListedSum& sum) {
    if (sum.unsupported) return true;  // nobody here knows which is
    std::vector<DigestKind> kinds = sum.kinds.list();
    return sum.digest.size() == (kinds.empty() ? sizeof(Sha256Digest) : size_of(kinds.front()));
}

void drop_what_this_build_lacks(ListedSum& sum) {
    for (DigestKind kind : sum.kinds.list()) {
        if (!is_available(kind)) sum.unsupported = "this build has no libblake3 to check BLAKE3";
    }
    if (!sum.unsupported) return;
    sum.kinds = KindSet();
    sum.digest.clear();
}

// Tagged lines: the name ends at the last parenthesis.
Result<std::optional<ListedSum>> parse_tagged(std::string_view line, bool escaped) {
    ListedSum sum;
    std::string_view tag = tag_of_line(line);
    Status known = read_tag(tag, sum);
    if (!known) return known.error();
    line.remove_prefix(tag.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    size_t close = line.rfind(')');
    if (!line.starts_with('(') || close == std::string_view::npos) return kImproper;
    std::string_view behind = without_leading_blanks(line.substr(close + 1));
    if (!behind.starts_with('=')) return kImproper;
    std::string_view hex = without_leading_blanks(behind.substr(1));
    if (!read_name(line.substr(1, close - 1), escaped, sum.name)) return kImproper;
    if (!read_digest(hex, sum) || !has_proper_length(sum)) return kImproper;
    drop_what_this_build_lacks(sum);
    return std::optional(std::move(sum));
}

}  // namespace

std::vector<DigestKind> KindSet::list() const {
    std::vector<DigestKind> kinds;
    for (DigestKind kind : kAllDigests) {
        if (has(kind)) kinds.push_back(kind);
    }
    return kinds;
}

// 128 digits are b2sum's or sha512sum's; the list does not say which, so that either may match.
KindSet SumsListParser::kinds_of_length(size_t hex_digits) const {
    KindSet kinds;
    if (plain_kind_) {
        if (2 * size_of(*plain_kind_) == hex_digits) kinds.add(*plain_kind_);
        return kinds;
    }
    for (DigestKind kind : {DigestKind::kSha256, DigestKind::kSha512, DigestKind::kBlake2b,
                            DigestKind::kSha1, DigestKind::kMd5}) {
        if (2 * size_of(kind) == hex_digits) kinds.add(kind);
    }
    return kinds;
}

Result<std::optional<ListedSum>> SumsListParser::parse(std::string_view line) {
    if (line.starts_with('#')) return std::optional<ListedSum>();
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return std::optional<ListedSum>();
    line = without_leading_blanks(line);
    bool escaped = line.starts_with('\\');
    if (escaped) line.remove_prefix(1);
    if (looks_tagged(tag_of_line(line))) return parse_tagged(line, escaped);
    return parse_plain(line, escaped);
}

Result<std::optional<ListedSum>> SumsListParser::parse_plain(std::string_view rest, bool escaped) {
    size_t length = std::min(rest.find_first_of(" \t"), rest.size());
    ListedSum sum;
    sum.kinds = kinds_of_length(length);
    if (sum.kinds == KindSet() || length == rest.size()) return kImproper;
    if (!read_digest(rest.substr(0, length), sum)) return kImproper;
    rest.remove_prefix(length + 1);
    // Mixing the two spacings would let a list rename a file to one with a blank in front.
    bool marked = rest.size() > 1 && (rest.front() == ' ' || rest.front() == '*');
    if (!marked && spacing_ == Spacing::kUsual) return kImproper;
    if (!marked) spacing_ = Spacing::kReversed;
    if (spacing_ != Spacing::kReversed) {
        spacing_ = Spacing::kUsual;
        rest.remove_prefix(1);
    }
    if (!read_name(rest, escaped, sum.name)) return kImproper;
    return std::optional(std::move(sum));
}

}  // namespace assay::cli

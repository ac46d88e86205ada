#include "tar_pax.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "member_name.h"
#include "tar_rules.h"

namespace assay::tar {

namespace {

// More of them are as good as a map that cannot be read.
constexpr size_t kMostExtents = 100'000;

std::optional<uint64_t> decimal(std::string_view text) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value < (uint64_t{1} << 62) ? std::optional(value) : std::nullopt;
}

bool is_known(std::string_view key) {
    static constexpr std::string_view kKeys[] = {
        "atime", "ctime", "mtime", "charset",  "hdrcharset", "comment", "gid",
        "gname", "path",  "size",  "linkpath", "uid",        "uname"};
    static constexpr std::string_view kFamilies[] = {"realtime.", "security.",   "GNU.",
                                                     "SCHILY.",   "LIBARCHIVE.", "RHT."};
    return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys) ||
           std::any_of(std::begin(kFamilies), std::end(kFamilies),
                       [&](std::string_view family) { return key.starts_with(family); });
}

// Values of these are names; those of others may be anything, attributes above all.
bool is_name(std::string_view key) {
    return key == "path" || key == "linkpath" || key == "uname" || key == "gname" ||
           key == "GNU.sparse.name";
}

// The keys that the first sparse form repeats.
bool may_repeat(std::string_view key) {
    return key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes";
}

class Records {
  public:
    Records(std::string_view rest, uint64_t offset, ScanContext& context, Pax& pax)
        : rest_(rest), offset_(offset), context_(context), pax_(pax) {}

    bool read() {
        while (!rest_.empty()) {
            if (!record()) return false;
        }
        pax_.map_good = pax_.map_good && !half_;
        return true;
    }

  private:
    bool record();
    bool broken(const Rule& rule, std::string_view line) {
        context_.report(rule, offset_, line.size(), line.substr(0, 80));
        return false;
    }
    void judge(std::string_view key, std::string_view value);
    void take(std::string_view key, std::string_view value);
    void take_sparse(std::string_view key, std::string_view value);
    void extent_part(std::optional<uint64_t> number, bool is_length);

    std::string_view rest_;
    uint64_t offset_;
    ScanContext& context_;
    Pax& pax_;
    std::set<std::string, std::less<>> keys_;
    bool half_ = false;  // an extent has an offset and no length yet
};

bool Records::record() {
    const size_t space = rest_.substr(0, 20).find(' ');
    std::optional<uint64_t> length;
    if (space != std::string_view::npos) length = decimal(rest_.substr(0, space));
    if (!length || *length <= space + 1 || *length > rest_.size()) {
        return broken(rule("tar.pax.bad_length"), rest_.substr(0, 80));
    }
    std::string_view line = rest_.substr(0, static_cast<size_t>(*length));
    if (line.back() != '\n') return broken(rule("tar.pax.no_newline"), line);
    std::string_view body = line.substr(space + 1, line.size() - space - 2);
    const size_t equals = body.find('=');
    if (equals == 0 || equals == std::string_view::npos || rest_[0] == '0') {
        return broken(rule("tar.pax.bad_length"), line);
    }
    judge(body.substr(0, equals), body.substr(equals + 1));
    take(body.substr(0, equals), body.substr(equals + 1));
    rest_.remove_prefix(line.size());
    offset_ += line.size();
    return true;
}

void Records::judge(std::string_view key, std::string_view value) {
    auto report = [&](bool wrong, const Rule& rule) {
        if (wrong) context_.report(rule, offset_, 0, key.substr(0, 80));
    };
    const bool again = !may_repeat(key) && !keys_.emplace(key).second;
    report(again, rule("tar.pax.dup_key"));
    const bool nul = key.find('\0') != std::string_view::npos ||
                     (is_name(key) && value.find('\0') != std::string_view::npos);
    report(nul, rule("tar.pax.nul"));
    report(!is_utf8(key) || (is_name(key) && !is_utf8(value)), rule("tar.pax.not_utf8"));
    report(!is_known(key), rule("tar.pax.unknown_key"));
    report(key.ends_with("security.capability"), rule("tar.xattr.capability"));
    // A line break in a name is where readers that look for lines, not lengths, end it.
    report(key.find('\n') != std::string_view::npos, rule("tar.pax.bad_length"));
}

void Records::take(std::string_view key, std::string_view value) {
    if (key == "path") pax_.path = value.substr(0, value.find('\0'));
    if (key == "linkpath") pax_.link = value.substr(0, value.find('\0'));
    if (key == "size") {
        pax_.size = decimal(value);
        if (!pax_.size) {
            const bool negative = value.starts_with('-');
            context_.report(
                negative ? rule("tar.header.size_negative") : rule("tar.header.number_form"),
                offset_, 0, value.substr(0, 80));
        }
    }
    if (key == "SCHILY.realsize") pax_.whole_size = decimal(value);
    if (key.starts_with("GNU.sparse.")) take_sparse(key.substr(11), value);
}

void Records::extent_part(std::optional<uint64_t> number, bool is_length) {
    if (!number || is_length != half_ || pax_.extents.size() >= kMostExtents) {
        pax_.map_good = false;
        return;
    }
    if (!is_length) pax_.extents.push_back({*number, 0});
    if (is_length) pax_.extents.back().length = *number;
    half_ = !is_length;
}

void Records::take_sparse(std::string_view key, std::string_view value) {
    pax_.sparse = true;
    if (key == "name") pax_.sparse_name = value;
    if (key == "realsize" || key == "size") pax_.real_size = decimal(value);
    if (key == "major") pax_.map_in_data = value == "1";
    if (key == "offset") extent_part(decimal(value), false);
    if (key == "numbytes") extent_part(decimal(value), true);
    if (key != "map") return;
    for (bool is_length = false; pax_.map_good && !value.empty(); is_length = !is_length) {
        const size_t comma = std::min(value.find(','), value.size());
        extent_part(decimal(value.substr(0, comma)), is_length);
        value.remove_prefix(std::min(value.size(), comma + 1));
    }
}

}  // namespace

bool read_pax(std::string_view records, uint64_t offset, ScanContext& context, Pax& pax) {
    return Records(records, offset, context, pax).read();
}

}  // namespace assay::tar

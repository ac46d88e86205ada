#include "headers.h"

#include <algorithm>
#include <charconv>

namespace assay::registry {

static constexpr size_t kMostChallenges = 16;
static constexpr size_t kMostParams = 16;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

static std::string lowered(std::string_view text) {
    std::string copy(text);
    std::ranges::transform(copy, copy.begin(), lower);
    return copy;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

static bool is_token_char(char c) {
    bool word = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
    return word || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void Headers::add(std::string_view line) {
    size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) return;
    std::string_view name = line.substr(0, colon);
    if (!std::ranges::all_of(name, is_token_char)) return;
    fields_.emplace_back(lowered(name), trimmed(line.substr(colon + 1)));
}

std::vector<std::string> Headers::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : fields_) {
        if (field == name) values.push_back(value);
    }
    return values;
}

std::optional<std::string> Headers::one(std::string_view name) const {
    std::vector<std::string> values = all(name);
    if (values.empty()) return std::nullopt;
    bool same = std::ranges::all_of(values, [&](const auto& v) { return v == values.front(); });
    return same ? values.front() : std::string();
}

std::string Challenge::param(const std::string& name) const {
    auto found = params.find(name);
    return found == params.end() ? std::string() : found->second;
}

namespace {

// challenge = scheme [ 1*SP ( token68 / #( token BWS "=" BWS ( token / quoted-string ) ) ) ]
// A comma separates parameters and challenges alike: what follows decides.
class ChallengeReader {
  public:
    explicit ChallengeReader(std::string_view text) : rest_(text) {}

    std::vector<Challenge> read() {
        skip_commas();
        while (!rest_.empty()) {
            if (found_.size() == kMostChallenges || !read_one()) return {};
            skip_commas();
        }
        return std::move(found_);
    }

  private:
    bool read_one() {
        std::string name = lowered(token());
        if (name.empty()) return false;
        if (is_param()) return !found_.empty() && read_value(name);
        found_.push_back({name, {}});
        skip_blanks();
        if (rest_.empty() || rest_.front() == ',') return true;
        return read_token68() || read_first_param();
    }

    bool read_first_param() {
        std::string name = lowered(token());
        return !name.empty() && is_param() && read_value(name);
    }

    // "abc==" to the next comma: nothing that we could use, but no fault either.
    bool read_token68() {
        size_t end = std::min(rest_.find(','), rest_.size());
        std::string_view text = trimmed(rest_.substr(0, end));
        size_t signs = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
        std::string_view word = text.substr(0, text.size() - signs);
        auto fits = [](char c) { return is_token_char(c) || c == '/'; };
        if (word.empty() || !std::ranges::all_of(word, fits)) return false;
        rest_.remove_prefix(end);
        return true;
    }

    // Whether "=" and a value follow what was just read as a token.
    bool is_param() {
        std::string_view after = trimmed(rest_);
        return !after.empty() && after.front() == '=';
    }

    bool read_value(const std::string& name) {
        skip_blanks();
        rest_.remove_prefix(1);  // '='
        skip_blanks();
        bool quoted = !rest_.empty() && rest_.front() == '"';
        std::string value;
        if (quoted ? !read_quoted(value) : !read_bare(value)) return false;
        skip_blanks();
        if (!rest_.empty() && rest_.front() != ',') return false;
        auto& params = found_.back().params;
        return params.size() < kMostParams && params.emplace(name, std::move(value)).second;
    }

    bool read_bare(std::string& value) {
        value = token();
        return !value.empty();
    }

    bool read_quoted(std::string& value) {
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            if (rest_.empty()) return false;
            value += rest_.front();
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view token() {
        auto end = std::ranges::find_if_not(rest_, is_token_char);
        std::string_view text = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
        rest_.remove_prefix(text.size());
        return text;
    }

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }
    void skip_commas() {
        while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == ',')) {
            rest_.remove_prefix(1);
        }
    }

    std::string_view rest_;
    std::vector<Challenge> found_;
};

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view value) {
    return ChallengeReader(value).read();
}

std::optional<uint64_t> parse_number(std::string_view text) {
    uint64_t value = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
    if (!lowered(value.substr(0, 6)).starts_with("bytes ")) return std::nullopt;
    value.remove_prefix(6);
    size_t dash = value.find('-'), slash = value.find('/');
    if (dash == value.npos || slash == value.npos || slash < dash) return std::nullopt;
    auto first = parse_number(value.substr(0, dash));
    auto last = parse_number(value.substr(dash + 1, slash - dash - 1));
    std::string_view total = value.substr(slash + 1);
    if (!first || !last || *last < *first) return std::nullopt;
    if (total == "*") return ContentRange{*first, *last, std::nullopt};
    auto size = parse_number(total);
    if (!size || *size <= *last) return std::nullopt;
    return ContentRange{*first, *last, size};
}

static bool is_next(std::string_view param) {
    param = trimmed(param);
    size_t equals = param.find('=');
    if (equals == param.npos || lowered(trimmed(param.substr(0, equals))) != "rel") return false;
    std::string_view value = trimmed(param.substr(equals + 1));
    return value == "next" || value == "\"next\"";
}

std::optional<std::string> parse_next_link(std::string_view value) {
    for (size_t open = value.find('<'); open != value.npos; open = value.find('<')) {
        size_t close = value.find('>', open);
        if (close == value.npos) return std::nullopt;
        std::string_view target = value.substr(open + 1, close - open - 1);
        std::string_view params = value.substr(close + 1);
        params = params.substr(0, params.find('<'));
        value.remove_prefix(close + 1);
        for (std::string_view rest = params; !rest.empty();) {
            size_t end = std::min(rest.find_first_of(";,"), rest.size());
            if (is_next(rest.substr(0, end))) return std::string(target);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return std::nullopt;
}

std::string parse_media_type(std::string_view value) {
    return lowered(trimmed(value.substr(0, value.find(';'))));
}

std::string printable(std::string_view text, size_t most) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (char c : text.substr(0, most)) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            out += c;
        } else {
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    if (text.size() > most) out += "...";
    return out;
}

}  // namespace assay::registry

// References as docker and skopeo read them: a first component that has a dot or a colon, is
// "localhost" or has capitals is a host; anything else lies on docker.io. Two readers that part
// here would talk to different registries about the same name, so the grammar is theirs to the
// letter.
//
// docker.io itself is only a name: its registry answers at another host (session.cpp).
#include <algorithm>

#include "assay/registry.h"

namespace assay::registry {

static constexpr size_t kLongestName = 255;  // of host and repository together
static constexpr size_t kLongestTag = 128;
static constexpr std::string_view kDefaultHost = "docker.io";

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_number(char c) { return c >= '0' && c <= '9'; }
static bool is_lower_or_number(char c) { return is_lower(c) || is_number(c); }
static bool is_word(char c) { return is_lower(c) || is_upper(c) || is_number(c) || c == '_'; }
static bool is_lower_hex(char c) { return is_number(c) || (c >= 'a' && c <= 'f'); }

static Error wrong(const char* text) { return {Code::kUsage, text}; }

bool is_digest(std::string_view text) {
    size_t colon = text.find(':');
    if (colon == text.npos) return false;
    std::string_view kind = text.substr(0, colon), hex = text.substr(colon + 1);
    size_t digits = kind == "sha256" ? 64 : kind == "sha512" ? 128 : 0;
    return digits != 0 && hex.size() == digits && std::ranges::all_of(hex, is_lower_hex);
}

static bool is_tag(std::string_view text) {
    if (text.empty() || text.size() > kLongestTag || !is_word(text.front())) return false;
    return std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// A label of a host: letters, digits, and hyphens inside.
static bool is_label(std::string_view text) {
    auto fits = [](char c) { return is_lower(c) || is_upper(c) || is_number(c) || c == '-'; };
    return !text.empty() && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, fits);
}

static bool is_host_name(std::string_view text) {
    for (size_t dot = 0; dot != text.npos;) {
        dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot != text.npos) text.remove_prefix(dot + 1);
    }
    return true;
}

// What stands between brackets is an address of IPv6; whether it is a good one libcurl will say.
static bool is_address(std::string_view text) {
    auto fits = [](char c) {
        return is_number(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
    };
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           std::ranges::all_of(text.substr(1, text.size() - 2), fits);
}

static bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_number)) return false;
    uint32_t port = 0;
    for (char c : text) port = port * 10 + static_cast<uint32_t>(c - '0');
    return port >= 1 && port <= 65535;
}

static bool is_host(std::string_view text) {
    size_t colon = text.rfind(':');
    bool has_port = colon != text.npos && !text.ends_with(']');
    std::string_view name = has_port ? text.substr(0, colon) : text;
    if (has_port && !is_port(text.substr(colon + 1))) return false;
    return is_address(name) || is_host_name(name);
}

// Runs of lower-case letters and digits, with one '.', one or two '_', or any number of '-'
// between two of them.
static bool is_component(std::string_view text) {
    if (text.empty() || !is_lower_or_number(text.front()) || !is_lower_or_number(text.back())) {
        return false;
    }
    auto run = [&text](bool of_words) {
        auto other = [of_words](char c) { return is_lower_or_number(c) != of_words; };
        return static_cast<size_t>(std::ranges::find_if(text, other) - text.begin());
    };
    while (!text.empty()) {
        text.remove_prefix(run(true));
        size_t between = run(false);
        std::string_view separator = text.substr(0, between);
        bool dashes = separator.find_first_not_of('-') == separator.npos;
        if (!dashes && separator != "." && separator != "_" && separator != "__") return false;
        text.remove_prefix(between);
    }
    return true;
}

static bool is_repository(std::string_view text) {
    for (size_t slash = 0; slash != text.npos;) {
        slash = text.find('/');
        if (!is_component(text.substr(0, slash))) return false;
        if (slash != text.npos) text.remove_prefix(slash + 1);
    }
    return true;
}

// Whether docker takes what stands before the first slash for a host.
static bool looks_like_host(std::string_view first) {
    return first.find_first_of(".:") != first.npos || first == "localhost" ||
           std::ranges::any_of(first, is_upper);
}

static bool is_hex_id(std::string_view name) {
    return name.size() == 64 && std::ranges::all_of(name, is_lower_hex);
}

// Takes what follows the last `mark` off `text`; empty where there is none.
static std::string_view take_behind(std::string_view& text, size_t mark) {
    std::string_view behind = text.substr(mark + 1);
    text = text.substr(0, mark);
    return behind;
}

static Status read_digest(std::string_view& text, Reference& to) {
    size_t at = text.find('@');
    if (at == text.npos) return Done{};
    to.digest = take_behind(text, at);
    if (!is_digest(to.digest)) return wrong("the digest of the reference is not one we know");
    return Done{};
}

static Status read_tag(std::string_view& text, Reference& to) {
    size_t colon = text.rfind(':');
    if (colon == text.npos || text.find('/', colon) != text.npos) return Done{};
    // "host:5000" alone is no repository with a tag for docker either: it is one, named "host".
    to.tag = take_behind(text, colon);
    if (!is_tag(to.tag)) return wrong("the tag of the reference is malformed");
    return Done{};
}

static void split_host(std::string_view& text, Reference& to) {
    size_t slash = text.find('/');
    bool has_host = slash != text.npos && looks_like_host(text.substr(0, slash));
    to.host = has_host ? text.substr(0, slash) : kDefaultHost;
    if (has_host) text.remove_prefix(slash + 1);
    if (to.host == "index.docker.io") to.host = kDefaultHost;
}

Result<Reference> parse_reference(std::string_view text) {
    if (text.starts_with("docker://")) text.remove_prefix(9);
    if (is_hex_id(text)) return wrong("that is the id of an image, not a reference");
    Reference found;
    if (Status status = read_digest(text, found); !status) return status.error();
    if (Status status = read_tag(text, found); !status) return status.error();
    split_host(text, found);
    if (!is_host(found.host)) return wrong("the host of the reference is malformed");
    bool official = found.host == kDefaultHost && text.find('/') == text.npos;
    found.repository = (official ? "library/" : "") + std::string(text);
    if (!is_repository(found.repository)) {
        return wrong("the repository's name is malformed (lower-case letters, digits, . _ - /)");
    }
    if (found.host.size() + 1 + found.repository.size() > kLongestName) {
        return wrong("the reference's name is longer than 255 characters");
    }
    if (found.tag.empty() && found.digest.empty()) found.tag = "latest";
    return found;
}

std::string Reference::text() const {
    std::string result = host + "/" + repository;
    if (!tag.empty()) result += ":" + tag;
    if (!digest.empty()) result += "@" + digest;
    return result;
}

Reference Reference::at(std::string_view tag_or_digest) const {
    Reference other{host, repository, {}, {}};
    (is_digest(tag_or_digest) ? other.digest : other.tag) = tag_or_digest;
    return other;
}

}  // namespace assay::registry

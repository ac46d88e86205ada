// Fields of an HTTP head, and the values among them that we act on. All of it is what a server
// says: parsers take what the grammar has and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::registry {

class Headers {
  public:
    // A line without its end; what is no field is left out.
    void add(std::string_view line);
    void clear() { fields_.clear(); }

    // The value of a field (lower-case name). Of one that came several times, with different
    // values, "" is told: whoever asks for one value must not get one of two.
    [[nodiscard]] std::optional<std::string> one(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// Of WWW-Authenticate (RFC 9110, 11.6.1).
struct Challenge {
    std::string scheme;                         // lower case
    std::map<std::string, std::string> params;  // lower-case names

    [[nodiscard]] std::string param(const std::string& name) const;
};

// All challenges of one field; none where it is malformed, or has more than anybody needs.
std::vector<Challenge> parse_challenges(std::string_view value);

// "bytes FIRST-LAST/TOTAL", where TOTAL may be "*".
struct ContentRange {
    uint64_t first = 0;
    uint64_t last = 0;
    std::optional<uint64_t> total;
};
std::optional<ContentRange> parse_content_range(std::string_view value);

// Digits alone.
std::optional<uint64_t> parse_number(std::string_view text);

// The target of `Link: <URL>; rel="next"`.
std::optional<std::string> parse_next_link(std::string_view value);

// "application/json" of "Application/JSON; charset=utf-8".
std::string parse_media_type(std::string_view value);

// `text` as it may be shown: control characters and what is not ASCII as %XX, cut after `most`.
std::string printable(std::string_view text, size_t most);

}  // namespace assay::registry

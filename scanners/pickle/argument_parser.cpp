#include "argument_parser.h"

#include <fmt/format.h>

#include <string>

namespace assay::pickle {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// "a, b, ": names with a comma behind each. How long that is, at the beginning of `text`.
size_t names_at(std::string_view text) {
    size_t end = 0;
    for (;;) {
        size_t at = end;
        while (at < text.size() &&
               (is_letter(text[at]) || (at > end && text[at] >= '0' && text[at] <= '9')))
            at++;
        if (at == end || text.substr(at, 2) != ", ") return end;
        end = at + 2;
    }
}

// Continuous distributions have a scale.
std::string filled_in(std::string_view names, bool scale) {
    std::string_view in = scale ? "loc=0, scale=1" : "loc=0";
    std::string_view out = scale ? "loc, scale" : "loc, 1";
    return fmt::format(
        "\ndef _parse_args(self, {0} {1}):\n    return ({0}), {2}\n\n"
        "def _parse_args_rvs(self, {0} {1}, size=None):\n"
        "    return self._argcheck_rvs({0} {2}, size=size)\n\n"
        "def _parse_args_stats(self, {0} {1}, moments='mv'):\n    return ({0}), {2}, moments\n",
        names, in, out);
}

}  // namespace

bool is_argument_parser(std::string_view text) {
    if (!text.starts_with(kArgumentParser)) return false;
    std::string_view rest = text.substr(kArgumentParser.size());
    std::string_view names = rest.substr(0, names_at(rest));
    return text == filled_in(names, true) || text == filled_in(names, false);
}

}  // namespace assay::pickle

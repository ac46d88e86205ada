// The operands that protocol 0 writes as lines of text, read as CPython's C unpickler reads them:
// with strtol, PyLong_FromString, PyOS_string_to_double and the escape decoders. Their oddities are
// kept, since a name that is spelled with an escape is still that name to the unpickler.
//
// A line is given without its line feed. Nothing here allocates more than the line's own length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::pickle {

// An integer that the unpickler accepts; `value` only where it fits 64 bits.
struct TextInt {
    std::optional<int64_t> value;
};

// The operand of INT, of LONG (a trailing L is dropped), and of GET and PUT (decimal only).
std::optional<TextInt> parse_int(std::string_view line);
std::optional<TextInt> parse_long(std::string_view line);
std::optional<TextInt> parse_index(std::string_view line);

// Whether FLOAT takes the line.
bool is_float(std::string_view line);

// The operand of STRING, quotes and escapes resolved; nullopt where the unpickler would refuse it.
std::optional<std::string> parse_quoted(std::string_view line);

// The operand of UNICODE: only \uXXXX and \UXXXXXXXX are escapes. The result is UTF-8, surrogates
// as they are.
std::optional<std::string> parse_raw_unicode(std::string_view line);

// The same escapes for a text that comes in pieces: resolves those that lie whole in `piece`, and
// everything with `last`. How much of it was used; nullopt where the unpickler would refuse it.
std::optional<size_t> resolve_quoted(std::string_view piece, bool last, std::string& out);
std::optional<size_t> resolve_raw_unicode(std::string_view piece, bool last, std::string& out);

// Whether these bytes decode as UTF-8; with `surrogates` those are let through, as BINUNICODE does.
bool is_utf8(std::string_view bytes, bool surrogates);
bool is_ascii(std::string_view bytes);

}  // namespace assay::pickle

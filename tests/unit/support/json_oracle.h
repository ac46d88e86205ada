// Whether a text is one JSON value and nothing else: as our reader says, and as simdjson does.
#pragma once

#include <simdjson.h>

#include <string>

#include "scanners/text/json.h"
#include "tests/unit/support/sources.h"

namespace assay::test {

inline constexpr uint32_t kOracleDepth = 1000;

inline bool simdjson_accepts(std::string_view text) {
    static simdjson::dom::parser parser;
    simdjson::error_code error = parser.allocate(std::max<size_t>(text.size(), 64), kOracleDepth);
    if (error) return false;
    simdjson::padded_string padded(text);
    error = parser.parse(padded).error();
    return error == simdjson::SUCCESS;
}

// What the standard leaves open is refused, as simdjson refuses it.
inline bool reader_accepts(std::string_view text, size_t block_size) {
    CountingSource source(as_bytes(text));
    TestPools pools(block_size);
    Tape tape(source, pools.pools(), {});
    json::Reader reader(tape, {.depth = kOracleDepth});
    json::Token token;
    bool strict = true;
    while (reader.next(token)) strict = strict && !token.loose && !token.surrogate;
    if (reader.fault() || reader.failed()) return false;
    std::string_view rest = text.substr(static_cast<size_t>(reader.offset()));
    return strict && rest.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// simdjson refuses numbers that do not fit, which are no business of a reader's that leaves numbers
// as they are.
inline bool has_long_number(std::string_view text) {
    size_t run = 0;
    size_t exponent = 0;  // its digits and what stands before them
    for (char c : text) {
        const bool sign = c == '+' || c == '-';
        const bool goes_on = exponent > 0 && ((c >= '0' && c <= '9') || (exponent == 1 && sign));
        exponent = c == 'e' || c == 'E' ? 1 : goes_on ? exponent + (sign ? 0 : 1) : 0;
        if (exponent > 3) return true;
        run = (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+'
                  ? run + 1
                  : 0;
        if (run > 2 && (c == 'e' || c == 'E')) return true;
        if (run > 18) return true;
    }
    return false;
}

}  // namespace assay::test

// A container format that exists only in tests: nested, with its index at the end, and with claims
// about sibling files. It exercises what real containers need from the engine.
//
//   "TOYC"  claims  member bytes and gaps …  index  trailer
//   claims:  u16 count, then (u16 length, path)(u16 length, member name) each
//   index:   (u16 length, name)(u64 offset)(u64 length) each
//   trailer: u64 index offset, u32 count, "TOYE"
//
// All numbers are little-endian. A member whose name is "sha256-" and 64 hex digits claims to have
// that digest.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/format.h"

namespace assay::toy {

extern const Format kToy;    // the container
extern const Format kCount;  // matches "COUNTME" at the very end; reports how many 'x' it saw
extern const Format kBomb;   // "BOMB": a child that yields zeros without end
extern const Format kThrow;  // "THROW": throws; "THROE": returns kMalformed

struct Toy {
    std::vector<std::pair<std::string, std::string>> members;  // name, content
    std::vector<std::pair<std::string, std::string>> claims;   // path, member name
    std::string gap;                                           // between any two members

    [[nodiscard]] std::string encode() const;
};

}  // namespace assay::toy

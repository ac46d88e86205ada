// Values that are programs or archives themselves: as they are, as text, as text of text, packed,
// or behind other bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/context.h"
#include "probe.h"

namespace assay::pickle {

struct Nested {
    std::vector<Wrapping> layers;  // the outermost first; none: it stands as it is,
    size_t offset = 0;             // there, which is only looked for where nothing is wrapped
};

// `head` is the beginning of a value of `length` bytes. `anywhere`: also behind other bytes of the
// head, if it says that it is a pickle, and goes on to import and call.
std::optional<Nested> find_nested(Bytes head, uint64_t length, bool anywhere);

// In words.
std::string describe(const Nested& nested);

// The value as a child of that name; all of it is read.
Status scan_nested(const Nested& nested, std::string_view name, ByteSource& value,
                   ScanContext& context);

}  // namespace assay::pickle

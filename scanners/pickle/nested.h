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
    bool in_text = false;
};

// `head` is the beginning of a value of `length` bytes. In a text its latin1 goes first, since that
// is how protocols below 3 write bytes. In bytes it may also lie behind others of the head, if it
// says that it is a pickle, and goes on to import and call.
std::optional<Nested> find_nested(Bytes head, uint64_t length, bool in_text);

// In words.
std::string describe(const Nested& nested);

// The value as a child of that name; all of it is read. True where the child was all of the bytes,
// or all of the latin1 of the text: no loader of it gets others.
Result<bool> scan_nested(const Nested& nested, std::string_view name, ByteSource& value,
                         ScanContext& context);

}  // namespace assay::pickle

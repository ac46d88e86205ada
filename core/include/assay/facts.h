// How files are checked against each other. While it is scanned, a file states facts about itself
// (its tensors, its blobs) and makes claims about others (an index about its shards). After the
// sweep the engine joins claims with facts; a claim never leaves the target it was made in.
#pragma once

#include <optional>
#include <string>

#include "assay/rules.h"

namespace assay {

struct Fact {
    std::string kind;  // "tensor", "blob", …
    std::string name;
    std::string value;
};

// "The file at `path` has a fact of this kind and name, with this value." Each rule that is null
// means that outcome is no finding; findings go to the record that made the claim.
//
// With if_unnamed the claim is another: "each fact of this kind of that file is named by some other
// claim of this record about it." With if_other_sum: "the numbers that are the values of such facts
// of all files about which this record makes such a claim add up to `value`"; where a file or a
// fact is missing nothing is said. if_less, if_more: "it is a number, at least or at most `value`."
//
// Of each file that claims are about the engine states facts of the kind "file" itself: its "size",
// and its "type", which is "file", "link" or "special".
struct Claim {
    std::string path;  // relative to the claiming file, as written there
    uint64_t offset = 0;
    std::string kind;  // empty: the claim is only that the file exists
    std::string name;
    std::optional<std::string> value;  // absent: any value
    const Rule* if_outside = nullptr;
    const Rule* if_no_file = nullptr;
    const Rule* if_no_fact = nullptr;
    const Rule* if_other_value = nullptr;
    const Rule* if_file = nullptr;  // there is such a file: "nothing lies there" is claimed
    const Rule* if_unnamed = nullptr;
    const Rule* if_named_elsewhere = nullptr;  // unnamed, but of another file the name is claimed
    const Rule* if_other_sum = nullptr;
    const Rule* if_less = nullptr;
    const Rule* if_more = nullptr;
};

}  // namespace assay

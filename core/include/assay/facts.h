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
};

}  // namespace assay

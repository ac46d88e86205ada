// One thing that was found in one artifact.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/rules.h"

namespace assay {

using Evidence = std::vector<std::pair<std::string, std::string>>;

struct Finding {
    const Rule* rule = nullptr;
    Severity severity = Severity::kInfo;
    uint64_t offset = 0;
    uint64_t length = 0;
    uint64_t count = 1;  // how often, when only the first was kept
    std::string detail;  // text of ours, or input escaped by escape_path()
    Evidence evidence;   // names are ours, and differ

    bool operator==(const Finding&) const = default;
};

// SHA-256 (hex) over rule, path, offset and detail, so that it does not depend on what was hashed.
// Hashed are: the rule's id, the path and the detail, each after its length, and last the offset;
// numbers are 8 bytes, little endian.
std::string fingerprint(std::string_view path, const Finding& finding);

}  // namespace assay

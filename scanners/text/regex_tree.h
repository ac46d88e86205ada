// Regular expressions of Oniguruma as trees, as far as which ways there are to match depends on it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "regex_sets.h"

namespace assay::regex {

struct Node {
    enum class Kind : uint8_t {
        kEmpty,        // flags, comments
        kCondition,    // takes no character, and may fail: anchors, references
        kSet,          // one character
        kSequence,     // of parts
        kAlternative,  // one of parts
        kRepeat,       // of the one part, `least` to `most` times
        kAtomic,       // the one part, which is never tried another way
        kAside,        // the one part, which is looked at beside the text: look-around
    };
    static constexpr uint32_t kNoLimit = UINT32_MAX;

    Kind kind = Kind::kEmpty;
    Set set;
    uint32_t least = 0;
    uint32_t most = 0;
    std::vector<Node> parts;
};

// Absent where it does not parse, or nests too deeply.
std::optional<Node> parse(std::string_view expression);

}  // namespace assay::regex

// A pattern and a text, with a newline between: time stays in proportion, and a pattern that is
// anchored by its first and last character matches without them, too.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assay/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    size_t split = std::min(text.find('\n'), text.size());
    assay::Result<assay::Pattern> pattern = assay::Pattern::compile(text.substr(0, split));
    if (!pattern) return 0;
    bool found = pattern->matches(text.substr(std::min(split + 1, size)));
    bool at_ends = split >= 2 && text[0] == '^' && text[split - 1] == '$';
    if (!pattern->anchored() || !at_ends || !found) return 0;
    assay::Result<assay::Pattern> inner = assay::Pattern::compile(text.substr(1, split - 2));
    if (inner && !inner->matches(text.substr(std::min(split + 1, size)))) std::abort();
    return 0;
}

// Stat files are local, and read when their signature holds; whoever has the key may still have
// written anything.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "cli/since.h"

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    assay::Result<std::vector<assay::cli::Known>> known = assay::cli::read_stat_lines(body);
    if (!known) return 0;
    require(std::is_sorted(known->begin(), known->end(),
                           [](const auto& a, const auto& b) { return a.name < b.name; }));
    require(known->size() <=
            size_t{1} + static_cast<size_t>(std::count(body.begin(), body.end(), '\n')));
    return 0;
}

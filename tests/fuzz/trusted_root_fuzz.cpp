// A trusted root is a file that the user chose, from wherever it came.
#include <cstdint>
#include <cstdlib>

#include "assay/trusted_root.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Result<assay::TrustedRoot> root = assay::TrustedRoot::parse({data, size});
    if (!root) return 0;
    for (const assay::TrustedAuthority& one : root->authorities) {
        if (one.anchors.size() != 1) std::abort();
    }
    for (const assay::TrustedLog& one : root->logs) {
        if (one.id.size() < 4 || one.key.spki().empty()) std::abort();
    }
    return 0;
}

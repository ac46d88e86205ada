// Any YAML document; see same_whatever_blocks.h.
#include "tests/fuzz/same_whatever_blocks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace assay;
    test::check_same_whatever_blocks(kYamlFormat, data, size, test::Reads::kInOrder);
    return 0;
}

// Any GGUF file: the same findings for any size of blocks, and every byte accounted for once.
//
// Input: one byte for the size of the blocks, then the file.
#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 5) return 0;
    const std::string_view file = as_text({data + 1, size - 1});
    for (bool stream : {false, true}) {
        test::Scanned whole = test::scan_bytes(kGgufFormat, file, {4096, stream});
        test::Scanned pieces = test::scan_bytes(kGgufFormat, file, {size_t{data[0]} + 1, stream});
        require(whole.read_once && pieces.read_once);
        require(whole.fault == pieces.fault);
        require(whole.context.text() == pieces.context.text());
        require(whole.context.memory == test::NullContext().memory);
    }
    return 0;
}

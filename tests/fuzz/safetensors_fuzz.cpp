// Any safetensors file: the same findings for any size of blocks, in order or at random, and every
// byte accounted for once; the two texts that are read by hand besides.
//
// Input: one byte for the size of the blocks, then the file.
#include <cstdlib>

#include "scanners/formats.h"
#include "scanners/tensor/confusable.h"
#include "scanners/tensor/metadata_text.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const std::string_view file = as_text({data + 1, size - 1});
    for (bool stream : {false, true}) {
        test::Scanned whole = test::scan_bytes(kSafetensorsFormat, file, {4096, stream});
        test::Scanned pieces =
            test::scan_bytes(kSafetensorsFormat, file, {size_t{data[0]} + 1, stream});
        require(!stream || (whole.read_once && pieces.read_once));
        require(whole.fault == pieces.fault);
        require(whole.context.text() == pieces.context.text());
        const bool clean = whole.context.findings.empty() && whole.context.lacks.empty();
        require(!clean || whole.context.parsed_bytes == file.size());
        require(whole.fault.empty() || !whole.context.findings.empty());
    }
    const std::string skeleton = skeleton_of(file);
    require(skeleton.size() <= 16 * file.size());
    require(suspicious_part(file).size() <= 80);
    return 0;
}

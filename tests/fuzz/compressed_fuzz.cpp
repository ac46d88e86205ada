// Whatever a compressed file holds, what comes out of it and what is found do not depend on how it
// is cut into blocks, and no byte of it is read twice.
//
// Input: one byte for the format, one for the size of the blocks, then the file.
#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static const Format* const kStreams[] = {&kGzipFormat,  &kZlibFormat, &kZfileFormat,
                                         &kBzip2Format, &kXzFormat,   &kLzmaFormat,
                                         &kLz4Format,   &kZstdFormat, &kLzipFormat};

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const Format& format = *kStreams[data[0] % std::size(kStreams)];
    const std::string_view file = as_text({data + 2, size - 2});
    const Probe probe{as_bytes(file.substr(0, kProbeHead)), {}, file.size()};
    format.matches(probe);
    test::ScanSetup setup;
    setup.most = kMiB;
    test::Scanned whole = test::scan_bytes(format, file, setup);
    setup.block_size = size_t{data[1]} + 1;
    setup.stream = true;
    test::Scanned pieces = test::scan_bytes(format, file, setup);
    require(whole.read_once && pieces.read_once);
    require(whole.context.cut == pieces.context.cut);
    if (whole.context.cut) return 0;
    require(whole.fault == pieces.fault);
    require(whole.context.contents() == pieces.context.contents());
    require(whole.context.lacks == pieces.context.lacks);
    return 0;
}

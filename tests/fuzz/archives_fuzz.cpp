// Whatever an archive holds that libarchive unpacks, what comes out of it and what is found do not
// depend on how it is cut into blocks.
//
// Input: one byte for the format, one for the size of the blocks, then the file.
#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static const Format* const kArchives[] = {&kSevenZipFormat, &kCpioFormat, &kArFormat, &kCabFormat,
                                          &kIsoFormat,      &kLhaFormat,  &kRarFormat};

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const Format& format = *kArchives[data[0] % std::size(kArchives)];
    const std::string_view file = as_text({data + 2, size - 2});
    const Probe probe{as_bytes(file.substr(0, kProbeHead)), {}, file.size()};
    if (!format.matches(probe)) return 0;
    test::ScanSetup setup;
    setup.most = kMiB;
    test::Scanned whole = test::scan_bytes(format, file, setup);
    setup.block_size = size_t{data[1]} + 1;
    test::Scanned pieces = test::scan_bytes(format, file, setup);
    require(whole.context.cut == pieces.context.cut);
    if (whole.context.cut) return 0;
    require(whole.fault == pieces.fault);
    require(whole.context.contents() == pieces.context.contents());
    require(whole.context.lacks == pieces.context.lacks);
    return 0;
}

// Whatever a dump says of its arrays, the same is found for any size of blocks, and every byte is
// read once.
//
// Input: one byte for the size of the blocks, one for the options, then the dump.
#include <cstdlib>

#include "tests/unit/support/pickle_scans.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const std::string_view file = as_text({data + 2, size - 2});
    test::PickleSetup setup;
    setup.joblib = true;
    setup.stream = (data[1] & 1) != 0;
    if ((data[1] & 2) != 0) setup.memory = size_t{64} << 10;
    const test::PickleContext whole = test::scan_pickle_file(file, setup);
    setup.block_size = size_t{data[0]} + 1;
    const test::PickleContext pieces = test::scan_pickle_file(file, setup);
    require(whole.read_once && pieces.read_once);
    require(whole.text() == pieces.text());
    require(whole.memory == setup.memory && pieces.memory == setup.memory);
    return 0;
}

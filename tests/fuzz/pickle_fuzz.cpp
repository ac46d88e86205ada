// Whatever the instructions are, the same is found for any size of blocks, every byte is read once,
// and a machine gives back the memory that it took.
//
// Input: one byte for the size of the blocks, one for the options, then the pickle.
#include <cstdlib>

#include "scanners/pickle/text_forms.h"
#include "tests/unit/support/pickle_scans.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

static test::PickleSetup setup_of(uint8_t flags) {
    test::PickleSetup setup;
    setup.stream = (flags & 1) != 0;
    setup.options.strict = (flags & 2) != 0;
    setup.options.torch_weights_only = (flags & 4) != 0;
    if ((flags & 8) != 0) setup.memory = size_t{16} << 10 << (flags >> 6);
    if ((flags & 16) != 0) setup.likely.reset();
    if ((flags & 32) != 0) setup.options.allow = {"posix.system", "numpy.core.multiarray.scalar"};
    return setup;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const std::string_view file = as_text({data + 2, size - 2});
    test::PickleSetup setup = setup_of(data[1]);
    const test::PickleContext whole = test::scan_pickle_file(file, setup);
    setup.block_size = size_t{data[0]} + 1;
    const test::PickleContext pieces = test::scan_pickle_file(file, setup);
    require(whole.read_once && pieces.read_once);
    require(whole.text() == pieces.text());
    require(whole.memory == setup.memory && pieces.memory == setup.memory);
    std::optional<std::string> quoted = pickle::parse_quoted(file);
    require(!quoted || quoted->size() <= file.size());
    std::optional<std::string> raw = pickle::parse_raw_unicode(file);
    require(!raw || pickle::is_utf8(*raw, true));
    return 0;
}

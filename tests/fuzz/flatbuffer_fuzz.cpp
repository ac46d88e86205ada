// Any TFLite, ExecuTorch or CatBoost model: the same findings for any size of blocks, and every
// byte read once.
//
// Input: one byte for the size of the blocks, then the file; which of the formats read it is told
// by its first bytes, as everywhere.
#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

static void check(const Format& format, std::string_view file, size_t block) {
    test::Scanned whole = test::scan_bytes(format, file, {4096});
    test::Scanned pieces = test::scan_bytes(format, file, {block});
    require(whole.read_once && pieces.read_once);
    require(whole.fault == pieces.fault);
    require(whole.context.text() == pieces.context.text());
    require(whole.context.memory == test::NullContext().memory);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 9) return 0;
    const std::string_view file = as_text({data + 1, size - 1});
    const Probe probe{as_bytes(file.substr(0, kProbeHead)), {}, file.size()};
    for (const Format* format : {&kTfliteFormat, &kExecutorchFormat, &kCatboostFormat}) {
        if (format->matches(probe)) check(*format, file, size_t{data[0]} + 1);
    }
    return 0;
}

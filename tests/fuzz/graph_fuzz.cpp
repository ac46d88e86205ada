// Any file of a graph format: the same findings for any size of blocks, and every byte read once.
//
// Input: one byte for the format and the size of the blocks, then the file.
#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

constexpr const Format* kGraphs[] = {
    &kOnnxFormat,        &kTfSavedModelFormat,    &kTfGraphFormat,
    &kTfMetaGraphFormat, &kTfKerasMetadataFormat, &kTfBundleFormat,
    &kCoremlFormat,      &kOpenvinoFormat,        &kPmmlFormat,
    &kTensorrtFormat,    &kTfFingerprintFormat,
};

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const Format& format = *kGraphs[data[0] % std::size(kGraphs)];
    const size_t block = size_t{data[0]} / std::size(kGraphs) + 1;
    const std::string_view file = as_text({data + 1, size - 1});
    for (bool stream : {false, true}) {
        if (stream && format.random_access) continue;
        test::Scanned whole = test::scan_bytes(format, file, {4096, stream});
        test::Scanned pieces = test::scan_bytes(format, file, {block, stream});
        require(!stream || (whole.read_once && pieces.read_once));
        require(whole.fault == pieces.fault);
        require(whole.context.text() == pieces.context.text());
        require(whole.context.parsed_bytes <= file.size());
    }
    Probe probe;
    probe.head = as_bytes(file).first(std::min(file.size(), kProbeHead));
    probe.tail = as_bytes(file);
    probe.size = file.size();
    for (const Format* one : kGraphs) {
        if (one->matches(probe) && !one->random_access) test::scan_bytes(*one, file, {});
    }
    return 0;
}

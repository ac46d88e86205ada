// TensorRT: engines, which a compiler made for one GPU and one version of the library.
//
// The format is nobody's but its maker's. An engine is as good as a program: it holds machine code
// of GPUs, and may hold plugins, which are libraries of the host that are loaded when the engine
// is, also where host code is not allowed. So there is nothing to validate, and what can be said is
// said of every engine; libraries are looked for, since they look like themselves wherever they
// are.
#include <algorithm>
#include <iterator>

#include "assay/format.h"
#include "formats.h"

namespace assay::tensorrt {

namespace {

constexpr Rule kRules[] = {
    {"tensorrt.embedded_elf", Severity::kCritical, "the engine holds a library of the host",
     "A plugin is loaded with the engine and runs in the process that loads it.",
     "Do not load the engine; build it yourself from the model that it was made of.",
     "CWE-829 AML.T0010.002"},
    {"tensorrt.engine.opaque_executable", Severity::kMedium, "an engine is an executable artifact",
     "It is machine code in a form that nobody outside can check, and has no checksum.",
     "Build engines yourself, from models that were scanned.", "CWE-829"},
};

// The beginning of a program or library: class, byte order, version and type are what they can be.
bool is_elf(const uint8_t* at) {
    constexpr uint8_t kMagic[] = {0x7f, 'E', 'L', 'F'};
    if (!std::equal(std::begin(kMagic), std::end(kMagic), at)) return false;
    const bool ident = (at[4] == 1 || at[4] == 2) && (at[5] == 1 || at[5] == 2) && at[6] == 1;
    const uint16_t type = at[5] == 1 ? load_le<uint16_t>(at + 16) : load_be<uint16_t>(at + 16);
    return ident && type >= 1 && type <= 4;
}

Status look_for_elf(Tape& tape, ScanContext& context) {
    constexpr size_t kHeader = 18;
    for (;;) {
        Result<Bytes> bytes = tape.peek_some();
        if (bytes && bytes->size() < kHeader) bytes = tape.peek(kHeader);
        if (!bytes) return bytes.error();
        if (bytes->size() < kHeader) return tape.advance(bytes->size());
        const size_t last = bytes->size() - kHeader;
        for (size_t i = 0; i <= last; i++) {
            if ((*bytes)[i] != 0x7f || !is_elf(bytes->data() + i)) continue;
            context.report(kRules[0], tape.offset() + i, 0, "");
        }
        Status moved = tape.advance(last + 1);
        if (!moved) return moved;
    }
}

Status scan(Tape& tape, ScanContext& context) {
    context.report(kRules[1], 0, 0, "");
    context.incomplete(Coverage::kUnsupported, "engines of TensorRT are opaque");
    return look_for_elf(tape, context);
}

// Only the two magics are known; a name alone must not make a text an engine.
bool is_engine(const Probe& probe) {
    if (starts_with(probe.head, "ftrt") || starts_with(probe.head, "ptrt")) return true;
    return probe.promised && std::find(probe.head.begin(), probe.head.end(), 0) != probe.head.end();
}

constexpr std::string_view kExtensions[] = {"engine", "plan", "trt"};

}  // namespace

}  // namespace assay::tensorrt

namespace assay {

const Format kTensorrtFormat{
    "tensorrt",          false,          0, tensorrt::kExtensions, tensorrt::kRules,
    tensorrt::is_engine, tensorrt::scan,
};

}  // namespace assay

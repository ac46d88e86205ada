// The CRC-32 of ZIP and gzip, fast enough not to be noticed beside SHA-256: with carry-less
// multiplication where the CPU has it, with zlib elsewhere.
#pragma once

#include <cstdint>

#include "assay/bytes.h"

namespace assay {

// `crc` is that of what came before, 0 at first; like zlib's crc32().
uint32_t crc32_of(uint32_t crc, Bytes bytes);

// One way to compute it; tests compare all that this CPU can take.
struct Crc32Kernel {
    const char* name;
    uint32_t (*run)(uint32_t crc, Bytes bytes);
    bool (*usable)();
};
// The first usable one is what crc32_of() takes.
extern const Crc32Kernel kCrc32Kernels[];
extern const size_t kCrc32KernelCount;

}  // namespace assay

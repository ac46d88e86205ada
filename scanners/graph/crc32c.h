// CRC-32C (Castagnoli), as LevelDB and TensorFlow store it: "masked", so that the checksum of data
// that holds checksums stays a good one.
#pragma once

#include "assay/bytes.h"

namespace assay {

// `crc` is that of what came before, 0 at first.
uint32_t crc32c_of(uint32_t crc, Bytes bytes);
inline uint32_t crc32c(Bytes bytes) { return crc32c_of(0, bytes); }

// As it is stored, and back.
constexpr uint32_t mask_crc32c(uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }
constexpr uint32_t unmask_crc32c(uint32_t masked) {
    const uint32_t crc = masked - 0xa282ead8u;
    return crc >> 17 | crc << 15;
}
inline uint32_t masked_crc32c(Bytes bytes) { return mask_crc32c(crc32c(bytes)); }

// One way to compute it; tests compare all that this CPU can take.
struct Crc32cKernel {
    const char* name;
    uint32_t (*run)(uint32_t crc, Bytes bytes);
    bool (*usable)();
};
// The first usable one is what crc32c_of() takes.
extern const Crc32cKernel kCrc32cKernels[];
extern const size_t kCrc32cKernelCount;

}  // namespace assay

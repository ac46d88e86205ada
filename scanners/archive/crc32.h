// The CRC-32 of ZIP and gzip, fast enough not to be noticed beside SHA-256: with carry-less
// multiplication where the CPU has it, with zlib elsewhere.
#pragma once

#include <cstdint>
#include <memory>

#include "assay/bytes.h"

namespace assay {

// `crc` is that of what came before, 0 at first; like zlib's crc32().
uint32_t crc32_of(uint32_t crc, Bytes bytes);

// The checksum of what comes in pieces, where that is cheaper than one piece after the other.
// Threads: one at a time.
class Crc32Pieces {
  public:
    virtual ~Crc32Pieces() = default;
    virtual void update(Bytes bytes) = 0;
    // Of everything; nothing may be added behind that.
    virtual uint32_t finish() = 0;
};

// One way to compute it; tests compare all that this CPU can take.
struct Crc32Kernel {
    const char* name;
    uint32_t (*run)(uint32_t crc, Bytes bytes);
    bool (*usable)();
    // For more than kCrc32PiecesFrom bytes; null where run() is as good.
    std::unique_ptr<Crc32Pieces> (*pieces)(uint32_t crc) = nullptr;
};
inline constexpr size_t kCrc32PiecesFrom = size_t{16} << 10;
// The first usable one is what crc32_of() takes.
extern const Crc32Kernel kCrc32Kernels[];
extern const size_t kCrc32KernelCount;
const Crc32Kernel& best_crc32_kernel();

}  // namespace assay

#include "crc32c.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

namespace {

// table[n][b]: what byte b adds when n bytes follow it, so that eight bytes take eight look-ups
// that do not wait for each other.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables make_tables() {
    Tables tables{};
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
        tables[0][i] = crc;
    }
    for (size_t n = 1; n < tables.size(); n++) {
        for (size_t i = 0; i < 256; i++) {
            const uint32_t before = tables[n - 1][i];
            tables[n][i] = before >> 8 ^ tables[0][before & 0xff];
        }
    }
    return tables;
}

constexpr Tables kTables = make_tables();

uint32_t by_bytes(uint32_t state, Bytes bytes) {
    for (const uint8_t byte : bytes) state = state >> 8 ^ kTables[0][(state ^ byte) & 0xff];
    return state;
}

uint32_t crc32c_tables(uint32_t crc, Bytes bytes) {
    uint32_t state = ~crc;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const uint64_t word = load_le<uint64_t>(bytes.data()) ^ state;
        state = 0;
        for (size_t i = 0; i < 8; i++) state ^= kTables[7 - i][word >> (8 * i) & 0xff];
    }
    return ~by_bytes(state, bytes);
}

bool always() { return true; }

#if defined(__x86_64__)

// The CPU has this very CRC as an instruction. It takes three cycles for eight bytes, which is as
// fast as the page cache.
__attribute__((target("sse4.2"))) uint32_t crc32c_sse42(uint32_t crc, Bytes bytes) {
    uint64_t state = ~crc;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        state = _mm_crc32_u64(state, load_le<uint64_t>(bytes.data()));
    }
    return ~by_bytes(static_cast<uint32_t>(state), bytes);
}

bool has_sse42() { return __builtin_cpu_supports("sse4.2") != 0; }

#endif

}  // namespace

const Crc32cKernel kCrc32cKernels[] = {
#if defined(__x86_64__)
    {"sse4.2", crc32c_sse42, has_sse42},
#endif
    {"tables", crc32c_tables, always},
};
const size_t kCrc32cKernelCount = std::size(kCrc32cKernels);

uint32_t crc32c_of(uint32_t crc, Bytes bytes) {
    static const Crc32cKernel* const kernel =
        std::find_if(std::begin(kCrc32cKernels), std::end(kCrc32cKernels),
                     [](const Crc32cKernel& one) { return one.usable(); });
    return kernel->run(crc, bytes);
}

}  // namespace assay

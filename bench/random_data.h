// Bytes to measure with: random, never zeros, and the same in every run.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace assay::bench {

inline std::vector<uint8_t> random_data(size_t n) {
    std::mt19937_64 engine(1);
    std::vector<uint8_t> bytes(n);
    for (size_t i = 0; i < n; i += 8) {
        uint64_t word = engine();
        for (size_t j = 0; j < 8 && i + j < n; j++) {
            bytes[i + j] = static_cast<uint8_t>(word >> (8 * j));
        }
    }
    return bytes;
}

// Fits L2 beside everything else; does not fit any cache.
inline constexpr int64_t kSmall = int64_t{256} << 10;
inline constexpr int64_t kLarge = int64_t{256} << 20;

}  // namespace assay::bench

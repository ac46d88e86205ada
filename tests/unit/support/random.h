// Seeded randomness: a test that fails names its seed, and runs the same again with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "assay/bytes.h"

namespace assay::test {

class Dice {
  public:
    explicit Dice(uint64_t seed) : engine_(seed) {}

    uint64_t bits() { return engine_(); }
    // 0 to n - 1; precondition: n > 0.
    uint64_t below(uint64_t n) { return engine_() % n; }
    uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
    size_t size_below(size_t n) { return static_cast<size_t>(below(n)); }

    std::vector<uint8_t> bytes(size_t n) {
        std::vector<uint8_t> out(n);
        std::generate(out.begin(), out.end(), [&] { return static_cast<uint8_t>(engine_()); });
        return out;
    }

  private:
    std::mt19937_64 engine_;
};

inline std::vector<uint8_t> random_bytes(size_t n, uint64_t seed = 1) {
    return Dice(seed).bytes(n);
}

// The seeds of a property test: a fixed row, or ASSAY_SEED alone.
inline std::vector<uint64_t> seeds(size_t count) {
    if (const char* one = std::getenv("ASSAY_SEED")) return {std::strtoull(one, nullptr, 0)};
    std::vector<uint64_t> row(count);
    for (size_t i = 0; i < count; i++) row[i] = 0x5eed0000 + i;
    return row;
}

inline std::string seed_text(uint64_t seed) { return "ASSAY_SEED=" + std::to_string(seed); }

inline std::vector<uint8_t> copy_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace assay::test

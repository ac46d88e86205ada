// What assay uses of libblake3's interface. Debian 12 has no such library, so tests bring this one:
// it is here to have the code compiled and run that uses the real one, and is as slow as it is
// short.
#pragma once

#include <cstddef>
#include <cstdint>

inline constexpr size_t kBlake3Depth = 54;  // levels of the tree over the largest input

struct blake3_hasher {
    uint32_t stack[kBlake3Depth][8];  // a chaining value for each bit of `chunks` that is set
    uint64_t chunks;
    uint8_t chunk[1024];
    size_t held;
};

void blake3_hasher_init(blake3_hasher* self);
void blake3_hasher_update(blake3_hasher* self, const void* input, size_t size);
void blake3_hasher_finalize(const blake3_hasher* self, uint8_t* out, size_t size);  // at most 32

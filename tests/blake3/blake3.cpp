// BLAKE3 as its paper says: chunks of 1 KiB are chains of blocks, their chaining values are the
// leaves of a binary tree whose left parts are full. The last chunk waits, since it may be the
// root.
#include "blake3.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace {

using Words = std::array<uint32_t, 8>;
using Block = std::array<uint32_t, 16>;

enum Flag : uint32_t { kChunkStart = 1, kChunkEnd = 2, kParent = 4, kRoot = 8 };

constexpr Words kStart = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                          0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
constexpr std::array<uint8_t, 16> kOrder = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

void mix(Block& v, size_t a, size_t b, size_t c, size_t d, uint32_t x, uint32_t y) {
    v[a] += v[b] + x;
    v[d] = std::rotr(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 12);
    v[a] += v[b] + y;
    v[d] = std::rotr(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 7);
}

void round(Block& v, const Block& m) {
    for (size_t i = 0; i < 4; i++) mix(v, i, 4 + i, 8 + i, 12 + i, m[2 * i], m[2 * i + 1]);
    for (size_t i = 0; i < 4; i++) {
        mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[8 + 2 * i], m[9 + 2 * i]);
    }
}

Words compress(const Words& chain, Block message, uint64_t counter, uint32_t size, uint32_t flags) {
    Block v{};
    std::copy(chain.begin(), chain.end(), v.begin());
    std::copy_n(kStart.begin(), 4, v.begin() + 8);
    v[12] = static_cast<uint32_t>(counter);
    v[13] = static_cast<uint32_t>(counter >> 32);
    v[14] = size;
    v[15] = flags;
    for (int i = 0; i < 7; i++) {
        round(v, message);
        Block next;
        for (size_t j = 0; j < 16; j++) next[j] = message[kOrder[j]];
        message = next;
    }
    Words out;
    for (size_t i = 0; i < 8; i++) out[i] = v[i] ^ v[i + 8];
    return out;
}

Words of_chunk(const uint8_t* bytes, size_t size, uint64_t number, uint32_t flags) {
    Words chain = kStart;
    for (size_t at = 0; at == 0 || at < size; at += 64) {
        const size_t length = std::min<size_t>(64, size - at);
        Block block{};
        std::memcpy(block.data(), bytes + at, length);  // little-endian machines alone
        const bool last = at + 64 >= size;
        chain = compress(chain, block, number, static_cast<uint32_t>(length),
                         (at == 0 ? kChunkStart : 0U) | (last ? kChunkEnd | flags : 0U));
    }
    return chain;
}

Words of_parent(const uint32_t* left, const Words& right, uint32_t flags) {
    Block block;
    std::copy_n(left, 8, block.begin());
    std::copy(right.begin(), right.end(), block.begin() + 8);
    return compress(kStart, block, 0, 64, kParent | flags);
}

// One more chunk: it completes as many trees as its number has ones at its end.
void push(blake3_hasher* self, Words value) {
    auto level = static_cast<size_t>(std::popcount(self->chunks));
    for (uint64_t rest = self->chunks; rest & 1; rest >>= 1) {
        value = of_parent(self->stack[--level], value, 0);
    }
    std::copy(value.begin(), value.end(), self->stack[level]);
    self->chunks++;
}

}  // namespace

void blake3_hasher_init(blake3_hasher* self) { *self = {}; }

void blake3_hasher_update(blake3_hasher* self, const void* input, size_t size) {
    const auto* bytes = static_cast<const uint8_t*>(input);
    while (size > 0) {
        if (self->held == sizeof(self->chunk)) {
            push(self, of_chunk(self->chunk, self->held, self->chunks, 0));
            self->held = 0;
        }
        const size_t some = std::min(size, sizeof(self->chunk) - self->held);
        std::memcpy(self->chunk + self->held, bytes, some);
        self->held += some;
        bytes += some;
        size -= some;
    }
}

void blake3_hasher_finalize(const blake3_hasher* self, uint8_t* out, size_t size) {
    auto level = static_cast<size_t>(std::popcount(self->chunks));
    Words value =
        of_chunk(self->chunk, self->held, self->chunks, level == 0 ? uint32_t{kRoot} : 0U);
    while (level > 0) {
        level--;
        value = of_parent(self->stack[level], value, level == 0 ? uint32_t{kRoot} : 0U);
    }
    std::memcpy(out, value.data(), std::min(size, sizeof(value)));
}

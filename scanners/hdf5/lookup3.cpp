#include "lookup3.h"

#include <array>
#include <bit>

namespace assay::hdf5 {

namespace {

using State = std::array<uint32_t, 3>;

// Row by row: which word gives, which takes, by how much it is turned.
void mix(State& s) {
    constexpr int kTurns[] = {4, 6, 8, 16, 19, 4};
    for (size_t i = 0; i < 6; i++) {
        uint32_t& to = s[i % 3];
        const uint32_t from = s[(i + 2) % 3];
        to -= from;
        to ^= std::rotl(from, kTurns[i]);
        s[(i + 2) % 3] += s[(i + 1) % 3];
    }
}

void finish(State& s) {
    constexpr int kTurns[] = {14, 11, 25, 16, 4, 14, 24};
    for (size_t i = 0; i < 7; i++) {
        uint32_t& to = s[(i + 2) % 3];
        const uint32_t from = s[(i + 1) % 3];
        to ^= from;
        to -= std::rotl(from, kTurns[i]);
    }
}

void add(State& s, Bytes piece) {
    for (size_t i = 0; i < piece.size(); i++) {
        s[i / 4] += uint32_t{piece[i]} << (8 * (i % 4));
    }
}

}  // namespace

uint32_t lookup3(Bytes bytes) {
    const uint32_t start = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
    State state = {start, start, start};
    if (bytes.empty()) return state[2];
    while (bytes.size() > 12) {
        add(state, bytes.first(12));
        mix(state);
        bytes = bytes.subspan(12);
    }
    add(state, bytes);
    finish(state);
    return state[2];
}

}  // namespace assay::hdf5

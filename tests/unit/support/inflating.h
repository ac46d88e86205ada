// What a deflate stream unpacks to, by zlib and by us in several ways: to be held side by side.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "scanners/archive/inflater.h"

namespace assay::test {

struct Unpacked {
    std::string out;
    size_t consumed = 0;  // where it ended
    bool ended = false;
    bool damaged = false;
    bool operator==(const Unpacked&) const = default;

    // What a step came to, from `at` on. Whether there may be more.
    bool take(const Inflater::Step& step, Bytes room, size_t& at, bool again = false) {
        at += step.consumed;
        out += as_text(room.first(step.produced));
        ended = step.ended;
        damaged = step.damaged;
        if (ended) consumed = at;
        return !ended && !damaged && (again || step.consumed + step.produced > 0);
    }
};

// No more than about `most` bytes.
inline Unpacked by_zlib(Bytes packed, size_t most = SIZE_MAX) {
    z_stream zlib{};
    if (inflateInit2(&zlib, -MAX_WBITS) != Z_OK) abort();
    zlib.next_in = const_cast<uint8_t*>(packed.data());
    zlib.avail_in = static_cast<uInt>(packed.size());
    Unpacked unpacked;
    int outcome = Z_OK;
    while (outcome == Z_OK && unpacked.out.size() < most) {
        uint8_t out[8192];
        zlib.next_out = out;
        zlib.avail_out = sizeof out;
        outcome = inflate(&zlib, Z_NO_FLUSH);
        unpacked.out += as_text(Bytes(out).first(sizeof out - zlib.avail_out));
    }
    unpacked.ended = outcome == Z_STREAM_END;
    unpacked.damaged = outcome == Z_DATA_ERROR;
    if (unpacked.ended) unpacked.consumed = packed.size() - zlib.avail_in;
    inflateEnd(&zlib);
    return unpacked;
}

inline Unpacked by_us(Bytes packed, size_t piece, size_t room, size_t most = SIZE_MAX) {
    Inflater inflater;
    std::vector<uint8_t> out(room);
    Unpacked unpacked;
    size_t at = 0;
    for (bool more = true; more && unpacked.out.size() < most;) {
        const Bytes in = packed.subspan(at, std::min(piece, packed.size() - at));
        more = unpacked.take(inflater.step(in, out), out, at);
    }
    return unpacked;
}

// As a source drives it: what lies there in dense blocks, whatever the room; fixed pieces
// elsewhere. `marks`: where the input stood whenever so much had come out, by which ratios are
// judged.
inline Unpacked by_blocks(Bytes packed, size_t block, size_t room, std::vector<size_t>& marks,
                          size_t most = SIZE_MAX) {
    constexpr size_t kGrid = 32 << 10;
    Inflater inflater;
    Unpacked unpacked;
    size_t at = 0;
    for (bool more = true; more && unpacked.out.size() < most;) {
        const bool dense = inflater.in_dense_block();
        const size_t left = packed.size() - at;
        const size_t here = std::min(left, block - at % block);
        const size_t piece = dense ? std::max(here, Inflater::kAhead) : size_t{16} << 10;
        const size_t unit = dense ? room : kGrid;
        std::vector<uint8_t> out(unit - unpacked.out.size() % unit);
        Inflater::Job job{packed.subspan(at, std::min(piece, left)), out, dense};
        inflater.step(job);
        more = unpacked.take(job.done, out, at, dense && !inflater.in_dense_block());
        if (job.done.produced > 0 && unpacked.out.size() % kGrid == 0) marks.push_back(at);
    }
    return unpacked;
}

}  // namespace assay::test

// Deflate by zlib's rules: the same output, end and fault as zlib, whatever the pieces.
#include <zlib.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "scanners/archive/inflater.h"

namespace {

using assay::Bytes;
using assay::Inflater;

constexpr size_t kMost = 1 << 20;  // of output

struct Unpacked {
    std::string out;
    size_t consumed = 0;
    bool ended = false;
    bool damaged = false;
    bool operator==(const Unpacked&) const = default;
};

Unpacked by_zlib(Bytes packed) {
    z_stream zlib{};
    if (inflateInit2(&zlib, -MAX_WBITS) != Z_OK) abort();
    zlib.next_in = const_cast<uint8_t*>(packed.data());
    zlib.avail_in = static_cast<uInt>(packed.size());
    Unpacked unpacked;
    int outcome = Z_OK;
    while (outcome == Z_OK && unpacked.out.size() < kMost) {
        uint8_t out[4096];
        zlib.next_out = out;
        zlib.avail_out = sizeof out;
        outcome = inflate(&zlib, Z_NO_FLUSH);
        unpacked.out.append(reinterpret_cast<char*>(out), sizeof out - zlib.avail_out);
    }
    unpacked.ended = outcome == Z_STREAM_END;
    unpacked.damaged = outcome == Z_DATA_ERROR;
    if (unpacked.ended) unpacked.consumed = packed.size() - zlib.avail_in;
    inflateEnd(&zlib);
    return unpacked;
}

Unpacked by_us(Bytes packed, size_t piece, size_t room) {
    Inflater inflater;
    std::vector<uint8_t> out(room);
    Unpacked unpacked;
    size_t at = 0;
    while (unpacked.out.size() < kMost) {
        const Bytes in = packed.subspan(at, std::min(piece, packed.size() - at));
        const Inflater::Step step = inflater.step(in, out);
        at += step.consumed;
        unpacked.out.append(reinterpret_cast<char*>(out.data()), step.produced);
        unpacked.ended = step.ended;
        unpacked.damaged = step.damaged;
        if (step.ended || step.damaged || step.consumed + step.produced == 0) break;
    }
    if (unpacked.ended) unpacked.consumed = at;
    return unpacked;
}

// As a source drives it: in dense blocks whatever lies there, elsewhere fixed pieces.
Unpacked by_blocks(Bytes packed, size_t block, size_t room) {
    Inflater inflater;
    Unpacked unpacked;
    size_t at = 0;
    while (unpacked.out.size() < kMost) {
        const bool dense = inflater.in_dense_block();
        const size_t left = packed.size() - at;
        const size_t here = std::min(left, block - at % block);
        const size_t piece = dense ? std::max(here, Inflater::kAhead) : size_t{16} << 10;
        std::vector<uint8_t> out(dense ? room : Inflater::kRoom);
        Inflater::Job job{packed.subspan(at, std::min(piece, left)), out, dense};
        inflater.step(job);
        at += job.done.consumed;
        unpacked.out.append(reinterpret_cast<char*>(out.data()), job.done.produced);
        unpacked.ended = job.done.ended;
        unpacked.damaged = job.done.damaged;
        const bool again = dense && !inflater.in_dense_block();
        const bool nothing = job.done.consumed + job.done.produced == 0 && !again;
        if (unpacked.ended || unpacked.damaged || nothing) break;
    }
    if (unpacked.ended) unpacked.consumed = at;
    return unpacked;
}

// Both halves of the input at once.
void both_by_us(Bytes one, Bytes other, size_t room, Unpacked (&unpacked)[2]) {
    Inflater inflaters[2];
    const Bytes packed[2] = {one, other};
    size_t at[2] = {0, 0};
    std::vector<uint8_t> out[2] = {std::vector<uint8_t>(room), std::vector<uint8_t>(room)};
    for (bool goes_on = true; goes_on;) {
        Inflater::Job jobs[2] = {{packed[0].subspan(at[0]), out[0]},
                                 {packed[1].subspan(at[1]), out[1]}};
        Inflater::step_both(inflaters[0], jobs[0], inflaters[1], jobs[1]);
        goes_on = false;
        for (size_t i = 0; i < 2; i++) {
            const Inflater::Step& step = jobs[i].done;
            at[i] += step.consumed;
            unpacked[i].out.append(reinterpret_cast<char*>(out[i].data()), step.produced);
            unpacked[i].ended = step.ended;
            unpacked[i].damaged = step.damaged;
            const bool over = step.ended || step.damaged || unpacked[i].out.size() >= kMost;
            goes_on |= !over && step.consumed + step.produced > 0;
            if (step.ended) unpacked[i].consumed = at[i];
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Bytes packed(data, size);
    const Unpacked expected = by_zlib(packed);
    if (expected.out.size() >= kMost) return 0;
    for (size_t room : {size_t{97}, Inflater::kRoom}) {
        if (by_us(packed, Inflater::kAhead, room) != expected) abort();
        if (by_us(packed, packed.size(), room) != expected) abort();
        if (by_blocks(packed, 1000, room) != expected) abort();
    }
    const Bytes halves[2] = {packed.first(size / 2), packed.subspan(size / 2)};
    const Unpacked parts[2] = {by_zlib(halves[0]), by_zlib(halves[1])};
    if (parts[0].out.size() >= kMost || parts[1].out.size() >= kMost) return 0;
    for (size_t room : {size_t{997}, Inflater::kRoom}) {
        Unpacked unpacked[2];
        both_by_us(halves[0], halves[1], room, unpacked);
        if (unpacked[0] != parts[0] || unpacked[1] != parts[1]) abort();
    }
    return 0;
}

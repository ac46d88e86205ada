// Deflate by zlib's rules: the same output, end and fault as zlib, whatever the pieces.
#include <cstdlib>
#include <vector>

#include "tests/unit/support/inflating.h"

namespace {

using assay::Bytes;
using assay::Inflater;
using namespace assay::test;

constexpr size_t kMost = 1 << 20;  // of output

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
            const bool more = unpacked[i].take(jobs[i].done, out[i], at[i]);
            goes_on |= more && unpacked[i].out.size() < kMost;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Bytes packed(data, size);
    const Unpacked expected = by_zlib(packed, kMost);
    if (expected.out.size() >= kMost) return 0;
    for (size_t room : {size_t{97}, Inflater::kRoom}) {
        if (by_us(packed, Inflater::kAhead, room, kMost) != expected) abort();
        if (by_us(packed, packed.size(), room, kMost) != expected) abort();
        std::vector<size_t> marks;
        if (by_blocks(packed, 1000, room, marks, kMost) != expected) abort();
    }
    const Bytes halves[2] = {packed.first(size / 2), packed.subspan(size / 2)};
    const Unpacked parts[2] = {by_zlib(halves[0], kMost), by_zlib(halves[1], kMost)};
    if (parts[0].out.size() >= kMost || parts[1].out.size() >= kMost) return 0;
    for (size_t room : {size_t{997}, Inflater::kRoom}) {
        Unpacked unpacked[2];
        both_by_us(halves[0], halves[1], room, unpacked);
        if (unpacked[0] != parts[0] || unpacked[1] != parts[1]) abort();
    }
    return 0;
}

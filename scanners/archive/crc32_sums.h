// CRC-32 without multiplication. A CRC does not change when a multiple of its polynomial P is added
// to the message, and P has a multiple of few terms: x^300 + x^155 + x^117 + x^89 + 1 (none of
// five terms is shorter). Over bits, squaring a polynomial doubles its exponents, so x^300n +
// x^155n + x^117n + x^89n + 1 is a multiple of P, too, for n = 128, 256 … Seen as vectors of n
// bits, a message may thus drop one where it is added to those that stand 145, 183, 211 and 300
// vectors behind it. What is left in the end are 300 vectors, an ordinary message. A vector costs
// five loads and four sums, and depends on none of the 144 before it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "assay/bytes.h"

namespace assay {

// Holds the last 300 vectors, in a ring: the next one takes the place of that which stands 300
// before.
template <class Vector>
class Crc32Ring {
  public:
    static constexpr ptrdiff_t kLength = 300;
    static constexpr size_t kBytes = kLength * sizeof(Vector);

    explicit Crc32Ring(uint32_t start) { std::memcpy(ring_, &start, sizeof start); }

    // Takes in kBytes that are not the last ones: each vector gets what was dropped before it.
    __attribute__((always_inline)) void pass(const uint8_t* from) {
        add(from, 0, kNear, kLength - kNear, kLength - kMiddle, kLength - kFar);
        add(from, kNear, kMiddle, -kNear, kLength - kMiddle, kLength - kFar);
        add(from, kMiddle, kFar, -kNear, -kMiddle, kLength - kFar);
        add(from, kFar, kLength, -kNear, -kMiddle, -kFar);
    }

    // The last kBytes, of which nothing is dropped any more. The ring then is the message that is
    // left.
    __attribute__((always_inline)) Bytes stop(const uint8_t* from) {
        add(from, 0, kNear, kLength - kNear, kLength - kMiddle, kLength - kFar);
        add(from, kNear, kMiddle, kLength - kMiddle, kLength - kFar);
        add(from, kMiddle, kFar, kLength - kFar);
        add(from, kFar, kLength);
        return {reinterpret_cast<const uint8_t*>(ring_), kBytes};
    }

    // Takes in any number of vectors, wherever the ring stands; see message().
    __attribute__((always_inline)) void pass_some(const uint8_t* from, size_t vectors) {
        while (vectors > 0) {
            const size_t n = std::min(vectors, static_cast<size_t>(end_of_part() - at_));
            pass_part(from, at_ + static_cast<ptrdiff_t>(n));
            from += n * sizeof(Vector);
            vectors -= n;
            at_ = at_ == kLength ? 0 : at_;
        }
    }

    // What is left of all that pass_some() took, 300 vectors at least: as stop() leaves it. The
    // last ones are in the ring with what was added from among themselves, which is taken out
    // again.
    __attribute__((always_inline)) void message(Vector* out) const {
        for (ptrdiff_t i = 0; i < kLength; i++) out[i] = ring_[(at_ + i) % kLength];
        for (ptrdiff_t i = kLength - 1; i >= kNear; i--) {
            Vector sum = out[i] ^ out[i - kNear];
            if (i >= kMiddle) sum ^= out[i - kMiddle];
            if (i >= kFar) sum ^= out[i - kFar];
            out[i] = sum;
        }
    }

  private:
    static constexpr ptrdiff_t kNear = 145;
    static constexpr ptrdiff_t kMiddle = 183;
    static constexpr ptrdiff_t kFar = 211;

    // Inlined into functions for the CPU's vectors, which this template knows nothing of.
    template <class... Places>
    __attribute__((always_inline)) void add(const uint8_t* from, ptrdiff_t first, ptrdiff_t end,
                                            Places... places) {
        for (ptrdiff_t i = first; i < end; i++) {
            Vector sum;
            std::memcpy(&sum, from + i * ptrdiff_t{sizeof sum}, sizeof sum);
            sum ^= ring_[i];
            ((sum ^= ring_[i + places]), ...);
            ring_[i] = sum;
        }
    }

    // Up to where the ring's places wrap around alike.
    [[nodiscard]] ptrdiff_t end_of_part() const {
        if (at_ < kNear) return kNear;
        if (at_ < kMiddle) return kMiddle;
        return at_ < kFar ? kFar : kLength;
    }

    __attribute__((always_inline)) void pass_part(const uint8_t* from, ptrdiff_t end) {
        const ptrdiff_t first = at_;
        at_ = end;
        if (first < kNear) {
            return add_at(from, first, end, kLength - kNear, kLength - kMiddle, kLength - kFar);
        }
        if (first < kMiddle) {
            return add_at(from, first, end, -kNear, kLength - kMiddle, kLength - kFar);
        }
        if (first < kFar) return add_at(from, first, end, -kNear, -kMiddle, kLength - kFar);
        add_at(from, first, end, -kNear, -kMiddle, -kFar);
    }

    // As add(), with the first vector at `from`.
    template <class... Places>
    __attribute__((always_inline)) void add_at(const uint8_t* from, ptrdiff_t first, ptrdiff_t end,
                                               Places... places) {
        for (ptrdiff_t i = first; i < end; i++, from += sizeof(Vector)) {
            Vector sum;
            std::memcpy(&sum, from, sizeof sum);
            sum ^= ring_[i];
            ((sum ^= ring_[i + places]), ...);
            ring_[i] = sum;
        }
    }

    Vector ring_[kLength] = {};
    ptrdiff_t at_ = 0;
};

// Like crc32_of(). `shorter` takes what is short.
template <class Vector>
__attribute__((always_inline)) inline uint32_t crc32_by_sums(uint32_t crc, Bytes bytes,
                                                             uint32_t (*shorter)(uint32_t, Bytes)) {
    constexpr size_t kRing = Crc32Ring<Vector>::kBytes;
    if (bytes.size() < 3 * kRing) return shorter(crc, bytes);
    Crc32Ring<Vector> ring(~crc);
    for (; bytes.size() >= 2 * kRing; bytes = bytes.subspan(kRing)) ring.pass(bytes.data());
    crc = shorter(~uint32_t{0}, ring.stop(bytes.data()));
    return shorter(crc, bytes.subspan(kRing));
}

}  // namespace assay

// A CRC is the remainder of a polynomial with coefficients of one bit each: the message, divided by
// the CRC's own polynomial P. What is far from the end may be replaced by anything with the same
// remainder. So a long message is folded: a piece of 128 bits that stands D bits before another is
// multiplied by x^D mod P, which makes it as short as the other, and the two are added. Carry-less
// multiplication does that in 64-bit halves, whose distances differ by 64 bits. The last piece is
// an ordinary message of 16 bytes.
//
// CRC-32 counts bits from the least significant one; a product of two such numbers is one bit
// short, so the constants are shifted.
#include "crc32.h"

#include <zlib.h>

#include <array>
#include <cstring>

#include "crc32_sums.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

namespace {

constexpr size_t kAtOnce = size_t{1} << 30;  // zlib counts in 32 bits

uint32_t crc32_zlib(uint32_t crc, Bytes bytes) {
    while (!bytes.empty()) {
        Bytes part = bytes.first(std::min(bytes.size(), kAtOnce));
        crc = static_cast<uint32_t>(::crc32(crc, part.data(), static_cast<uInt>(part.size())));
        bytes = bytes.subspan(part.size());
    }
    return crc;
}

uint32_t crc32_sums_128(uint32_t crc, Bytes bytes) {
    return crc32_by_sums<uint64_t __attribute__((vector_size(16)))>(crc, bytes, crc32_zlib);
}

bool always() { return true; }

// Carries the ring from piece to piece, so that it need not be summed up at the end of each.
template <class Vector, void (*pass)(Crc32Ring<Vector>&, const uint8_t*, size_t)>
class SumsOfPieces final : public Crc32Pieces {
  public:
    SumsOfPieces(uint32_t crc, uint32_t (*shorter)(uint32_t, Bytes))
        : ring_(~crc), before_(crc), shorter_(shorter) {}

    void update(Bytes bytes) override {
        constexpr size_t kVector = sizeof(Vector);
        if (held_ > 0) {
            const Bytes more = bytes.first(std::min(bytes.size(), kVector - held_));
            std::memcpy(rest_ + held_, more.data(), more.size());
            held_ += more.size();
            bytes = bytes.subspan(more.size());
            if (held_ < kVector) return;
            take(rest_, 1);
        }
        take(bytes.data(), bytes.size() / kVector);
        held_ = bytes.size() % kVector;
        if (held_ > 0) std::memcpy(rest_, bytes.last(held_).data(), held_);
    }

    uint32_t finish() override {
        uint32_t crc = before_;
        if (vectors_ > 0) {
            Vector message[Crc32Ring<Vector>::kLength];
            ring_.message(message);
            crc =
                shorter_(~uint32_t{0}, {reinterpret_cast<const uint8_t*>(message), sizeof message});
        }
        return shorter_(crc, {rest_, held_});
    }

  private:
    void take(const uint8_t* from, size_t vectors) {
        pass(ring_, from, vectors);
        vectors_ += vectors;
    }

    Crc32Ring<Vector> ring_;
    uint8_t rest_[sizeof(Vector)] = {};
    size_t held_ = 0;
    uint64_t vectors_ = 0;
    const uint32_t before_;
    uint32_t (*const shorter_)(uint32_t, Bytes);
};

using Vector128 = uint64_t __attribute__((vector_size(16)));

void pass_128(Crc32Ring<Vector128>& ring, const uint8_t* from, size_t vectors) {
    ring.pass_some(from, vectors);
}

std::unique_ptr<Crc32Pieces> pieces_128(uint32_t crc) {
    return std::make_unique<SumsOfPieces<Vector128, pass_128>>(crc, crc32_zlib);
}

#if defined(__x86_64__)

// x^n mod P, its bits in CRC-32's order, shifted by one.
constexpr uint64_t power(unsigned n) {
    constexpr uint32_t kPolynomial = 0xedb88320;
    uint32_t remainder = 0x80000000;  // x^0
    for (unsigned i = 0; i < n; i++) {
        remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? kPolynomial : 0);
    }
    return uint64_t{remainder} << 1;
}

// What folds 128 bits over a distance: for their lower and upper half. A half that lies earlier in
// the message is further away, and the 32 bits of a remainder are on the way.
template <unsigned bits>
struct Distance {
    static constexpr auto kLow = static_cast<long long>(power(bits + 32));
    static constexpr auto kHigh = static_cast<long long>(power(bits - 32));
};

// The bytes of the last piece are the message that is left.
uint32_t finish(const void* piece, Bytes rest) {
    std::array<uint8_t, 16> message{};
    std::memcpy(message.data(), piece, message.size());
    return crc32_zlib(crc32_zlib(~uint32_t{0}, message), rest);
}

#define ASSAY_TARGET_128 __attribute__((target("sse4.1,pclmul")))

ASSAY_TARGET_128 inline __m128i fold_128(__m128i piece, __m128i by, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(piece, by, 0x00);
    const __m128i high = _mm_clmulepi64_si128(piece, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

ASSAY_TARGET_128 inline __m128i load_128(const uint8_t* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

ASSAY_TARGET_128 uint32_t crc32_128(uint32_t crc, Bytes bytes) {
    constexpr size_t kLanes = 8;
    constexpr size_t kStep = kLanes * 16;
    if (bytes.size() < 2 * kStep) return crc32_zlib(crc, bytes);
    const uint8_t* at = bytes.data();
    size_t left = bytes.size();
    __m128i lanes[kLanes];
    for (size_t i = 0; i < kLanes; i++) lanes[i] = load_128(at + 16 * i);
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(~crc)));
    using Far = Distance<kStep * 8>;
    using Near = Distance<128>;
    const __m128i far = _mm_set_epi64x(Far::kHigh, Far::kLow);
    const __m128i near = _mm_set_epi64x(Near::kHigh, Near::kLow);
    for (at += kStep, left -= kStep; left >= kStep; at += kStep, left -= kStep) {
        for (size_t i = 0; i < kLanes; i++)
            lanes[i] = fold_128(lanes[i], far, load_128(at + 16 * i));
    }
    __m128i piece = lanes[0];
    for (size_t i = 1; i < kLanes; i++) piece = fold_128(piece, near, lanes[i]);
    return finish(&piece, {at, left});
}

__attribute__((target("avx2"))) uint32_t crc32_sums_256(uint32_t crc, Bytes bytes) {
    return crc32_by_sums<uint64_t __attribute__((vector_size(32)))>(crc, bytes, crc32_128);
}

using Vector256 = uint64_t __attribute__((vector_size(32)));

__attribute__((target("avx2"))) void pass_256(Crc32Ring<Vector256>& ring, const uint8_t* from,
                                              size_t vectors) {
    ring.pass_some(from, vectors);
}

std::unique_ptr<Crc32Pieces> pieces_256(uint32_t crc) {
    return std::make_unique<SumsOfPieces<Vector256, pass_256>>(crc, crc32_128);
}

bool has_128() { return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1"); }

bool has_sums_256() { return has_128() && __builtin_cpu_supports("avx2"); }

#define ASSAY_TARGET_512 __attribute__((target("avx512f,avx512vl,vpclmulqdq,sse4.1,pclmul")))

ASSAY_TARGET_512 inline __m512i fold_512(__m512i pieces, __m512i by, __m512i next) {
    const __m512i low = _mm512_clmulepi64_epi128(pieces, by, 0x00);
    const __m512i high = _mm512_clmulepi64_epi128(pieces, by, 0x11);
    constexpr int kXorOfThree = 0x96;
    return _mm512_ternarylogic_epi64(low, high, next, kXorOfThree);
}

ASSAY_TARGET_512 inline __m512i spread(long long high, long long low) {
    return _mm512_set_epi64(high, low, high, low, high, low, high, low);
}

ASSAY_TARGET_512 uint32_t crc32_512(uint32_t crc, Bytes bytes) {
    constexpr size_t kLanes = 4;
    constexpr size_t kStep = kLanes * 64;
    if (bytes.size() < 2 * kStep) return crc32_128(crc, bytes);
    const uint8_t* at = bytes.data();
    size_t left = bytes.size();
    __m512i lanes[kLanes];
    for (size_t i = 0; i < kLanes; i++) lanes[i] = _mm512_loadu_si512(at + 64 * i);
    const __m512i start = _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(~crc)));
    lanes[0] = _mm512_xor_si512(lanes[0], start);
    using Far = Distance<kStep * 8>;
    using Near = Distance<512>;
    using Last = Distance<128>;
    const __m512i far = spread(Far::kHigh, Far::kLow);
    const __m512i near = spread(Near::kHigh, Near::kLow);
    const __m128i last = _mm_set_epi64x(Last::kHigh, Last::kLow);
    for (at += kStep, left -= kStep; left >= kStep; at += kStep, left -= kStep) {
        for (size_t i = 0; i < kLanes; i++) {
            lanes[i] = fold_512(lanes[i], far, _mm512_loadu_si512(at + 64 * i));
        }
    }
    __m512i pieces = lanes[0];
    for (size_t i = 1; i < kLanes; i++) pieces = fold_512(pieces, near, lanes[i]);
    alignas(64) uint8_t out[64];
    _mm512_store_si512(out, pieces);
    __m128i piece = load_128(out);
    for (size_t i = 1; i < 4; i++) piece = fold_128(piece, last, load_128(out + 16 * i));
    return finish(&piece, {at, left});
}

bool has_512() {
    return has_128() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("vpclmulqdq");
}

#endif

}  // namespace

const Crc32Kernel kCrc32Kernels[] = {
#if defined(__x86_64__)
    {"512 bits", crc32_512, has_512},
    {"sums of 256 bits", crc32_sums_256, has_sums_256, pieces_256},
    {"128 bits", crc32_128, has_128},
#endif
    {"sums of 128 bits", crc32_sums_128, always, pieces_128},
    {"zlib", crc32_zlib, always},
};
const size_t kCrc32KernelCount = std::size(kCrc32Kernels);

const Crc32Kernel& best_crc32_kernel() {
    static const Crc32Kernel& best = []() -> const Crc32Kernel& {
        size_t i = 0;
        while (!kCrc32Kernels[i].usable()) i++;
        return kCrc32Kernels[i];
    }();
    return best;
}

uint32_t crc32_of(uint32_t crc, Bytes bytes) { return best_crc32_kernel().run(crc, bytes); }

}  // namespace assay

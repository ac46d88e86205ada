// SHA-256 (FIPS 180-4) of several streams, one stream per 32-bit lane of a vector.
//
// The source is compiled once per instruction set and the best one is picked at run time. A vector
// of N lanes holds the same word of N streams; the eight working variables and the sixteen words of
// the message schedule are such vectors (24 of the 32 registers of AVX-512, NEON and SVE).
//
// Loading is the only part where lanes meet: streams are contiguous in memory but lie across a
// vector's lanes, so 16-byte quarters of the blocks are loaded and transposed four by four.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sha256_lanes.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "lane_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace assay::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

// No vectors that could be relied on: one lane, by the block function.
void compress(uint32_t* const* states, const uint8_t* const* streams, size_t blocks, size_t) {
    compress_single(states[0], streams[0], blocks);
}

size_t width() { return 1; }

#else

alignas(64) constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The same 16 bytes of every 4th stream from `lane` on, side by side.
template <class D>
HWY_INLINE hn::Vec<D> load_every_4th(D d, const uint8_t* const* data, size_t lane, size_t offset) {
    if constexpr (hn::MaxLanes(d) <= 4) {
        return hn::LoadU(d, reinterpret_cast<const uint32_t*>(data[lane] + offset));
    } else {
        const hn::Half<D> half;
        constexpr size_t kHalf = hn::MaxLanes(d) / 2;
        return hn::Combine(d, load_every_4th(half, data, lane + kHalf, offset),
                           load_every_4th(half, data, lane, offset));
    }
}

// With `kLanes` lanes, or as many as a vector has.
template <size_t kLanes>
struct Lanes {
    using Words = hn::CappedTag<uint32_t, kLanes>;
    using Vector = hn::Vec<Words>;

    static HWY_INLINE Vector big_sigma0(Vector x) {
        return hn::Xor3(hn::RotateRight<2>(x), hn::RotateRight<13>(x), hn::RotateRight<22>(x));
    }
    static HWY_INLINE Vector big_sigma1(Vector x) {
        return hn::Xor3(hn::RotateRight<6>(x), hn::RotateRight<11>(x), hn::RotateRight<25>(x));
    }
    static HWY_INLINE Vector small_sigma0(Vector x) {
        return hn::Xor3(hn::RotateRight<7>(x), hn::RotateRight<18>(x), hn::ShiftRight<3>(x));
    }
    static HWY_INLINE Vector small_sigma1(Vector x) {
        return hn::Xor3(hn::RotateRight<17>(x), hn::RotateRight<19>(x), hn::ShiftRight<10>(x));
    }

    // Each bit of f where e has a one, else of g. Highway's IfVecThenElse is one instruction on
    // AVX-512 but elsewhere a blend, which looks at sign bits alone.
    static HWY_INLINE Vector choose(Vector e, Vector f, Vector g) {
#if HWY_TARGET <= HWY_AVX3
        return hn::IfVecThenElse(e, f, g);
#else
        return hn::Xor(g, hn::And(e, hn::Xor(f, g)));
#endif
    }

    // One round. Vector instructions take a cycle or two each, so what counts is the longest chain
    // from one round's e or a to the next one's: sums are grouped so that it is three instructions.
    // `bc` holds b^c, which the round before computed as its a^b.
    static HWY_INLINE void round(Vector a, Vector b, Vector& d, Vector e, Vector f, Vector g,
                                 Vector& h, Vector word, uint32_t constant, Vector& bc) {
        const Words words;
        const Vector input = hn::Add(h, hn::Add(word, hn::Set(words, constant)));
        const Vector sum = hn::Add(input, choose(e, f, g));
        const Vector sigma = big_sigma1(e);
        const Vector majority = choose(bc, a, b);
        bc = hn::Xor(a, b);
        d = hn::Add(hn::Add(d, sum), sigma);
        h = hn::Add(hn::Add(hn::Add(sum, majority), sigma), big_sigma0(a));
    }

    static HWY_INLINE void schedule(Vector& word, Vector plus1, Vector plus9, Vector plus14) {
        word = hn::Add(hn::Add(word, small_sigma0(plus1)), hn::Add(plus9, small_sigma1(plus14)));
    }

    // Words offset/4 to offset/4+3 of every stream's block, as numbers.
    static HWY_INLINE void load_words(const uint8_t* const* data, size_t offset, Vector& w0,
                                      Vector& w1, Vector& w2, Vector& w3) {
        const Words words;
        const hn::Repartition<uint64_t, Words> pairs;
        const hn::Repartition<uint8_t, Words> octets;
        alignas(16) static constexpr uint8_t kSwap[16] = {3,  2,  1, 0, 7,  6,  5,  4,
                                                          11, 10, 9, 8, 15, 14, 13, 12};
        const auto swap = hn::LoadDup128(octets, kSwap);
        const auto load = [&](size_t lane) HWY_ATTR {
            const Vector raw = load_every_4th(words, data, lane, offset);
            return hn::BitCast(words, hn::TableLookupBytes(hn::BitCast(octets, raw), swap));
        };
        const Vector r0 = load(0);
        const Vector r1 = load(1);
        const Vector r2 = load(2);
        const Vector r3 = load(3);
        const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(words, r0, r1));
        const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(words, r2, r3));
        const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(words, r0, r1));
        const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(words, r2, r3));
        w0 = hn::BitCast(words, hn::InterleaveLower(pairs, low01, low23));
        w1 = hn::BitCast(words, hn::InterleaveUpper(pairs, low01, low23));
        w2 = hn::BitCast(words, hn::InterleaveLower(pairs, high01, high23));
        w3 = hn::BitCast(words, hn::InterleaveUpper(pairs, high01, high23));
    }

    // One flat list of the rounds, since vectors of unknown length (SVE) cannot lie in an array.
    // NOLINTNEXTLINE(readability-function-size)
    static void compress(uint32_t* const* states, const uint8_t* const* streams, size_t blocks) {
        const Words words;
        const size_t width = hn::Lanes(words);
        alignas(64) uint32_t turned[8][kMaxLanes];
        const uint8_t* data[kMaxLanes];
        for (size_t lane = 0; lane < width; lane++) {
            data[lane] = streams[lane];
            for (size_t i = 0; i < 8; i++) turned[i][lane] = states[lane][i];
        }
        Vector a = hn::Load(words, turned[0]), b = hn::Load(words, turned[1]);
        Vector c = hn::Load(words, turned[2]), d = hn::Load(words, turned[3]);
        Vector e = hn::Load(words, turned[4]), f = hn::Load(words, turned[5]);
        Vector g = hn::Load(words, turned[6]), h = hn::Load(words, turned[7]);

        for (size_t block = 0; block < blocks; block++) {
            Vector w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15;
            load_words(data, 0, w0, w1, w2, w3);
            load_words(data, 16, w4, w5, w6, w7);
            load_words(data, 32, w8, w9, w10, w11);
            load_words(data, 48, w12, w13, w14, w15);
            for (size_t lane = 0; lane < width; lane++) data[lane] += kSha256Block;

            const Vector a0 = a, b0 = b, c0 = c, d0 = d, e0 = e, f0 = f, g0 = g, h0 = h;
            Vector bc = hn::Xor(b, c);
            for (size_t i = 0; i < 48; i += 16) {
                const uint32_t* k = kRound + i;
                round(a, b, d, e, f, g, h, w0, k[0], bc);
                schedule(w0, w1, w9, w14);
                round(h, a, c, d, e, f, g, w1, k[1], bc);
                schedule(w1, w2, w10, w15);
                round(g, h, b, c, d, e, f, w2, k[2], bc);
                schedule(w2, w3, w11, w0);
                round(f, g, a, b, c, d, e, w3, k[3], bc);
                schedule(w3, w4, w12, w1);
                round(e, f, h, a, b, c, d, w4, k[4], bc);
                schedule(w4, w5, w13, w2);
                round(d, e, g, h, a, b, c, w5, k[5], bc);
                schedule(w5, w6, w14, w3);
                round(c, d, f, g, h, a, b, w6, k[6], bc);
                schedule(w6, w7, w15, w4);
                round(b, c, e, f, g, h, a, w7, k[7], bc);
                schedule(w7, w8, w0, w5);
                round(a, b, d, e, f, g, h, w8, k[8], bc);
                schedule(w8, w9, w1, w6);
                round(h, a, c, d, e, f, g, w9, k[9], bc);
                schedule(w9, w10, w2, w7);
                round(g, h, b, c, d, e, f, w10, k[10], bc);
                schedule(w10, w11, w3, w8);
                round(f, g, a, b, c, d, e, w11, k[11], bc);
                schedule(w11, w12, w4, w9);
                round(e, f, h, a, b, c, d, w12, k[12], bc);
                schedule(w12, w13, w5, w10);
                round(d, e, g, h, a, b, c, w13, k[13], bc);
                schedule(w13, w14, w6, w11);
                round(c, d, f, g, h, a, b, w14, k[14], bc);
                schedule(w14, w15, w7, w12);
                round(b, c, e, f, g, h, a, w15, k[15], bc);
                schedule(w15, w0, w8, w13);
            }
            const uint32_t* k = kRound + 48;
            round(a, b, d, e, f, g, h, w0, k[0], bc);
            round(h, a, c, d, e, f, g, w1, k[1], bc);
            round(g, h, b, c, d, e, f, w2, k[2], bc);
            round(f, g, a, b, c, d, e, w3, k[3], bc);
            round(e, f, h, a, b, c, d, w4, k[4], bc);
            round(d, e, g, h, a, b, c, w5, k[5], bc);
            round(c, d, f, g, h, a, b, w6, k[6], bc);
            round(b, c, e, f, g, h, a, w7, k[7], bc);
            round(a, b, d, e, f, g, h, w8, k[8], bc);
            round(h, a, c, d, e, f, g, w9, k[9], bc);
            round(g, h, b, c, d, e, f, w10, k[10], bc);
            round(f, g, a, b, c, d, e, w11, k[11], bc);
            round(e, f, h, a, b, c, d, w12, k[12], bc);
            round(d, e, g, h, a, b, c, w13, k[13], bc);
            round(c, d, f, g, h, a, b, w14, k[14], bc);
            round(b, c, e, f, g, h, a, w15, k[15], bc);
            a = hn::Add(a, a0), b = hn::Add(b, b0), c = hn::Add(c, c0), d = hn::Add(d, d0);
            e = hn::Add(e, e0), f = hn::Add(f, f0), g = hn::Add(g, g0), h = hn::Add(h, h0);
        }

        hn::Store(a, words, turned[0]), hn::Store(b, words, turned[1]);
        hn::Store(c, words, turned[2]), hn::Store(d, words, turned[3]);
        hn::Store(e, words, turned[4]), hn::Store(f, words, turned[5]);
        hn::Store(g, words, turned[6]), hn::Store(h, words, turned[7]);
        for (size_t lane = 0; lane < width; lane++) {
            for (size_t i = 0; i < 8; i++) states[lane][i] = turned[i][lane];
        }
    }
};

// Scalable vectors are used at 128 bits: their length is not known when this is compiled. Others
// are used as far as there are streams: many CPUs do as many narrow instructions in the time of
// fewer wide ones.
#if HWY_HAVE_SCALABLE
size_t width() { return 4; }
#else
size_t width() { return hn::MaxLanes(hn::CappedTag<uint32_t, kMaxLanes>()); }
#endif

void compress(uint32_t* const* states, const uint8_t* const* streams, size_t blocks, size_t lanes) {
#if HWY_HAVE_SCALABLE
    lanes = 4;
#endif
    if (lanes <= 4) return Lanes<4>::compress(states, streams, blocks);
    if (lanes <= 8) return Lanes<8>::compress(states, streams, blocks);
    Lanes<kMaxLanes>::compress(states, streams, blocks);
}

#endif

const char* name() { return hwy::TargetName(HWY_TARGET); }

constexpr LaneKernel kKernel{name, width, compress};  // constant: nothing of it runs at the start

}  // namespace assay::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#if HWY_ARCH_ARM_A64
#include <sys/auxv.h>
#endif

namespace assay {

// Best first. Highway could choose, too, but its library measures a clock whenever a program that
// is linked to it starts, which takes as long as all the rest of our start.
std::vector<LaneKernel> usable_lane_kernels() {
    std::vector<LaneKernel> kernels;
    [[maybe_unused]] auto add = [&](bool usable, const LaneKernel& kernel) {
        if (usable) kernels.push_back(kernel);
    };
#if HWY_TARGETS & HWY_AVX3
    add(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("bmi2"),
        N_AVX3::kKernel);
#endif
#if HWY_TARGETS & HWY_AVX2
    add(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"),
        N_AVX2::kKernel);
#endif
#if HWY_TARGETS & HWY_SSE4
    add(__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("aes") &&
            __builtin_cpu_supports("pclmul"),
        N_SSE4::kKernel);
#endif
#if HWY_TARGETS & HWY_SSSE3
    add(__builtin_cpu_supports("ssse3"), N_SSSE3::kKernel);
#endif
#if HWY_TARGETS & HWY_SVE2
    add((getauxval(AT_HWCAP2) & HWCAP2_SVE2) != 0, N_SVE2::kKernel);
#endif
#if HWY_TARGETS & HWY_SVE
    add((getauxval(AT_HWCAP) & HWCAP_SVE) != 0, N_SVE::kKernel);
#endif
#if (HWY_TARGETS & HWY_NEON) && HWY_STATIC_TARGET != HWY_NEON
    add((getauxval(AT_HWCAP) & HWCAP_AES) != 0, N_NEON::kKernel);
#endif
    kernels.push_back(HWY_STATIC_DISPATCH(kKernel));  // what the compiler itself relies on
    return kernels;
}

}  // namespace assay
#endif

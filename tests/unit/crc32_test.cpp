#include "scanners/archive/crc32.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

// Bit by bit.
uint32_t reference(Bytes bytes) {
    uint32_t crc = ~uint32_t{0};
    for (uint8_t byte : bytes) {
        crc ^= byte;
        for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

TEST(Crc32, TheCheckValue) { EXPECT_EQ(crc32_of(0, as_bytes("123456789")), 0xcbf43926); }

TEST(Crc32, EveryKernelAgreesAtEveryLengthAndStart) {
    const std::vector<uint8_t> bytes = test::random_bytes(3000);
    for (size_t n = 0; n <= 2900; n = n < 1100 ? n + 1 : n + 97) {
        const Bytes part = Bytes(bytes).subspan(n % 67, n);
        const uint32_t right = reference(part);
        for (size_t i = 0; i < kCrc32KernelCount; i++) {
            if (!kCrc32Kernels[i].usable()) continue;
            ASSERT_EQ(kCrc32Kernels[i].run(0, part), right) << kCrc32Kernels[i].name << " " << n;
        }
    }
}

TEST(Crc32, PiecesAreTheWhole) {
    const std::vector<uint8_t> bytes = test::random_bytes(20'000);
    const uint32_t right = reference(bytes);
    for (size_t i = 0; i < kCrc32KernelCount; i++) {
        if (!kCrc32Kernels[i].usable()) continue;
        for (size_t piece : {size_t{1}, size_t{300}, size_t{513}, size_t{7000}}) {
            uint32_t crc = 0;
            for (size_t at = 0; at < bytes.size(); at += piece) {
                const size_t n = std::min(piece, bytes.size() - at);
                crc = kCrc32Kernels[i].run(crc, Bytes(bytes).subspan(at, n));
            }
            EXPECT_EQ(crc, right) << kCrc32Kernels[i].name << " " << piece;
        }
    }
}

// Sums begin at three rings of 300 vectors; there are 4,800 bytes in the smallest ring and 9,600 in
// the larger one. zlib's own is correct for what is short, as seen above.
TEST(Crc32, LongMessagesAgreeAroundEveryLimitOfTheSums) {
    const std::vector<uint8_t> bytes = test::random_bytes(70'000);
    std::vector<size_t> lengths;
    for (size_t rings = 2; rings <= 14; rings++) {
        for (size_t n = rings * 4800 - 34; n <= rings * 4800 + 34; n++) lengths.push_back(n);
    }
    for (size_t n : lengths) {
        const Bytes part = Bytes(bytes).subspan(n % 67, n);
        const auto before = static_cast<uint32_t>(n * 0x9e3779b9);
        const auto right =
            static_cast<uint32_t>(::crc32(before, part.data(), static_cast<uInt>(part.size())));
        for (size_t i = 0; i < kCrc32KernelCount; i++) {
            if (!kCrc32Kernels[i].usable()) continue;
            ASSERT_EQ(kCrc32Kernels[i].run(before, part), right)
                << kCrc32Kernels[i].name << " " << n;
        }
    }
}

// A ring that is carried on gives the same at every end, whatever the pieces were.
TEST(Crc32, RingsThatAreCarriedOnAgreeWhateverThePieces) {
    const std::vector<uint8_t> bytes = test::random_bytes(90'000);
    const auto seen = static_cast<uint32_t>(bytes.size() * 0x9e3779b9);
    const size_t lengths[] = {0,    1,    31,     33,     4799,   4800,   4801,   9599,   9600,
                              9601, 9633, 14'400, 19'200, 28'801, 32'768, 65'536, 65'567, 88'999};
    const size_t pieces[] = {1, 17, 31, 32, 300, 4801, 9600, 9607, 32'768, 90'000};
    for (size_t i = 0; i < kCrc32KernelCount; i++) {
        const Crc32Kernel& kernel = kCrc32Kernels[i];
        if (!kernel.usable() || kernel.pieces == nullptr) continue;
        for (size_t length : lengths) {
            const auto right =
                static_cast<uint32_t>(::crc32(seen, bytes.data(), static_cast<uInt>(length)));
            for (size_t piece : pieces) {
                const std::unique_ptr<Crc32Pieces> sums = kernel.pieces(seen);
                for (size_t at = 0; at < length; at += piece) {
                    sums->update(Bytes(bytes).subspan(at, std::min(piece, length - at)));
                }
                ASSERT_EQ(sums->finish(), right) << kernel.name << " " << length << " " << piece;
            }
        }
    }
}

// Each byte of the ring takes part: one bit anywhere makes another checksum.
TEST(Crc32, EveryByteCounts) {
    std::vector<uint8_t> bytes(3 * 9600 + 700);
    for (size_t i = 0; i < kCrc32KernelCount; i++) {
        if (!kCrc32Kernels[i].usable()) continue;
        for (size_t at = 0; at < bytes.size(); at += 61) {
            bytes[at] = 0x40;
            ASSERT_EQ(kCrc32Kernels[i].run(0, bytes),
                      ::crc32(0, bytes.data(), static_cast<uInt>(bytes.size())))
                << kCrc32Kernels[i].name << " " << at;
            bytes[at] = 0;
        }
    }
}

}  // namespace
}  // namespace assay

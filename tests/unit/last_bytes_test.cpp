#include "last_bytes.h"

#include <gtest/gtest.h>

#include <numeric>

namespace assay {
namespace {

std::vector<uint8_t> last_of(size_t most, std::optional<uint64_t> size, Bytes all,
                             const std::vector<size_t>& pieces) {
    LastBytes last(most, size);
    for (size_t at = 0, i = 0; at < all.size(); i++) {
        const size_t length = std::min(pieces[i % pieces.size()], all.size() - at);
        last.feed({}, all.subspan(at, length));
        at += length;
    }
    EXPECT_EQ(last.passed(), all.size());
    Bytes kept = last.take();
    return {kept.begin(), kept.end()};
}

TEST(LastBytes, AreTheLastInOrderWhateverThePieces) {
    std::vector<uint8_t> all(1000);
    std::iota(all.begin(), all.end(), uint8_t{0});
    for (size_t size : {size_t{0}, size_t{1}, size_t{99}, size_t{100}, size_t{101}, size_t{1000}}) {
        for (size_t most : {size_t{1}, size_t{7}, size_t{100}, size_t{5000}}) {
            const Bytes some = Bytes(all).first(size);
            const Bytes end = some.last(std::min(most, size));
            const std::vector<uint8_t> expected(end.begin(), end.end());
            for (const auto& pieces :
                 std::vector<std::vector<size_t>>{{1}, {3, 64}, {100}, {101, 1, 99}, {1000}}) {
                EXPECT_EQ(last_of(most, size, some, pieces), expected);
                EXPECT_EQ(last_of(most, std::nullopt, some, pieces), expected);
            }
        }
    }
}

TEST(LastBytes, AStreamMayEndBeforeItsSize) {
    const std::vector<uint8_t> all(50, 1);
    EXPECT_TRUE(last_of(10, 100, all, {7}).empty());
}

}  // namespace
}  // namespace assay

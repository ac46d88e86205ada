// Streams that are unpacked in company come to what they come to alone, whoever meets whom.
#include "scanners/archive/inflate_pairs.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/unit/support/random.h"

namespace assay {
namespace {

using namespace test;

// Bytes of which some are more frequent: there is hardly anything to copy, but to pack.
std::string weights_of(Dice& dice, size_t size) {
    std::string text;
    while (text.size() < size) text += static_cast<char>(dice.below(160) + dice.below(97));
    return text;
}

std::vector<uint8_t> deflated(const std::string& text) {
    z_stream zlib{};
    EXPECT_EQ(deflateInit2(&zlib, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::vector<uint8_t> packed(deflateBound(&zlib, text.size()));
    zlib.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    zlib.next_out = packed.data();
    zlib.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    packed.erase(packed.end() - zlib.avail_out, packed.end());
    deflateEnd(&zlib);
    return packed;
}

struct Unpacked {
    std::string out;
    size_t dense = 0;  // steps
    size_t steps = 0;
};

Unpacked unpacked(InflatePairs* pairs, Bytes packed) {
    InflatePairs::Member member(pairs);
    Inflater inflater;
    std::vector<uint8_t> room(128 << 10);
    Unpacked all;
    for (Inflater::Step step; !step.ended && !step.damaged;) {
        const bool dense = inflater.in_dense_block();
        step = dense ? member.step_dense(inflater, packed, room) : inflater.step(packed, room);
        if (step.consumed + step.produced == 0 && (!dense || inflater.in_dense_block())) break;
        packed = packed.subspan(step.consumed);
        all.out += as_text(Bytes(room).first(step.produced));
        all.dense += dense ? 1 : 0;
        all.steps++;
    }
    return all;
}

void unpack_all(InflatePairs* pairs, size_t threads) {
    std::vector<std::thread> workers;
    std::vector<int> right(threads);
    for (size_t i = 0; i < threads; i++) {
        workers.emplace_back([&, i] {
            Dice dice(i + 1);
            for (int round = 0; round < 3; round++) {
                const std::string text = weights_of(dice, 300'000 + dice.size_below(2'000'000));
                const Unpacked all = unpacked(pairs, deflated(text));
                right[i] += all.out == text && 2 * all.dense > all.steps ? 1 : 0;
            }
        });
    }
    for (std::thread& worker : workers) worker.join();
    for (int count : right) EXPECT_EQ(count, 3);
}

TEST(InflatePairs, ManyWorkers) {
    InflatePairs pairs;
    unpack_all(&pairs, 5);
}

TEST(InflatePairs, OneWorkerWaitsForNobody) {
    InflatePairs pairs;
    unpack_all(&pairs, 1);
}

// Two members, of which one never comes: the other goes on.
TEST(InflatePairs, WhoNeverComesIsNotWaitedFor) {
    InflatePairs pairs;
    const InflatePairs::Member absent(&pairs);
    unpack_all(&pairs, 1);
}

TEST(InflatePairs, NoPairs) { unpack_all(nullptr, 2); }

}  // namespace
}  // namespace assay

// Deflate: what comes out, and where it ends or breaks, is what zlib's inflate says, to the byte.
#include "scanners/archive/inflater.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/support/inflating.h"
#include "tests/unit/support/random.h"

namespace assay {
namespace {

using namespace test;

// Halves of weights: noise beside one of a few exponents, and now and then what came before. Packed
// it is nearly all bytes.
std::string weights_of(Dice& dice, size_t size) {
    std::string text;
    while (text.size() < size) {
        text += static_cast<char>(dice.below(160) + dice.below(97));
        if (dice.below(200) > 0) continue;
        text += text.substr(dice.size_below(text.size()), dice.size_below(dice.below(9) ? 9 : 400));
    }
    return text;
}

// Noise, repetitions of what came before, and few different bytes, in turn.
std::string text_of(Dice& dice, size_t size) {
    const uint64_t kind = dice.below(5);
    if (kind == 4) return weights_of(dice, size);
    std::string text;
    while (text.size() < size) {
        if (kind == 0 || text.empty() || dice.below(2) == 0) {
            for (uint64_t i = dice.below(60); i > 0; i--) {
                text += static_cast<char>(kind == 1 ? 'a' + dice.below(4) : dice.below(256));
            }
            text += '.';
        } else {
            text += text.substr(dice.size_below(text.size()), dice.size_below(500));
        }
    }
    return text;
}

// `most`: of the bytes in a block.
std::vector<uint8_t> deflated(Dice& dice, const std::string& text, size_t most = SIZE_MAX) {
    z_stream zlib{};
    const int level = static_cast<int>(dice.below(10));
    const int strategy = static_cast<int>(dice.below(5));
    EXPECT_EQ(deflateInit2(&zlib, level, Z_DEFLATED, -MAX_WBITS, 8, strategy), Z_OK);
    const size_t blocks = most < SIZE_MAX ? text.size() : 0;
    std::vector<uint8_t> packed(deflateBound(&zlib, text.size()) + 64 + 128 * blocks);
    zlib.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
    zlib.next_out = packed.data();
    zlib.avail_out = static_cast<uInt>(packed.size());
    for (size_t left = text.size(); most < SIZE_MAX && left > 0;) {
        zlib.avail_in = static_cast<uInt>(std::min(left, 1 + dice.size_below(most)));
        left -= zlib.avail_in;
        EXPECT_EQ(deflate(&zlib, dice.below(9) ? Z_BLOCK : Z_PARTIAL_FLUSH), Z_OK);
    }
    if (most == SIZE_MAX) zlib.avail_in = static_cast<uInt>(text.size());
    EXPECT_EQ(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    packed.resize(std::min<size_t>(packed.size(), zlib.total_out));
    deflateEnd(&zlib);
    return packed;
}

void damage(Dice& dice, std::vector<uint8_t>& packed) {
    for (uint64_t i = 1 + dice.below(3); i > 0; i--) {
        // The head is where most can go wrong.
        const size_t near =
            dice.below(2) == 0 ? packed.size() : std::min<size_t>(40, packed.size());
        packed[dice.size_below(near)] ^= static_cast<uint8_t>(1 << dice.below(8));
    }
    if (dice.below(4) == 0) packed.resize(dice.size_below(packed.size()));
}

TEST(Inflater, SaysWhatZlibSays) {
    Dice dice(1);
    size_t damaged = 0;
    size_t cut = 0;
    for (int i = 0; i < 6000; i++) {
        const std::string text = text_of(dice, dice.size_below(i % 50 == 0 ? 300'000 : 3000));
        std::vector<uint8_t> packed = deflated(dice, text);
        if (i % 3 > 0) damage(dice, packed);
        for (uint64_t extra = dice.below(20); extra > 0; extra--) packed.push_back('T');
        const size_t piece = i % 2 ? packed.size() : Inflater::kAhead + dice.size_below(1000);
        const size_t room = i % 5 ? Inflater::kRoom : 1 + dice.size_below(5000);
        const Unpacked expected = by_zlib(packed);
        ASSERT_EQ(by_us(packed, piece, room), expected) << i << ' ' << piece << ' ' << room;
        damaged += expected.damaged ? 1 : 0;
        cut += expected.damaged || expected.ended ? 0 : 1;
    }
    EXPECT_GT(damaged, 1000u);
    EXPECT_GT(cut, 100u);
}

TEST(Inflater, BlocksOfFewBytes) {
    Dice dice(3);
    for (int i = 0; i < 3000; i++) {
        const std::string text = text_of(dice, dice.size_below(i % 50 == 0 ? 100'000 : 2000));
        std::vector<uint8_t> packed = deflated(dice, text, 1 + dice.size_below(60));
        if (i % 3 == 0) damage(dice, packed);
        const size_t piece = i % 2 ? packed.size() : Inflater::kAhead + dice.size_below(1000);
        const size_t room = i % 5 ? Inflater::kRoom : 1 + dice.size_below(100);
        ASSERT_EQ(by_us(packed, piece, room), by_zlib(packed)) << i << ' ' << piece << ' ' << room;
    }
}

// Each of them ISA-L alone would unpack.
TEST(Inflater, RefusesCodesThatZlibRefuses) {
    const std::vector<uint8_t> refused[] = {
        // One symbol of two bits: most codes lead nowhere.
        {0x05, 0xc0, 0x81, 0x08, 0x00, 0x00, 0x00, 0x00, 0x20, 0x7f, 0xeb, 0x0b},
        {0x04, 0x00, 0xfe, 0xff},        // no code for lengths at all
        {0x07},                          // a kind of block that there is none of
        {0x01, 0x00, 0x00, 0x00, 0x00},  // a length that its complement denies
    };
    for (const auto& packed : refused) EXPECT_EQ(by_us(packed, 4096, 4096), by_zlib(packed));
}

struct Stream {
    explicit Stream(Dice& dice) {
        packed = deflated(dice, weights_of(dice, dice.size_below(200'000)));
        if (dice.below(3) == 0) damage(dice, packed);
        if (dice.below(4) == 0) packed = deflated(dice, text_of(dice, dice.size_below(50'000)));
        piece = Inflater::kAhead + dice.size_below(100'000);
        room.resize(1 + dice.size_below(100'000));
    }
    [[nodiscard]] bool over() const { return unpacked.ended || unpacked.damaged || stuck; }
    [[nodiscard]] Inflater::Job job() {
        const Bytes in = Bytes(packed).subspan(at);
        return {in.first(std::min(piece, in.size())), room};
    }
    void take(const Inflater::Step& step) {
        at += step.consumed;
        unpacked.out += as_text(Bytes(room).first(step.produced));
        unpacked.ended = step.ended;
        unpacked.damaged = step.damaged;
        stuck = step.consumed + step.produced == 0;
        if (step.ended) unpacked.consumed = at;
    }

    std::vector<uint8_t> packed;
    std::vector<uint8_t> room;
    size_t piece = 0;
    size_t at = 0;
    bool stuck = false;  // at its end, before the stream's
    Inflater inflater;
    Unpacked unpacked;
};

TEST(Inflater, TwoAtOnceComeToWhatEachComesTo) {
    Dice dice(4);
    size_t dense = 0;
    for (int i = 0; i < 400; i++) {
        Stream one(dice);
        Stream other(dice);
        while (!one.over() && !other.over()) {
            dense += one.inflater.in_dense_block() && other.inflater.in_dense_block() ? 1U : 0U;
            Inflater::Job job = one.job();
            Inflater::Job beside = other.job();
            Inflater::step_both(one.inflater, job, other.inflater, beside);
            one.take(job.done);
            other.take(beside.done);
        }
        for (Stream* stream : {&one, &other}) {
            while (!stream->over()) {
                const Inflater::Job job = stream->job();
                stream->take(stream->inflater.step(job.in, job.out));
            }
            ASSERT_EQ(stream->unpacked, by_zlib(stream->packed)) << i;
        }
    }
    EXPECT_GT(dense, 300u);
}

// Nor does where the input stands when so much has come out, by which ratios are judged.
TEST(Inflater, NothingDependsOnHowDenseBlocksAreCut) {
    Dice dice(5);
    for (int i = 0; i < 300; i++) {
        std::string text;
        for (uint64_t parts = 1 + dice.below(40); parts > 0; parts--) {
            text += dice.below(3) ? weights_of(dice, dice.size_below(9000))
                                  : text_of(dice, dice.size_below(3000));
        }
        std::vector<uint8_t> packed = deflated(dice, text, 1 + dice.size_below(4000));
        if (dice.below(3) == 0) damage(dice, packed);
        const Unpacked expected = by_zlib(packed);
        std::vector<size_t> marks;
        ASSERT_EQ(by_blocks(packed, 32 << 10, 32 << 10, marks), expected) << i;
        for (const size_t block : {size_t{700}, size_t{1500}, size_t{16384}}) {
            std::vector<size_t> others;
            ASSERT_EQ(by_blocks(packed, block, 4096, others), expected) << i << ' ' << block;
            EXPECT_EQ(others, marks) << i << ' ' << block;
        }
    }
}

// Bits as a stream has them; codes come with their highest bit first.
class BitWriter {
  public:
    void put(unsigned value, unsigned bits) {
        for (unsigned i = 0; i < bits; i++) add(value >> i & 1);
    }
    void put_code(unsigned code, unsigned bits) {
        while (bits-- > 0) add(code >> bits & 1);
    }
    [[nodiscard]] const std::vector<uint8_t>& bytes() const { return bytes_; }

  private:
    void add(unsigned bit) {
        if (count_ % 8 == 0) bytes_.push_back(0);
        bytes_.back() = static_cast<uint8_t>(bytes_.back() | bit << count_ % 8);
        count_++;
    }
    std::vector<uint8_t> bytes_;
    size_t count_ = 0;
};

// 224 bytes have codes of eight bits, the others of nine, and the end of the block one of four.
void put_dense_head(BitWriter& out) {
    out.put(0b100, 3);
    out.put(0, 5 + 5);
    out.put(15, 4);
    for (unsigned length :
         {16U, 17U, 18U, 0U, 8U, 7U, 9U, 6U, 10U, 5U, 11U, 4U, 12U, 3U, 13U, 2U, 14U, 1U, 15U}) {
        out.put(length == 0 || length == 4 || length == 8 || length == 9 ? 2 : 0, 3);
    }
    for (unsigned byte = 0; byte < 256; byte++) out.put_code(byte < 224 ? 2 : 3, 2);
    out.put_code(1, 2);
    out.put_code(0, 2);
}

// A dense block that fills the room, an end in the same byte, and a head: once the head was taken
// for symbols.
TEST(Inflater, WhatFollowsOnADenseBlockThatFillsTheRoom) {
    constexpr size_t kSize = 1000;
    for (size_t nines = 0; nines < 8; nines++) {
        BitWriter out;
        put_dense_head(out);
        for (size_t i = 0; i < kSize; i++) {
            if (i < nines) out.put_code(480 + 6, 9);
            if (i >= nines) out.put_code(16 + 'a', 8);
        }
        out.put_code(0, 4);
        out.put(0b011, 3);
        for (size_t i = 0; i < 60; i++) out.put_code(0x30 + 'A', 8);
        out.put_code(0, 7);
        const Bytes packed(out.bytes());
        const Unpacked expected = by_zlib(packed);
        ASSERT_EQ(expected.out.size(), kSize + 60);
        Inflater inflater;
        std::vector<uint8_t> room(kSize);
        Inflater::Step step = inflater.step(packed, std::span(room).first(1));
        Inflater::Job job{packed.subspan(step.consumed), std::span(room).subspan(1), true};
        inflater.step(job);
        size_t at = step.consumed + job.done.consumed;
        EXPECT_EQ(as_text(Bytes(room)), expected.out.substr(0, kSize));
        Inflater::Job behind{packed.subspan(at), room, true};
        inflater.step(behind);
        at += behind.done.consumed;
        EXPECT_EQ(behind.done.produced, 0u);
        EXPECT_FALSE(inflater.in_dense_block());
        step = inflater.step(packed.subspan(at), room);
        EXPECT_EQ(as_text(Bytes(room).first(step.produced)), expected.out.substr(kSize)) << nines;
    }
}

TEST(Inflater, StartsAgain) {
    Dice dice(2);
    const std::string text = text_of(dice, 5000);
    const std::vector<uint8_t> packed = deflated(dice, text);
    Inflater inflater;
    std::vector<uint8_t> out(Inflater::kRoom);
    for (int i = 0; i < 3; i++) {
        inflater.reset();
        const Inflater::Step step = inflater.step(packed, out);
        EXPECT_TRUE(step.ended);
        EXPECT_EQ(as_text(Bytes(out).first(step.produced)), text);
        inflater.reset();
        EXPECT_FALSE(inflater.step(Bytes(packed).first(packed.size() / 2), out).ended);
    }
}

}  // namespace
}  // namespace assay

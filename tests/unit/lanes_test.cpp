#include "assay/lanes.h"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>

#include "assay/calibrate.h"
#include "tests/unit/support/lane_feeder.h"
#include "tests/unit/support/random.h"

namespace assay {
namespace {

using test::evp_sha256;
using test::Feeder;

struct Vector {
    const char* text;
    size_t times;
    const char* digest;
};

// FIPS 180-4's examples, as NIST publishes them.
constexpr Vector kNist[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
     "qrsmnopqrstnopqrstu",
     1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"a", 1'000'000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

std::vector<uint8_t> message_of(const Vector& vector) {
    std::string text;
    for (size_t i = 0; i < vector.times; i++) text += vector.text;
    return test::copy_of(as_bytes(text));
}

struct Setting {
    std::string target;
    Engine engine;
};

std::ostream& operator<<(std::ostream& out, const Setting& setting) {
    return out << setting.target << " " << static_cast<int>(setting.engine);
}

std::vector<Setting> all_settings() {
    std::vector<Setting> all;
    for (const std::string& target : lane_targets()) {
        for (Engine engine : {Engine::kAuto, Engine::kLanes, Engine::kOpenssl}) {
            all.push_back({target, engine});
        }
    }
    return all;
}

std::string setting_name(const ::testing::TestParamInfo<Setting>& info) {
    constexpr const char* kEngines[] = {"Auto", "Lanes", "Openssl"};
    return info.param.target + kEngines[static_cast<size_t>(info.param.engine)];
}

class Lanes : public ::testing::TestWithParam<Setting> {
  protected:
    Lanes() {
        (void)calibration();  // measured once per process: with the best target, as in use
        force_lane_target(GetParam().target);
    }
    ~Lanes() override { force_lane_target(""); }

    Engine engine() const { return GetParam().engine; }

    // One stream alone, fed in pieces.
    std::string digest_of(Bytes bytes, size_t piece, size_t queue_limit = 512 * 1024) {
        LaneSet lanes(engine(), queue_limit);
        Sha256Stream stream(lanes);
        feeder_.feed(stream, bytes, piece);
        stream.finish();
        lanes.run();
        EXPECT_TRUE(stream.done());
        EXPECT_EQ(lanes.queued(), 0u);
        return to_hex(stream.digest());
    }

    Feeder feeder_;
};

INSTANTIATE_TEST_SUITE_P(On, Lanes, ::testing::ValuesIn(all_settings()), setting_name);

TEST_P(Lanes, TheTargetIsTheOneAskedFor) {
    EXPECT_EQ(lane_target(), GetParam().target);
    EXPECT_GE(lane_width(), 1u);
    EXPECT_LE(lane_width(), kMaxLanes);
}

TEST_P(Lanes, Nist) {
    for (const Vector& vector : kNist) {
        const auto message = message_of(vector);
        EXPECT_EQ(to_hex(evp_sha256(message)), vector.digest);
        for (size_t piece : {size_t{1}, size_t{7}, size_t{64}, size_t{1} << 20}) {
            if (piece == 1 && message.size() > 1000) continue;
            EXPECT_EQ(digest_of(message, piece), vector.digest) << message.size() << " " << piece;
        }
    }
}

// All lengths at once: 1025 streams of unequal length in the same lanes.
TEST_P(Lanes, AllLengths) {
    const auto bytes = test::random_bytes(1024);
    for (size_t piece : {size_t{1}, size_t{7}, size_t{64}, size_t{1024}}) {
        for (size_t queue_limit : {size_t{1}, size_t{10'000}, SIZE_MAX}) {
            if (queue_limit == 1 && piece < 64) continue;  // tried one by one below
            LaneSet lanes(engine(), queue_limit);
            std::vector<std::unique_ptr<Sha256Stream>> streams;
            for (size_t n = 0; n <= 1024; n++) {
                streams.push_back(std::make_unique<Sha256Stream>(lanes));
                feeder_.feed(*streams.back(), Bytes(bytes).first(n), piece);
                streams.back()->finish();
            }
            lanes.run();
            for (size_t n = 0; n <= 1024; n++) {
                ASSERT_EQ(streams[n]->digest(), evp_sha256(Bytes(bytes).first(n))) << n;
            }
        }
    }
}

// What run_full() leaves is hashed later, in whatever company, and its blocks stay.
TEST_P(Lanes, WhatDoesNotFillLanesWaits) {
    const auto bytes = test::random_bytes(40'000);
    LaneSet lanes(engine(), SIZE_MAX);
    std::vector<std::unique_ptr<Sha256Stream>> streams;
    std::vector<size_t> fed(kMaxLanes, 0);
    bool left = false;
    bool hashed = false;
    for (size_t i = 0; i < fed.size(); i++) {
        streams.push_back(std::make_unique<Sha256Stream>(lanes));
    }
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < fed.size(); i++) {
            const size_t n = (i * 100 + round) % 1990;
            feeder_.feed(*streams[i], Bytes(bytes).subspan(fed[i], n), 500);
            fed[i] += n;
        }
        const size_t before = lanes.queued();
        lanes.run_full();
        left |= lanes.queued() > 0;
        hashed |= lanes.queued() < before;
    }
    EXPECT_EQ(left, crossover_of(engine()) > 1);
    EXPECT_EQ(hashed, crossover_of(engine()) <= lane_width());
    for (auto& stream : streams) stream->finish();
    lanes.run_full();
    lanes.run();
    EXPECT_EQ(lanes.queued(), 0u);
    for (size_t i = 0; i < fed.size(); i++) {
        ASSERT_EQ(streams[i]->digest(), evp_sha256(Bytes(bytes).first(fed[i]))) << i;
    }
}

TEST_P(Lanes, AllLengthsOneByOne) {
    const auto bytes = test::random_bytes(200);
    for (size_t n = 0; n <= bytes.size(); n++) {
        const std::string expected = to_hex(evp_sha256(Bytes(bytes).first(n)));
        for (size_t piece : {size_t{1}, size_t{7}, size_t{63}, size_t{65}}) {
            ASSERT_EQ(digest_of(Bytes(bytes).first(n), piece, 1), expected) << n << " " << piece;
            ASSERT_EQ(digest_of(Bytes(bytes).first(n), piece), expected) << n << " " << piece;
        }
    }
}

// As many streams as there are lanes, fewer, and more; each lane must get its own stream's bytes.
TEST_P(Lanes, AnyNumberOfStreams) {
    for (size_t count = 1; count <= 2 * kMaxLanes + 1; count++) {
        LaneSet lanes(engine());
        std::vector<std::vector<uint8_t>> contents;
        std::vector<std::unique_ptr<Sha256Stream>> streams;
        for (size_t i = 0; i < count; i++) {
            contents.push_back(test::random_bytes(64 * (1 + i % 5) + i, i));
            streams.push_back(std::make_unique<Sha256Stream>(lanes));
        }
        for (size_t i = 0; i < count; i++) feeder_.feed(*streams[i], contents[i], 1000);
        for (auto& stream : streams) stream->finish();
        lanes.run();
        for (size_t i = 0; i < count; i++) {
            ASSERT_EQ(streams[i]->digest(), evp_sha256(contents[i])) << i << " of " << count;
        }
    }
}

TEST_P(Lanes, AStreamMayStartBehindAConstantPrefix) {
    const auto bytes = test::random_bytes(64 + 777);
    Sha256State start = kSha256Start;
    compress_single(start.data(), bytes.data(), 1);
    LaneSet lanes(engine());
    Sha256Stream stream(lanes, start, 64);
    feeder_.feed(stream, Bytes(bytes).subspan(64), 100);
    stream.finish();
    lanes.run();
    EXPECT_EQ(stream.digest(), evp_sha256(bytes));
}

TEST_P(Lanes, TheForcedEngineIsUsed) {
    LaneSet lanes(engine());
    const auto bytes = test::random_bytes(6400);
    Sha256Stream a(lanes), b(lanes);
    feeder_.feed(a, bytes, 640);
    feeder_.feed(b, bytes, 6400);
    lanes.run();
    EXPECT_EQ(lanes.laned_bytes() + lanes.single_bytes(), 2 * bytes.size());
    EXPECT_TRUE(engine() != Engine::kLanes || lanes.single_bytes() == 0);
    EXPECT_TRUE(engine() != Engine::kOpenssl || lanes.laned_bytes() == 0);
}

TEST_P(Lanes, TheQueueHashesItselfAtItsLimit) {
    LaneSet lanes(engine(), 1000);
    Sha256Stream stream(lanes);
    feeder_.feed(stream, test::random_bytes(960), 320);
    EXPECT_EQ(lanes.queued(), 960u);
    EXPECT_EQ(lanes.laned_bytes() + lanes.single_bytes(), 0u);
    feeder_.feed(stream, test::random_bytes(64), 64);
    EXPECT_EQ(lanes.queued(), 0u);
    EXPECT_EQ(lanes.laned_bytes() + lanes.single_bytes(), 1024u);
}

// Queued blocks are held until they are hashed, and no longer.
TEST_P(Lanes, RunGivesTheBlocksBack) {
    LaneSet lanes(engine());
    BlockPool pool(4096, 3 * 4096);
    pool.on_pressure([&] { lanes.run(); });
    const auto bytes = test::random_bytes(100 * 4096);
    Sha256Stream a(lanes), b(lanes);
    for (size_t at = 0; at < bytes.size(); at += 4096) {
        BlockRef block = pool.get(4096);
        ASSERT_TRUE(block);
        std::copy_n(bytes.data() + at, 4096, block->data());
        (at / 4096 % 2 ? a : b).feed(block, Bytes(block->data(), 4096));
    }
    a.finish();
    b.finish();
    lanes.run();
    std::vector<uint8_t> halves[2];
    for (size_t at = 0; at < bytes.size(); at++) halves[at / 4096 % 2].push_back(bytes[at]);
    EXPECT_EQ(b.digest(), evp_sha256(halves[0]));
    EXPECT_EQ(a.digest(), evp_sha256(halves[1]));
}

TEST_P(Lanes, StreamsThatDieUnfinishedLeaveTheOthersAlone) {
    LaneSet lanes(engine());
    const auto bytes = test::random_bytes(5000);
    std::vector<std::unique_ptr<Sha256Stream>> streams;
    for (int i = 0; i < 20; i++) {
        streams.push_back(std::make_unique<Sha256Stream>(lanes));
        feeder_.feed(*streams.back(), bytes, 320);
    }
    size_t queued_by_one = lanes.queued() / 20;
    for (size_t i = 0; i < 20; i += 2) streams[i].reset();
    EXPECT_EQ(lanes.queued(), 10 * queued_by_one);
    for (size_t i = 1; i < 20; i += 2) streams[i]->finish();
    lanes.run();
    for (size_t i = 1; i < 20; i += 2) EXPECT_EQ(streams[i]->digest(), evp_sha256(bytes));
    streams.clear();
    EXPECT_EQ(lanes.queued(), 0u);
}

// Streams start, grow, end and die in random order while others run.
class LaneLife {
  public:
    LaneLife(Engine engine, uint64_t seed, Feeder& feeder)
        : dice_(seed), feeder_(feeder), lanes_(engine, limit()) {}

    void run(int steps) {
        for (int i = 0; i < steps; i++) step();
        for (Life& life : lives_) finish(life);
        lanes_.run();
        for (Life& life : lives_) expect_right(life);
        lives_.clear();
        EXPECT_EQ(lanes_.queued(), 0u);
    }

  private:
    struct Life {
        std::unique_ptr<Sha256Stream> stream;
        std::vector<uint8_t> fed;
        bool finished = false;
    };

    size_t limit() {
        const size_t limits[] = {1, 64, 1000, 512 * 1024, SIZE_MAX};
        return limits[dice_.below(5)];
    }

    void step() {
        uint64_t choice = dice_.below(20);
        if (lives_.empty() || choice < 2) return start();
        if (choice == 19) return lanes_.run();
        size_t index = dice_.size_below(lives_.size());
        if (choice == 2) finish(lives_[index]);
        if (choice == 3) die(index);
        if (choice > 3) feed(lives_[index]);
    }

    void start() {
        if (lives_.size() < 40) lives_.push_back({std::make_unique<Sha256Stream>(lanes_), {}});
    }

    void feed(Life& life) {
        if (life.finished) return;
        const size_t most[] = {3, 70, 300, 5000};
        auto bytes = dice_.bytes(dice_.size_below(most[dice_.below(4)]));
        feeder_.feed(*life.stream, bytes, 1 + dice_.size_below(200));
        life.fed.insert(life.fed.end(), bytes.begin(), bytes.end());
    }

    void finish(Life& life) {
        if (!life.finished) life.stream->finish();
        life.finished = true;
    }

    void die(size_t index) {
        expect_right(lives_[index]);
        lives_.erase(lives_.begin() + static_cast<long>(index));
    }

    void expect_right(const Life& life) {
        const bool done = life.stream->done();
        EXPECT_TRUE(life.finished || !done);
        EXPECT_TRUE(!done || life.stream->digest() == evp_sha256(life.fed));
    }

    test::Dice dice_;
    Feeder& feeder_;
    LaneSet lanes_;
    std::vector<Life> lives_;
};

TEST_P(Lanes, RandomLives) {
    for (uint64_t seed : test::seeds(30)) {
        SCOPED_TRACE(test::seed_text(seed));
        Feeder feeder(seed % 2 * 1024);
        LaneLife(engine(), seed, feeder).run(300);
    }
}

// ------------------------------------------------------------------------------------------------
// The kernels themselves, and the decision between them.

class Kernel : public ::testing::TestWithParam<std::string> {
  protected:
    Kernel() { force_lane_target(GetParam()); }
    ~Kernel() override { force_lane_target(""); }
};

INSTANTIATE_TEST_SUITE_P(On, Kernel, ::testing::ValuesIn(lane_targets()),
                         [](const auto& test) { return test.param; });

// Every lane with a state and bytes of its own, at every alignment.
void expect_same_as_openssl(size_t width, size_t blocks) {
    test::Dice dice(11);
    Sha256State mine[kMaxLanes], theirs[kMaxLanes];
    uint32_t* states[kMaxLanes] = {};
    const uint8_t* data[kMaxLanes] = {};
    std::vector<std::vector<uint8_t>> bytes;
    for (size_t i = 0; i < width; i++) {
        for (uint32_t& word : mine[i]) word = static_cast<uint32_t>(dice.bits());
        theirs[i] = mine[i];
        bytes.push_back(dice.bytes(blocks * kSha256Block + i));
        states[i] = mine[i].data();
        data[i] = bytes[i].data() + i;
        compress_single(theirs[i].data(), data[i], blocks);
    }
    compress_some_lanes(states, data, blocks, width);
    for (size_t i = 0; i < width; i++) {
        EXPECT_EQ(mine[i], theirs[i]) << i << " of " << width << ", " << blocks << " blocks";
    }
}

TEST_P(Kernel, EqualsOpensslAtEveryWidth) {
    for (size_t streams = 1; streams <= lane_width(); streams++) {
        const size_t width = lane_width_for(streams);
        EXPECT_GE(width, streams);
        EXPECT_LE(width, lane_width());
        if (width != streams) continue;
        for (size_t blocks : {size_t{0}, size_t{1}, size_t{2}, size_t{3}, size_t{17}}) {
            expect_same_as_openssl(width, blocks);
        }
    }
}

TEST(LaneTargets, TheBestIsTheDefault) {
    const auto targets = lane_targets();
    ASSERT_FALSE(targets.empty());
    force_lane_target("");
    EXPECT_EQ(lane_target(), targets.front());
    std::string best = lane_target();
    force_lane_target(targets.back());
    EXPECT_EQ(lane_target(), targets.back());
    force_lane_target("");
    EXPECT_EQ(lane_target(), best);
}

TEST(Calibration, DecidesByWhatItMeasured) {
    const Calibration& measured = calibration();
    EXPECT_GT(measured.lanes_rate, 1e6);
    EXPECT_GT(measured.single_rate, 1e6);
    EXPECT_GE(measured.crossover, 1u);
    for (size_t streams = 0; streams < std::min(measured.crossover, kMaxLanes + 1); streams++) {
        EXPECT_FALSE(lanes_win(Engine::kAuto, streams)) << streams;
    }
    if (measured.crossover > 1 && measured.crossover <= lane_width()) {
        EXPECT_TRUE(lanes_win(Engine::kAuto, measured.crossover)) << "from here on the lanes win";
    }
    const bool faster = measured.lanes_rate > measured.single_rate;
    EXPECT_EQ(lanes_win(Engine::kAuto, kMaxLanes), faster);
    EXPECT_EQ(&calibration(), &measured) << "measured once";
}

TEST(Calibration, ForcedEnginesAskNobody) {
    EXPECT_EQ(crossover_of(Engine::kOpenssl), SIZE_MAX);
    EXPECT_EQ(crossover_of(Engine::kLanes), 1u);
    EXPECT_EQ(crossover_of(Engine::kAuto), calibration().crossover);
    EXPECT_FALSE(lanes_win(Engine::kOpenssl, kMaxLanes));
    EXPECT_TRUE(lanes_win(Engine::kLanes, 1));
}

}  // namespace
}  // namespace assay

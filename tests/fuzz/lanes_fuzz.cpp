// Streams that start, grow, end and die in any order: every digest must be OpenSSL's.
//
// Input: a byte for the queue limit, then pairs (what to do with which stream, how much).
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tests/unit/support/lane_feeder.h"
#include "tests/unit/support/random.h"

namespace {

using namespace assay;

constexpr size_t kStreams = 20;

class LaneLives {
  public:
    explicit LaneLives(size_t queue_limit) : lanes_(Engine::kLanes, queue_limit) {}

    void step(uint8_t what, uint8_t much) {
        Life& life = lives_[what % kStreams];
        if (!life.stream) life.stream = std::make_unique<Sha256Stream>(lanes_);
        switch (what / kStreams % 12) {
            case 0:
                return end(life);
            case 1:
                return check_and_drop(life);
            case 2:
                return lanes_.run();
            default:
                return feed(life, size_t{much} * (what % 3 == 0 ? 17 : 1));
        }
    }

    void finish() {
        for (Life& life : lives_) {
            if (life.stream) end(life);
        }
        lanes_.run();
        for (Life& life : lives_) check_and_drop(life);
        if (lanes_.queued() != 0) std::abort();
    }

  private:
    struct Life {
        std::unique_ptr<Sha256Stream> stream;
        size_t fed = 0;
        bool ended = false;
    };

    void feed(Life& life, size_t n) {
        if (life.ended || life.fed + n > bytes_.size()) return;
        feeder_.feed(*life.stream, Bytes(bytes_).subspan(life.fed, n), 1 + n % 100);
        life.fed += n;
    }

    void end(Life& life) {
        if (!life.ended) life.stream->finish();
        life.ended = true;
    }

    void check_and_drop(Life& life) {
        if (life.stream && life.stream->done() &&
            life.stream->digest() != test::evp_sha256(Bytes(bytes_).first(life.fed))) {
            std::fprintf(stderr, "wrong digest of %zu bytes\n", life.fed);
            std::abort();
        }
        life = {};
    }

    inline static const std::vector<uint8_t> bytes_ = test::random_bytes(20'000);
    test::Feeder feeder_{128};
    LaneSet lanes_;
    Life lives_[kStreams];
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    LaneLives lives(size_t{1} << data[0] % 24);
    for (size_t i = 1; i + 1 < size; i += 2) lives.step(data[i], data[i + 1]);
    lives.finish();
    return 0;
}

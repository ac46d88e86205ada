#include "memory_rates.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>

#include "assay/digest.h"
#include "assay/lanes.h"
#include "assay/limits.h"

namespace assay::cli {

using Clock = std::chrono::steady_clock;

namespace {

// `make()` gives every thread a function of its own that works on the data once and says on how
// many bytes.
template <class Make>
double rate_of(const MemoryWork& work, Make make) {
    std::atomic<uint64_t> bytes{0};
    const auto start = Clock::now();
    const auto enough = start + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(work.seconds));
    auto repeat = [&] {
        auto once = make();
        do {
            bytes += once();
        } while (Clock::now() < enough);
    };
    tbb::task_arena arena(static_cast<int>(work.threads));
    arena.execute([&] {
        tbb::parallel_for(
            0U, work.threads, [&](unsigned) { repeat(); }, tbb::static_partitioner());
    });
    std::chrono::duration<double> took = Clock::now() - start;
    return static_cast<double>(bytes) / took.count();
}

// One lane's part of the data, in whole blocks, and the states of all lanes.
class LaneWork {
  public:
    explicit LaneWork(Bytes data)
        : width_(lane_width()), blocks_(data.size() / width_ / kSha256Block) {
        for (size_t i = 0; i < width_; i++) {
            states_[i] = kSha256Start;
            lanes_[i] = data.data() + i * blocks_ * kSha256Block;
        }
    }

    // In steps, as a sweep does: the kernel sees a block of a file at a time.
    uint64_t run() {
        std::array<uint32_t*, kMaxLanes> state{};
        std::array<const uint8_t*, kMaxLanes> data = lanes_;
        for (size_t i = 0; i < width_; i++) state[i] = states_[i].data();
        constexpr size_t kStep = 512;
        for (size_t done = 0; done < blocks_; done += kStep) {
            size_t step = std::min(kStep, blocks_ - done);
            compress_lanes(state.data(), data.data(), step);
            for (size_t i = 0; i < width_; i++) data[i] += step * kSha256Block;
        }
        return width_ * blocks_ * kSha256Block;
    }

  private:
    const size_t width_;
    const size_t blocks_;
    std::array<Sha256State, kMaxLanes> states_{};
    std::array<const uint8_t*, kMaxLanes> lanes_{};
};

}  // namespace

double copy_rate(const MemoryWork& work) {
    return rate_of(work, [&] {
        return [data = work.data, to = std::vector<uint8_t>(work.data.size())]() mutable {
            std::copy(data.begin(), data.end(), to.begin());
            return uint64_t{data.size()};
        };
    });
}

double evp_rate(const MemoryWork& work) {
    return rate_of(work, [&] {
        return [data = work.data] {
            auto hasher = std::move(*Hasher::make(DigestKind::kSha256, std::nullopt));
            constexpr size_t kStep = size_t{256} << 10;
            for (size_t at = 0; at < data.size(); at += kStep) {
                hasher->update(data.subspan(at, std::min(kStep, data.size() - at)));
            }
            hasher->finish();
            return uint64_t{data.size()};
        };
    });
}

double lanes_rate(const MemoryWork& work) {
    return rate_of(work,
                   [&] { return [lanes = LaneWork(work.data)]() mutable { return lanes.run(); }; });
}

std::vector<uint8_t> noise(size_t size) {
    std::vector<uint8_t> bytes(size);
    std::mt19937_64 random(20240229);
    for (size_t i = 0; i + 8 <= size; i += 8) store_le<uint64_t>(bytes.data() + i, random());
    return bytes;
}

}  // namespace assay::cli

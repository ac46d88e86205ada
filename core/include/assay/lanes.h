// SHA-256 of many streams at once.
//
// One stream's SHA-256 is a serial chain; independent streams are not. A LaneSet collects what its
// streams are fed and hashes it 4, 8 or 16 streams side by side in the lanes of a vector register.
// When too few streams have anything queued for that to pay, OpenSSL's block function takes them
// one by one; streams move freely between the two, since both work on the same eight words.
//
// Threads: a LaneSet and its streams belong to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "assay/block.h"

namespace assay {

using Sha256State = std::array<uint32_t, 8>;
using Sha256Digest = std::array<uint8_t, 32>;

inline constexpr size_t kSha256Block = 64;
inline constexpr size_t kMaxLanes = 16;
inline constexpr Sha256State kSha256Start = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// The kernels. Both compress whole 64-byte blocks into states.
size_t lane_width();        // streams that compress_lanes takes, on this CPU
const char* lane_target();  // "AVX3", "AVX2", "NEON" …
// Arrays of lane_width(): each lane reads blocks * 64 bytes from its data pointer.
void compress_lanes(uint32_t* const* states, const uint8_t* const* data, size_t blocks);
void compress_single(uint32_t* state, const uint8_t* data, size_t blocks);

// From how many streams on the lanes are used. Never changes a digest.
enum class Engine : uint8_t { kAuto, kLanes, kOpenssl };
size_t crossover_of(Engine engine);

class LaneSet;

// One stream's SHA-256. `start` and `prefix_bytes` let a stream begin after a constant prefix whose
// state is known (chunk trees use it to tell leaves from nodes at no cost).
class Sha256Stream {
  public:
    explicit Sha256Stream(LaneSet& lanes, const Sha256State& start = kSha256Start,
                          uint64_t prefix_bytes = 0);
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;

    void feed(const BlockRef& block, Bytes bytes);
    void finish();

    [[nodiscard]] bool done() const { return finished_ && queue_.empty(); }
    // Precondition: done(); LaneSet::run() makes it so after finish().
    [[nodiscard]] Sha256Digest digest() const;

  private:
    friend class LaneSet;
    struct Segment {
        BlockRef keep;
        const uint8_t* data;
        size_t blocks;
    };
    static constexpr size_t kSlots = 4;

    void push(BlockRef keep, const uint8_t* data, size_t blocks);
    Bytes top_up_carry(Bytes bytes);
    void forget_queue();
    size_t forget_done();

    LaneSet& lanes_;
    Sha256State state_;
    uint64_t total_;
    std::vector<Segment> queue_;
    size_t head_ = 0;  // the first segment that is not hashed yet
    // Bytes that do not fill a block yet lie in slots_[slot_]; full slots wait in the queue. The
    // last two slots also take the padding.
    std::array<std::array<uint8_t, kSha256Block>, kSlots + 2> slots_;
    size_t slot_ = 0;
    size_t carried_ = 0;
    bool finished_ = false;
    bool listed_ = false;  // in the lane set's ready list
};

class LaneSet {
  public:
    // Runs by itself whenever `queue_limit` bytes are queued: small enough to stay in the cache.
    explicit LaneSet(Engine engine, size_t queue_limit = 512 * 1024);

    // Hashes everything that is queued, and drops the blocks.
    void run();
    // Hashes while lanes pay, and leaves the rest queued, for others to go beside it.
    void run_full();

    void set_queue_limit(size_t bytes) { queue_limit_ = bytes; }

    [[nodiscard]] size_t queued() const { return queued_; }
    // What was hashed in lanes, and what one by one.
    [[nodiscard]] uint64_t laned_bytes() const { return laned_bytes_; }
    [[nodiscard]] uint64_t single_bytes() const { return single_bytes_; }

  private:
    friend class Sha256Stream;
    struct Lane {
        Sha256Stream* stream;
        const uint8_t* data;
        size_t blocks;
    };

    void enlist(Sha256Stream& stream, size_t bytes);
    void withdraw(Sha256Stream& stream);
    bool next_segment(Lane& lane);
    void fill_lanes(size_t& next_ready);
    void run_while_lanes_win(size_t& next_ready);
    void run_lanes();
    void run_single(Lane& lane);

    const Engine engine_;
    size_t queue_limit_;
    std::vector<Sha256Stream*> ready_;
    std::vector<Lane> active_;
    size_t queued_ = 0;
    uint64_t laned_bytes_ = 0;
    uint64_t single_bytes_ = 0;
};

}  // namespace assay

#include "assay/lanes.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "assay/calibrate.h"

namespace assay {

size_t crossover_of(Engine engine) {
    if (engine == Engine::kOpenssl) return SIZE_MAX;
    if (engine == Engine::kLanes) return 1;
    return calibration().crossover;
}

bool lanes_win(Engine engine, size_t streams) {
    if (engine != Engine::kAuto) return engine == Engine::kLanes && streams > 0;
    return streams > 1 && calibration().lanes_win[std::min(streams, kMaxLanes)];
}

// ------------------------------------------------------------------------------------------------
// Sha256Stream: cuts what it is fed into whole blocks.

Sha256Stream::Sha256Stream(LaneSet& lanes, const Sha256State& start, uint64_t prefix_bytes)
    : lanes_(lanes), state_(start), total_(prefix_bytes) {}

Sha256Stream::~Sha256Stream() {
    if (listed_) lanes_.withdraw(*this);
}

void Sha256Stream::feed(const BlockRef& block, Bytes bytes) {
    total_ += bytes.size();
    if (carried_ > 0) bytes = top_up_carry(bytes);
    size_t blocks = bytes.size() / kSha256Block;
    if (blocks > 0) push(block, bytes.data(), blocks);
    Bytes rest = bytes.subspan(blocks * kSha256Block);
    if (rest.empty()) return;
    std::copy(rest.begin(), rest.end(), slots_[slot_].begin());
    carried_ = rest.size();
}

// A full slot waits in the queue with the rest, and the next slot takes its place; when all of them
// wait, the queue is hashed.
Bytes Sha256Stream::top_up_carry(Bytes bytes) {
    size_t n = std::min(kSha256Block - carried_, bytes.size());
    std::copy_n(bytes.data(), n, slots_[slot_].data() + carried_);
    carried_ += n;
    if (carried_ < kSha256Block) return {};
    carried_ = 0;
    size_t full = slot_++;
    push({}, slots_[full].data(), 1);
    if (slot_ == kSlots) lanes_.run();
    return bytes.subspan(n);
}

// FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits as 64 bits.
void Sha256Stream::finish() {
    size_t blocks = carried_ + 9 <= kSha256Block ? 1 : 2;
    uint8_t* last = slots_[slot_].data();
    std::fill(last + carried_, last + blocks * kSha256Block, uint8_t{0});
    last[carried_] = 0x80;
    store_be<uint64_t>(last + blocks * kSha256Block - 8, total_ * 8);
    finished_ = true;
    push({}, last, blocks);
}

void Sha256Stream::push(BlockRef keep, const uint8_t* data, size_t blocks) {
    queue_.push_back({std::move(keep), data, blocks});
    lanes_.enlist(*this, blocks * kSha256Block);
}

void Sha256Stream::forget_queue() {
    queue_.clear();
    head_ = 0;
    listed_ = false;
    if (slot_ > 0 && !finished_) {
        slots_[0] = slots_[slot_];
        slot_ = 0;
    }
}

// Bytes that are left.
size_t Sha256Stream::forget_done() {
    const auto first = queue_.begin() + static_cast<std::ptrdiff_t>(head_);
    if (first == queue_.end()) {
        forget_queue();
        return 0;
    }
    queue_.erase(queue_.begin(), first);
    head_ = 0;
    size_t blocks = 0;
    for (const Segment& segment : queue_) blocks += segment.blocks;
    return blocks * kSha256Block;
}

Sha256Digest Sha256Stream::digest() const {
    assert(done());
    Sha256Digest digest;
    for (size_t i = 0; i < 8; i++) store_be<uint32_t>(digest.data() + 4 * i, state_[i]);
    return digest;
}

// ------------------------------------------------------------------------------------------------
// LaneSet: packs what is queued into lanes.

LaneSet::LaneSet(Engine engine, size_t queue_limit) : engine_(engine), queue_limit_(queue_limit) {}

void LaneSet::enlist(Sha256Stream& stream, size_t bytes) {
    if (!stream.listed_) ready_.push_back(&stream);
    stream.listed_ = true;
    queued_ += bytes;
    if (queued_ >= queue_limit_) run();
}

void LaneSet::withdraw(Sha256Stream& stream) {
    for (const auto& segment : stream.queue_) queued_ -= segment.blocks * kSha256Block;
    std::erase(ready_, &stream);
}

void LaneSet::run_while_lanes_win(size_t& next_ready) {
    active_.clear();
    fill_lanes(next_ready);
    while (lanes_win(engine_, active_.size())) {
        run_lanes();
        fill_lanes(next_ready);
    }
}

void LaneSet::run_full() {
    size_t next_ready = 0;
    run_while_lanes_win(next_ready);
    for (const Lane& lane : active_) {
        Sha256Stream& stream = *lane.stream;
        Sha256Stream::Segment& segment = stream.queue_[--stream.head_];
        segment.data = lane.data;
        segment.blocks = lane.blocks;
    }
    active_.clear();
    queued_ = 0;
    for (Sha256Stream* stream : ready_) queued_ += stream->forget_done();
    std::erase_if(ready_, [](const Sha256Stream* stream) { return !stream->listed_; });
}

void LaneSet::run() {
    size_t next_ready = 0;
    run_while_lanes_win(next_ready);
    for (; !active_.empty(); fill_lanes(next_ready)) {
        run_single(active_.back());
        active_.pop_back();
    }
    for (Sha256Stream* stream : ready_) stream->forget_queue();
    ready_.clear();
    queued_ = 0;
}

bool LaneSet::next_segment(Lane& lane) {
    Sha256Stream& stream = *lane.stream;
    if (stream.head_ == stream.queue_.size()) return false;
    const auto& segment = stream.queue_[stream.head_++];
    lane.data = segment.data;
    lane.blocks = segment.blocks;
    return true;
}

// Gives each lane that ran dry its stream's next segment, or else the next stream.
void LaneSet::fill_lanes(size_t& next_ready) {
    std::erase_if(active_, [&](Lane& lane) { return lane.blocks == 0 && !next_segment(lane); });
    while (active_.size() < lane_width() && next_ready < ready_.size()) {
        Lane lane{ready_[next_ready++], nullptr, 0};
        if (next_segment(lane)) active_.push_back(lane);
    }
}

// As many blocks as the shortest lane has. Lanes without a stream repeat the first one's bytes into
// a state that nobody reads.
void LaneSet::run_lanes() {
    const size_t width = lane_width_for(active_.size());
    uint32_t* states[kMaxLanes];
    const uint8_t* data[kMaxLanes];
    Sha256State idle[kMaxLanes];
    size_t blocks = SIZE_MAX;
    for (const Lane& lane : active_) blocks = std::min(blocks, lane.blocks);
    for (size_t i = 0; i < width; i++) {
        bool busy = i < active_.size();
        if (!busy) idle[i] = kSha256Start;
        states[i] = busy ? active_[i].stream->state_.data() : idle[i].data();
        data[i] = active_[busy ? i : 0].data;
    }
    compress_some_lanes(states, data, blocks, width);
    for (Lane& lane : active_) {
        lane.data += blocks * kSha256Block;
        lane.blocks -= blocks;
    }
    laned_bytes_ += blocks * kSha256Block * active_.size();
}

void LaneSet::run_single(Lane& lane) {
    do {
        compress_single(lane.stream->state_.data(), lane.data, lane.blocks);
        single_bytes_ += lane.blocks * kSha256Block;
    } while (next_segment(lane));
}

}  // namespace assay

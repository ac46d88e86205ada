#include "assay/block.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <new>

namespace assay {

static constexpr size_t kCacheLine = 64;
static constexpr size_t kPlaces = 16;  // as many as the widest vectors have lanes

static std::align_val_t alignment(Placement placement) {
    return std::align_val_t{placement == Placement::kPages ? kBlockAlign : kCacheLine};
}

// The first byte from `memory` on whose cache line has the number `place` among every kPlaces.
static uint8_t* at_place(void* memory, size_t place) {
    const size_t line = reinterpret_cast<uintptr_t>(memory) / kCacheLine;
    return static_cast<uint8_t*>(memory) + (place - line) % kPlaces * kCacheLine;
}

BlockPool::BlockPool(size_t block_size, size_t capacity, Placement placement)
    : block_size_(block_size), placement_(placement), capacity_(capacity) {}

BlockPool::~BlockPool() {
    for (Block* block : idle_) destroy(block);
    assert(held_ == 0 && "a block outlives its pool");
}

void BlockPool::set_capacity(size_t capacity) {
    std::lock_guard lock(mutex_);
    capacity_ = capacity;
    drop_idle(capacity);
}

BlockRef BlockPool::get(size_t n) {
    Block* block = take(n);
    if (!block && pressure_) {
        pressure_();
        block = take(n);
    }
    return block ? BlockRef(block) : BlockRef();
}

Block* BlockPool::take(size_t n) {
    std::lock_guard lock(mutex_);
    if (n <= block_size_ && !idle_.empty()) {
        Block* block = idle_.back();
        idle_.pop_back();
        return block;
    }
    return make(std::max(n, block_size_));
}

Block* BlockPool::make(size_t n) {
    if (n > capacity_) return nullptr;
    drop_idle(capacity_ - n);
    if (held_ > capacity_ - n) return nullptr;
    const bool spread = placement_ == Placement::kSpread;
    const size_t slack = spread ? (kPlaces - 1) * kCacheLine : 0;
    if (n > SIZE_MAX - slack) return nullptr;
    void* memory = ::operator new(n + slack, alignment(placement_), std::nothrow);
    if (!memory) return nullptr;
    held_ += n;
    peak_ = std::max(peak_, held_);
    return new Block(*this, memory, at_place(memory, spread ? made_++ : 0), n);
}

void BlockPool::drop_idle(size_t most_held) {
    while (held_ > most_held && !idle_.empty()) {
        destroy(idle_.back());
        idle_.pop_back();
    }
}

// Odd sizes go back to the system: keeping them would starve the ordinary ones. So does what is
// too much since the capacity was lowered; hence idle blocks are always within it.
void BlockPool::give_back(Block* block) {
    std::lock_guard lock(mutex_);
    if (block->capacity_ == block_size_ && held_ <= capacity_) {
        idle_.push_back(block);
    } else {
        destroy(block);
    }
}

void BlockPool::destroy(Block* block) {
    held_ -= block->capacity_;
    ::operator delete(block->memory_, alignment(placement_));
    delete block;
}

}  // namespace assay

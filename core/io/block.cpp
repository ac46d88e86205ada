#include "assay/block.h"

#include <algorithm>
#include <cassert>
#include <new>

namespace assay {

BlockPool::BlockPool(size_t block_size, size_t capacity)
    : block_size_(block_size), capacity_(capacity) {}

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
    auto* data =
        static_cast<uint8_t*>(::operator new(n, std::align_val_t{kBlockAlign}, std::nothrow));
    if (!data) return nullptr;
    held_ += n;
    peak_ = std::max(peak_, held_);
    return new Block(*this, data, n);
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
    ::operator delete(block->data_, std::align_val_t{kBlockAlign});
    delete block;
}

}  // namespace assay

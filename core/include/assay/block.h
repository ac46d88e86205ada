// Blocks of bytes, shared by reference count, from a pool that never exceeds its capacity.
//
// A block is filled once by the source that made it and is constant from then on. Parser, pins and
// digest queues hold the same block; its memory goes back to the pool with the last BlockRef.
//
// Threads: get() belongs to the one thread that owns the pool; a BlockRef may be copied and dropped
// on any thread. A pool must outlive its blocks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "assay/bytes.h"
#include "assay/limits.h"

namespace assay {

class BlockPool;

class Block {
  public:
    uint8_t* data() { return data_; }
    [[nodiscard]] const uint8_t* data() const { return data_; }
    [[nodiscard]] size_t capacity() const { return capacity_; }

  private:
    friend class BlockPool;
    friend class BlockRef;
    Block(BlockPool& home, void* memory, uint8_t* data, size_t capacity)
        : home_(home), memory_(memory), data_(data), capacity_(capacity) {}

    BlockPool& home_;
    void* memory_;
    uint8_t* data_;
    size_t capacity_;
    std::atomic<uint32_t> refs_{0};
};

// Null, or one share of a block.
class BlockRef {
  public:
    BlockRef() = default;
    BlockRef(const BlockRef& other) : block_(other.block_) { retain(); }
    BlockRef(BlockRef&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    BlockRef& operator=(BlockRef other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~BlockRef() { release(); }

    Block* operator->() const { return block_; }
    explicit operator bool() const { return block_ != nullptr; }
    void reset() { BlockRef().swap(*this); }
    void swap(BlockRef& other) noexcept { std::swap(block_, other.block_); }

  private:
    friend class BlockPool;
    explicit BlockRef(Block* block) : block_(block) { retain(); }
    void retain() {
        if (block_) block_->refs_.fetch_add(1, std::memory_order_relaxed);
    }
    void release();

    Block* block_ = nullptr;
};

// Where blocks begin. The lanes read many blocks side by side, at the same distance from each one's
// beginning: were all aligned to pages, those bytes would fight for one set of the first cache.
enum class Placement : uint8_t {
    kSpread,  // on different cache lines of a page
    kPages,   // aligned to kBlockAlign, as O_DIRECT wants it
};

inline Placement placement_for(bool direct) {
    return direct ? Placement::kPages : Placement::kSpread;
}

class BlockPool {
  public:
    // Blocks have `block_size` bytes unless more is asked for; all of them together never exceed
    // `capacity` bytes. Memory is taken from the system when first needed and then kept.
    BlockPool(size_t block_size, size_t capacity, Placement placement = Placement::kPages);
    ~BlockPool();
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;

    // A block of at least `n` bytes; null when the capacity does not allow it even after the
    // pressure hook ran.
    BlockRef get(size_t n);

    // Called by get() on its own thread before it gives up: drop what can be dropped (digest
    // queues hash what they hold). Must not call get().
    void on_pressure(std::function<void()> hook) { pressure_ = std::move(hook); }

    // More room, or less: blocks that are out stay valid, and new ones come when it allows.
    void set_capacity(size_t capacity);

    [[nodiscard]] bool owns(const BlockRef& block) const {
        return block && &block.block_->home_ == this;
    }
    [[nodiscard]] size_t block_size() const { return block_size_; }
    // The most that was ever held.
    [[nodiscard]] size_t peak() const { return peak_; }

  private:
    friend class BlockRef;
    Block* take(size_t n);
    Block* make(size_t n);
    void give_back(Block* block);
    void destroy(Block* block);
    void drop_idle(size_t most_held);

    const size_t block_size_;
    const Placement placement_;
    std::function<void()> pressure_;
    std::mutex mutex_;  // guards what follows
    size_t capacity_;
    std::vector<Block*> idle_;
    size_t held_ = 0;  // bytes of all blocks, idle ones included
    size_t peak_ = 0;
    size_t made_ = 0;
};

inline void BlockRef::release() {
    if (block_ && block_->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        block_->home_.give_back(block_);
    }
    block_ = nullptr;
}

// Bytes together with the block that keeps them alive. An empty span from a source is its end.
struct Lent {
    BlockRef block;
    Bytes bytes;
};

}  // namespace assay

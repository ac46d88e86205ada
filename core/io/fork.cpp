#include <tbb/concurrent_queue.h>

#include <algorithm>

#include "assay/tape.h"

namespace assay {

// The bounded queue between a tape and its fork. An entry without bytes is the end.
class Fork::Channel final : public ByteSource {
  public:
    Channel(std::optional<uint64_t> size, size_t depth) : size_(size) {
        queue_.set_capacity(static_cast<std::ptrdiff_t>(depth));
    }

    void push(const BlockRef& block, Bytes bytes) {
        if (stopped_) return;
        try {
            queue_.push(Lent{block, bytes});
        } catch (const tbb::user_abort&) {  // stop() came while we waited for room
        }
    }

    // The reader may be waiting in pop() or the tape in push(); abort wakes both. A tape that is
    // just about to push finds room, since all is taken out here (not by clear(), which may not
    // run beside a push): what it leaves behind is one block.
    void stop() {
        stopped_ = true;
        queue_.abort();
        for (Lent dropped; queue_.try_pop(dropped);) dropped = {};
    }

    [[nodiscard]] std::optional<uint64_t> size() const override { return size_; }
    [[nodiscard]] bool random_access() const override { return false; }

    Result<Lent> read(uint64_t, size_t max, BlockPool&) override {
        if (current_.bytes.empty() && !ended_ && !wait_for_next()) {
            return Error{Code::kInterrupted, "the fork was stopped", 0, 0};
        }
        if (ended_) return Lent{};
        size_t n = std::min(max, current_.bytes.size());
        Lent lent{current_.block, current_.bytes.first(n)};
        current_.bytes = current_.bytes.subspan(n);
        if (current_.bytes.empty()) current_.block.reset();
        return lent;
    }

  private:
    bool wait_for_next() {
        if (stopped_) return false;
        try {
            queue_.pop(current_);
        } catch (const tbb::user_abort&) {
            return false;
        }
        ended_ = current_.bytes.empty();
        return true;
    }

    const std::optional<uint64_t> size_;
    tbb::concurrent_bounded_queue<Lent> queue_;
    std::atomic<bool> stopped_{false};
    Lent current_;
    bool ended_ = false;
};

Fork::Fork(std::optional<uint64_t> size, size_t depth)
    : channel_(std::make_unique<Channel>(size, depth)) {}

Fork::~Fork() = default;

void Fork::feed(const BlockRef& block, Bytes bytes) {
    if (!bytes.empty()) channel_->push(block, bytes);
}

void Fork::finish() { channel_->push({}, {}); }

ByteSource& Fork::source() { return *channel_; }

void Fork::stop() { channel_->stop(); }

}  // namespace assay

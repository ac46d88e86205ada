#include "aside.h"

#include <algorithm>
#include <iterator>
#include <system_error>

namespace assay {

// ------------------------------------------------------------------------------------------------
// The hub.

AsideHub::AsideHub(Engine engine, std::atomic<int>& idle) : idle_(idle), lanes_(engine, SIZE_MAX) {}

AsideHub::~AsideHub() {
    {
        std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

unsigned AsideHub::workers_of_one() {
    return static_cast<unsigned>(std::max<size_t>(lane_width() / 4, 1));
}

AsideHub::Counted AsideHub::counted() {
    std::lock_guard lock(mutex_);
    return {lanes_.laned_bytes(), lanes_.single_bytes()};
}

bool AsideHub::has_thread() {
    std::lock_guard lock(mutex_);
    return start();
}

// A thread, if one idles by now.
bool AsideHub::start() {
    if (thread_.joinable()) return true;
    int free = idle_.load(std::memory_order_relaxed);
    if (free <= 0 || !idle_.compare_exchange_strong(free, free - 1)) return false;
    try {
        thread_ = std::thread([this] { serve(); });
    } catch (const std::system_error&) {  // the system has no more of them
        idle_++;
        return false;
    }
    return true;
}

void AsideHub::serve() {
    Lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return ending_ || (!running_ && wanted()); });
        if (ending_) return;
        run(lock);
    }
}

// How many batches every queue has.
size_t AsideHub::at_a_time() const {
    size_t least = SIZE_MAX;
    for (const AsideQueue* queue : feeding_) least = std::min(least, queue->pending_.size());
    return feeding_.empty() ? 0 : least;
}

bool AsideHub::anything() const {
    return std::any_of(feeding_.begin(), feeding_.end(),
                       [](const AsideQueue* queue) { return !queue->pending_.empty(); });
}

// Whether there is something to do: what does not fill lanes waits until somebody waits for it.
bool AsideHub::wanted() const { return anything() || (settling_ > 0 && lanes_.queued() > 0); }

// As much of each queue, so that lanes stay full to the end.
std::vector<AsideHub::Taken> AsideHub::take() {
    std::vector<Taken> taken;
    const size_t most = std::max<size_t>(at_a_time(), 1);
    for (AsideQueue* queue : feeding_) {
        Taken mine{queue, std::min(most, queue->pending_.size()), {}};
        for (size_t i = 0; i < mine.batches; i++) {
            std::move(queue->pending_[i].begin(), queue->pending_[i].end(),
                      std::back_inserter(mine.pieces));
        }
        const auto first = queue->pending_.begin();
        queue->pending_.erase(first, first + static_cast<std::ptrdiff_t>(mine.batches));
        taken.push_back(std::move(mine));
    }
    return taken;
}

// A worker waits until each of the others has something for the lanes, too, as long as it may.
void AsideHub::push(AsideQueue& from, Batch batch) {
    Lock lock(mutex_);
    from.pending_.push_back(std::move(batch));
    from.pushed_++;
    if (start()) {
        changed_.notify_all();
    } else if (!running_ && at_a_time() > 0) {
        run(lock);
    }
    while (from.pending_.size() > kMostPending) help(lock);
}

void AsideHub::settle(AsideQueue& queue, uint64_t batch) {
    Lock lock(mutex_);
    if (queue.done_ >= batch) return;
    settling_++;
    changed_.notify_all();
    while (queue.done_ < batch) help(lock);
    settling_--;
}

// One step towards less that is pending.
void AsideHub::help(Lock& lock) {
    if (running_ || thread_.joinable()) {
        changed_.wait(lock);
    } else {
        run(lock);
    }
}

// In turn, since a stream of odd pieces has the lanes run before all is there.
void AsideHub::feed(const std::vector<Taken>& taken) {
    bool more = true;
    for (size_t i = 0; more; i++) {
        more = false;
        for (const Taken& one : taken) {
            if (i >= one.pieces.size()) continue;
            one.pieces[i].owner->digest(one.pieces[i].lent);
            more = true;
        }
    }
}

void AsideHub::run(Lock& lock) {
    running_ = true;
    std::vector<Taken> taken = take();
    const bool all = settling_ > 0;
    lock.unlock();
    feed(taken);
    lanes_.run_full();
    if (all || lanes_.queued() > kMostLeft) lanes_.run();
    for (Taken& one : taken) one.pieces.clear();
    lock.lock();
    for (const Taken& one : taken) one.from->fed_ += one.batches;
    const bool none_left = lanes_.queued() == 0;
    for (AsideQueue* queue : feeding_) {
        if (none_left) queue->done_ = queue->fed_;
    }
    running_ = false;
    changed_.notify_all();
}

// ------------------------------------------------------------------------------------------------
// The queue of a worker.

// Only the lanes make digests of many streams faster; of the others every worker makes its own,
// unless a thread idles.
bool AsideQueue::takes(const std::vector<DigestKind>& kinds) const {
    if (!hub_) return false;
    const bool laned = std::all_of(kinds.begin(), kinds.end(),
                                   [](DigestKind kind) { return kind == DigestKind::kSha256; });
    return laned || hub_->has_thread();
}

void AsideQueue::enter() {
    if (asides_++ > 0) return;
    std::lock_guard lock(hub_->mutex_);
    hub_->feeding_.push_back(this);
}

void AsideQueue::leave() {
    if (--asides_ > 0) return;
    std::lock_guard lock(hub_->mutex_);
    std::erase(hub_->feeding_, this);
}

// What a tape passes in small steps is one piece again here.
void AsideQueue::add(Aside& owner, const BlockRef& block, Bytes bytes) {
    AsideHub::Piece* last = owner.last_ > pushed_ ? &batch_[owner.at_] : nullptr;
    const bool same = last && block && last->lent.block.operator->() == block.operator->() &&
                      last->lent.bytes.data() + last->lent.bytes.size() == bytes.data();
    if (same) {
        last->lent.bytes = Bytes(last->lent.bytes.data(), last->lent.bytes.size() + bytes.size());
    } else {
        owner.last_ = pushed_ + 1;
        owner.at_ = batch_.size();
        batch_.push_back({&owner, {block, bytes}});
    }
    bytes_ += bytes.size();
    if (bytes_ >= batch_bytes_ || batch_.size() >= kMostPieces) push();
}

void AsideQueue::push() {
    bytes_ = 0;
    if (!batch_.empty()) hub_->push(*this, std::exchange(batch_, {}));
}

void AsideQueue::settle(uint64_t batch) {
    if (batch > pushed_) push();
    if (hub_) hub_->settle(*this, batch);
}

void AsideQueue::settle() { settle(pushed_ + (batch_.empty() ? 0 : 1)); }

// ------------------------------------------------------------------------------------------------
// The digests of an artifact.

Result<std::unique_ptr<Aside>> Aside::make(const std::vector<DigestKind>& kinds,
                                           std::optional<uint64_t> size, AsideQueue& queue) {
    auto made = DigestSet::make(kinds, queue.hub_->lanes_, size);
    if (!made) return made.error();
    std::unique_ptr<Aside> aside(new Aside(queue));
    aside->digests_ = std::move(*made);
    return aside;
}

Aside::Aside(AsideQueue& queue) : queue_(queue) { queue_.enter(); }

Aside::~Aside() {
    queue_.settle(last_);
    queue_.leave();
}

void Aside::digest(const Lent& lent) {
    if (lent.block) {
        digests_->feed(lent.block, lent.bytes);
    } else {
        digests_->finish();
    }
}

std::vector<Digest> Aside::digests() {
    queue_.settle(last_);
    return digests_->digests();
}

}  // namespace assay

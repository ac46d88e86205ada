#include "aside.h"

#include <algorithm>

namespace assay {

// ------------------------------------------------------------------------------------------------
// The thread.

std::shared_ptr<AsideThread> AsideThread::take(std::atomic<int>& idle) {
    int free = idle.load(std::memory_order_relaxed);
    if (free <= 0 || !idle.compare_exchange_strong(free, free - 1)) return nullptr;
    return std::shared_ptr<AsideThread>(new AsideThread(idle));
}

AsideThread::AsideThread(std::atomic<int>& idle) : idle_(idle) {
    queue_.set_capacity(2);
    thread_ = std::thread([this] { run(); });
}

AsideThread::~AsideThread() {
    queue_.push({});
    thread_.join();
    idle_++;
}

void AsideThread::run() {
    for (Work work; queue_.pop(work), work.owner;) {
        work.owner->digest(work.batch);
        Aside& owner = *work.owner;
        work = {};
        owner.done_.fetch_add(1);
        owner.done_.notify_one();
    }
}

// ------------------------------------------------------------------------------------------------
// The digests.

Result<std::unique_ptr<Aside>> Aside::make(const std::vector<DigestKind>& kinds,
                                           std::optional<uint64_t> size, Session& session) {
    std::unique_ptr<Aside> aside(new Aside(session));
    auto made = DigestSet::make(kinds, aside->lanes_, size);
    if (!made) return made.error();
    aside->digests_ = std::move(*made);
    return aside;
}

Aside::Aside(Session& session)
    : session_(session), lanes_(session.options.engine, kBlocks * session.plan.block_size) {
    session_.asides.push_back(this);
}

// Another thread, if there is one by now.
bool Aside::start() {
    if (thread_) return true;
    if (finished_) return false;
    thread_ = session_.aside_thread.lock();
    if (!thread_) thread_ = AsideThread::take(*session_.idle);
    if (!thread_) return false;
    session_.aside_thread = thread_;
    lanes_.run();
    return true;
}

void Aside::feed(const BlockRef& block, Bytes bytes) {
    if (start()) {
        add(block, bytes);
    } else {
        digests_->feed(block, bytes);
    }
}

// What a tape passes in small steps is one piece again here.
void Aside::add(const BlockRef& block, Bytes bytes) {
    const bool same = !batch_.empty() && batch_.back().block.operator->() == block.operator->();
    if (!same && blocks_ == kBlocks) push();
    if (!same) blocks_++;
    Bytes* last = same ? &batch_.back().bytes : nullptr;
    if (last && last->data() + last->size() == bytes.data()) {
        *last = Bytes(last->data(), last->size() + bytes.size());
    } else {
        batch_.push_back({block, bytes});
    }
}

void Aside::push() {
    blocks_ = 0;
    if (batch_.empty()) return;
    thread_->push(this, std::exchange(batch_, {}));
    pushed_++;
}

void Aside::digest(const AsideThread::Batch& batch) {
    for (const Lent& piece : batch) digests_->feed(piece.block, piece.bytes);
    lanes_.run();
}

void Aside::settle() {
    if (!thread_) return;
    push();
    for (uint64_t done = done_; done < pushed_; done = done_) done_.wait(done);
}

void Aside::join() {
    settle();
    thread_.reset();
    finished_ = true;  // no thread for what comes after
    std::erase(session_.asides, this);
}

void Aside::finish() {
    settle();
    digests_->finish();
    lanes_.run();
}

}  // namespace assay

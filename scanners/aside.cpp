#include "aside.h"

#include <algorithm>

namespace assay {

Result<std::unique_ptr<Aside>> Aside::make(const std::vector<DigestKind>& kinds,
                                           std::optional<uint64_t> size, Session& session) {
    std::unique_ptr<Aside> aside(new Aside(session));
    auto made = DigestSet::make(kinds, aside->lanes_, size);
    if (!made) return made.error();
    aside->digests_ = std::move(*made);
    return aside;
}

Aside::Aside(Session& session)
    : session_(session), lanes_(session.options.engine, 4 * session.plan.block_size) {
    queue_.set_capacity(1);
    session_.asides.push_back(this);
}

// A thread that nobody else uses, if there is one by now.
bool Aside::start() {
    if (thread_.joinable()) return true;
    if (!session_.idle || finished_) return false;
    int idle = session_.idle->load(std::memory_order_relaxed);
    if (idle <= 0 || !session_.idle->compare_exchange_strong(idle, idle - 1)) return false;
    lanes_.run();
    thread_ = std::thread([this] { run(); });
    return true;
}

void Aside::feed(const BlockRef& block, Bytes bytes) {
    if (start()) {
        add(block, bytes);
    } else {
        digests_->feed(block, bytes);
    }
}

void Aside::add(const BlockRef& block, Bytes bytes) {
    const bool same = !batch_.empty() && batch_.back().block.operator->() == block.operator->();
    if (!same && blocks_ == kBlocks) push();
    if (same && batch_.back().bytes.data() + batch_.back().bytes.size() == bytes.data()) {
        bytes = Bytes(batch_.back().bytes.data(), batch_.back().bytes.size() + bytes.size());
        batch_.pop_back();
    } else if (!same || batch_.empty()) {
        blocks_++;
    }
    batch_.push_back({block, bytes});
}

void Aside::push() {
    blocks_ = 0;
    if (batch_.empty()) return;
    queue_.push(std::exchange(batch_, {}));
    pushed_++;
}

// An empty batch ends it.
void Aside::run() {
    for (Batch batch; queue_.pop(batch), !batch.empty();) {
        for (const Lent& piece : batch) digests_->feed(piece.block, piece.bytes);
        lanes_.run();
        batch.clear();
        done_.fetch_add(1);
        done_.notify_one();
    }
}

void Aside::settle() {
    if (!thread_.joinable()) return;
    push();
    for (uint64_t done = done_; done < pushed_; done = done_) done_.wait(done);
}

void Aside::join() {
    if (thread_.joinable()) {
        push();
        queue_.push({});
        thread_.join();
        (*session_.idle)++;
    }
    finished_ = true;  // no thread for what comes after
    std::erase(session_.asides, this);
}

void Aside::finish() {
    settle();
    digests_->finish();
    lanes_.run();
}

}  // namespace assay

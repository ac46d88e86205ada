#include "in_memory.h"

#include <algorithm>

namespace assay {

namespace {

constexpr size_t kStep = kMiB;

// Paid for before it grows: by what is still to come where that is known, else step by step.
class Copy {
  public:
    Copy(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    ~Copy() { context_.release(paid_); }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    // kLimit where memory ends.
    Status take();
    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    Status make_room();

    Tape& tape_;
    ScanContext& context_;
    std::vector<uint8_t> bytes_;
    size_t paid_ = 0;
};

// A vector that grows holds what it was and what it becomes at once, so it never does.
Status Copy::make_room() {
    if (bytes_.size() < bytes_.capacity()) return Done{};
    const uint64_t known = tape_.size() ? *tape_.size() - tape_.offset() : 0;
    const uint64_t more = std::max<uint64_t>(known, std::max(kStep, bytes_.size()));
    const uint64_t wanted = bytes_.size() + more;
    if (wanted > SIZE_MAX / 2 || !context_.reserve(static_cast<size_t>(wanted))) {
        return Error{Code::kLimit, "it is too large to be held in memory", tape_.offset(), 0};
    }
    std::vector<uint8_t> larger;
    larger.reserve(static_cast<size_t>(wanted));
    larger.insert(larger.end(), bytes_.begin(), bytes_.end());
    bytes_.swap(larger);
    context_.release(paid_);
    paid_ = static_cast<size_t>(wanted);
    return Done{};
}

Status Copy::take() {
    for (;;) {
        Result<Bytes> next = tape_.peek(1);
        if (!next) return next.error();
        if (next->empty()) return Done{};
        Status room = make_room();
        if (!room) return room;
        Result<Lent> lent = tape_.take(std::min(kStep, bytes_.capacity() - bytes_.size()));
        if (!lent) return lent.error();
        bytes_.insert(bytes_.end(), lent->bytes.begin(), lent->bytes.end());
    }
}

}  // namespace

Status scan_in_memory(const Framing& framing, Tape& tape, ScanContext& context, PinHold& hold) {
    Copy copy(tape, context);
    Status taken = copy.take();
    if (!taken && taken.error().code == Code::kLimit) {
        context.incomplete(Coverage::kUnsupported,
                           std::string(framing.name) +
                               " needs random access to these bytes, which come in order and are "
                               "too many to be held in memory");
        return Done{};
    }
    if (!taken) return taken;
    MemorySource source(copy.bytes());
    Artifact& artifact = dynamic_cast<EngineContext&>(context).artifact();
    // Digests of members may hold blocks when all this is gone, so they are the session's.
    BlockPool& pool = artifact.session().held;
    Tape inner(source, {pool, pool, hold}, {});
    const Artifact::Copied copied(artifact, inner);
    return framing.scan(inner, context);
}

}  // namespace assay

// Files are put in any order. What arrives before its turn waits in a window of slots, one per file
// number from the first that was not put; its frames lie in memory, or in `overflow_` when the
// memory is used up. When its turn comes, a file's records go to the sink, or, when all wait for
// release(), to `log_`, which therefore is in place order and needs no index.
#include <cassert>
#include <deque>
#include <optional>

#include "assay/report.h"
#include "frames.h"

namespace assay {

namespace {

constexpr uint64_t kAbsent = ~uint64_t{0};
constexpr size_t kWriteBuffer = 65'536;

// A file that waits, or whose turn it will be. 24 bytes: there may be kMaxAhead of them.
struct Slot {
    std::unique_ptr<uint8_t[]> held;  // the frames, or null when they lie in the overflow
    uint64_t at = kAbsent;            // where in the overflow
    uint64_t size = 0;

    [[nodiscard]] bool present() const { return at != kAbsent; }
};
static_assert(sizeof(Slot) <= 24);

}  // namespace

class RecordOrder::Impl {
  public:
    Impl(const Rulebook& book, RecordSink& sink, When when, size_t in_memory)
        : book_(book),
          sink_(sink),
          when_(when),
          in_memory_(when == When::kAtRelease ? in_memory / 2 : in_memory),
          log_(in_memory / 2) {}

    Status put(std::span<const std::pair<uint64_t, FileRecords>> files);
    Status put(uint64_t file, const FileRecords& records);
    Status release(const Amend& amend);
    bool has_room(uint64_t file);
    void wait_for_room(uint64_t file, const std::stop_token& stop);
    Status remember_fault(const Error& error);

  private:
    [[nodiscard]] bool is_near(uint64_t file) const { return fault_ || file <= next_ + kMaxAhead; }
    Status remember(Status status);
    template <class Frames>
    Status pass_on(uint64_t file, Frames&& frames);
    template <class Frames>
    Status send(uint64_t file, Frames&& frames, const Amend& amend);
    Status send_one(Bytes bytes, uint64_t file, uint32_t number, const Amend& amend);
    Status send_log(const Amend& amend);
    Status send_window(const Amend& amend);
    template <class Frames>
    Status log(Frames&& frames);
    Status pass_waiting();
    template <class Use>
    Status use_front(Use use);
    void drop_front();
    Status keep(Slot& slot, const FileRecords& records);
    Status hold(Slot& slot, const FileRecords& records);
    Status spill(Slot& slot, const FileRecords& records);
    [[nodiscard]] bool fits(uint64_t size) const;

    const Rulebook& book_;
    RecordSink& sink_;
    const When when_;
    const size_t in_memory_;  // for what waits in the window

    std::mutex mutex_;  // guards what follows
    std::condition_variable_any advanced_;
    uint64_t next_ = 0;  // the first file that was not put
    std::deque<Slot> window_;
    uint64_t held_ = 0;     // bytes of frames in memory
    uint64_t spilled_ = 0;  // slots whose frames lie in the overflow
    std::optional<Spool> overflow_;
    Spool log_;
    std::optional<Error> fault_;
};

Status RecordOrder::Impl::remember(Status status) {
    if (status) return status;
    if (!fault_) fault_ = status.error();
    advanced_.notify_all();
    return *fault_;
}

Status RecordOrder::Impl::put(std::span<const std::pair<uint64_t, FileRecords>> files) {
    std::lock_guard lock(mutex_);
    for (const auto& [file, records] : files) {
        Status kept = put(file, records);
        if (!kept) return kept;
    }
    return Done{};
}

// Precondition: the lock is held.
Status RecordOrder::Impl::put(uint64_t file, const FileRecords& records) {
    assert(file >= next_);
    if (fault_) return *fault_;
    auto ahead = static_cast<size_t>(file - next_);
    if (ahead > 0) {
        if (window_.size() <= ahead) window_.resize(ahead + 1);
        return remember(keep(window_[ahead], records));
    }
    Status passed = pass_on(file, records);
    drop_front();
    if (passed) passed = pass_waiting();
    advanced_.notify_all();
    return remember(passed);
}

bool RecordOrder::Impl::has_room(uint64_t file) {
    std::lock_guard lock(mutex_);
    return is_near(file);
}

void RecordOrder::Impl::wait_for_room(uint64_t file, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    advanced_.wait(lock, stop, [&] { return is_near(file); });
}

Status RecordOrder::Impl::remember_fault(const Error& error) {
    std::lock_guard lock(mutex_);
    return remember(error);
}

// The files behind a gap that has just been closed.
Status RecordOrder::Impl::pass_waiting() {
    while (!window_.empty() && window_.front().present()) {
        Status passed = use_front([&](auto&& frames) { return pass_on(next_, frames); });
        if (!passed) return passed;
        drop_front();
    }
    return Done{};
}

template <class Frames>
Status RecordOrder::Impl::pass_on(uint64_t file, Frames&& frames) {
    return when_ == When::kAtRelease ? log(frames) : send(file, frames, {});
}

template <class Frames>
Status RecordOrder::Impl::send(uint64_t file, Frames&& frames, const Amend& amend) {
    return each_record(frames, [&](uint32_t number, Bytes bytes) {
        return bytes.empty() ? Status(Done{}) : send_one(bytes, file, number, amend);
    });
}

Status RecordOrder::Impl::send_one(Bytes bytes, uint64_t file, uint32_t number,
                                   const Amend& amend) {
    Result<Record> record = decode_record(bytes, book_);
    if (!record) return record.error();
    if (amend) amend(file, number, *record);
    return sink_.record(*record);
}

template <class Frames>
Status RecordOrder::Impl::log(Frames&& frames) {
    TakeBytes append = [&](Bytes bytes) { return log_.append(bytes); };
    Status put = put_frames(frames, append);
    return put ? put_frame(kEndOfFile, {}, append) : put;
}

template <class Use>
Status RecordOrder::Impl::use_front(Use use) {
    const Slot& slot = window_.front();
    if (slot.held) return use(Bytes(slot.held.get(), slot.size));
    SpoolReader reader(*overflow_, slot.at, slot.at + slot.size);
    return use(reader);
}

void RecordOrder::Impl::drop_front() {
    next_++;
    if (window_.empty()) return;
    const Slot& slot = window_.front();
    if (slot.held) {
        held_ -= slot.size;
    } else if (slot.present() && --spilled_ == 0) {
        overflow_.reset();
    }
    window_.pop_front();
}

bool RecordOrder::Impl::fits(uint64_t size) const {
    uint64_t used = held_ + window_.size() * sizeof(Slot);
    return used < in_memory_ && size <= in_memory_ - used;
}

Status RecordOrder::Impl::keep(Slot& slot, const FileRecords& records) {
    assert(!slot.present());
    slot.size = framed_size(records);
    return fits(slot.size) ? hold(slot, records) : spill(slot, records);
}

Status RecordOrder::Impl::hold(Slot& slot, const FileRecords& records) {
    slot.at = 0;
    slot.held = std::make_unique<uint8_t[]>(slot.size);
    held_ += slot.size;
    uint8_t* end = slot.held.get();
    return put_frames(records, [&](Bytes bytes) {
        end = std::copy(bytes.begin(), bytes.end(), end);
        return Status(Done{});
    });
}

Status RecordOrder::Impl::spill(Slot& slot, const FileRecords& records) {
    if (!overflow_) overflow_.emplace(kWriteBuffer);
    slot.at = overflow_->size();
    spilled_++;
    return put_frames(records, [&](Bytes bytes) { return overflow_->append(bytes); });
}

Status RecordOrder::Impl::release(const Amend& amend) {
    std::unique_lock lock(mutex_);
    if (fault_) return *fault_;
    Status sent = send_log(amend);
    return remember(sent ? send_window(amend) : sent);
}

Status RecordOrder::Impl::send_log(const Amend& amend) {
    SpoolReader reader(log_, 0, log_.size());
    for (uint64_t file = 0; !reader.at_end(); file++) {
        Status sent = send(file, reader, amend);
        if (!sent) return sent;
    }
    return Done{};
}

Status RecordOrder::Impl::send_window(const Amend& amend) {
    for (; !window_.empty(); drop_front()) {
        if (!window_.front().present()) continue;
        Status sent = use_front([&](auto&& frames) { return send(next_, frames, amend); });
        if (!sent) return sent;
    }
    return Done{};
}

RecordOrder::RecordOrder(const Rulebook& book, RecordSink& sink, When when, size_t in_memory)
    : impl_(std::make_unique<Impl>(book, sink, when, in_memory)) {}

RecordOrder::~RecordOrder() = default;

Status RecordOrder::put(uint64_t file, FileRecords records) {
    std::vector<std::pair<uint64_t, FileRecords>> one;
    one.emplace_back(file, std::move(records));
    return impl_->put(one);
}

Status RecordOrder::put(std::vector<std::pair<uint64_t, FileRecords>> files) {
    return impl_->put(files);
}

bool RecordOrder::has_room(uint64_t file) { return impl_->has_room(file); }

void RecordOrder::wait_for_room(uint64_t file, const std::stop_token& stop) {
    impl_->wait_for_room(file, stop);
}

void RecordOrder::fail(const Error& error) { (void)impl_->remember_fault(error); }

Status RecordOrder::release(const Amend& amend) { return impl_->release(amend); }

}  // namespace assay

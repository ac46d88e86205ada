// How records wait: as frames, one behind the other, in memory or in a spool. A frame is a size of
// 8 bytes, little endian, and an encoded record of that size; size 0 stands for a number that was
// entered but never put, kEndOfFile ends the records of one file where several follow each other.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "assay/report.h"

namespace assay {

inline constexpr uint64_t kFrameHead = 8;
inline constexpr uint64_t kEndOfFile = ~uint64_t{0};

// Takes one encoded record and its number within its file.
using TakeRecord = std::function<Status(uint32_t number, Bytes record)>;
using TakeBytes = std::function<Status(Bytes)>;

inline uint64_t framed_size(const FileRecords& records) {
    return records.size() + records.count() * kFrameHead;
}

inline Status put_frame(uint64_t size, Bytes record, const TakeBytes& take) {
    uint8_t head[kFrameHead];
    store_le(head, size);
    Status taken = take(head);
    return taken ? take(record) : taken;
}

inline Status each_record(const FileRecords& records, const TakeRecord& take) {
    for (uint32_t number = 0; number < records.count(); number++) {
        Result<std::vector<uint8_t>> record = records.encoded(number);
        if (!record) return record.error();
        Status taken = take(number, *record);
        if (!taken) return taken;
    }
    return Done{};
}

// Reads a part of a spool from its start to its end, in steps that are worth a system call.
class SpoolReader {
  public:
    SpoolReader(const Spool& spool, uint64_t from, uint64_t to)
        : spool_(spool), at_(from), end_(to) {}

    [[nodiscard]] bool at_end() const { return at_ == end_ && ahead_.empty(); }

    Status read(std::span<uint8_t> to) {
        while (!to.empty()) {
            Status filled = fill();
            if (!filled) return filled;
            size_t n = std::min(to.size(), ahead_.size());
            std::copy_n(ahead_.begin(), n, to.begin());
            ahead_ = ahead_.subspan(n);
            to = to.subspan(n);
        }
        return Done{};
    }

  private:
    static constexpr size_t kStep = 65'536;

    Status fill() {
        if (!ahead_.empty()) return Done{};
        buffer_.resize(static_cast<size_t>(std::min<uint64_t>(kStep, end_ - at_)));
        if (buffer_.empty()) return Error{Code::kTruncated, "a frame of a record is cut short"};
        Status read = spool_.read(at_, buffer_);
        at_ += buffer_.size();
        ahead_ = buffer_;
        return read;
    }

    const Spool& spool_;
    uint64_t at_;
    const uint64_t end_;
    std::vector<uint8_t> buffer_;
    Bytes ahead_;  // what of the buffer was not read yet
};

// The records of one file, to where its frames end or to kEndOfFile.
inline Status each_record(SpoolReader& frames, const TakeRecord& take) {
    std::vector<uint8_t> record;
    for (uint32_t number = 0; !frames.at_end(); number++) {
        uint8_t head[kFrameHead];
        Status read = frames.read(head);
        if (!read) return read;
        auto size = load_le<uint64_t>(head);
        if (size == kEndOfFile) return Done{};
        record.resize(size);
        read = frames.read(record);
        if (!read) return read;
        Status taken = take(number, record);
        if (!taken) return taken;
    }
    return Done{};
}

inline Status each_record(Bytes frames, const TakeRecord& take) {
    for (uint32_t number = 0; !frames.empty(); number++) {
        auto size = static_cast<size_t>(load_le<uint64_t>(frames.data()));
        Status taken = take(number, frames.subspan(kFrameHead, size));
        if (!taken) return taken;
        frames = frames.subspan(kFrameHead + size);
    }
    return Done{};
}

template <class Frames>
Status put_frames(Frames&& frames, const TakeBytes& take) {
    return each_record(
        frames, [&](uint32_t, Bytes record) { return put_frame(record.size(), record, take); });
}

}  // namespace assay

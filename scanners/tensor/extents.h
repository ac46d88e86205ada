// Where the tensors of a file lie, as its header says, and whether that is a partition of the data:
// no hole, no overlap. Any order may come in; a million of them take 24 MB, so whoever adds them
// pays for bytes().
//
// Threads: one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

namespace assay {

struct Extent {
    uint64_t begin;  // in the data
    uint64_t end;    // not below begin
    uint64_t where;  // in the file, the entry that says so
};

// What gap() and overlap() are told lives until they return.
struct ExtentVisitor {
    std::function<void(uint64_t from, uint64_t to)> gap;            // in the data
    std::function<void(const Extent& later, uint64_t to)> overlap;  // it begins before `to`
};

class Extents {
  public:
    void add(const Extent& extent);
    [[nodiscard]] size_t size() const { return extents_.size(); }
    [[nodiscard]] size_t bytes() const { return extents_.size() * sizeof(Extent); }
    // Whether they were added in the order in which they lie.
    [[nodiscard]] bool in_order() const { return in_order_; }
    [[nodiscard]] uint64_t end() const { return end_; }

    // Goes through them as they lie, from 0 on. Those of no bytes must stand between others, as in
    // the reference reader of safetensors. Gives the bytes that some extent covers.
    uint64_t walk(const ExtentVisitor& visitor);
    // Those that reach behind `limit`, in the same order. After walk().
    void each_beyond(uint64_t limit, const std::function<void(const Extent&)>& visit) const;

  private:
    std::deque<Extent> extents_;
    bool in_order_ = true;
    uint64_t end_ = 0;  // of all
};

}  // namespace assay

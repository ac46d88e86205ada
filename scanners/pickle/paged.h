// A vector that never moves what it holds, so that growing it costs one page and not twice itself.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace assay::pickle {

template <class T, size_t kPerPage = 256>
class Paged {
  public:
    [[nodiscard]] size_t size() const { return size_; }
    // Whether the next push_back() takes another page of page_bytes().
    [[nodiscard]] bool full() const { return size_ == pages_.size() * kPerPage; }
    static constexpr size_t page_bytes() { return kPerPage * sizeof(T); }

    T& operator[](size_t i) { return pages_[i / kPerPage][i % kPerPage]; }
    const T& operator[](size_t i) const { return pages_[i / kPerPage][i % kPerPage]; }

    void push_back(T value) {
        if (full()) pages_.push_back(std::make_unique<T[]>(kPerPage));
        pages_[size_ / kPerPage][size_ % kPerPage] = std::move(value);
        size_++;
    }

  private:
    std::vector<std::unique_ptr<T[]>> pages_;
    size_t size_ = 0;
};

}  // namespace assay::pickle

// A vector that never moves what it holds, so that growing it costs one page and not twice itself.
// Most pickles are small: of a page nothing is written but what is used.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "page.h"

namespace assay::pickle {

template <class T, size_t kPerPage = 256>
class Paged {
  public:
    Paged() = default;
    Paged(const Paged&) = delete;
    Paged& operator=(const Paged&) = delete;

    [[nodiscard]] size_t size() const {
        return pages_.size() * kPerPage - static_cast<size_t>(end_ - next_);
    }
    // Whether the next push_back() takes another page of page_bytes().
    [[nodiscard]] bool full() const { return next_ == end_; }
    static constexpr size_t page_bytes() { return kPerPage * sizeof(T); }

    T& operator[](size_t i) { return pages_[i / kPerPage][i % kPerPage]; }
    const T& operator[](size_t i) const { return pages_[i / kPerPage][i % kPerPage]; }

    T& push_back(const T& value) {
        if (full()) add_page();
        return *std::construct_at(next_++, value);
    }

  private:
    using Pages = SparePages<T, kPerPage>;

    void add_page() {
        pages_.push_back(Pages::take());
        next_ = pages_.back().get();
        end_ = next_ + kPerPage;
    }

    std::vector<typename Pages::Page> pages_;
    T* next_ = nullptr;  // in the last page
    T* end_ = nullptr;
};

}  // namespace assay::pickle

// Room for a few hundred values of one type, in which nothing is written yet.
//
// Each pickle takes a page of every sort, small as it may be, and gives it back a few microseconds
// later. So a thread keeps some for the next one: the allocator would take longer to find pages of
// this size than most pickles take to run.
//
// Threads: any may free what another has taken.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace assay::pickle {

#ifdef __SANITIZE_ADDRESS__
inline constexpr size_t kSparePages = 0;  // who uses a freed page is to be seen
#else
inline constexpr size_t kSparePages = 4;
#endif

template <class T, size_t kSize>
class SparePages {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    struct Return {
        void operator()(T* page) const { SparePages::of_thread().put(page); }
    };
    using Page = std::unique_ptr<T[], Return>;

    static Page take() {
        SparePages& spare = of_thread();
        if (spare.count_ > 0) return Page(spare.pages_[--spare.count_]);
        return Page(std::allocator<T>().allocate(kSize));
    }

    SparePages() = default;
    SparePages(const SparePages&) = delete;
    SparePages& operator=(const SparePages&) = delete;
    ~SparePages() {
        while (count_ > 0) free(pages_[--count_]);
    }

  private:
    static SparePages& of_thread() {
        thread_local SparePages spare;
        return spare;
    }
    static void free(T* page) { std::allocator<T>().deallocate(page, kSize); }

    void put(T* page) {
        if (count_ < kSparePages) {
            pages_[count_++] = page;
        } else {
            free(page);
        }
    }

    std::array<T*, kSparePages> pages_{};
    size_t count_ = 0;
};

}  // namespace assay::pickle

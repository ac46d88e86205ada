// The texts of a pickle, as far as a verdict can need them: each short one once, of long ones the
// beginning, and only so many. A text that is not kept has a number of its own, and the last few
// of them are still known by it: a name that is pushed and used at once is never missed. One that
// is used as a name is kept from then on, whenever the pickle fetches it again.
//
// Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paged.h"

namespace assay::pickle {

// Asks for memory in steps; false means no.
using Reserve = std::function<bool(size_t bytes)>;

// A text as far as it is kept.
struct Text {
    std::string_view kept;
    uint64_t length = 0;
    [[nodiscard]] bool whole() const { return kept.size() == length; }
};

class Texts {
  public:
    static constexpr size_t kLongest = 256;  // longer than any name of a module or a class
    static constexpr size_t kPrefix = 48;    // what is shown of longer ones
    static constexpr uint64_t kNothing = 0;  // the number of a text of which nothing is known

    explicit Texts(Reserve reserve);

    // The number of a text of `length` bytes, of which `begin` is the beginning: all if it is
    // short.
    uint64_t add(std::string_view begin, uint64_t length);
    // For a name in use: kept whatever else is there, while there is memory.
    uint64_t keep(uint64_t number);

    // The same for the few names that must not get lost where there is none; kNothing when there
    // are too many of them.
    uint64_t keep_late(std::string_view text);

    // The view lives until a few more texts were added, of a kept text as long as this.
    [[nodiscard]] Text at(uint64_t number) const;

  private:
    struct Stored {
        uint32_t at = 0;
        uint16_t kept = 0;
        bool is_long = false;  // its length stands in front of it
    };
    struct Passing {
        uint64_t number = 0;
        std::string text;
    };

    uint64_t add_long(std::string_view begin, uint64_t length);
    uint64_t store(std::string_view text, uint64_t length, bool is_long);
    uint64_t store_indexed(std::string_view text, size_t hash);
    uint64_t pass(std::string_view text);
    [[nodiscard]] const char* bytes_at(uint32_t at) const;
    [[nodiscard]] size_t slot_for(std::string_view text, size_t hash) const;
    static size_t hash_of(std::string_view text);
    // Of a place in the index: the lower bits are a text's number, the upper ones of its hash.
    static uint32_t number_in(uint32_t entry) { return entry & kMostIndexed; }
    static uint32_t tag_of(size_t hash) {
        return static_cast<uint32_t>(hash >> 32) & ~kMostIndexed;
    }
    bool grow_index();
    bool room_for(size_t bytes);

    static constexpr uint64_t kFirstLate = uint64_t{1}
                                           << 30;  // no other is kept with such a number
    static constexpr size_t kMostLate = 512;
    static constexpr uint64_t kFirstPassing = uint64_t{1} << 40;
    static constexpr size_t kMostKept = size_t{1} << 18;
    static constexpr size_t kMostLong = size_t{1} << 12;
    static constexpr size_t kPage = size_t{16} << 10;
    static constexpr uint32_t kMostIndexed = (uint32_t{1} << 22) - 1;

    Reserve reserve_;
    using Pages = SparePages<char, kPage>;
    std::vector<Pages::Page> pages_;
    size_t page_used_ = kPage;
    Paged<Stored> stored_;
    std::vector<uint32_t> index_;  // open addressing, a power of two; 0: free
    size_t indexed_ = 0;
    size_t long_ = 0;
    std::array<Passing, 8> passing_;
    uint64_t next_passing_ = kFirstPassing;
    std::unordered_map<uint64_t, uint64_t> kept_later_;
    std::deque<std::string> late_;
};

}  // namespace assay::pickle

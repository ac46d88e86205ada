// Sets of characters in regular expressions, as sets of samples: all of ASCII, one or more
// characters of each category of Unicode, and those that the expression names itself.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::regex {

using Set = std::bitset<320>;

class Samples {
  public:
    Samples();

    // Has to be told of all characters before sets are asked for.
    void add(uint32_t character);

    [[nodiscard]] Set all() const;
    [[nodiscard]] Set range(uint32_t from, uint32_t to) const;
    [[nodiscard]] Set one(uint32_t character) const { return range(character, character); }
    // By the letter behind a backslash: d, w, s, h, and in upper case what is not in them; "." too.
    [[nodiscard]] Set escaped(char letter) const;
    // By name, of a category, a script or a class of POSIX. What is not known has a sample of its
    // own that nothing else has.
    [[nodiscard]] Set named(std::string_view name) const;
    [[nodiscard]] Set none_of(const Set& set) const { return all() & ~set; }

  private:
    struct Sample {
        uint32_t character;
        const char* category;  // "Lu"
        const char* script;
    };
    template <class Holds>
    [[nodiscard]] Set where(Holds holds) const;

    std::vector<Sample> samples_;
};

}  // namespace assay::regex

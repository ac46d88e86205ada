// Sets of characters (code points) as patterns name them, and what UTF-8 makes of them.
//
// Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace assay {

inline constexpr uint32_t kLastRune = 0x10FFFF;

class RuneSet {
  public:
    struct Range {
        uint32_t first, last;
    };

    RuneSet() = default;
    RuneSet(std::initializer_list<Range> ranges);

    // The ASCII classes of RE2: "d", "w", "s" as behind a backslash, "alpha" … as in [[:alpha:]].
    static std::optional<RuneSet> named(std::string_view name);

    void add(const RuneSet& other);
    [[nodiscard]] RuneSet complement() const;
    // With both cases of every letter, and the two characters beyond ASCII that are cases of ASCII
    // letters: the long s, and the sign of Kelvin. Those alone are known; see is_ascii().
    [[nodiscard]] RuneSet folded() const;
    [[nodiscard]] bool is_ascii() const;

    [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }

  private:
    void tidy();
    std::vector<Range> ranges_;  // in order, apart from each other
};

// One to four bytes, each from a range; together the sequences of a set are its characters in
// UTF-8.
struct ByteSpans {
    std::array<uint8_t, 4> first{}, last{};
    unsigned size = 0;
};
std::vector<ByteSpans> utf8_of(const RuneSet& set);

}  // namespace assay

// Python literals, as far as numpy writes them: dict, tuple, list, str, int, True, False, None.
// They are parsed, never evaluated.
//
// The values lie in one flat array, each before what it contains, so that memory is bounded by the
// length of the text and freeing needs no recursion.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/result.h"

namespace assay::numpy {

inline constexpr unsigned kMaxDepth = 16;

// Bytes of memory that a Literal and its use take at most for each byte of its text.
inline constexpr size_t kLiteralCost = 64;

class Literal {
  public:
    enum class Kind : uint8_t { kNone, kBool, kInt, kString, kTuple, kList, kDict };

    class Value;

    // kMalformed when the text is no such literal, kLimit when it nests deeper than kMaxDepth.
    // `longs`: whether integers may end in L, as Python 2 wrote them.
    static Result<Literal> parse(std::string_view text, bool longs);

    [[nodiscard]] Value root() const;

  private:
    friend class LiteralParser;

    struct Node {
        Kind kind = Kind::kNone;
        bool fits = true;     // an integer: whether it fits into 64 bits
        uint32_t end = 0;     // the index behind its last descendant
        int64_t number = 0;   // of an integer or a bool; where a string's text starts
        uint32_t length = 0;  // of a string's text
    };

    std::vector<Node> nodes_;
    std::string text_;  // of all strings, unescaped
};

// A value in a Literal, which must outlive it.
class Literal::Value {
  public:
    Value(const Literal& literal, uint32_t index) : literal_(&literal), index_(index) {}

    [[nodiscard]] Kind kind() const { return node().kind; }
    [[nodiscard]] bool is(Kind kind) const { return node().kind == kind; }
    [[nodiscard]] bool truth() const { return node().number != 0; }
    // Nothing when it does not fit; precondition: kInt.
    [[nodiscard]] std::optional<int64_t> number() const {
        return node().fits ? std::optional(node().number) : std::nullopt;
    }
    // Precondition: kString.
    [[nodiscard]] std::string_view text() const {
        std::string_view all = literal_->text_;
        return all.substr(static_cast<size_t>(node().number), node().length);
    }

    // What a container holds; of a dict each key, then its value.
    [[nodiscard]] std::vector<Value> items() const {
        std::vector<Value> found;
        for (uint32_t at = index_ + 1; at < node().end; at = literal_->nodes_[at].end) {
            found.emplace_back(*literal_, at);
        }
        return found;
    }

  private:
    [[nodiscard]] const Node& node() const { return literal_->nodes_[index_]; }

    const Literal* literal_;
    uint32_t index_;
};

inline Literal::Value Literal::root() const { return {*this, 0}; }

}  // namespace assay::numpy

// Helpers for visitors of JSON documents: where a token stands, and findings that wait until the
// document's kind is known.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "assay/context.h"
#include "json.h"

namespace assay::json {

// The keys that lead to a token, as far as they are few; items of arrays stand under "[]".
class Path {
  public:
    static constexpr uint32_t kMost = 6;

    // To be told of every token up to depth kMost.
    void see(const Token& token) {
        if (token.depth > kMost) return;
        if (token.kind == Kind::kKey) keys_[token.depth - 1].assign(token.text);
        if (token.depth == kMost) return;
        if (token.kind == Kind::kArray) keys_[token.depth].assign("[]");
        if (token.kind == Kind::kObject) keys_[token.depth].clear();
    }

    // Of the token that was seen last, and has `depth`; a key's own name is part of it.
    [[nodiscard]] bool is(uint32_t depth, std::initializer_list<std::string_view> path) const {
        if (depth != path.size() || depth > kMost) return false;
        size_t i = 0;
        for (std::string_view key : path) {
            if (keys_[i++] != key) return false;
        }
        return true;
    }
    [[nodiscard]] const std::string& operator[](size_t i) const { return keys_[i]; }

    // The innermost key, past arrays.
    [[nodiscard]] std::string_view name(uint32_t depth) const {
        size_t i = std::min(depth, kMost);
        while (i > 0 && keys_[i - 1] == "[]") i--;
        return i > 0 ? std::string_view(keys_[i - 1]) : std::string_view();
    }

  private:
    std::array<std::string, kMost> keys_;
};

// Findings that are only told if the document turns out to be of the visitor's kind.
class Waiting {
  public:
    void add(const Rule& rule, const Token& token, std::string detail,
             std::optional<Severity> severity = std::nullopt) {
        if (held_.size() == kMost) return;
        held_.push_back({&rule, token.offset, token.length, std::move(detail), severity});
    }
    void report(ScanContext& context) {
        for (const Held& held : held_) {
            context.report(*held.rule, held.offset, held.length, held.detail, held.severity);
        }
        held_.clear();
    }

  private:
    static constexpr size_t kMost = 256;
    struct Held {
        const Rule* rule;
        uint64_t offset;
        uint64_t length;
        std::string detail;
        std::optional<Severity> severity;
    };
    std::vector<Held> held_;
};

// As much of a text as a detail shows.
inline std::string shown(std::string_view text) { return std::string(text.substr(0, 200)); }

}  // namespace assay::json

// Whether a long text is UTF-8, in whatever pieces it comes: as BINUNICODE wants it (surrogates
// pass), or strictly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::pickle {

class Utf8Check {
  public:
    explicit Utf8Check(bool surrogates = true) : surrogates_(surrogates) {}

    void feed(std::string_view piece);
    [[nodiscard]] bool ended_well() const { return valid_ && carry_.empty(); }

  private:
    const bool surrogates_;
    bool valid_ = true;
    std::string carry_;  // a sequence that the last piece cut, three bytes at most
};

}  // namespace assay::pickle

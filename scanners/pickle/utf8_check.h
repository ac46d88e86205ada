// Whether a long text is UTF-8, as BINUNICODE wants it (surrogates pass), in whatever pieces it
// comes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::pickle {

class Utf8Check {
  public:
    void feed(std::string_view piece);
    [[nodiscard]] bool ended_well() const { return valid_ && carry_.empty(); }

  private:
    bool valid_ = true;
    std::string carry_;  // a sequence that the last piece cut, three bytes at most
};

}  // namespace assay::pickle

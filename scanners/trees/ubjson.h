// Universal Binary JSON, as XGBoost writes it: a letter for the type, then the value, big endian.
//
//   Z N T F        null, nothing, true, false
//   i U I l L      int8, uint8, int16, int32, int64
//   d D            float, double
//   C H S          a letter, a number as text, a text: the last two behind a length
//   [ … ]          values; [$type#count has a type and a count ahead, [#count only a count
//   { … }          keys, without a letter, and values; the same forms
//
// Threads: one. The reader moves the tape as it goes and keeps no more than a block.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "assay/tape.h"

namespace assay::ubjson {

class Sink {
  public:
    virtual ~Sink() = default;
    virtual void open(bool object, uint64_t offset) = 0;
    virtual void close() = 0;
    // Texts are cut; they live until the next call.
    virtual void key(std::string_view text, uint64_t offset) = 0;
    virtual void text(std::string_view text) = 0;
    virtual void number(std::optional<int64_t> value) = 0;  // absent: no whole number
    // Nothing, or a truth.
    virtual void other(std::optional<bool> /*truth*/) { number(std::nullopt); }
};

struct Fault {
    bool deep = false;
    const char* text = "";
    uint64_t offset = 0;
};

// Reads one value with all that is in it. A fault is no error: it says where the document ended.
Result<std::optional<Fault>> read(Tape& tape, Sink& sink);

}  // namespace assay::ubjson

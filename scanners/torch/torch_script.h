// Looks through TorchScript code, which is a subset of Python, for operators that reach files or
// other hosts. Words are found as TorchScript's own lexer finds them: white space between them
// counts for nothing, comments and strings are none.
//
// Threads: one. Memory: one dotted name.
#pragma once

#include <string>
#include <vector>

#include "assay/bytes.h"

namespace assay::torch {

class ScriptSearch {
  public:
    // The next piece of the text; pieces may end anywhere.
    void feed(Bytes bytes);
    // The text has ended.
    void finish();

    struct Hit {
        uint64_t offset = 0;  // where the name ends
        std::string name;     // "torch.save"
    };
    // The first ones.
    [[nodiscard]] const std::vector<Hit>& hits() const { return hits_; }

  private:
    enum class State : uint8_t { kCode, kWord, kComment, kString, kEscape };

    void code(char c);
    void string(char c);
    void end_word();
    void end_name();

    State state_ = State::kCode;
    std::string name_;  // words and dots so far
    std::string word_;
    char quote_ = '\0';
    unsigned quotes_ = 0;  // in a row: at the start of a string, or within a long one
    bool opening_ = false;
    bool long_ = false;  // a string in triple quotes
    uint64_t offset_ = 0;
    std::vector<Hit> hits_;
};

}  // namespace assay::torch

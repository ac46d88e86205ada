// Looks for pickles amid other bytes.
//
// Anybody who is told where may load a pickle from the middle of a file, so one may start at any
// byte; but most bytes start none, and random ones must not be taken for one. A beginning is PROTO,
// a mark, an import or a short text, from which instructions lead to a call of something that was
// imported by a name that can be read. What leads behind a long operand is gone on with where that
// ends, however far away: no byte is read twice, and what is kept does not grow with the input.
//
// Threads: one. Borrows the tape, which it moves on.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "assay/tape.h"
#include "probe.h"

namespace assay::pickle {

class Search {
  public:
    explicit Search(Tape& tape) : tape_(tape) {}

    struct Found {
        uint64_t begin = 0;
        // What is on the stack where the tape stands, if the beginning has passed.
        std::optional<size_t> values;
    };
    // Moves to the next place from where a pickle can be run; none at the end of the tape. `zeros`
    // becomes false where anything that was passed is not zero.
    Result<std::optional<Found>> next(bool& zeros);

  private:
    struct Lead {
        uint64_t begin;
        Walk walk;
        uint64_t line = 0;  // kNextLine: where the line stands that ends before it
    };

    Result<std::optional<Found>> consider(size_t& passed);
    Result<std::optional<Found>> go_on();
    [[nodiscard]] uint64_t rest() const;
    Result<Walk> look(const Walk& start);
    Result<bool> keep(Lead lead);
    Result<bool> keep_line(const Lead& lead);
    void end_line();

    Tape& tape_;
    std::multimap<uint64_t, Lead> leads_;  // by where they go on
    std::vector<Lead> lines_;              // those that go on in the next line
};

}  // namespace assay::pickle

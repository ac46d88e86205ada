// Pickles one behind the other, and what stands between and behind them.
#pragma once

#include "verdict.h"

namespace assay::pickle {

// How one pickle ended.
struct Run {
    Outcome outcome = Outcome::kFault;
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t instructions = 0;
    bool faulted = false;
};

// Runs the pickle that starts where the tape stands. `prepare` and `finished` see the machine
// before and after; the machine's memory is given back when this returns.
using MachineHook = std::function<void(Machine& machine)>;
Result<Run> run_pickle(Tape& tape, ScanContext& context, Verdict& verdict,
                       const MachineHook& prepare = {}, const MachineHook& finished = {});

// Reads the rest of the tape: pickles that follow at once, pickles behind other bytes, those bytes.
// `pickles` were read before, the second of them, if any, at `second`. Coverage is malformed where
// a pickle is.
Status scan_rest(Tape& tape, ScanContext& context, Verdict& verdict, uint64_t pickles,
                 uint64_t second = 0);

// The whole of a pickle file, of which `likely` is known; disowns it where it turns out to be none.
Status scan_pickles(Tape& tape, ScanContext& context, Verdict& verdict, Likeness likely);

}  // namespace assay::pickle

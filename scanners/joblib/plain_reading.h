// What a reader that knows nothing of joblib makes of the bytes behind a wrapper.
//
// pickle.load takes an array's items for instructions. Mostly it fails at the first one; an array
// can be made on which it does not, and that leads on, over the array's end, to places where for
// joblib there is nothing but the inside of a string. So the items are run, too, from the state
// that the machine is in, over a bounded look ahead, until something faults.
#pragma once

#include <optional>
#include <string>

#include "assay/context.h"
#include "pickle/machine.h"

namespace assay::joblib {

struct Grave {
    Severity severity;
    std::string what;
};

struct PlainReading {
    std::optional<Grave> grave;  // the gravest thing that would fail a scan, before any fault
    uint64_t bytes = 0;          // that were looked at
};

// What counts. An array of objects is a pickle for both readers, but the memo's numbers mean other
// things to the plain one, which finds odd names in honest dumps, too.
enum class Gravity : uint8_t { kAnything, kDangerousCall };

// What such a reader would do where the tape stands. The tape is not moved.
Result<PlainReading> read_plainly(Tape& tape, ScanContext& context, const pickle::Machine& machine,
                                  Gravity gravity);

}  // namespace assay::joblib

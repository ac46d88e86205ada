// Lets somebody watch pickles while they are inspected: what `assay inspect` prints.
//
// Threads: called by whichever thread inspects; ask for one thread if that matters. Everything
// lent lives until the call returns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

struct PickleStep {
    uint64_t offset;
    std::string_view instruction;  // "BINGET"
    std::string operand;           // as text, empty if there is none
    std::string stack;             // after it: the topmost values, as Python would write them
};

struct PickleEvent {
    uint64_t offset;  // of the instruction
    std::string_view instruction;
    std::string_view event;  // "global", "call", "build", "set", "persid", "ext"
    std::string module;      // of the global that it is about, if it is about one
    std::string name;
    std::string detail;
};

class PickleTrace {
  public:
    virtual ~PickleTrace() = default;
    // `path` is that of the artifact, as in the report.
    virtual void begin(std::string_view path, uint64_t offset) = 0;
    virtual void step(const PickleStep& step) = 0;
    virtual void event(const PickleEvent& event) = 0;
    // `outcome` is "stop" or "fault"; of a fault its place and what it is.
    virtual void end(uint64_t offset, std::string_view outcome, uint64_t fault_offset,
                     std::string_view fault) = 0;
};

// What files say about themselves besides tensors (versions, metadata, counts), for people who
// look.
class PropertyTrace {
  public:
    virtual ~PropertyTrace() = default;
    // `path` is that of the artifact, as in the report; `name` and `value` are as they stand in the
    // file, not escaped, and live until the call returns.
    virtual void property(std::string_view path, std::string_view name, std::string_view value) = 0;
};

}  // namespace assay

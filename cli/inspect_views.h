// What `assay inspect` prints: for a person as it comes, for a program as JSON.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/record.h"
#include "assay/trace.h"

namespace assay::cli {

// Text that goes to standard output as it comes; the first fault sticks.
class Printer {
  public:
    Printer();
    ~Printer();
    void print(std::string_view text);
    // Says on standard error what went wrong, if anything did.
    bool finish();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// Sees a target's pickles and properties while it is scanned, then its records.
class InspectView : public PickleTrace, public PropertyTrace, public RecordSink {
  public:
    // Before the first target: what the user added to the names that may be used.
    virtual void begin_all(const std::vector<std::string>& /*allowed*/) {}
    virtual void begin_target(std::string_view /*target*/) {}
    virtual void end_target() {}
    // After the last target.
    virtual void end_all() {}
};

// `quiet`: of pickles only imports and calls; no properties, no tensors. `digests`: of tensors,
// which say why where they have none.
std::unique_ptr<InspectView> make_text_view(Printer& printer, bool quiet, bool digests);
// An object for each target, one a line or in a list.
std::unique_ptr<InspectView> make_json_view(Printer& printer, bool one_a_line, bool digests);

}  // namespace assay::cli

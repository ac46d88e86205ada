// Where a file differs from what was signed, and whether parts of it do: by chunk trees whose roots
// a statement holds, and by digests of tensors.
#pragma once

#include <vector>

#include "comparison.h"
#include "signed_model.h"

namespace assay::cli {

struct WhereFrom {
    const Args& args;
    const ModelFiles& model;
    const SignedModel& signed_model;
};

// Fills in ranges and tensors of what changed, reading such files once more. Needs the trees, or
// digests of tensors; says nothing where there are none.
void locate_changes(const WhereFrom& from, std::vector<Difference>& differences);

// Names of tensors of a file that lie in some of the ranges.
std::vector<std::string> tensors_in(const std::string& path, const std::vector<ByteRange>& ranges);

// verify --range NAME OFFSET LENGTH, verify --spot N%: the exit code.
int run_verify_signed_range(const WhereFrom& from);
int run_verify_spot(const WhereFrom& from);

}  // namespace assay::cli

// The stages that `assay bench` measures: what the machine could do at best, the kernels alone, and
// whole visits of the same files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "assay/visit.h"
#include "storage.h"

namespace assay::cli {

enum class StageGroup { kLimit, kOpenssl, kLanes, kTree };

struct Stage {
    StageGroup group;
    std::string name;
    unsigned threads;
    std::function<Result<double>()> run;  // bytes a second
};

struct BenchPlan {
    std::vector<std::string> targets;
    FileSet files;  // what the targets hold
    unsigned threads = 1;
    size_t memory = kDefaultMemory;
    bool direct = false;
    std::vector<uint8_t> sample;  // bytes in memory for stages that read nothing
    std::stop_token stop;
};

// The stages refer to the plan, which must outlive them.
std::vector<Stage> stages_of(const BenchPlan& plan);

// From the start of the files, as many bytes as are worth it; topped up with noise to 1 MiB.
Result<std::vector<uint8_t>> sample_of(const FileSet& files, size_t memory);

}  // namespace assay::cli

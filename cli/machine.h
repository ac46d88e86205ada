// What this program was built with and what it runs on, for `version`, `doctor` and `bench`.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace assay::cli {

struct BuildInfo {
    std::string compiler;
    std::string architecture;
    std::vector<std::string> lane_targets;  // that this CPU can run, best first
    std::vector<std::pair<std::string, std::string>> libraries;  // as they are at run time
};

// Not while other threads hash.
BuildInfo build_info();

// As the system names it; "unknown CPU" where it does not.
std::string cpu_name();

}  // namespace assay::cli

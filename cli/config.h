// The configuration file of a command: what stands in it counts as if it had been typed. It is read
// only where it is named, so nothing that lies beside a scanned model has a say.
#pragma once

#include <string>
#include <vector>

#include "assay/result.h"

namespace CLI {
class App;
}

namespace assay::cli {

// Adds --config to a command. To be called before its other options are added, since options are
// evaluated in that order.
void add_config_option(CLI::App& command);

// The lines of a text that a user wrote, without the blanks around them. kUsage where the file
// cannot be read or is too large to be one.
Result<std::vector<std::string>> lines_of(const std::string& file);

}  // namespace assay::cli

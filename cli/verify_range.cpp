#include "commands.h"

namespace assay::cli {
int run_verify_range(const Args&) { return 4; }
}  // namespace assay::cli

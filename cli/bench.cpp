#include "commands.h"

namespace assay::cli {
int run_bench(const Args&) { return 4; }
}  // namespace assay::cli

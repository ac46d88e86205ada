#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

int run_scan(const Args& args) {
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    return run_visit(args, {std::move(*options), "table"});
}

}  // namespace assay::cli

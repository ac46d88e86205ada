#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

int run_scan(const Args& args) {
    std::string complaint;
    Result<VisitOptions> options = visit_options(args, complaint);
    if (!options) {
        complain(complaint, describe(options.error()));
        return kExitUsage;
    }
    return run_visit(args, {std::move(*options), "table"});
}

}  // namespace assay::cli

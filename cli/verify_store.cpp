#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

int run_verify_store(const Args& typed) {
    Args args = typed;
    args.digests = "none";  // only those that names promise
    if (args.json) args.outputs.emplace_back("json");
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    options->only_stores = true;
    options->leave_rest = true;
    return run_visit(args, {std::move(*options), "stores"});
}

}  // namespace assay::cli

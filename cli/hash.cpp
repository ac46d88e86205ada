#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

int run_hash(const Args& args) {
    std::string complaint;
    Result<VisitOptions> options = visit_options(args, complaint);
    if (!options) {
        complain(complaint, describe(options.error()));
        return kExitUsage;
    }
    if (options->targets.empty()) options->targets = {"-"};
    if (options->digests.empty() && !options->chunk_size) {
        complain("", "--digest none leaves nothing to do without --chunks");
        return kExitUsage;
    }
    return run_visit(args, {std::move(*options), "sums"});
}

}  // namespace assay::cli

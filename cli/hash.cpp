#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

int run_hash(const Args& args) {
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    if (options->targets.empty()) options->targets = {"-"};
    if (options->digests.empty() && !options->chunk_size) {
        complain("", "--digest none leaves nothing to do without --chunks");
        return kExitUsage;
    }
    return run_visit(args, {std::move(*options), "sums"});
}

}  // namespace assay::cli

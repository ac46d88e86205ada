#include "commands.h"
#include "locks.h"
#include "registries.h"
#include "run_visit.h"

namespace assay::cli {

int run_scan(const Args& args) {
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    if (names_registry(args)) {
        options->registry = open_registries(args);
        if (!options->registry) return kExitUsage;
        options->registry_trouble = [](const std::string& text) { complain("", text); };
    }
    std::optional<RefLock> lock;
    if (!args.lock.empty()) {
        lock = read_lock(args.lock);
        if (!lock) return kExitUsage;
        options->lock = &*lock;
    }
    return run_visit(args, {std::move(*options), "table"});
}

}  // namespace assay::cli

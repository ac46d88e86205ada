#include "commands.h"
#include "locks.h"
#include "registries.h"
#include "run_visit.h"
#include "scan_signing.h"

namespace assay::cli {

static int run_signing_scan(const Args& typed, VisitOptions options) {
    Args args = typed;
    int code = kExitUsage;
    if (args.chunks_dir.empty()) args.chunks_dir = args.seal.signature + ".chunks";
    std::unique_ptr<ScanSigning> signing = ScanSigning::start(args, code);
    if (!signing) return code;
    signing->prepare(options);
    options.stores = false;  // every file is signed under its own name
    return run_visit(args, {std::move(options), "table", signing.get()});
}

int run_scan(const Args& args) {
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    std::optional<RefLock> lock;
    if (!args.lock.empty()) {
        lock = read_lock(args.lock);
        if (!lock) return kExitUsage;
        options->lock = &*lock;
    }
    if (args.seal.sign) return run_signing_scan(args, std::move(*options));
    if (names_registry(args.targets)) {
        options->registry = open_registries(args.registry);
        if (!options->registry) return kExitUsage;
        options->registry_trouble = [](const std::string& text) { complain("", text); };
    }
    return run_visit(args, {std::move(*options), "table"});
}

}  // namespace assay::cli

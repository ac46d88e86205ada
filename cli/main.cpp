#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "assay/report.h"
#include "commands.h"
#include "interrupts.h"

namespace assay::cli {

static int run(const Args& args) {
    switch (args.command) {
        case Command::kHash:
            if (args.checking) return run_check(args);
            return args.verify_range.empty() ? run_hash(args) : run_verify_range(args);
        case Command::kScan:
            return run_scan(args);
        case Command::kRules:
            return run_rules(args);
        case Command::kDoctor:
            return run_doctor(args);
        case Command::kBench:
            return run_bench(args);
        case Command::kInspect:
            return run_inspect(args);
        case Command::kSign:
            return run_sign(args);
        case Command::kVerify:
            return run_verify(args);
        case Command::kDiff:
            return run_diff(args);
        case Command::kOmsAdapter:
            return run_oms_capabilities();
        case Command::kOmsBenchmark:
            return run_oms_benchmark(args);
        case Command::kKeygen:
            return run_keygen(args);
        case Command::kSignBlob:
            return run_sign_blob(args);
        case Command::kVerifyBlob:
            return run_verify_blob(args);
        case Command::kTimestamp:
            return run_timestamp(args);
        case Command::kAttest:
            return run_attest(args);
        case Command::kVerifyAttestation:
            return run_verify_attestation(args);
        case Command::kSignImage:
            return run_sign_image(args);
        case Command::kVerifyImage:
            return run_verify_image(args);
        case Command::kVerifyStore:
            return run_verify_store(args);
        case Command::kVersion:
            return run_version(args);
        case Command::kNone:
            break;
    }
    return kExitUsage;
}

// What nobody expects: memory or threads that are not to be had. What was written by then is no
// report, so nobody gets it for one.
static int run_to_the_end(const Args& args) {
    try {
        Interrupts::of_process();
        return run(args);
    } catch (const std::exception& failure) {
        fmt::print(stderr, "assay: cannot go on: {}\n", failure.what());
        return kExitIncomplete;
    }
}

// A file that we open must not become standard output because that was closed. What stands in
// cannot be used the way the real one would be, so using it is an error as before.
static void occupy_standard_descriptors() {
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        int stand_in = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (stand_in < 0) return;
    }
}

// A sweep holds a file open per lane and thread, a walk a folder per level.
static void allow_many_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace assay::cli

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of that one output,
    std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
    assay::cli::occupy_standard_descriptors();
    assay::cli::allow_many_files();
    assay::cli::Parsed parsed = assay::cli::parse(argc, argv);
    if (parsed.exit) return *parsed.exit;
    return assay::cli::run_to_the_end(parsed.args);
}

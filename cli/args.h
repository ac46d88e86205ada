// The command line, in two steps: what was typed (here), then what it means (each command). Nothing
// behind the commands ever sees argv.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/visit.h"
#include "registries.h"
#include "seal_args.h"
#include "signing_args.h"

namespace assay::cli {

enum class Command {
    kNone,
    kHash,
    kScan,
    kRules,
    kDoctor,
    kBench,
    kInspect,
    kVersion,
    kKeygen,
    kSignBlob,
    kVerifyBlob,
    kTimestamp,
    kAttest,
    kVerifyAttestation,
    kSignImage,
    kVerifyImage,
    kSign,
    kVerify,
    kDiff,
    kOmsAdapter,
    kOmsBenchmark,
    kVerifyStore,
};

struct Args {
    Command command = Command::kNone;
    std::vector<std::string> targets;
    std::vector<std::string> outputs;  // "FORMAT" or "FORMAT=FILE"
    std::string digests;               // "sha256,blake2b", "none"
    bool chunks = false;
    std::string chunk_size = "4M";
    std::string chunks_dir;
    bool checking = false;     // --check
    std::string check;         // a list of digests; others are in targets
    std::string verify_range;  // a side file
    std::string root;          // expected root of the side file
    bool members = false;
    bool tensors = false;
    bool no_digest = false;
    unsigned threads = 0;
    std::string memory = "256M";
    NestingLimits limits;  // but for total_out:
    std::string max_unpacked = "4T";
    std::string spool;  // empty: none
    std::string engine = "auto";
    std::string block;  // empty: chosen
    bool direct = false;
    bool follow = false;
    bool stats = false;
    bool quiet = false;
    bool verbose = false;
    std::string color = "auto";
    std::string fail_on = "high";
    std::vector<std::string> allow;       // scan: module.name
    std::vector<std::string> allow_from;  // files of such names
    std::string profile;
    std::string platform;      // scan: of images for several
    std::string lock;          // scan: a file of tags and digests
    std::string write_lock;    // the same, to be made
    RegistryArgs registry;     // whatever takes an image
    bool probe_write = false;  // scan
    bool as_pickle = false;    // inspect
    bool json = false;         // doctor, bench, rules, verify-store and version
    std::string svg;           // bench
    unsigned repeat = 3;       // bench
    std::string rule;          // rules
    bool strict = false;       // scan; hash --check
    // hash --check
    bool ignore_missing = false;
    bool status_only = false;
    bool warn = false;
    SealArgs seal;        // sign, verify, diff, oms-adapter, scan --sign
    SigningArgs signing;  // keygen
};

struct Parsed {
    Args args;
    std::optional<int> exit;  // help was shown, or the command line was wrong
};

Parsed parse(int argc, const char* const* argv);

// "4096", "64K", "256M", "1G", "2T"; also with "iB" or "B" behind. Powers of 1024.
std::optional<uint64_t> parse_size(std::string_view text);

struct OutputRequest {
    std::string format;
    std::string file;  // empty: standard output
};

// What the arguments mean for the engine. kUsage with a text for the user otherwise; `complaint`
// names the value.
Result<VisitOptions> visit_options(const Args& args, std::string& complaint);
Result<std::vector<OutputRequest>> output_requests(const Args& args, std::string_view by_default,
                                                   std::string& complaint);

// Whether to colour what goes to this descriptor.
bool wants_color(const Args& args, int fd);

}  // namespace assay::cli

// What is typed for the commands that sign models and verify them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::cli {

struct Args;
struct CommandList;

struct SealArgs {
    std::string signature = "model.sig";
    std::string method = "files";
    std::string shard_size = "1000000000";
    bool allow_symlinks = false;
    std::vector<std::string> ignore;
    bool sign_git_files = false;
    std::string dialect = "spec";
    std::string since;
    bool stat = false;

    bool ignore_unsigned = false;
    std::vector<std::string> only;
    std::string spot;
    std::vector<std::string> range;
    bool allow_v02 = false;

    // scan --sign
    bool sign = false;
    bool sign_anyway = false;
    std::string attest;

    std::string diff_from;
    std::string diff_to;
    bool use_staging = false;       // oms-adapter: taken, and without effect
    std::string adapter_method;     // oms-adapter: what the suite asks for
    std::string adapter_operation;  // benchmark-model: sign, verify or hash
};

void add_seal_commands(const CommandList& commands);

void add_oms_adapter(CLI::App& app, Args& args);

// scan: sign what was scanned, in the same pass.
void add_scan_seal_options(CLI::App& scan, Args& args);

}  // namespace assay::cli

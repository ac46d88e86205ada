// What every command that visits files shares: outputs, progress, interruption, complaints, exit
// codes.
#pragma once

#include <optional>
#include <string_view>

#include "args.h"

namespace assay::cli {

class ScanSigning;

struct VisitRun {
    VisitOptions options;
    std::string_view default_output;  // when none was asked for
    ScanSigning* signing = nullptr;   // what was read is signed, too; borrowed
};

// What was typed, as options; nothing when they are wrong, which has been complained about.
std::optional<VisitOptions> options_or_complaint(const Args& args);

// Visits, reports, and returns the exit code.
int run_visit(const Args& args, const VisitRun& run);

using OnImage = std::function<Status(const ImageRecord& image)>;

// For commands with a sink of their own: visits with progress and interruption, complaining on
// standard error about what could not be read. The error, if any, has been complained about.
using ShardSink = std::function<Status(const Record&, const std::vector<Digest>&)>;
Result<Summary> visit_and_complain(const Args& args, const VisitOptions& options,
                                   RecordSink& records, const OnImage& on_image = {},
                                   const ShardSink& shards = {});

// What a failed visit means for the shell.
int exit_code_of(const Error& error);

}  // namespace assay::cli

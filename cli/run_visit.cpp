#include "run_visit.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

#include "assay/version.h"
#include "commands.h"
#include "interrupts.h"
#include "locks.h"
#include "outputs.h"
#include "progress.h"
#include "scan_signing.h"
#include "side_files.h"

namespace assay::cli {

// Unchecked: there is nobody left to tell.
void say(std::string_view text) {
    size_t written = fwrite(text.data(), 1, text.size(), stderr);
    if (written == text.size()) fflush(stderr);
}

void complain(std::string_view what, std::string_view text) {
    ProgressMeter::clear_line();
    say(fmt::format("assay: {}{}{}\n", escape_text(what), what.empty() ? "" : ": ",
                    escape_text(text)));
}

int exit_code_of(const Error& error) {
    if (error.code == Code::kInterrupted) return kExitInterrupted;
    return error.code == Code::kUsage ? kExitUsage : kExitIncomplete;
}

namespace {

// Says on standard error what a list of digests has no room for.
class Complainer final : public RecordSink {
  public:
    Complainer(RecordSink& inner, const Args& args) : inner_(inner), args_(args) {}

    Status record(const Record& record) override {
        if (args_.command == Command::kHash && is_worth_it(record)) {
            complain(sums_name(record.user_path).text, text_for(record));
        }
        return inner_.record(record);
    }

  private:
    // Links that are left out as asked are worth a word only to those who want to know.
    [[nodiscard]] bool is_worth_it(const Record& record) const {
        bool complete =
            record.coverage == Coverage::kFull || record.coverage == Coverage::kStructureOnly;
        if (record.kind != EntryKind::kLink || !complete) return !complete;
        return args_.verbose || record.findings.front().rule == &rules::kLinkDangling;
    }

    static std::string text_for(const Record& record) {
        if (record.kind == EntryKind::kSpecial) return "not read, it is " + record.reason;
        if (!record.reason.empty() && record.kind != EntryKind::kLink) return record.reason;
        const Finding& why = record.findings.front();
        return fmt::format("{}: {}", why.rule->message, why.detail);
    }

    RecordSink& inner_;
    const Args& args_;
};

class BothSinks final : public RecordSink {
  public:
    BothSinks(RecordSink& first, RecordSink* second) : first_(first), second_(second) {}

    Status record(const Record& record) override {
        Status told = first_.record(record);
        return told && second_ ? second_->record(record) : told;
    }

  private:
    RecordSink& first_;
    RecordSink* const second_;
};

void print_stats(const VisitStats& stats, uint64_t bytes, double seconds) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    uint64_t hashed = stats.laned_bytes + stats.single_bytes;
    double laned =
        hashed > 0 ? 100.0 * static_cast<double>(stats.laned_bytes) / static_cast<double>(hashed)
                   : 0;
    auto rate = static_cast<uint64_t>(static_cast<double>(bytes) / std::max(seconds, 1e-9));
    say(fmt::format(
        "time           {:.3f} s\n"
        "bytes          {} ({}/s)\n"
        "SHA-256        {:.0f}% in {} lanes ({}), the rest by OpenSSL\n"
        "threads        {}\n"
        "blocks         {} each, {} at the peak\n"
        "peak memory    {}\n",
        seconds, human_bytes(bytes), human_bytes(rate), laned, lane_width(), lane_target(),
        stats.threads.load(), human_bytes(stats.block_size), human_bytes(stats.peak_blocks),
        human_bytes(static_cast<uint64_t>(usage.ru_maxrss) * 1024)));
    if (stats.direct_files + stats.direct_refused > 0) {
        say(fmt::format("direct         {} files; {} where the filesystem refuses it\n",
                        stats.direct_files.load(), stats.direct_refused.load()));
    }
}

}  // namespace

Result<Summary> visit_and_complain(const Args& args, const VisitOptions& asked, RecordSink& records,
                                   const OnImage& on_image, const ShardSink& shards) {
    VisitOptions options = asked;
    ProgressMeter meter(options, args.quiet);
    SideFiles side_files(args.chunks_dir);
    VisitStats stats;
    Complainer complainer(records, args);
    VisitSinks sinks{complainer, meter.progress(), &stats, {}, {}, on_image, {}, shards};
    RefLock refs;
    if (!args.write_lock.empty()) {
        sinks.on_ref = [&](const std::string& ref, const std::string& digest) {
            refs[ref] = digest;
        };
    }
    if (args.chunks) {
        sinks.on_chunks = [&](const Record& record, const ChunkTree& tree) {
            return side_files.write(record, tree);
        };
        options.passes_over = [&](const std::string& path) {
            return (asked.passes_over && asked.passes_over(path)) || side_files.replaces(path);
        };
    }
    const auto start = std::chrono::steady_clock::now();
    Result<Summary> summary = visit(options, sinks, Interrupts::of_process().token());
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!summary) complain("", describe(summary.error()));
    if (summary && !args.write_lock.empty() && !write_lock(args.write_lock, refs)) {
        return Error{Code::kIo, "the lock file could not be written"};
    }
    if (summary && args.stats) {
        ProgressMeter::clear_line();
        print_stats(stats, summary->bytes, took.count());
    }
    return summary;
}

std::optional<VisitOptions> options_or_complaint(const Args& args) {
    std::string complaint;
    Result<VisitOptions> options = visit_options(args, complaint);
    if (options) return std::move(*options);
    complain(complaint, describe(options.error()));
    return std::nullopt;
}

static bool shows_tensors(const std::vector<OutputRequest>& requests) {
    return std::any_of(requests.begin(), requests.end(), [](const OutputRequest& request) {
        const std::string_view format = request.format;
        return format != "table" && format != "sums" && format != "stores";
    });
}

int run_visit(const Args& args, const VisitRun& run) {
    std::string complaint;
    Result<std::vector<OutputRequest>> requests =
        output_requests(args, run.default_output, complaint);
    if (!requests) {
        complain(complaint, describe(requests.error()));
        return kExitUsage;
    }
    Outputs outputs;
    if (!outputs.open(*requests)) return kExitUsage;
    ReportHeader header;
    header.version = kVersion;
    header.rules_digest = [&] { return rulebook_of(run.options.formats).digest(); };
    header.targets = run.options.targets;
    header.allowed = run.options.inspection.allow;
    if (run.options.inspection.strict) header.modes.emplace_back("strict");
    if (run.options.inspection.torch_weights_only) header.modes.emplace_back(args.profile);
    header.color = wants_color(args, STDOUT_FILENO);
    header.verbose = args.verbose;
    if (args.seal.sign_anyway) header.modes.emplace_back("sign-anyway");
    outputs.begin(header);

    VisitOptions options = run.options;
    options.left_out = outputs.files();
    options.tensor_records = run.signing || shows_tensors(*requests);
    BothSinks sinks(outputs, run.signing);
    if (run.signing) {
        Status begun = run.signing->begin(header);
        if (!begun) complain("--attest", describe(begun.error()));
    }
    Result<Summary> summary = visit_and_complain(
        args, options, sinks, [&](const ImageRecord& image) { return outputs.image(image); });
    if (!summary) return exit_code_of(summary.error());
    if (options.only_stores && summary->stores.empty()) complain("", "no store was found");
    bool written = outputs.end(*summary);
    int code = assay::exit_code_of(*summary);
    if (run.signing) code = run.signing->finish(*summary, code);
    return !written && code == kExitClean ? kExitIncomplete : code;
}

}  // namespace assay::cli

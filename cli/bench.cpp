// assay bench PATH…: the same bytes through each stage alone and together, as a table, JSON and a
// plot.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "assay/calibrate.h"
#include "assay/emit.h"
#include "assay/version.h"
#include "assay/visit.h"
#include "bench_stages.h"
#include "commands.h"
#include "interrupts.h"
#include "machine.h"
#include "progress.h"
#include "run_visit.h"
#include "svg.h"
#include "text.h"

namespace assay::cli {

namespace {

struct Measurement {
    Stage stage;
    std::vector<double> rates;  // bytes a second, ascending; empty where the stage can't run
    std::string trouble;

    [[nodiscard]] double median() const {
        size_t half = rates.size() / 2;
        if (rates.empty()) return 0;
        return rates.size() % 2 == 1 ? rates[half] : (rates[half - 1] + rates[half]) / 2;
    }
};

struct Findings {
    const BenchPlan& plan;
    unsigned repeat;
    std::vector<Measurement> all;

    // One OpenSSL stream in memory: what everything is compared with.
    [[nodiscard]] double yardstick() const {
        auto found = std::find_if(all.begin(), all.end(), [](const Measurement& each) {
            return each.stage.group == StageGroup::kOpenssl && each.stage.threads == 1;
        });
        return found == all.end() ? 0 : found->median();
    }
    [[nodiscard]] double ratio(const Measurement& of) const {
        double one = yardstick();
        return one > 0 ? of.median() / one : 0;
    }
};

std::string_view name_of_group(StageGroup group) {
    switch (group) {
        case StageGroup::kLimit:
            return "machine's limit";
        case StageGroup::kOpenssl:
            return "OpenSSL";
        case StageGroup::kLanes:
            return "lanes";
        case StageGroup::kTree:
            return "chunk tree";
    }
    return "";
}

std::string threads_text(unsigned threads) {
    return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

// All stages in turn, `repeat` times over, so that what slows the machine down for a while slows
// every stage and not one.
Status measure(std::vector<Measurement>& all, const BenchPlan& plan, const Args& args) {
    for (unsigned round = 1; round <= args.repeat; round++) {
        for (Measurement& each : all) {
            if (plan.stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
            if (!each.trouble.empty()) continue;
            if (!args.quiet) {
                complain("", fmt::format("round {} of {}: {}, {}", round, args.repeat,
                                         each.stage.name, threads_text(each.stage.threads)));
            }
            Result<double> rate = each.stage.run();
            if (!rate && rate.error().code == Code::kInterrupted) return rate.error();
            if (rate) {
                each.rates.push_back(*rate);
            } else {
                each.trouble = describe(rate.error());
            }
        }
    }
    for (Measurement& each : all) std::sort(each.rates.begin(), each.rates.end());
    return Done{};
}

std::string files_text(const FileSet& files) {
    return fmt::format("{} file{}, {}", files.files.size(), files.files.size() == 1 ? "" : "s",
                       human_bytes(files.bytes));
}

// Whole-file SHA-256 has one stream a file: a few files leave lanes empty, which costs as much.
std::string lanes_note(const BenchPlan& plan) {
    size_t lanes = plan.threads * lane_width();
    size_t files = plan.files.files.size();
    if (files >= lanes) return "";
    return fmt::format("{} of {} lanes have a file: more files side by side would be faster.\n",
                       files, lanes);
}

std::string table_text(const Findings& findings) {
    std::string text = fmt::format(
        "CPU      {}\n         {}\nkernel   {}, {} lanes\nfiles    {}\nruns     median of {}\n\n",
        cpu_name(), fmt::join(cpu_features(), " "), lane_target(), lane_width(),
        files_text(findings.plan.files), findings.repeat);
    text += fmt::format("{:<28}{:>8}{:>10}{:>16}{:>12}\n", "", "threads", "GB/s", "min to max",
                        "to OpenSSL");
    for (const Measurement& each : findings.all) {
        text += fmt::format("{:<28}{:>8}", each.stage.name, each.stage.threads);
        if (each.rates.empty()) {
            text += "   " + each.trouble + "\n";
            continue;
        }
        std::string span =
            fmt::format("{:.2f} to {:.2f}", each.rates.front() / 1e9, each.rates.back() / 1e9);
        text += fmt::format("{:>10.2f}{:>16}{:>11.2f}x\n", each.median() / 1e9, span,
                            findings.ratio(each));
    }
    text += "\nGB/s: billions of bytes a second. to OpenSSL: to one EVP stream of SHA-256.\n";
    return text + lanes_note(findings.plan);
}

std::string json_text(const Findings& findings) {
    JsonWriter json;
    json.begin({}, '{');
    json.text("schema", "assay.bench/1");
    json.text("version", kVersion);
    json.text("cpu", cpu_name());
    json.texts("features", cpu_features());
    json.text("lane_target", lane_target());
    json.number("lane_width", uint64_t{lane_width()});
    json.number("files", uint64_t{findings.plan.files.files.size()});
    json.number("bytes", findings.plan.files.bytes);
    json.begin("stages", '[');
    for (const Measurement& each : findings.all) {
        json.begin({}, '{');
        json.text("name", each.stage.name);
        json.text("group", name_of_group(each.stage.group));
        json.number("threads", uint64_t{each.stage.threads});
        if (!each.trouble.empty()) json.text("trouble", each.trouble);
        json.begin("bytes_per_second", '[');
        for (double rate : each.rates) json.number({}, rate);
        json.end(']');
        json.number("median_bytes_per_second", each.median());
        json.number("ratio_to_openssl", findings.ratio(each));
        json.end('}');
    }
    json.end(']');
    json.end('}');
    return json.str();
}

std::string plot_text(const Findings& findings) {
    BarPlot plot;
    plot.title = "Throughput of each stage, alone and together";
    plot.subtitle =
        fmt::format("{}; {} kernel, {} lanes; {}; median of {}", cpu_name(), lane_target(),
                    lane_width(), files_text(findings.plan.files), findings.repeat);
    plot.axis =
        "GB/s (billions of bytes a second); in brackets: to one OpenSSL SHA-256 stream in memory";
    for (auto group :
         {StageGroup::kLimit, StageGroup::kOpenssl, StageGroup::kLanes, StageGroup::kTree}) {
        plot.series.emplace_back(name_of_group(group));
    }
    for (const Measurement& each : findings.all) {
        Bar bar;
        bar.label = each.stage.name + ", " + threads_text(each.stage.threads);
        bar.length = each.median() / 1e9;
        bar.value = each.rates.empty()
                        ? "not possible here"
                        : fmt::format("{:.2f} ({:.1f}x)", bar.length, findings.ratio(each));
        bar.series = static_cast<size_t>(each.stage.group);
        plot.bars.push_back(std::move(bar));
    }
    return draw(plot);
}

Status write_plot(const Findings& findings, const std::string& path) {
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    Status written = (*file)->write(plot_text(findings));
    return written ? (*file)->commit() : written;
}

Result<BenchPlan> make_plan(const Args& args, size_t memory, std::stop_token stop) {
    BenchPlan plan;
    plan.targets = args.targets;
    plan.files = regular_files(args.targets, UINT64_MAX);
    plan.threads = args.threads > 0 ? args.threads : usable_cpus();
    plan.memory = memory;
    plan.direct = args.direct;
    plan.stop = std::move(stop);
    if (plan.files.files.empty()) return Error{Code::kUsage, "no file with bytes to read"};
    Result<std::vector<uint8_t>> sample = sample_of(plan.files, memory);
    if (!sample) return sample.error();
    plan.sample = std::move(*sample);
    // Once to bring everything into the page cache, as far as it fits.
    Result<ReadResult> warmed = read_files(plan.files, {plan.threads, false, 0});
    if (!warmed) return warmed.error();
    return plan;
}

int report(const Findings& findings, const Args& args) {
    int code = kExitClean;
    for (const Measurement& each : findings.all) {
        if (!each.trouble.empty()) code = kExitIncomplete;
    }
    code = print_out(args.json ? json_text(findings) : table_text(findings), code);
    if (args.svg.empty()) return code;
    Status plotted = write_plot(findings, args.svg);
    if (plotted) return code;
    complain(args.svg, describe(plotted.error()));
    return kExitIncomplete;
}

}  // namespace

int run_bench(const Args& args) {
    std::optional<uint64_t> memory = parse_size(args.memory);
    if (!memory) {
        complain(args.memory, "not a size; write 256M");
        return kExitUsage;
    }
    Result<BenchPlan> plan =
        make_plan(args, static_cast<size_t>(*memory), Interrupts::of_process().token());
    if (!plan) {
        complain("", describe(plan.error()));
        return exit_code_of(plan.error());
    }
    Findings findings{*plan, args.repeat, {}};
    for (Stage& stage : stages_of(*plan)) findings.all.push_back({std::move(stage), {}, {}});
    Status measured = measure(findings.all, *plan, args);
    if (!measured) {
        complain("", describe(measured.error()));
        return exit_code_of(measured.error());
    }
    return report(findings, args);
}

}  // namespace assay::cli

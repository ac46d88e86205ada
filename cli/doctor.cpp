// assay doctor: what this machine can do, what assay chose, and how fast a path is read.
#include <fmt/format.h>

#include <optional>

#include "assay/calibrate.h"
#include "assay/limits.h"
#include "assay/visit.h"
#include "commands.h"
#include "machine.h"
#include "memory_rates.h"
#include "progress.h"
#include "storage.h"
#include "text.h"

namespace assay::cli {

namespace {

// All of it together has to stay below two seconds.
constexpr double kKernelSeconds = 0.08;
constexpr double kReadSeconds = 0.35;
constexpr uint64_t kReadBytes = uint64_t{1} << 30;

struct StorageReport {
    std::string path;
    Mount mount;
    uint64_t sampled = 0;
    double warm_rate = 0;
    double direct_rate = 0;  // 0: not measured
    std::string direct;      // "works", or why not
};

struct Report {
    std::string cpu;
    std::vector<std::string> features;
    BuildInfo build;
    double lanes_rate = 0;
    double evp_rate = 0;
    size_t crossover = 0;
    unsigned cpus = 1;
    unsigned threads = 1;
    MemoryPlan memory{};
    std::optional<StorageReport> storage;
};

// SHA instructions make one stream so fast that no number of lanes may beat it.
std::string decision(const Report& report) {
    if (report.crossover > lane_width()) {
        return "OpenSSL for every stream: it outruns the lanes on this CPU";
    }
    if (report.crossover <= 1) return "the lanes always, even for one stream";
    return fmt::format("the lanes from {} streams at a time on, OpenSSL for fewer",
                       report.crossover);
}

void measure_direct(const FileSet& set, StorageReport& report) {
    Result<ReadResult> direct = read_files(set, {1, true, kReadSeconds});
    report.direct = direct ? "works" : describe(direct.error());
    if (direct) report.direct_rate = direct->rate();
}

// The first pass only brings the files into the page cache, as far as time allows; the second is
// measured.
Result<StorageReport> measure_storage(const std::string& path) {
    StorageReport report;
    report.path = path;
    Result<Mount> mount = mount_of(path);
    if (!mount) return mount.error();
    report.mount = *mount;
    FileSet set = regular_files({path}, kReadBytes);
    if (set.files.empty()) {
        report.direct = "not tried: no file with bytes to read";
        return report;
    }
    if (set.files.size() == 1) set.files[0].size = std::min(set.files[0].size, kReadBytes);
    Result<ReadResult> cold = read_files(set, {1, false, kReadSeconds});
    if (!cold) return cold.error();
    Result<ReadResult> warm = read_files(set, {1, false, std::min(kReadSeconds, cold->seconds)});
    if (!warm) return warm.error();
    report.sampled = warm->bytes;
    report.warm_rate = warm->rate();
    measure_direct(set, report);
    return report;
}

Report examine(const Args& args, size_t memory) {
    Report report;
    report.cpu = cpu_name();
    report.features = cpu_features();
    report.build = build_info();
    const std::vector<uint8_t> data = noise(4 * kMiB);
    report.lanes_rate = lanes_rate({data, 1, kKernelSeconds});
    report.evp_rate = evp_rate({data, 1, kKernelSeconds});
    report.crossover = calibration().crossover;
    report.cpus = usable_cpus();
    report.threads = args.threads > 0 ? args.threads : report.cpus;
    report.memory = plan_memory(memory, report.threads * std::max<size_t>(lane_width(), 4));
    return report;
}

std::string storage_text(const StorageReport& storage) {
    std::string text = fmt::format(
        "Storage    {}: {} on {}, mounted at {}\n", escape_path(storage.path), storage.mount.type,
        escape_path(storage.mount.source), escape_path(storage.mount.point));
    if (storage.sampled > 0) {
        text += fmt::format("           page cache {}, one thread, over {}\n",
                            rate_text(storage.warm_rate), human_bytes(storage.sampled));
    }
    text += "           O_DIRECT " + storage.direct;
    if (storage.direct_rate > 0) text += fmt::format(", {}", rate_text(storage.direct_rate));
    return text + "\n";
}

std::string libraries_text(const BuildInfo& build) {
    std::string text;
    for (const auto& [name, version] : build.libraries)
        text += fmt::format("{} {}, ", name, version);
    return text + (is_available(DigestKind::kBlake3) ? "libblake3" : "no libblake3");
}

std::string report_text(const Report& report) {
    const MemoryPlan& memory = report.memory;
    std::string text =
        fmt::format("CPU        {}\n           {}\n", report.cpu, fmt::join(report.features, " "));
    text += fmt::format("SHA-256    lanes: {}, {} streams side by side, {} a core ({:.1f}x)\n",
                        lane_target(), lane_width(), rate_text(report.lanes_rate),
                        report.lanes_rate / report.evp_rate);
    text += fmt::format("           OpenSSL: one stream, {} a core\n", rate_text(report.evp_rate));
    text += fmt::format("           used: {}\n", decision(report));
    text += fmt::format("Threads    {} ({} usable CPUs)\n", report.threads, report.cpus);
    text += fmt::format(
        "Memory     {} in all: {} for blocks, {} for records that wait;\n"
        "           pinned: {} by one large artifact, {} by each other one, {} in common\n",
        human_bytes(memory.total), human_bytes(memory.stream), human_bytes(memory.report),
        human_bytes(memory.pinned_large), human_bytes(memory.pinned_small),
        human_bytes(memory.pinned_pool));
    text += fmt::format("Libraries  {}\n", libraries_text(report.build));
    return report.storage ? text + storage_text(*report.storage) : text;
}

void write_storage(JsonWriter& json, const StorageReport& storage) {
    json.begin("storage", '{');
    json.text("path", storage.path);
    json.text("filesystem", storage.mount.type);
    json.text("source", storage.mount.source);
    json.text("mounted_at", storage.mount.point);
    json.number("sampled_bytes", storage.sampled);
    json.number("page_cache_bytes_per_second", storage.warm_rate);
    json.text("o_direct", storage.direct);
    json.number("direct_bytes_per_second", storage.direct_rate);
    json.end('}');
}

std::string report_json(const Report& report) {
    JsonWriter json;
    json.begin({}, '{');
    json.text("cpu", report.cpu);
    json.texts("features", report.features);
    json.begin("sha256", '{');
    json.text("lane_target", lane_target());
    json.number("lane_width", uint64_t{lane_width()});
    json.number("lanes_bytes_per_second", report.lanes_rate);
    json.number("openssl_bytes_per_second", report.evp_rate);
    json.number("crossover_streams", uint64_t{report.crossover});
    json.text("decision", decision(report));
    json.end('}');
    json.number("cpus", uint64_t{report.cpus});
    json.number("threads", uint64_t{report.threads});
    json.begin("memory", '{');
    json.number("total", uint64_t{report.memory.total});
    json.number("stream", uint64_t{report.memory.stream});
    json.number("pinned_large", uint64_t{report.memory.pinned_large});
    json.number("pinned_small", uint64_t{report.memory.pinned_small});
    json.number("pinned_pool", uint64_t{report.memory.pinned_pool});
    json.number("report", uint64_t{report.memory.report});
    json.end('}');
    json.begin("libraries", '{');
    for (const auto& [name, version] : report.build.libraries) json.text(name, version);
    json.end('}');
    json.boolean("blake3", is_available(DigestKind::kBlake3));
    if (report.storage) write_storage(json, *report.storage);
    json.end('}');
    return json.str();
}

}  // namespace

int run_doctor(const Args& args) {
    std::optional<uint64_t> memory = parse_size(args.memory);
    if (!memory || *memory < kMinMemory) {
        complain(args.memory, "not a memory budget; write 256M, 32M at least");
        return kExitUsage;
    }
    Report report = examine(args, static_cast<size_t>(*memory));
    if (!args.targets.empty()) {
        Result<StorageReport> storage = measure_storage(args.targets.front());
        if (!storage) {
            complain(args.targets.front(), describe(storage.error()));
            return kExitIncomplete;
        }
        report.storage = std::move(*storage);
    }
    return print_out(args.json ? report_json(report) : report_text(report), kExitClean);
}

}  // namespace assay::cli

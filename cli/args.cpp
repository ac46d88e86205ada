#include "args.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "assay/emit.h"
#include "assay/version.h"
#include "command_list.h"
#include "commands.h"
#include "config.h"
#include "help.h"
#include "text.h"

namespace assay::cli {

namespace {

const char kIntro[] =
    "Hashes, scans and seals machine-learning model artifacts, reading every byte\nonce.\n";

const char kExitCodes[] =
    "Exit codes: 0 complete and clean; 1 findings or mismatches; 2 incomplete\n"
    "(something could not be read or is not supported); 3 nothing to look at;\n"
    "4 usage; 75 interrupted, run again.";

void add_threads_and_memory(CLI::App& app, Args& args) {
    app.add_option("--threads", args.threads, "Threads; one for each usable CPU unless given")
        ->check(CLI::Range(1U, 4096U))
        ->type_name("N");
    app.add_option("--memory", args.memory, "Bound on memory, whatever the input")
        ->type_name("SIZE")
        ->capture_default_str();
}

void add_engine_options(CLI::App& app, Args& args) {
    add_threads_and_memory(app, args);
    app.add_option("--engine", args.engine, "Who computes SHA-256: auto, lanes or openssl")
        ->check(CLI::IsMember({"auto", "lanes", "openssl"}))
        ->type_name("ENGINE")
        ->capture_default_str();
    app.add_option("--block", args.block, "Read in blocks of this size; chosen unless given")
        ->type_name("SIZE");
    app.add_flag("--direct", args.direct, "Read past the page cache (O_DIRECT)");
    app.add_flag("--follow", args.follow, "Follow symbolic links met on the way");
}

// What a file may unpack to; what a limit cuts is said, and the result is not clean.
void add_limit_options(CLI::App& app, Args& args) {
    const char* group = "Limits on what is inside files";
    app.add_option("--max-depth", args.limits.depth, "Containers within containers")
        ->check(CLI::Range(1U, 64U))
        ->type_name("N")
        ->capture_default_str()
        ->group(group);
    app.add_option("--max-members", args.limits.members, "Members of one file, over all depths")
        ->type_name("N")
        ->capture_default_str()
        ->group(group);
    app.add_option("--max-ratio", args.limits.ratio, "Bytes that come out for each that goes in")
        ->check(CLI::PositiveNumber)
        ->type_name("N")
        ->capture_default_str()
        ->group(group);
    app.add_option("--max-unpacked", args.max_unpacked, "What all members of one file come to")
        ->type_name("SIZE")
        ->capture_default_str()
        ->group(group);
    app.add_option("--spool", args.spool,
                   "Room for an unlinked temporary file (in TMPDIR, or /tmp), so that archives "
                   "inside of streams (ZIP, 7z, HDF5) are read by their directories, as files "
                   "are. Without it a ZIP there is read forward, and what was read compared with "
                   "the directory at its end; the others are held in memory where they fit")
        ->type_name("SIZE")
        ->group(group);
}

void add_output_options(CLI::App& app, Args& args, std::string_view by_default) {
    std::string formats =
        "sums, table, json, jsonl or stores, to standard output or to a file, which is left out "
        "where it "
        "lies in PATH; repeatable";
    app.add_option("-o,--output", args.outputs,
                   formats + " (default: " + std::string(by_default) + ")")
        ->type_name("FORMAT[=FILE]")
        ->allow_extra_args(false);  // what follows is a path
    app.add_option("--color", args.color, "auto, always or never; NO_COLOR counts")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->type_name("WHEN")
        ->capture_default_str();
    app.add_flag("--stats", args.stats, "Print what the machine did, on standard error");
    app.add_flag("-q,--quiet", args.quiet, "No progress and no notes on standard error");
    app.add_flag("-v,--verbose", args.verbose, "Say more");
}

void add_digest_options(CLI::App& app, Args& args) {
    app.add_option("--digest", args.digests,
                   "Any of sha256, sha512, blake2b, sha1, md5, git-sha1 and blake3, with commas "
                   "between, or none. Each is one more pass over the CPU, so ask only for what "
                   "you need (default: sha256)")
        ->type_name("LIST");
    app.add_flag("--chunks", args.chunks,
                 "Also the chunk tree, one more pass over the lanes; writes FILE.chunks");
    app.add_option("--chunk-size", args.chunk_size, "A power of two, 4K to 1G")
        ->type_name("SIZE")
        ->capture_default_str();
    app.add_option("--chunks-dir", args.chunks_dir,
                   "Where side files go instead of beside their files")
        ->type_name("FOLDER");
}

void add_check_options(CLI::App& hash, Args& args) {
    const char* group = "Checking";
    CLI::Option* check =
        hash.add_option("-c,--check", args.check,
                        "Check what lists of digests say, this one and those given as PATH: as "
                        "sha256sum, b2sum and their kin write them, or tagged. --digest says what "
                        "lines without a tag hold; otherwise their length decides, and 128 digits "
                        "may be sha512 or blake2b")
            ->type_name("LIST")
            ->expected(0, 1)
            ->configurable(false)
            ->group(group);
    auto flag = [&](const char* name, bool& value, const char* text) {
        hash.add_flag(name, value, text)->needs(check)->group(group);
    };
    flag("--ignore-missing", args.ignore_missing, "Say nothing of files that are not there");
    flag("--strict", args.strict, "Exit with 2 when lines are not understood");
    flag("--status", args.status_only, "Print nothing, the exit code tells");
    flag("-w,--warn", args.warn, "Name each line that is not understood");
    CLI::Option* range =
        hash.add_option("--verify-range", args.verify_range,
                        "Check one byte range of a file against its chunk tree, reading nothing "
                        "else: assay hash --verify-range SIDEFILE FILE OFFSET LENGTH")
            ->type_name("SIDEFILE")
            ->configurable(false)
            ->group(group);
    hash.add_option("--root", args.root, "The root that this chunk tree must have")
        ->type_name("HEX")
        ->configurable(false)
        ->needs(range)
        ->group(group);
    for (const char* other : {"--chunks", "--output"}) {
        check->excludes(hash.get_option(other));
        range->excludes(hash.get_option(other));
    }
    check->excludes(range);
}

void add_hash(CLI::App& app, Args& args) {
    CLI::App* hash = app.add_subcommand("hash", "Print or check digests of files and folders");
    add_config_option(*hash);
    hash->add_option("PATH", args.targets,
                     "Files, folders, or - for standard input, which is also what is read when "
                     "there is none");
    add_digest_options(*hash, args);
    add_engine_options(*hash, args);
    add_output_options(*hash, args, "sums");
    add_check_options(*hash, args);
    hash->footer(kExitCodes);
    hash->callback([&args, hash] {
        args.command = Command::kHash;
        args.checking = hash->count("--check") > 0;
    });
}

void add_verdict_options(CLI::App& app, Args& args) {
    app.add_flag("--strict", args.strict, "What is merely unknown fails, too");
    app.add_option("--allow", args.allow,
                   "A name that pickles may use besides the reviewed ones, such as "
                   "mypackage.model.Net; repeatable, and named in the report")
        ->type_name("MODULE.NAME")
        ->allow_extra_args(false);
    app.add_option("--allow-from", args.allow_from, "Such names, one a line, # starts a comment")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--profile", args.profile,
                   "torch-weights-only: fail whatever torch.load(weights_only=True) would refuse")
        ->check(CLI::IsMember({"torch-weights-only"}))
        ->type_name("PROFILE");
}

void add_image_options(CLI::App& scan, Args& args) {
    const char* group = "Images";
    scan.add_option("--platform", args.platform,
                    "Of images for several platforms only this one, such as linux/amd64; of what "
                    "is named oci: or docker:// alone")
        ->type_name("OS/ARCH")
        ->group(group);
    scan.add_option("--lock", args.lock,
                    "A file that says which digest each tag had: one that points elsewhere now is "
                    "critical")
        ->type_name("FILE")
        ->group(group);
    scan.add_option("--write-lock", args.write_lock, "Write such a file of the tags that are there")
        ->type_name("FILE")
        ->group(group);
    add_registry_options(scan, args.registry);
    scan.add_flag("--probe-write", args.probe_write,
                  "Ask each registry whether anybody may write to the repository: an upload is "
                  "begun without credentials and cancelled. That leaves a trace in its log")
        ->group("Registries");
}

void add_scan(CLI::App& app, Args& args) {
    CLI::App* scan = app.add_subcommand("scan", "Inspect and digest files, folders and images");
    add_config_option(*scan);
    scan->add_option("PATH", args.targets,
                     "Files, folders, or - for standard input; images as skopeo names them: "
                     "oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, "
                     "docker://HOST/REPO[:TAG|@DIGEST]")
        ->required();
    scan->add_option("--fail-on", args.fail_on,
                     "Least severity that fails: critical, high, medium, low or info")
        ->check(CLI::IsMember({"critical", "high", "medium", "low", "info"}))
        ->type_name("SEVERITY")
        ->capture_default_str();
    add_verdict_options(*scan, args);
    CLI::Option* no_digest = scan->add_flag("--no-digest", args.no_digest,
                                            "Read only what inspection needs; the result says so");
    add_image_options(*scan, args);
    scan->add_flag("--members", args.members, "Also digest every member of a container");
    scan->add_flag("--tensors", args.tensors, "Also digest every tensor (one more pass of hashing)")
        ->excludes(no_digest);
    add_digest_options(*scan, args);
    add_engine_options(*scan, args);
    add_limit_options(*scan, args);
    add_output_options(*scan, args, "table");
    add_scan_seal_options(*scan, args);
    scan->footer(kExitCodes);
    scan->callback([&args] { args.command = Command::kScan; });
}

void add_inspect(CLI::App& app, Args& args) {
    CLI::App* inspect = app.add_subcommand(
        "inspect",
        "Show what is in a file: its tensors, what it says of itself, what its pickles do");
    add_config_option(*inspect);
    inspect->add_option("PATH", args.targets, "Files; what is inside containers counts")
        ->required();
    inspect->add_option("-o,--output", args.outputs, "text, json or jsonl (default: text)")
        ->type_name("FORMAT")
        ->allow_extra_args(false);
    inspect->add_flag("--as-pickle", args.as_pickle,
                      "Take the files for pickles, whatever they look like");
    inspect->add_flag("-q,--quiet", args.quiet,
                      "Of pickles only imports and calls, and no tensors");
    inspect->add_flag("--tensors", args.tensors, "Also the digest of every tensor");
    add_verdict_options(*inspect, args);
    inspect->footer(kExitCodes);
    inspect->callback([&args] { args.command = Command::kInspect; });
}

void add_verify_store(CLI::App& app, Args& args) {
    CLI::App* verify = app.add_subcommand(
        "verify-store",
        "Compare each blob of a store with its name, offline: Hugging Face cache, Ollama, OCI "
        "layout, KitOps, Git LFS, DVC");
    verify
        ->add_option("PATH", args.targets,
                     "Stores, folders that hold some, or parts of one; what is in no store is "
                     "passed over")
        ->required();
    verify
        ->add_option("--fail-on", args.fail_on,
                     "Least severity that fails: critical, high, medium, low or info")
        ->check(CLI::IsMember({"critical", "high", "medium", "low", "info"}))
        ->type_name("SEVERITY")
        ->capture_default_str();
    add_engine_options(*verify, args);
    add_output_options(*verify, args, "stores");
    verify->add_flag("--json", args.json, "The same as -o json");
    verify->footer(
        "Exit codes: 0 every blob is what its name says; 1 something is damaged, or a\n"
        "model cannot do without what is missing; 2 something could not be compared;\n"
        "3 no store was found; 4 usage; 75 interrupted, run again.");
    verify->callback([&args] { args.command = Command::kVerifyStore; });
}

void add_rules(CLI::App& app, Args& args) {
    CLI::App* rules = app.add_subcommand("rules", "List what can be found, or explain one rule");
    rules->add_option("ID", args.rule, "A rule, such as file.ext.mismatch");
    rules->add_flag("--json", args.json, "As JSON");
    rules->callback([&args] { args.command = Command::kRules; });
}

void add_doctor(CLI::App& app, Args& args) {
    CLI::App* doctor =
        app.add_subcommand("doctor", "Show what this machine can do and what assay chose");
    doctor->add_option("PATH", args.targets, "Also measure how fast this file or folder is read")
        ->expected(0, 1);
    add_threads_and_memory(*doctor, args);
    doctor->add_flag("--json", args.json, "As JSON");
    doctor->callback([&args] { args.command = Command::kDoctor; });
}

void add_bench(CLI::App& app, Args& args) {
    CLI::App* bench = app.add_subcommand(
        "bench", "Measure each stage on your own files, beside the machine's limits");
    bench->add_option("PATH", args.targets, "Files or folders")->required();
    add_threads_and_memory(*bench, args);
    bench->add_flag("--direct", args.direct, "Also read past the page cache (O_DIRECT)");
    bench->add_option("--repeat", args.repeat, "How often each stage runs; medians are shown")
        ->check(CLI::Range(1U, 100U))
        ->type_name("N")
        ->capture_default_str();
    bench->add_flag("--json", args.json, "As JSON");
    bench->add_option("--svg", args.svg, "Also write a plot to this file")->type_name("FILE");
    bench->add_flag("-q,--quiet", args.quiet, "No progress on standard error");
    bench->callback([&args] { args.command = Command::kBench; });
}

void add_version(CLI::App& app, Args& args) {
    CLI::App* version = app.add_subcommand("version", "Print version, build and rules digest");
    version->add_flag("--json", args.json, "As JSON");
    version->callback([&args] { args.command = Command::kVersion; });
}

void list_commands(const CommandList& commands) {
    commands.add("hash", add_hash);
    commands.add("scan", add_scan);
    commands.add("inspect", add_inspect);
    add_seal_commands(commands);
    add_signing_commands(commands);
    commands.add("verify-store", add_verify_store);
    commands.add("rules", add_rules);
    commands.add("doctor", add_doctor);
    commands.add("bench", add_bench);
    commands.add("version", add_version);
}

struct Unit {
    char letter;
    int shift;
};
constexpr Unit kUnits[] = {{'K', 10}, {'M', 20}, {'G', 30}, {'T', 40}};

Result<std::vector<DigestKind>> parse_digests(const std::string& list, std::string& complaint) {
    if (list.empty()) return std::vector<DigestKind>{DigestKind::kSha256};
    if (list == "none") return std::vector<DigestKind>{};
    std::vector<DigestKind> kinds;
    for (const std::string& name : CLI::detail::split(list, ',')) {
        std::optional<DigestKind> kind = digest_named(name);
        complaint = name;
        if (!kind) return Error{Code::kUsage, "no such digest"};
        if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end()) kinds.push_back(*kind);
    }
    return kinds;
}

// One name a line; blank lines and comments do not count.
Status read_allowed(const std::string& file, std::vector<std::string>& allow) {
    Result<std::vector<std::string>> lines = lines_of(file);
    if (!lines) return lines.error();
    for (const std::string& line : *lines) {
        std::string name = CLI::detail::trim_copy(line.substr(0, line.find('#')));
        if (!name.empty()) allow.push_back(std::move(name));
    }
    return Done{};
}

// Names are compared as a whole. A pattern would allow what the package imports, too: os.system by
// way of mypackage.model.os.system.
Status take_allowed(const std::vector<std::string>& names, std::vector<std::string>& allow,
                    std::string& complaint) {
    for (const std::string& name : names) {
        const bool whole = name.find_first_of("*?[] ,\t") == std::string::npos;
        const size_t dot = name.find('.');
        complaint = name;
        if (!whole) return Error{Code::kUsage, "allow takes whole names, no patterns and no lists"};
        if (dot == std::string::npos || dot == 0 || name.back() == '.') {
            return Error{Code::kUsage, "not a name to allow; write MODULE.NAME"};
        }
        if (std::find(allow.begin(), allow.end(), name) == allow.end()) allow.push_back(name);
    }
    return Done{};
}

Result<uint64_t> required_size(const std::string& text, std::string& complaint) {
    std::optional<uint64_t> size = parse_size(text);
    complaint = text;
    if (!size) return Error{Code::kUsage, "not a size; write 64M or 1G"};
    return *size;
}

}  // namespace

// Two outputs for one file would replace each other; a device may well take several.
static bool go_to_one_file(const OutputRequest& a, const OutputRequest& b) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (a.file.empty() || b.file.empty()) return false;
    if (fs::exists(a.file, ignored) && !fs::is_regular_file(a.file, ignored)) return false;
    return fs::weakly_canonical(fs::absolute(a.file, ignored), ignored) ==
           fs::weakly_canonical(fs::absolute(b.file, ignored), ignored);
}

static bool is_taken(const OutputRequest& one, const std::vector<OutputRequest>& others) {
    return std::any_of(others.begin(), others.end(),
                       [&](const OutputRequest& other) { return go_to_one_file(one, other); });
}

// All their options take as long to build as a small file takes to scan, so a command that is named
// first is built alone.
static void add_commands(CLI::App& app, Args& args, std::string_view named) {
    list_commands({app, args, named});
    if (app.get_subcommands({}).empty()) list_commands({app, args, {}});
}

Parsed parse(int argc, const char* const* argv) {
    Parsed parsed;
    CLI::App app(kIntro, "assay");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("assay ") + kVersion);
    app.footer(kExitCodes);
    app.formatter(std::make_shared<HelpLayout>());
    app.failure_message(usage_message);
    add_commands(app, parsed.args, argc > 1 ? argv[1] : "");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        bool asked = error.get_exit_code() == 0;
        std::ostringstream shown;
        std::ostringstream complaint;
        app.exit(error, shown, complaint);
        say(complaint.str());
        parsed.exit = asked ? print_out(shown.str(), kExitClean) : kExitUsage;
    }
    return parsed;
}

std::optional<uint64_t> parse_size(std::string_view text) {
    if (text.size() > 2 && text.ends_with("iB")) text.remove_suffix(2);
    if (text.size() > 1 && text.ends_with("B")) text.remove_suffix(1);
    int shift = 0;
    for (Unit unit : kUnits) {
        bool upper = text.ends_with(unit.letter);
        if (text.size() > 1 && (upper || text.ends_with(static_cast<char>(unit.letter | 0x20)))) {
            shift = unit.shift;
            text.remove_suffix(1);
            break;
        }
    }
    uint64_t value = 0;
    if (text.empty() || text.size() > 15) return std::nullopt;
    for (char digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + static_cast<uint64_t>(digit - '0');
    }
    if (value > (UINT64_MAX >> shift)) return std::nullopt;
    return value << shift;
}

Result<VisitOptions> visit_options(const Args& args, std::string& complaint) {
    VisitOptions options;
    options.targets = args.targets;
    options.follow = args.follow;
    options.threads = args.threads;
    options.direct = args.direct;
    options.member_digests = args.members;
    options.platform = args.platform;
    options.probe_write = args.probe_write;
    options.tensor_digests = args.tensors;
    options.read_bulk = !args.no_digest;
    options.inspect = args.command == Command::kScan || args.command == Command::kInspect;
    if (options.inspect) options.formats = all_formats();
    options.stores = args.command == Command::kScan || args.command == Command::kVerifyStore;
    // Digests judge nothing: what could not be read makes the list incomplete, no more.
    options.fail_on =
        options.joins() || options.inspect ? *severity_named(args.fail_on) : Severity::kCritical;
    options.engine = args.engine == "lanes"     ? Engine::kLanes
                     : args.engine == "openssl" ? Engine::kOpenssl
                                                : Engine::kAuto;

    Result<std::vector<DigestKind>> digests = parse_digests(args.digests, complaint);
    if (!digests) return digests.error();
    options.digests = std::move(*digests);
    Result<uint64_t> memory = required_size(args.memory, complaint);
    if (!memory) return memory.error();
    options.memory = static_cast<size_t>(*memory);
    Result<uint64_t> unpacked = required_size(args.max_unpacked, complaint);
    if (!unpacked) return unpacked.error();
    options.limits = args.limits;
    options.limits.total_out = *unpacked;
    if (!args.spool.empty()) {
        Result<uint64_t> spool = required_size(args.spool, complaint);
        if (!spool) return spool.error();
        options.spool = *spool;
    }
    if (!args.block.empty()) {
        Result<uint64_t> block = required_size(args.block, complaint);
        if (!block) return block.error();
        if (*block == 0) return Error{Code::kUsage, "blocks of no bytes"};
        options.block_size = static_cast<size_t>(*block);
    }
    if (args.chunks) {
        Result<uint64_t> chunk = required_size(args.chunk_size, complaint);
        if (!chunk) return chunk.error();
        options.chunk_size = *chunk;
    }
    options.inspection.strict = args.strict;
    options.inspection.torch_weights_only = args.profile == "torch-weights-only";
    Status taken = take_allowed(args.allow, options.inspection.allow, complaint);
    if (!taken) return taken.error();
    for (const std::string& file : args.allow_from) {
        std::vector<std::string> names;
        complaint = file;
        Status read = read_allowed(file, names);
        if (!read) return read.error();
        taken = take_allowed(names, options.inspection.allow, complaint);
        if (!taken) return taken.error();
    }
    complaint.clear();
    return options;
}

Result<std::vector<OutputRequest>> output_requests(const Args& args, std::string_view by_default,
                                                   std::string& complaint) {
    std::vector<OutputRequest> requests;
    size_t on_stdout = 0;
    for (const std::string& typed : args.outputs) {
        size_t equals = typed.find('=');
        OutputRequest request{typed.substr(0, equals), {}};
        if (equals != std::string::npos) request.file = typed.substr(equals + 1);
        complaint = typed;
        const auto names = emitter_names();
        if (std::find(names.begin(), names.end(), request.format) == names.end()) {
            return Error{Code::kUsage, "no such output format"};
        }
        if (equals != std::string::npos && request.file.empty()) {
            return Error{Code::kUsage, "an output file without a name"};
        }
        on_stdout += request.file.empty();
        if (on_stdout > 1) return Error{Code::kUsage, "two outputs for standard output"};
        if (is_taken(request, requests)) return Error{Code::kUsage, "two outputs for one file"};
        requests.push_back(std::move(request));
    }
    std::vector<OutputRequest> taken = requests;
    for (const std::string& sealed : {args.seal.signature, args.seal.attest}) {
        if (!args.seal.sign) break;
        complaint = sealed;
        if (is_taken({{}, sealed}, taken)) return Error{Code::kUsage, "two outputs for one file"};
        taken.push_back({{}, sealed});
    }
    if (requests.empty()) requests.push_back({std::string(by_default), {}});
    complaint.clear();
    return requests;
}

bool wants_color(const Args& args, int fd) {
    if (args.color == "always") return true;
    const char* no_color = std::getenv("NO_COLOR");  // NOLINT: nobody sets it
    if (args.color == "never" || (no_color && *no_color)) return false;
    return isatty(fd) == 1;
}

}  // namespace assay::cli

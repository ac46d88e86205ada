// assay hash --check: reads lists, computes what they name at the speed of the lanes, and reports
// as coreutils do.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "assay/emit.h"
#include "check_list.h"
#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

namespace {

enum class Outcome : uint8_t { kPending, kOk, kMismatch, kUnread, kUnsupported, kMissing };

std::string_view said_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::kOk:
            return "OK";
        case Outcome::kMismatch:
            return "FAILED";
        case Outcome::kUnsupported:
            return "FAILED not supported";
        default:
            return "FAILED open or read";
    }
}

bool matches(const CheckLine& line, const Record& record) {
    auto equals = [&](Bytes bytes) {
        return std::equal(bytes.begin(), bytes.end(), line.digest.begin());
    };
    if (line.chunk_size != 0) {
        Sha256Digest root{};
        return record.chunks && record.chunks->chunk_size == line.chunk_size &&
               from_hex(record.chunks->root, root) && equals(root);
    }
    return std::any_of(record.digests.begin(), record.digests.end(), [&](const Digest& digest) {
        return line.kinds.has(digest.kind) && equals(digest.bytes());
    });
}

// Outcomes of all lines, printed in the order of the list as soon as all before are known.
class Verdicts final : public RecordSink {
  public:
    Verdicts(const CheckList& list, const Args& args)
        : list_(list), args_(args), outcomes_(list.lines().size(), Outcome::kPending) {}

    // The files whose records come next: target i of the visit is group[i].
    void expect(const std::vector<uint32_t>& group) { group_ = group; }

    Status record(const Record& record) override {
        if (record.place.target >= group_.size()) return Done{};
        const uint32_t number = group_[record.place.target];
        // A target that has become a folder brings records of other names.
        bool is_it = record.place.is_file() && record.user_path == list_.files()[number].name;
        if (!is_it) return Done{};
        bool read = !record.digests.empty() || record.chunks;
        settle(number, [&](const CheckLine& line) {
            if (!line.supported) return Outcome::kUnsupported;
            if (!read) return Outcome::kUnread;
            return matches(line, record) ? Outcome::kOk : Outcome::kMismatch;
        });
        return print_known();
    }

    void give_up(uint32_t file, Outcome outcome) {
        settle(file, [&](const CheckLine&) { return outcome; });
    }

    // What no record came for was not read.
    Status finish() {
        std::replace(outcomes_.begin(), outcomes_.end(), Outcome::kPending, Outcome::kUnread);
        return stop_early();
    }

    // Prints what is known by now and says nothing of the rest.
    Status stop_early() {
        Status printed = print_known();
        return printed ? output_->commit() : printed;
    }

    [[nodiscard]] uint64_t count(Outcome outcome) const {
        return static_cast<uint64_t>(std::count(outcomes_.begin(), outcomes_.end(), outcome));
    }

  private:
    template <class Judge>
    void settle(uint32_t file, Judge judge) {
        const auto& lines = list_.lines();
        for (uint32_t i = list_.files()[file].first_line; i != kNoLine; i = lines[i].next) {
            if (outcomes_[i] == Outcome::kPending) outcomes_[i] = judge(lines[i]);
        }
    }

    Status print_known() {
        Status written = Done{};
        for (; written && printed_ < outcomes_.size(); printed_++) {
            if (outcomes_[printed_] == Outcome::kPending) break;
            written = print(list_.lines()[printed_], outcomes_[printed_]);
        }
        if (written && interactive_) written = output_->flush();
        return written;
    }

    Status print(const CheckLine& line, Outcome outcome) {
        bool silent = args_.status_only || outcome == Outcome::kMissing ||
                      (args_.quiet && outcome == Outcome::kOk);
        if (silent) return Done{};
        SumsName name = sums_name(list_.files()[line.file].name);
        return output_->write(
            fmt::format("{}{}: {}\n", name.escaped ? "\\" : "", name.text, said_of(outcome)));
    }

    const CheckList& list_;
    const Args& args_;
    const bool interactive_ = isatty(STDOUT_FILENO) == 1;
    std::unique_ptr<Output> output_ = Output::to_stdout();
    std::vector<Outcome> outcomes_;
    std::vector<uint32_t> group_;
    size_t printed_ = 0;
};

// "SHA256" in "improperly formatted SHA256 checksum line", where one kind is asked for.
std::string kind_in_messages(const std::optional<DigestKind>& kind) {
    return kind ? std::string(sums_tag(*kind)) + " " : "";
}

struct CheckRun {
    const Args& args;
    const VisitOptions& options;
    std::optional<DigestKind> plain_kind;
};

// Complains about lines as the options want it: of improper ones with --warn, and always of a kind
// of digest that is not supported, since such a line looks right to its reader.
class LineComplaints {
  public:
    LineComplaints(const CheckRun& run, std::string shown) : run_(run), shown_(std::move(shown)) {}

    void operator()(uint64_t number, const Error& why) const {
        bool unsupported = why.code == Code::kUnsupported;
        if (unsupported ? run_.args.status_only : !run_.args.warn) return;
        std::string text =
            fmt::format("improperly formatted {}checksum line", kind_in_messages(run_.plain_kind));
        complain(shown_, fmt::format("{}: {}", number, unsupported ? why.text : text));
    }

  private:
    const CheckRun& run_;
    const std::string shown_;
};

struct OpenList {
    FileDescriptor owned;
    int fd = -1;
    std::string shown;
};

OpenList open_list(const std::string& path) {
    OpenList list;
    bool from_stdin = path == "-";
    if (!from_stdin) list.owned = FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    list.fd = from_stdin ? STDIN_FILENO : list.owned.get();
    list.shown = from_stdin ? "'standard input'" : sums_name(path).text;
    return list;
}

// What no visit should get: folders, which it would walk, and what may be missing.
bool settle_without_reading(uint32_t number, const CheckedFile& file, const Args& args,
                            Verdicts& verdicts) {
    if (file.name == "-") return false;
    struct stat status {};
    bool there = stat(file.name.c_str(), &status) == 0;
    if (there && S_ISDIR(status.st_mode)) {
        complain(sums_name(file.name).text, "Is a directory");
        verdicts.give_up(number, Outcome::kUnread);
        return true;
    }
    if (there || errno != ENOENT || !args.ignore_missing) return false;
    verdicts.give_up(number, Outcome::kMissing);
    return true;
}

// Files that need the same digests are read in one visit, side by side in the lanes.
using Groups = std::map<std::pair<KindSet, uint64_t>, std::vector<uint32_t>>;

Groups group_files(const CheckList& list, const Args& args, Verdicts& verdicts) {
    Groups groups;
    for (uint32_t i = 0; i < list.files().size(); i++) {
        const CheckedFile& file = list.files()[i];
        if (settle_without_reading(i, file, args, verdicts)) continue;
        if (!file.is_needed()) {
            verdicts.give_up(i, Outcome::kUnsupported);
            continue;
        }
        groups[{file.kinds, file.chunk_size}].push_back(i);
    }
    return groups;
}

// Nothing when all went well; otherwise the exit code of a visit that could not be finished.
std::optional<int> visit_groups(const CheckRun& run, const CheckList& list, Verdicts& verdicts) {
    for (const auto& [needs, files] : group_files(list, run.args, verdicts)) {
        VisitOptions options = run.options;
        options.digests = needs.first.list();
        if (needs.second != 0) options.chunk_size = needs.second;
        for (uint32_t file : files) options.targets.push_back(list.files()[file].name);
        verdicts.expect(files);
        Result<Summary> summary = visit_and_complain(run.args, options, verdicts);
        if (!summary) return exit_code_of(summary.error());
    }
    return std::nullopt;
}

void warn_of(uint64_t count, std::string_view one, std::string_view many) {
    if (count > 0) complain("", fmt::format("WARNING: {} {}", count, count == 1 ? one : many));
}

void print_warnings(const CheckList& list, const Verdicts& verdicts) {
    warn_of(list.improper(), "line is improperly formatted", "lines are improperly formatted");
    warn_of(verdicts.count(Outcome::kUnread), "listed file could not be read",
            "listed files could not be read");
    warn_of(verdicts.count(Outcome::kUnsupported), "listed digest is not supported",
            "listed digests are not supported");
    warn_of(verdicts.count(Outcome::kMismatch), "computed checksum did NOT match",
            "computed checksums did NOT match");
}

int judge(const CheckRun& run, const std::string& shown, const CheckList& list,
          const Verdicts& verdicts) {
    if (!run.args.status_only) print_warnings(list, verdicts);
    bool none_verified = run.args.ignore_missing && verdicts.count(Outcome::kOk) == 0;
    if (none_verified && !run.args.status_only) complain(shown, "no file was verified");
    if (verdicts.count(Outcome::kMismatch) > 0) return kExitFindings;
    if (verdicts.count(Outcome::kUnread) > 0) return kExitIncomplete;
    if (verdicts.count(Outcome::kUnsupported) > 0) return kExitIncomplete;
    if (run.args.strict && list.improper() > 0) return kExitIncomplete;
    return none_verified ? kExitNothing : kExitClean;
}

int check_one(const CheckRun& run, const std::string& path) {
    OpenList opened = open_list(path);
    if (opened.fd < 0) {
        complain(opened.shown, describe({Code::kIo, "cannot open the list", 0, errno}));
        return kExitUsage;
    }
    LineComplaints complaints(run, opened.shown);
    Result<CheckList> list = CheckList::read(
        opened.fd, {run.plain_kind, path != "-",
                    [&](uint64_t number, const Error& why) { complaints(number, why); }});
    if (!list) {
        complain(opened.shown, describe(list.error()));
        return kExitUsage;
    }
    if (list->lines().empty()) {
        complain(opened.shown, "no properly formatted checksum lines found");
        return kExitUsage;
    }
    Verdicts verdicts(*list, run.args);
    std::optional<int> failed = visit_groups(run, *list, verdicts);
    Status written = failed ? verdicts.stop_early() : verdicts.finish();
    if (!written) complain("standard output", describe(written.error()));
    if (failed) return *failed;
    int code = judge(run, opened.shown, *list, verdicts);
    return !written && code == kExitClean ? kExitIncomplete : code;
}

// Of several lists the gravest outcome counts: mismatches above all else.
int graver(int a, int b) {
    static constexpr int kByGravity[] = {kExitInterrupted, kExitFindings, kExitUsage,
                                         kExitIncomplete,  kExitNothing,  kExitClean};
    for (int code : kByGravity) {
        if (a == code || b == code) return code;
    }
    return a;
}

}  // namespace

int run_check(const Args& args) {
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    CheckRun run{args, *options, std::nullopt};
    if (!args.digests.empty()) {
        if (options->digests.size() != 1) {
            complain("", "with --check, --digest takes the one kind that the lists hold");
            return kExitUsage;
        }
        run.plain_kind = options->digests.front();
        if (!is_available(*run.plain_kind)) {
            complain("", "this build has no BLAKE3: the system has no libblake3");
            return kExitUsage;
        }
    }
    std::vector<std::string> lists = args.targets;
    if (!args.check.empty()) lists.insert(lists.begin(), args.check);
    if (lists.empty()) lists = {"-"};
    options->targets.clear();
    int code = kExitClean;
    for (const std::string& list : lists) {
        code = graver(code, check_one(run, list));
        if (code == kExitInterrupted) break;
    }
    return code;
}

}  // namespace assay::cli

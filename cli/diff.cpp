// assay diff A B: two models, statements or bundles, file by file.
//
// A side is a statement, read or made on the spot with the settings of the other one; then both are
// walked in the order of their names. Signatures are not asked for: what differs is said, not whom
// to trust.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "assay/json_text.h"
#include "assay/small_file.h"
#include "commands.h"
#include "model_files.h"
#include "progress.h"
#include "run_visit.h"
#include "signed_model.h"
#include "text.h"
#include "where.h"

namespace assay::cli {

namespace {

constexpr uint64_t kGrain = 4096;     // ranges nearer than that are one
constexpr size_t kMostRanges = 1000;  // that are listed of a file; all are counted

struct Side {
    std::string path;
    std::optional<ModelFiles> files;    // of a model
    std::optional<SignedModel> stated;  // of a statement
    OmsManifest manifest;
    std::map<std::string, uint64_t> sizes;  // of a model's files
};

// ------------------------------------------------------------------------------------------------
// What a side is.

bool starts_like_json(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char first = 0;
    return file >> first && first == '{';
}

std::optional<SignedModel> bare_statement(const std::string& path, size_t memory) {
    Result<std::vector<uint8_t>> file = load_small_file(path, memory / 4);
    if (!file) return std::nullopt;
    std::string about;
    Result<OmsManifest> manifest = read_oms(*file, {false, memory / 4}, about);
    if (!manifest) return std::nullopt;
    return SignedModel{std::move(*manifest), std::move(*file), std::nullopt};
}

bool open_statement(Side& side, size_t memory) {
    side.stated = bare_statement(side.path, memory);
    if (side.stated) return true;
    Refusal refusal;
    side.stated = read_signed_model(side.path, {nullptr, nullptr, false, memory}, refusal);
    return side.stated.has_value();
}

// A JSON file that is named as a model's is one is still a model: only statements are read as such.
bool is_statement(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    if (!starts_like_json(path)) return false;
    std::ifstream file(path, std::ios::binary);
    std::string start(4096, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    return start.find("dev.sigstore.bundle") != std::string::npos ||
           start.find(kStatementType) != std::string::npos;
}

bool open_side(Side& side, size_t memory) {
    if (is_statement(side.path)) {
        if (!open_statement(side, memory)) return false;
        side.manifest = side.stated->manifest;
        return true;
    }
    Result<ModelFiles> files = ModelFiles::open(side.path, true);
    if (files) side.files = std::move(*files);
    if (!files) complain(side.path, describe(files.error()));
    return files.ok();
}

// ------------------------------------------------------------------------------------------------
// A model as a statement.

class Collector final : public RecordSink {
  public:
    explicit Collector(Side& side) : side_(side) {}

    Status record(const Record& record) override {
        if (!record.place.is_file()) return Done{};
        const std::string name = side_.files->name_of(record.user_path);
        if (!was_hashed(record, side_.manifest.settings)) {
            complain(name, record.reason);
            unread_++;
            return Done{};
        }
        side_.sizes[name] = record.size;
        if (side_.manifest.settings.by_shards) return Done{};
        OmsResource resource;
        resource.name = name;
        resource.digest = record.digests.front();
        resource.size = record.size;
        side_.manifest.resources.push_back(std::move(resource));
        return Done{};
    }

    Status shards(const Record& record, const std::vector<Digest>& digests) {
        std::lock_guard lock(mutex_);
        const uint64_t size = side_.manifest.settings.shard_size;
        for (size_t i = 0; i < digests.size(); i++) {
            OmsResource part;
            part.name = side_.files->name_of(record.user_path);
            part.digest = digests[i];
            part.begin = i * size;
            part.end = std::min(part.begin + size, record.size);
            side_.manifest.resources.push_back(std::move(part));
        }
        return Done{};
    }

    [[nodiscard]] uint64_t unread() const { return unread_; }

  private:
    Side& side_;
    std::mutex mutex_;
    uint64_t unread_ = 0;
};

std::optional<int> hash_side(const Args& args, Side& side, const OmsSettings& settings) {
    side.manifest.settings = settings;
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    options->targets = {side.path};
    options->follow = true;
    options->digests = {settings.hash};
    if (settings.by_shards) {
        options->digests.clear();
        options->shards = ShardPlan{settings.shard_size, settings.hash};
    }
    const std::vector<std::string>& ignored =
        settings.states_ignore_paths ? settings.ignore_paths : git_names();
    options->passes_over = [&](const std::string& path) {
        return is_within(side.files->name_of(path), ignored);
    };
    Collector collector(side);
    auto shards = [&](const Record& record, const std::vector<Digest>& digests) {
        return collector.shards(record, digests);
    };
    Result<Summary> summary = visit_and_complain(args, *options, collector, {}, shards);
    if (!summary) return exit_code_of(summary.error());
    auto& all = side.manifest.resources;
    std::sort(all.begin(), all.end(), [](const OmsResource& a, const OmsResource& b) {
        return std::tie(a.name, a.begin) < std::tie(b.name, b.begin);
    });
    if (collector.unread() > 0) return kExitIncomplete;
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Files of two models, byte by byte.

class ByteComparison {
  public:
    ByteComparison(const FileSource& a, const FileSource& b) : a_(a), b_(b) {}

    bool run() {
        const uint64_t common = std::min(a_.stamp().size, b_.stamp().size);
        std::vector<uint8_t> left(kMiB);
        std::vector<uint8_t> right(kMiB);
        for (uint64_t at = 0; at < common; at += left.size()) {
            auto want = static_cast<size_t>(std::min<uint64_t>(left.size(), common - at));
            Result<size_t> got_a = a_.read_into(at, left.data(), want);
            Result<size_t> got_b = b_.read_into(at, right.data(), want);
            if (!got_a || !got_b || *got_a != want || *got_b != want) return false;
            compare(at, Bytes(left).first(want), Bytes(right).first(want));
        }
        return true;
    }

    std::vector<ByteRange> ranges;
    uint64_t bytes = 0;  // that differ
    uint64_t total = 0;  // ranges

  private:
    void compare(uint64_t at, Bytes a, Bytes b) {
        for (size_t i = 0; i < a.size();) {
            auto [here, there] = std::mismatch(a.begin() + static_cast<std::ptrdiff_t>(i), a.end(),
                                               b.begin() + static_cast<std::ptrdiff_t>(i));
            if (here == a.end()) return;
            i = static_cast<size_t>(here - a.begin());
            note(at + i);
            i++;
        }
    }

    void note(uint64_t offset) {
        bytes++;
        if (total > 0 && offset < last_ + kGrain) {
            if (total <= kMostRanges) ranges.back().end = offset + 1;
        } else {
            total++;
            if (total <= kMostRanges) ranges.push_back({offset, offset + 1});
        }
        last_ = offset;
    }

    const FileSource& a_;
    const FileSource& b_;
    uint64_t last_ = 0;
};

// ------------------------------------------------------------------------------------------------

struct FileDiff {
    std::string name;
    std::string kind;  // "only in A", "only in B", "differs"
    std::optional<uint64_t> size_a;
    std::optional<uint64_t> size_b;
    std::optional<uint64_t> bytes;  // that differ
    uint64_t more_ranges = 0;
    Difference where{};
};

class Diff {
  public:
    Diff(const Args& args, Side& a, Side& b) : args_(args), a_(a), b_(b) {}

    void run() {
        const auto& as = a_.manifest.resources;
        const auto& bs = b_.manifest.resources;
        for (size_t i = 0, j = 0; i < as.size() || j < bs.size();) {
            const bool has_a = j == bs.size() || (i < as.size() && as[i].name <= bs[j].name);
            const bool has_b = i == as.size() || (j < bs.size() && bs[j].name <= as[i].name);
            const std::string& name = has_a ? as[i].name : bs[j].name;
            const size_t end_a = has_a ? a_.manifest.parts_of(name).second : i;
            const size_t end_b = has_b ? b_.manifest.parts_of(name).second : j;
            if (!has_b) add_only(a_, name, "only in A");
            if (!has_a) add_only(b_, name, "only in B");
            if (has_a && has_b) compare(name, {i, end_a}, {j, end_b});
            i = end_a;
            j = end_b;
        }
    }

    std::vector<FileDiff> differences;
    uint64_t same = 0;

  private:
    using Parts = std::pair<size_t, size_t>;

    static std::optional<uint64_t> size_in(const Side& side, const std::string& name) {
        auto known = side.sizes.find(name);
        if (known != side.sizes.end()) return known->second;
        auto [begin, end] = side.manifest.parts_of(name);
        if (begin == end) return std::nullopt;
        if (side.manifest.settings.by_shards) return side.manifest.resources[end - 1].end;
        return side.manifest.resources[begin].size;
    }

    void add_only(const Side& side, const std::string& name, const char* kind) {
        FileDiff diff{name, kind, {}, {}, {}, 0, {}};
        (&side == &a_ ? diff.size_a : diff.size_b) = size_in(side, name);
        differences.push_back(std::move(diff));
    }

    void compare(const std::string& name, Parts in_a, Parts in_b) {
        FileDiff diff{name, "differs", size_in(a_, name), size_in(b_, name), {}, 0, {}};
        diff.where.name = name;
        diff.where.kind = Difference::Kind::kChanged;
        bool equal = in_a.second - in_a.first == in_b.second - in_b.first;
        for (size_t k = 0; k < in_a.second - in_a.first && k < in_b.second - in_b.first; k++) {
            const OmsResource& left = a_.manifest.resources[in_a.first + k];
            const OmsResource& right = b_.manifest.resources[in_b.first + k];
            if (left.digest == right.digest && left.end == right.end) continue;
            equal = false;
            if (left.end > 0)
                diff.where.ranges.push_back({left.begin, std::max(left.end, right.end)});
        }
        if (equal) {
            same++;
            return;
        }
        locate(diff);
        differences.push_back(std::move(diff));
    }

    void locate(FileDiff& diff) {
        if (a_.files && b_.files) return compare_bytes(diff);
        Side& model = a_.files ? a_ : b_;
        Side& statement = a_.files ? b_ : a_;
        if (!model.files) return compare_tensors(diff);
        Args args = args_;
        args.seal.signature = statement.path;
        std::vector<Difference> one{std::move(diff.where)};
        std::vector<ByteRange> parts = one.front().ranges;
        one.front().ranges.clear();
        locate_changes({args, *model.files, *statement.stated}, one);
        diff.where = std::move(one.front());
        if (diff.where.ranges.empty()) diff.where.ranges = std::move(parts);
    }

    void compare_bytes(FileDiff& diff) {
        auto file_a = FileSource::open(a_.files->path_of(diff.name), FileSource::Direct::kNo);
        auto file_b = FileSource::open(b_.files->path_of(diff.name), FileSource::Direct::kNo);
        if (!file_a || !file_b) return;
        ByteComparison bytes(**file_a, **file_b);
        if (!bytes.run()) return;
        diff.bytes = bytes.bytes;
        diff.more_ranges = bytes.total - bytes.ranges.size();
        diff.where.ranges = std::move(bytes.ranges);
        diff.where.tensors = tensors_in(b_.files->path_of(diff.name), diff.where.ranges);
    }

    // Between two statements: tensors whose digests both have.
    void compare_tensors(FileDiff& diff) {
        Result<std::vector<OmsTensor>> left = read_oms_tensors(a_.stated->payload, diff.name);
        Result<std::vector<OmsTensor>> right = read_oms_tensors(b_.stated->payload, diff.name);
        if (!left || !right) return;
        std::map<std::string, std::string> known;
        for (const OmsTensor& tensor : *left) known[tensor.name] = tensor.sha256;
        for (const OmsTensor& tensor : *right) {
            auto found = known.find(tensor.name);
            if (found == known.end() || found->second != tensor.sha256) {
                diff.where.tensors.push_back(tensor.name);
            }
            if (found != known.end()) known.erase(found);
        }
        for (const auto& [name, sha256] : known) diff.where.tensors.push_back(name);
    }

    const Args& args_;
    Side& a_;
    Side& b_;
};

std::string size_text(const std::optional<uint64_t>& size) {
    return size ? fmt::format("{} bytes", *size) : "size unknown";
}

std::string text_of(const FileDiff& diff) {
    std::string sizes = size_text(diff.size_a ? diff.size_a : diff.size_b);
    if (diff.kind == "differs" && diff.size_a != diff.size_b) {
        sizes = fmt::format("{} and {}", size_text(diff.size_a), size_text(diff.size_b));
    }
    if (diff.bytes) sizes += fmt::format(", {} of them other", *diff.bytes);
    std::string text = fmt::format("{}: {} ({})\n", escape_path(diff.name), diff.kind, sizes);
    for (const ByteRange& range : diff.where.ranges) {
        text += fmt::format("    bytes {} to {}\n", range.begin, range.end - 1);
    }
    if (diff.more_ranges > 0) text += fmt::format("    {} more ranges\n", diff.more_ranges);
    for (const std::string& tensor : diff.where.tensors) {
        text += fmt::format("    tensor {}\n", escape_text(tensor));
    }
    return text;
}

void write_size(JsonText& json, std::string_view key, const std::optional<uint64_t>& size) {
    json.key(key);
    size ? json.number(*size) : json.raw("null");
}

std::string json_of(const Diff& diff) {
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("schema").text("assay.diff/1");
    json.key("same").number(diff.same);
    json.key("differences").open('[');
    for (const FileDiff& one : diff.differences) {
        json.open('{');
        json.key("name").text(escape_path(one.name));
        json.key("kind").text(one.kind);
        write_size(json, "size_a", one.size_a);
        write_size(json, "size_b", one.size_b);
        write_size(json, "bytes", one.bytes);
        json.key("ranges").open('[');
        for (const ByteRange& range : one.where.ranges) {
            json.open('{');
            json.key("offset").number(range.begin);
            json.key("length").number(range.end - range.begin);
            json.close('}');
        }
        json.close(']');
        json.key("tensors").open('[');
        for (const std::string& tensor : one.where.tensors) json.text(tensor);
        json.close(']');
        json.close('}');
    }
    json.close(']');
    json.close('}');
    return text + "\n";
}

bool comparable(const OmsSettings& a, const OmsSettings& b) {
    return a.hash == b.hash && a.by_shards == b.by_shards && a.shard_size == b.shard_size;
}

}  // namespace

int run_diff(const Args& args) {
    const size_t memory = parse_size(args.memory).value_or(kDefaultMemory);
    Side a{args.seal.diff_from, {}, {}, {}, {}};
    Side b{args.seal.diff_to, {}, {}, {}, {}};
    if (!open_side(a, memory) || !open_side(b, memory)) return kExitUsage;
    if (a.stated && b.stated && !comparable(a.manifest.settings, b.manifest.settings)) {
        complain(b.path, "has other digests than the first one; name a model for one of them");
        return kExitUsage;
    }
    const OmsSettings settings = a.stated   ? a.manifest.settings
                                 : b.stated ? b.manifest.settings
                                            : OmsSettings{};
    for (Side* side : {&a, &b}) {
        if (!side->files) continue;
        std::optional<int> stop = hash_side(args, *side, settings);
        if (stop) return *stop;
    }
    Diff diff(args, a, b);
    diff.run();
    const int code = diff.differences.empty() ? kExitClean : kExitFindings;
    if (args.json) return print_out(json_of(diff), code);
    std::string text;
    for (const FileDiff& one : diff.differences) text += text_of(one);
    if (!args.quiet) {
        text += fmt::format("{} of {} files differ\n", diff.differences.size(),
                            diff.differences.size() + diff.same);
    }
    return print_out(text, code);
}

}  // namespace assay::cli

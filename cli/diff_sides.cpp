#include "diff_sides.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "assay/small_file.h"
#include "commands.h"
#include "progress.h"
#include "run_visit.h"
#include "signer_key.h"

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

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

std::optional<int> open_statement(Side& side, size_t memory) {
    side.stated = bare_statement(side.path, memory);
    if (side.stated) return std::nullopt;
    Refusal refusal;
    side.stated = read_signed_model(side.path, {nullptr, nullptr, false, memory}, refusal);
    if (side.stated) return std::nullopt;
    return refusal.code == kExitFindings ? kExitUsage : refusal.code;
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

// An exit code where it cannot be had.
std::optional<int> open_side(Side& side, size_t memory) {
    if (is_statement(side.path)) {
        std::optional<int> stop = open_statement(side, memory);
        if (!stop) side.manifest = side.stated->manifest;
        return stop;
    }
    if (SumsManifest::is_one(side.path)) {
        Result<SumsManifest> sums = SumsManifest::read(side.path);
        if (sums) side.sums = std::move(*sums);
        return sums ? std::nullopt : std::optional(refuse_input(side.path, sums.error()));
    }
    Result<ModelFiles> files = ModelFiles::open(side.path, true);
    if (files) side.files = std::move(*files);
    return files ? std::nullopt : std::optional(refuse_input(side.path, files.error()));
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
            complain(name, record.reason.empty() ? "a link, which is not followed" : record.reason);
            side_.unread.push_back(name);
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

  private:
    Side& side_;
    std::mutex mutex_;
};

// A snapshot of a Hugging Face cache consists of links that lead out of it, to blobs beside it.
bool is_snapshot(const ModelFiles& files) {
    std::error_code fault;
    const fs::path real = fs::canonical(files.path(), fault);
    return !fault && real.parent_path().filename() == "snapshots";
}

// Whoever made a model may not have us read what lies outside of it. Links are what they are to
// `verify`, but for that; where nothing was signed those within the model are followed.
void set_links(const Side& side, const OmsSettings* stated, VisitOptions& options) {
    const bool allowed = !stated || stated->allow_symlinks;
    options.follow_cache = allowed && is_snapshot(*side.files);
    options.follow = allowed && !options.follow_cache;
    options.within_target = options.follow;
}

std::optional<int> hash_side(const Args& args, Side& side, const OmsSettings& settings,
                             bool stated) {
    side.manifest.settings = settings;
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    options->targets = {side.path};
    set_links(side, stated ? &settings : nullptr, *options);
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
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Both.

bool comparable(const OmsSettings& a, const OmsSettings& b) {
    return a.hash == b.hash && a.by_shards == b.by_shards && a.shard_size == b.shard_size;
}

// What the lists are read for: the digest of the other side, or what both lists have.
std::optional<DigestKind> kind_of_lists(const Side& a, const Side& b) {
    for (const auto& [list, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        if (!list->sums) continue;
        if (other->stated) {
            const OmsSettings& settings = other->manifest.settings;
            const bool fits = !settings.by_shards && list->sums->kinds().has(settings.hash);
            return fits ? std::optional(settings.hash) : std::nullopt;
        }
        const DigestKind wanted = list->sums->preferred();
        if (!other->sums || other->sums->kinds().has(wanted)) return wanted;
        for (DigestKind kind : list->sums->kinds().list()) {
            if (other->sums->kinds().has(kind)) return kind;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

std::set<std::string> names_of(const Side& side) {
    std::set<std::string> names;
    for (const OmsResource& resource : side.manifest.resources) names.insert(resource.name);
    return names;
}

void name_lists(Side& a, Side& b, DigestKind kind) {
    const SumsManifest* list_a = a.sums ? &*a.sums : nullptr;
    const SumsManifest* list_b = b.sums ? &*b.sums : nullptr;
    const FoldersToDrop drop = matching_folders(list_a, names_of(a), list_b, names_of(b));
    if (list_a) a.manifest = list_a->manifest(kind, drop.a);
    if (list_b) b.manifest = list_b->manifest(kind, drop.b);
}

}  // namespace

std::optional<int> open_sides(const Args& args, Side& a, Side& b) {
    const size_t memory = parse_size(args.memory).value_or(kDefaultMemory);
    for (Side* side : {&a, &b}) {
        if (std::optional<int> stop = open_side(*side, memory)) return stop;
    }
    const bool lists = a.sums || b.sums;
    const std::optional<DigestKind> of_lists = kind_of_lists(a, b);
    const bool stated = a.stated && b.stated;
    if ((lists && !of_lists) || (stated && !comparable(a.manifest.settings, b.manifest.settings))) {
        complain(b.path, "has other digests than the first one; name a model for one of them");
        return kExitUsage;
    }
    const DigestKind kind = of_lists.value_or(DigestKind::kSha256);
    OmsSettings settings;
    if (a.stated || b.stated) settings = a.stated ? a.manifest.settings : b.manifest.settings;
    if (lists && !a.stated && !b.stated) {
        settings.hash = kind;
        settings.states_ignore_paths = false;
    }
    for (Side* side : {&a, &b}) {
        if (!side->files) continue;
        std::optional<int> stop = hash_side(args, *side, settings, a.stated || b.stated);
        if (stop) return stop;
    }
    if (lists) name_lists(a, b, kind);
    return std::nullopt;
}

}  // namespace assay::cli

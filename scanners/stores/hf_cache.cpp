// The cache of the Hugging Face hub, and each repository in it.
//
//   hub/models--ORG--NAME/blobs/ETAG                      the content of every file, once
//   hub/models--ORG--NAME/refs/main                       a commit, 40 hexadecimal digits
//   hub/models--ORG--NAME/snapshots/COMMIT/dir/file.bin   a link to ../../../blobs/ETAG
//   hub/models--ORG--NAME/.no_exist/COMMIT/file           that the commit has no such file
//
// An ETag of 64 digits is the SHA-256 of the content (files of Git LFS or Xet), one of 40 that of a
// Git blob: SHA-1 over "blob", a space, the size, a zero byte and the content. The libraries never
// look again once a file is there: a download that broke, a disk that lost a sector or somebody
// with access to the cache changes what is loaded, and nobody is told. On systems without links
// snapshots hold the files themselves, and then nothing states what they should be.
//
// Attackers bend the links: a snapshot may lead to any file of its reader.
//
// Formats go by names, which only links have: so where files are inspected a blob is read through
// the first link to it, and passed over among the blobs. Which blobs have links is looked up when
// the repository is entered. Further links to a blob by the same name say nothing new.
#include <dirent.h>

#include <algorithm>
#include <map>
#include <set>

#include "assay/place.h"
#include "assay/tape.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;
using Reading = StoreEntry::Reading;

constexpr std::string_view kPrefixes[] = {"models--", "datasets--", "spaces--"};
constexpr size_t kCommitDigits = 40;
constexpr size_t kMostLooked = 65'536;  // names of a repository that are looked at ahead

bool is_repository_name(std::string_view name) {
    return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool is_blob_name(std::string_view name) { return is_hex(name, 64) || is_hex(name, 40); }

// "models--org--name" is org/name, "datasets--org--name" datasets/org/name.
std::string repository_of(std::string_view name) {
    if (name.starts_with("models--")) name.remove_prefix(8);
    std::string out(name);
    for (size_t at = out.find("--"); at != std::string::npos; at = out.find("--", at + 1)) {
        out.replace(at, 2, "/");
    }
    return out;
}

// What a link leads to, from the folder that it lies in, without looking at the disk: a path
// relative to the repository; nothing if it leads out of it.
std::optional<std::string> resolve_lexically(std::string_view folder, std::string_view link) {
    std::vector<std::string_view> parts;
    auto walk = [&](std::string_view path) {
        for (size_t from = 0; from < path.size();) {
            const size_t to = std::min(path.find('/', from), path.size());
            const std::string_view part = path.substr(from, to - from);
            from = to + 1;
            if (part.empty() || part == ".") continue;
            if (part != "..") {
                parts.push_back(part);
                continue;
            }
            if (parts.empty()) return false;
            parts.pop_back();
        }
        return true;
    };
    if (link.starts_with('/') || !walk(folder) || !walk(link)) return std::nullopt;
    std::string out;
    for (std::string_view part : parts) out = below(out, part);
    return out;
}

// ------------------------------------------------------------------------------------------------
// What is known of one repository.

struct Repository {
    std::shared_ptr<const StoreRoot> store;
    std::string path;  // relative to the target
    std::string name;  // "org/name"
    std::set<std::string, std::less<>> commits;
    std::set<std::string, std::less<>> linked;  // blobs that snapshots lead to
    bool looked = true;                         // those are all
    bool through_links = false;

    // The first link by which a blob is read: its path, relative to the target.
    std::map<std::string, std::string, std::less<>> first;
};

// Goes through the links of a repository ahead of the walk.
class LookAhead {
  public:
    LookAhead(Repository& repository, const FolderView& view)
        : repository_(repository), view_(view) {}

    void look() {
        list(".no_exist", [&](std::string_view name, uint8_t type) {
            if (type == DT_DIR) repository_.commits.emplace(name);
        });
        list("snapshots", [&](std::string_view name, uint8_t type) {
            if (type != DT_DIR) return;
            repository_.commits.emplace(name);
            folders_.push_back(below("snapshots", name));
        });
        while (!folders_.empty() && repository_.looked) look_into_next();
        if (!repository_.looked) repository_.linked.clear();
    }

  private:
    void look_into_next() {
        const std::string folder = std::move(folders_.back());
        folders_.pop_back();
        list(folder, [&](std::string_view name, uint8_t type) {
            if (type == DT_DIR) folders_.push_back(below(folder, name));
        });
        for (const std::string& link : links_) {
            const std::optional<std::string> blob = resolve_lexically(folder, link);
            if (blob && blob->starts_with("blobs/")) repository_.linked.insert(blob->substr(6));
        }
    }

    template <class Each>
    void list(const std::string& folder, Each each);

    Repository& repository_;
    const FolderView& view_;
    std::vector<std::string> folders_;
    std::vector<std::string> links_;  // what the links of the last folder read
    size_t names_ = 0;
};

template <class Each>
void LookAhead::list(const std::string& folder, Each each) {
    links_.clear();
    const FileDescriptor fd = view_.open_folder(folder);
    if (!fd.valid()) return;
    const bool whole = list_folder(fd, [&](const ListedName& listed) {
        each(listed.name, listed.type);
        if (listed.type == DT_LNK) links_.push_back(listed.link);
        return ++names_ < kMostLooked;
    });
    repository_.looked = repository_.looked && whole;
}

// ------------------------------------------------------------------------------------------------
// refs/main

constexpr size_t kLongestRef = 256;

Status scan_ref(Tape& tape, ScanContext& context, const Repository& repository) {
    Result<Bytes> head = tape.peek(kLongestRef);
    if (!head) return head.error();
    const std::string_view text = as_text(*head);
    if (!is_hex(text, kCommitDigits)) {
        context.report(rule("hfcache.ref.invalid"), 0, 0, text.substr(0, 64));
    } else if (!repository.commits.contains(text)) {
        context.report(rule("hfcache.ref.missing_snapshot"), 0, 0, text);
    }
    context.parsed(text.size());
    return tape.advance(head->size());
}

// ------------------------------------------------------------------------------------------------

class RepositoryFolder final : public StoreFolder {
  public:
    enum class Role { kRoot, kBlobs, kRefs, kSnapshots, kCommit, kIgnored };

    RepositoryFolder(std::shared_ptr<Repository> repository, Role role, std::string within)
        : repository_(std::move(repository)), role_(role), within_(std::move(within)) {}

    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        return std::make_shared<RepositoryFolder>(repository_, role_of(name), below(within_, name));
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override {
        return repository_->store;
    }

  private:
    [[nodiscard]] Role role_of(std::string_view name) const;
    void describe_blob(StoreEntry& entry, std::string_view name, const std::string* link) const;
    void describe_link(StoreEntry& entry, const std::string& path, std::string_view name,
                       const std::string& link) const;
    void lead_to_blob(StoreEntry& entry, const std::string& path, std::string_view blob) const;
    void check_commit(StoreEntry& entry) const;
    [[nodiscard]] std::string commit() const;
    [[nodiscard]] std::string path_of_blob(std::string_view name) const {
        return escape_path(below(below(repository_->path, "blobs"), name));
    }

    const std::shared_ptr<Repository> repository_;
    const Role role_;
    const std::string within_;  // relative to the repository
};

RepositoryFolder::Role RepositoryFolder::role_of(std::string_view name) const {
    if (role_ == Role::kRefs || role_ == Role::kCommit) return role_;
    if (role_ == Role::kSnapshots) return Role::kCommit;
    if (role_ != Role::kRoot) return Role::kIgnored;
    if (name == "blobs") return Role::kBlobs;
    if (name == "refs") return Role::kRefs;
    return name == "snapshots" ? Role::kSnapshots : Role::kIgnored;
}

Expected expected_of(std::string_view name) {
    if (name.size() == 64) {
        return {DigestKind::kSha256, std::string(name), &rule("hfcache.blob.sha256_mismatch")};
    }
    return {DigestKind::kGitSha1, std::string(name), &rule("hfcache.blob.gitsha1_mismatch")};
}

void RepositoryFolder::describe(StoreEntry& entry, const std::string& path, std::string_view name,
                                const std::string* link) const {
    if (role_ == Role::kBlobs) return describe_blob(entry, name, link);
    if (role_ == Role::kRefs && !link) {
        entry.reader = std::make_shared<ChildReader>(
            ChildReader{"hf-ref", [repository = repository_](Tape& tape, ScanContext& context) {
                            return scan_ref(tape, context, *repository);
                        }});
    }
    if (role_ == Role::kRefs && link) entry.remark(rule("hfcache.ref.invalid"), "a link");
    if (role_ == Role::kSnapshots) entry.remark(rule("hfcache.commit.name_invalid"), "no folder");
    if (role_ != Role::kCommit) return;
    check_commit(entry);
    if (link) return describe_link(entry, path, name, *link);
    entry.remark(rule("hfcache.snapshot.regular_file"));
}

void RepositoryFolder::describe_blob(StoreEntry& entry, std::string_view name,
                                     const std::string* link) const {
    entry.blob = path_of_blob(name);
    if (link) return entry.remark(rule("hfcache.symlink.escape"), "a blob is a link to " + *link);
    if (name.ends_with(".incomplete")) {
        entry.part = StoreEntry::Part::kPartial;
        return entry.remark(rule("hfcache.blob.incomplete"));
    }
    if (!is_blob_name(name)) return entry.remark(rule("hfcache.blob.name_invalid"));
    entry.part = StoreEntry::Part::kBlob;
    entry.expected = expected_of(name);
    const bool linked = repository_->linked.contains(name);
    if (linked && repository_->through_links) entry.reading = Reading::kElsewhere;
    if (!linked && repository_->looked) entry.remark(rule("hfcache.blob.orphan"));
}

std::string RepositoryFolder::commit() const {
    const std::string_view rest = std::string_view(within_).substr(sizeof "snapshots");
    return std::string(rest.substr(0, rest.find('/')));
}

// Said once, of the first file in it.
void RepositoryFolder::check_commit(StoreEntry& entry) const {
    const std::string name = commit();
    if (is_hex(name, kCommitDigits) || !repository_->commits.contains(name)) return;
    repository_->commits.erase(name);
    entry.remark(rule("hfcache.commit.name_invalid"), escape_path(name));
}

void RepositoryFolder::describe_link(StoreEntry& entry, const std::string& path,
                                     std::string_view name, const std::string& link) const {
    if (link.starts_with('/')) return entry.remark(rule("hfcache.symlink.absolute"), link);
    const std::optional<std::string> to = resolve_lexically(within_, link);
    if (!to || !to->starts_with("blobs/") || to->find('/', 6) != std::string::npos) {
        return entry.remark(rule("hfcache.symlink.escape"), link);
    }
    const std::string blob = to->substr(6);
    entry.blob = path_of_blob(blob);
    entry.model = escape_path(repository_->name + "@" + commit());
    entry.name = escape_path(below(within_, name).substr(sizeof "snapshots" + commit().size() + 1));
    if (blob.ends_with(".incomplete")) entry.remark(rule("hfcache.snapshot.incomplete"), link);
    if (is_blob_name(blob)) lead_to_blob(entry, path, blob);
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void RepositoryFolder::lead_to_blob(StoreEntry& entry, const std::string& path,
                                    std::string_view blob) const {
    entry.reading = Reading::kCovered;
    const bool there = repository_->store->whole && repository_->looked;
    if (there && !repository_->through_links) return;  // it is read where it lies
    if (repository_->store->whole && !repository_->looked) return;
    if (repository_->first.size() > kMostLooked) {
        entry.reading = Reading::kFollow;
        return;
    }
    auto [first, is_new] = repository_->first.try_emplace(std::string(blob));
    if (is_new) {
        first->second = path;
        entry.part = StoreEntry::Part::kBlob;
        entry.expected = expected_of(blob);
        entry.reading = Reading::kFollow;
    } else if (last_name(first->second) == last_name(path)) {
        entry.same_as = escape_path(first->second);
    } else {
        entry.reading = Reading::kFollow;  // another name may make another format of it
    }
}

// ------------------------------------------------------------------------------------------------

std::shared_ptr<const StoreFolder> make_repository(const std::shared_ptr<const StoreRoot>& store,
                                                   std::string path, std::string_view name,
                                                   const FolderView& view, bool through_links) {
    auto repository = std::make_shared<Repository>();
    repository->store = store;
    repository->path = std::move(path);
    repository->name = repository_of(name);
    repository->through_links = through_links;
    LookAhead(*repository, view).look();
    return std::make_shared<RepositoryFolder>(repository, RepositoryFolder::Role::kRoot, "");
}

bool looks_like_repository(std::string_view name, const FolderView& view) {
    const bool blobs = view.has("blobs", DT_DIR);
    const bool snapshots = view.has("snapshots", DT_DIR);
    if (is_repository_name(name)) return blobs || snapshots || view.has("refs", DT_DIR);
    return blobs && snapshots && view.has("refs", DT_DIR);
}

// A hub: nothing but repositories counts.
class Hub final : public StoreFolder {
  public:
    Hub(std::shared_ptr<const StoreRoot> store, bool through_links)
        : store_(std::move(store)), through_links_(through_links) {}

    [[nodiscard]] bool is_open() const override { return true; }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView& view) const override {
        if (!is_repository_name(name) || !looks_like_repository(name, view)) return nullptr;
        return make_repository(store_, below(store_->path, name), name, view, through_links_);
    }
    void describe(StoreEntry&, const std::string&, std::string_view,
                  const std::string*) const override {}
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    const std::shared_ptr<const StoreRoot> store_;
    const bool through_links_;
};

}  // namespace

std::shared_ptr<const StoreFolder> huggingface_shape(const StoreSight& sight) {
    const std::string_view name = sight.name();
    const bool through_links = sight.roots.through_links();
    if (looks_like_repository(name, sight.view)) {
        auto store = sight.announce(StoreKind::kHuggingFace);
        if (!store) return nullptr;
        return make_repository(store, store->path, name, sight.view, through_links);
    }
    const bool hub = sight.view.any([](std::string_view listed, uint8_t type) {
        return type == DT_DIR && is_repository_name(listed);
    });
    if (!hub) return nullptr;
    auto store = sight.announce(StoreKind::kHuggingFace);
    return store ? std::make_shared<Hub>(std::move(store), through_links) : nullptr;
}

}  // namespace assay

// What Git LFS keeps of a repository: .git/lfs/objects/AA/BB/OID, and the pointers in the working
// tree that lead there.
//
// An object's name is the SHA-256 of its content, and its first four digits are the folders around
// it. lfs/incomplete and lfs/tmp hold downloads on their way. Git LFS hashes what it downloads, and
// never what it has: whatever is at the place is copied or linked into the working tree.
//
// Where a repository is checked out no pointer lies there any more: Git has it, as a blob. But its
// text follows from an object's digest and size, and Git's index says which file of the working
// tree is which blob, so that one need not look into Git's packs to know whose object it is.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "assay/place.h"
#include "formats.h"
#include "git_index.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;

constexpr std::string_view kDotGit = ".git";
constexpr std::string_view kLfsFolder = ".git/lfs";

// A pointer stands for an object, which is a part of the file under the pointer's name.
Status claim_object(Tape& tape, ScanContext& context, const std::string& objects) {
    constexpr std::string_view kOid = "\noid sha256:";
    Result<Bytes> head = tape.peek(1024);
    if (!head) return head.error();
    const std::string_view text = as_text(*head);
    const size_t at = text.find(kOid);
    if (!kLfsPointerFormat.matches({*head, {}, tape.size()}) || at == text.npos) return Done{};
    const std::string hex(text.substr(at + kOid.size(), 64));
    if (!is_hex(hex, 64)) return Done{};
    Claim claim;
    claim.path = below(below(below(objects, hex.substr(0, 2)), hex.substr(2, 2)), hex);
    claim.offset = at + 1;
    claim.if_no_file = &rule("lfs.object.missing");
    context.claim(claim_part(claim.path, std::string(context.path()), ""));
    context.claim(std::move(claim));
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Repositories that are checked out.

struct LfsObject {
    std::string oid;
    uint64_t size = 0;
};
using LfsObjects = std::vector<LfsObject>;

constexpr size_t kMostObjects = 16'384;  // with more of them damage is told, and not whose
constexpr size_t kMostGuesses = 200'000;

std::string pointer_of(const std::string& oid, uint64_t size) {
    return fmt::format("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n", oid,
                       size);
}

// What Git calls a pointer, as bytes.
std::string id_of(const std::string& pointer) {
    auto hasher = Hasher::make(DigestKind::kGitSha1, pointer.size());
    if (!hasher) return {};
    (*hasher)->update(as_bytes(pointer));
    return std::string(as_text((*hasher)->finish().bytes()));
}

// Whose objects are whose, by Git's index.
class IndexClaims {
  public:
    IndexClaims(const LfsObjects& objects, std::string root, ScanContext& context)
        : objects_(objects), root_(std::move(root)), context_(context) {
        for (const LfsObject& one : objects) {
            by_pointer_.emplace(id_of(pointer_of(one.oid, one.size)), &one);
        }
    }

    void see(const GitIndexEntry& entry) {
        if (!entry.is_file) return;
        auto known = by_pointer_.find(std::string(as_text(entry.id)));
        const LfsObject* object = known == by_pointer_.end() ? cut_object(entry) : known->second;
        if (!object) return;
        // The file is the pointer itself, which says so.
        if (entry.size == pointer_of(object->oid, object->size).size()) return;
        const std::string& oid = object->oid;
        const std::string split = below(below("lfs/objects", oid.substr(0, 2)), oid.substr(2, 2));
        context_.claim(claim_part(below(split, oid), escape_path(below(root_, entry.path)), ""));
    }

  private:
    // An object that has lost its size: the file that was checked out of it had it.
    const LfsObject* cut_object(const GitIndexEntry& entry) {
        for (const LfsObject& one : objects_) {
            if (guesses_ == kMostGuesses) return nullptr;
            guesses_++;
            if (id_of(pointer_of(one.oid, entry.size)) == as_text(entry.id)) return &one;
        }
        return nullptr;
    }

    const LfsObjects& objects_;
    const std::string root_;
    ScanContext& context_;
    std::map<std::string, const LfsObject*> by_pointer_;
    size_t guesses_ = 0;
};

// Objects by name; none where there are too many.
std::shared_ptr<const LfsObjects> objects_in(const FolderView& view, const std::string& folder) {
    auto found = std::make_shared<LfsObjects>();
    auto each = [&](const std::string& at, size_t digits, uint8_t type, const auto& with) {
        const FileDescriptor fd = view.open_folder(at);
        if (!fd.valid()) return;
        list_folder(fd, [&](const ListedName& listed) {
            if (listed.type == type && is_hex(listed.name, digits)) with(fd, listed.name);
            return found->size() <= kMostObjects;
        });
    };
    each(folder, 2, DT_DIR, [&](const FileDescriptor&, std::string_view first) {
        const std::string above = below(folder, first);
        each(above, 2, DT_DIR, [&](const FileDescriptor&, std::string_view second) {
            each(below(above, second), 64, DT_REG, [&](const FileDescriptor& fd, auto name) {
                const std::string oid(name);
                struct stat status {};
                if (fstatat(fd.get(), oid.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
                found->push_back({oid, static_cast<uint64_t>(status.st_size)});
            });
        });
    });
    if (found->size() > kMostObjects) found->clear();
    std::sort(found->begin(), found->end(),
              [](const LfsObject& a, const LfsObject& b) { return a.oid < b.oid; });
    return found;
}

// ------------------------------------------------------------------------------------------------

class LfsFolder final : public StoreFolder {
  public:
    enum class Role { kWorktree, kGit, kLfs, kIgnored };

    // `inspects`: pointers are read by their format, too.
    LfsFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within, bool inspects,
              std::shared_ptr<const LfsObjects> objects = nullptr)
        : store_(std::move(store)),
          role_(role),
          within_(std::move(within)),
          inspects_(inspects),
          objects_(std::move(objects)) {}

    [[nodiscard]] bool is_open() const override { return role_ == Role::kWorktree; }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        return std::make_shared<LfsFolder>(store_, role_of(name), below(within_, name), inspects_,
                                           objects_);
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    [[nodiscard]] Role role_of(std::string_view name) const;
    void describe_pointer(StoreEntry& entry) const;
    void describe_index(StoreEntry& entry) const;
    void describe_object(StoreEntry& entry, std::string_view name) const;
    void describe_link(StoreEntry& entry, std::string_view name, const std::string& link) const;
    // Relative to .git/lfs.
    [[nodiscard]] std::string_view within_lfs() const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
    const bool inspects_;
    const std::shared_ptr<const LfsObjects> objects_;  // of a repository
};

LfsFolder::Role LfsFolder::role_of(std::string_view name) const {
    switch (role_) {
        case Role::kWorktree:
            return name != kDotGit   ? Role::kWorktree
                   : within_.empty() ? Role::kGit
                                     : Role::kIgnored;
        case Role::kGit:
            return name == "lfs" ? Role::kLfs : Role::kIgnored;
        default:
            return role_;
    }
}

void LfsFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                         const std::string* link) const {
    if (link) return describe_link(entry, name, *link);
    if (role_ == Role::kWorktree) return describe_pointer(entry);
    if (role_ == Role::kGit && name == "index" && objects_) return describe_index(entry);
    if (role_ == Role::kLfs) describe_object(entry, name);
}

// Which of the files are pointers shows when they are read.
void LfsFolder::describe_pointer(StoreEntry& entry) const {
    std::string objects(kLfsFolder);
    for (size_t at = 0; !within_.empty() && at != std::string::npos;
         at = within_.find('/', at + 1)) {
        objects.insert(0, "../");
    }
    objects += "/objects";
    entry.reader = std::make_shared<ChildReader>(ChildReader{
        kLfsPointerFormat.name, [objects, inspects = inspects_](Tape& tape, ScanContext& context) {
            Status claimed = claim_object(tape, context, objects);
            return claimed && inspects ? kLfsPointerFormat.scan(tape, context) : claimed;
        }});
    if (inspects_) entry.reads = kLfsPointerFormat.matches;
}

void LfsFolder::describe_index(StoreEntry& entry) const {
    if (inspects_) entry.reads = [](const Probe& probe) { return is_git_index(probe.head); };
    entry.reader = std::make_shared<ChildReader>(ChildReader{
        "git-index", [objects = objects_, root = store_->path](Tape& tape, ScanContext& context) {
            IndexClaims claims(*objects, root, context);
            return each_index_entry(tape, [&](const GitIndexEntry& one) {
                claims.see(one);
                return !context.stop_requested();
            });
        }});
}

std::string_view LfsFolder::within_lfs() const {
    std::string_view within = within_;
    if (within.starts_with(kLfsFolder))
        within.remove_prefix(std::min(within.size(), kLfsFolder.size() + 1));
    return within;
}

// Nothing that Git LFS writes among its objects is one.
void LfsFolder::describe_link(StoreEntry& entry, std::string_view name,
                              const std::string& link) const {
    if (role_ != Role::kLfs || !within_lfs().starts_with("objects")) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    entry.remark(rule("lfs.object.symlink"), "link to " + link);
}

void LfsFolder::describe_object(StoreEntry& entry, std::string_view name) const {
    const std::string_view within = within_lfs();
    const bool partial = within.starts_with("incomplete") || within.starts_with("tmp");
    if (!partial && !within.starts_with("objects")) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    if (partial) {
        entry.part = StoreEntry::Part::kPartial;
        return entry.remark(rule("lfs.object.partial"));
    }
    if (!is_hex(name, 64)) return entry.remark(rule("lfs.object.name_invalid"));
    entry.part = StoreEntry::Part::kBlob;
    entry.expected =
        Expected{DigestKind::kSha256, std::string(name), &rule("lfs.object.digest_mismatch")};
    const std::string place = below(below("objects", name.substr(0, 2)), name.substr(2, 2));
    if (within != place) entry.remark(rule("lfs.object.misplaced"));
}

// Whether a folder in `below` has a name of two digits, as objects are split by.
bool is_split(const FolderView& view, const std::string& below) {
    bool found = false;
    const FileDescriptor fd = view.open_folder(below);
    if (!fd.valid()) return false;
    list_folder(fd, [&](const ListedName& listed) {
        found = listed.type == DT_DIR && is_hex(listed.name, 2);
        return !found;
    });
    return found;
}

}  // namespace

std::shared_ptr<const StoreFolder> git_lfs_shape(const StoreSight& sight) {
    using Role = LfsFolder::Role;
    const bool inspects = sight.roots.through_links();
    // Where DVC keeps files, too, the repository is its.
    const bool repository = sight.view.has(kDotGit, DT_DIR) && !sight.view.has(".dvc", DT_DIR);
    if (repository && is_split(sight.view, std::string(kLfsFolder) + "/objects")) {
        auto store = sight.announce(StoreKind::kGitLfs);
        if (!store) return nullptr;
        auto objects = objects_in(sight.view, std::string(kLfsFolder) + "/objects");
        return std::make_shared<LfsFolder>(std::move(store), Role::kWorktree, "", inspects,
                                           std::move(objects));
    }
    const bool root = sight.name() == "lfs" && sight.view.has("objects", DT_DIR);
    if (root && is_split(sight.view, "objects")) {
        auto store = sight.announce(StoreKind::kGitLfs);
        if (!store) return nullptr;
        return std::make_shared<LfsFolder>(std::move(store), Role::kLfs, "", inspects);
    }
    // Servers and backups have no folder of that name: objects by what is in them.
    const bool objects =
        sight.name() == "objects" && sight.view.any([&](std::string_view name, uint8_t type) {
            return type == DT_DIR && is_hex(name, 2) && is_split(sight.view, std::string(name));
        });
    if (!objects) return nullptr;
    auto store = sight.announce(StoreKind::kGitLfs, 1);
    if (!store) return nullptr;
    return std::make_shared<LfsFolder>(std::move(store), Role::kLfs, "objects", inspects);
}

}  // namespace assay

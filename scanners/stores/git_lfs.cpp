// What Git LFS keeps of a repository: .git/lfs/objects/AA/BB/OID, and the pointers in the working
// tree that lead there.
//
// An object's name is the SHA-256 of its content, and its first four digits are the folders around
// it. lfs/incomplete and lfs/tmp hold downloads on their way. Git LFS hashes what it downloads, and
// never what it has: whatever is at the place is copied or linked into the working tree.
#include <dirent.h>

#include "assay/place.h"
#include "formats.h"
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

class LfsFolder final : public StoreFolder {
  public:
    enum class Role { kWorktree, kGit, kLfs, kIgnored };

    // `inspects`: pointers are read by their format, too.
    LfsFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within, bool inspects)
        : store_(std::move(store)), role_(role), within_(std::move(within)), inspects_(inspects) {}

    [[nodiscard]] bool is_open() const override { return role_ == Role::kWorktree; }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        return std::make_shared<LfsFolder>(store_, role_of(name), below(within_, name), inspects_);
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    [[nodiscard]] Role role_of(std::string_view name) const;
    void describe_pointer(StoreEntry& entry) const;
    void describe_object(StoreEntry& entry, std::string_view name) const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
    const bool inspects_;
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
    if (link) return;
    if (role_ == Role::kWorktree) return describe_pointer(entry);
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

void LfsFolder::describe_object(StoreEntry& entry, std::string_view name) const {
    std::string_view within = within_;
    if (within.starts_with(kLfsFolder))
        within.remove_prefix(std::min(within.size(), kLfsFolder.size() + 1));
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
        return std::make_shared<LfsFolder>(std::move(store), Role::kWorktree, "", inspects);
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

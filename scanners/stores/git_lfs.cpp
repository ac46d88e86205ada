// What Git LFS keeps of a repository: .git/lfs/objects/AA/BB/OID.
//
// An object's name is the SHA-256 of its content, and its first four digits are the folders around
// it. lfs/incomplete and lfs/tmp hold downloads on their way. Git LFS hashes what it downloads, and
// never what it has: whatever is at the place is copied or linked into the working tree.
#include <dirent.h>

#include "assay/place.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;

class LfsFolder final : public StoreFolder {
  public:
    LfsFolder(std::shared_ptr<const StoreRoot> store, std::string within)
        : store_(std::move(store)), within_(std::move(within)) {}

    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        return std::make_shared<LfsFolder>(store_, below(within_, name));
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    const std::shared_ptr<const StoreRoot> store_;
    const std::string within_;  // relative to lfs/
};

void LfsFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                         const std::string* link) const {
    if (link) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    if (within_.starts_with("incomplete") || within_.starts_with("tmp")) {
        entry.part = StoreEntry::Part::kPartial;
        return entry.remark(rule("lfs.object.partial"));
    }
    if (!within_.starts_with("objects")) return;
    if (!is_hex(name, 64)) return entry.remark(rule("lfs.object.name_invalid"));
    entry.part = StoreEntry::Part::kBlob;
    entry.expected =
        Expected{DigestKind::kSha256, std::string(name), &rule("lfs.object.digest_mismatch")};
    const std::string place = below(below("objects", name.substr(0, 2)), name.substr(2, 2));
    if (within_ != place) entry.remark(rule("lfs.object.misplaced"));
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
    const bool root = sight.name() == "lfs" && sight.view.has("objects", DT_DIR);
    if (root && is_split(sight.view, "objects")) {
        auto store = sight.announce(StoreKind::kGitLfs);
        return store ? std::make_shared<LfsFolder>(std::move(store), "") : nullptr;
    }
    // Servers and backups have no folder of that name: objects by what is in them.
    const bool objects =
        sight.name() == "objects" && sight.view.any([&](std::string_view name, uint8_t type) {
            return type == DT_DIR && is_hex(name, 2) && is_split(sight.view, std::string(name));
        });
    if (!objects) return nullptr;
    auto store = sight.announce(StoreKind::kGitLfs, 1);
    return store ? std::make_shared<LfsFolder>(std::move(store), "objects") : nullptr;
}

}  // namespace assay

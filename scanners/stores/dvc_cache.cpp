// The cache of DVC, and the repository around it.
//
//   .dvc/cache/files/md5/AA/REST       DVC 3: the name is the MD5 of the content
//   .dvc/cache/AA/REST                 before: of text, the MD5 with all line ends as \n
//   .../AA/REST.dir                    a folder: [{"md5": …, "relpath": …}, …]
//   data/model.bin.dvc, dvc.lock       what belongs into the working tree, by its MD5
//
// A remote has files/md5 alone. DVC links files of the cache into the working tree, where programs
// may well write to them. MD5 says nothing against somebody who makes two files on purpose.
#include "dvc_cache.h"

#include <dirent.h>

#include "assay/place.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;

constexpr std::string_view kDir = ".dir";

class DvcFolder final : public StoreFolder {
  public:
    enum class Role {
        kWorktree,  // people's files, and .dvc files among them
        kDotDvc,
        kCache,
        kFiles,
        kMd5,    // of DVC 3
        kSplit,  // a folder of two digits
        kOldSplit,
        kIgnored,
    };

    // `weak`: whether it was said already that the store goes by MD5. `compared`: nothing else is
    // asked of files than whether they are what their store says.
    DvcFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within, bool cached,
              bool compared, std::shared_ptr<bool> weak)
        : store_(std::move(store)),
          role_(role),
          within_(std::move(within)),
          cached_(cached),
          compared_(compared),
          weak_(std::move(weak)) {}

    [[nodiscard]] bool is_open() const override { return role_ == Role::kWorktree; }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        return std::make_shared<DvcFolder>(store_, role_of(name), below(within_, name), cached_,
                                           compared_, weak_);
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    [[nodiscard]] Role role_of(std::string_view name) const;
    void describe_blob(StoreEntry& entry, std::string_view name) const;
    void describe_outs(StoreEntry& entry) const;
    void describe_link(StoreEntry& entry, std::string_view name, const std::string& link) const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
    const bool cached_;         // the repository has a cache of its own
    const bool compared_;
    const std::shared_ptr<bool> weak_;
};

DvcFolder::Role DvcFolder::role_of(std::string_view name) const {
    switch (role_) {
        case Role::kWorktree:
            if (name == ".dvc" && within_.empty()) return Role::kDotDvc;
            return name == ".git" ? Role::kIgnored : Role::kWorktree;
        case Role::kDotDvc:
            return name == "cache" ? Role::kCache : Role::kIgnored;
        case Role::kCache:
            if (name == "files") return Role::kFiles;
            return is_hex(name, 2) ? Role::kOldSplit : Role::kIgnored;
        case Role::kFiles:
            return name == "md5" ? Role::kMd5 : Role::kIgnored;
        case Role::kMd5:
            return is_hex(name, 2) ? Role::kSplit : Role::kIgnored;
        default:
            return Role::kIgnored;
    }
}

void DvcFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                         const std::string* link) const {
    if (link) return describe_link(entry, name, *link);
    if (role_ == Role::kSplit || role_ == Role::kOldSplit) return describe_blob(entry, name);
    if (role_ != Role::kWorktree) return;
    if (name == "dvc.lock" || (name.ends_with(".dvc") && name.size() > 4)) describe_outs(entry);
}

// Of a cache that is a link as a whole see describe_outs.
void DvcFolder::describe_link(StoreEntry& entry, std::string_view name,
                              const std::string& link) const {
    const bool blob = role_ == Role::kSplit || role_ == Role::kOldSplit;
    const bool folder = role_ == Role::kCache || role_ == Role::kFiles || role_ == Role::kMd5;
    if (!blob && !(folder && role_of(name) != Role::kIgnored)) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    entry.remark(rule("dvc.cache.symlink"), "link to " + link);
}

void DvcFolder::describe_blob(StoreEntry& entry, std::string_view name) const {
    entry.blob = escape_path(below(below(store_->path, within_), name));
    const bool is_list = name.ends_with(kDir);
    const std::string_view rest = name.substr(0, name.size() - (is_list ? kDir.size() : 0));
    if (!is_hex(rest, 30)) {
        const bool temporary = name.starts_with('.') || name.ends_with(".tmp");
        if (!temporary) return entry.remark(rule("dvc.cache.name_invalid"));
        entry.part = StoreEntry::Part::kPartial;
        return entry.remark(rule("dvc.cache.partial"));
    }
    const bool old = role_ == Role::kOldSplit;
    const std::string hex = within_.substr(within_.size() - 2) + std::string(rest);
    entry.part = StoreEntry::Part::kBlob;
    entry.expected = Expected{DigestKind::kMd5, hex, &rule("dvc.cache.md5_mismatch"), old};
    if (!std::exchange(*weak_, true)) entry.remark(rule("dvc.hash.weak"));
    if (!is_list) return;
    entry.reader = std::make_shared<ChildReader>(
        ChildReader{"json", [old](Tape& tape, ScanContext& context) {
                        return dvc::scan_folder_list(tape, context, {"..", 0, old});
                    }});
}

void DvcFolder::describe_outs(StoreEntry& entry) const {
    dvc::Cache cache;
    std::string up;
    for (size_t at = 0; !within_.empty() && at != std::string::npos;
         at = within_.find('/', at + 1)) {
        up += "../";
        cache.depth++;
    }
    if (cached_) cache.path = up + ".dvc/cache";
    cache.compared = compared_;
    entry.reader =
        std::make_shared<ChildReader>(ChildReader{"dvc", [cache](Tape& tape, ScanContext& context) {
                                                      return dvc::scan_outs(tape, context, cache);
                                                  }});
}

bool is_split(std::string_view name, uint8_t type) { return type == DT_DIR && is_hex(name, 2); }

}  // namespace

std::shared_ptr<const StoreFolder> dvc_shape(const StoreSight& sight) {
    using Role = DvcFolder::Role;
    Role role = Role::kIgnored;
    size_t above = 0;
    std::string within;
    bool cached = false;
    if (sight.view.has(".dvc", DT_DIR)) {
        role = Role::kWorktree;
        cached = sight.view.open_folder(".dvc/cache").valid();
    } else if (sight.name() == "md5" && sight.name(1) == "files" && sight.view.any(is_split)) {
        role = Role::kMd5;
        above = 2;
        within = "files/md5";
    } else if (sight.name() == "cache" && sight.name(1) == ".dvc") {
        role = Role::kCache;
    }
    if (role == Role::kIgnored) return nullptr;
    auto store = sight.announce(StoreKind::kDvc, above);
    if (!store) return nullptr;
    return std::make_shared<DvcFolder>(std::move(store), role, std::move(within), cached,
                                       !sight.roots.through_links(), std::make_shared<bool>(false));
}

}  // namespace assay

// The walk: turns targets into a sequence of entries in bytewise order of their full relative path.
//
// A folder sorts as its name with a '/' behind it, which makes a depth-first walk come out in that
// order with only one listing per level in memory. Folders are opened relative to their parents, so
// a path that is swapped for a link while we walk leads nowhere else. Only some stay open: one that
// is opened again by its path must be the same one.
//
// Threads: one at a time; the engine guards it with a lock.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "assay/result.h"
#include "assay/rules.h"
#include "assay/source.h"
#include "descriptors.h"
#include "stores/store.h"

namespace assay {

struct WalkEntry {
    enum class Kind { kFile, kStream, kLink, kSpecial, kTrouble };

    uint32_t target = 0;
    uint64_t file = 0;  // index over all targets
    Kind kind = Kind::kFile;
    std::string path;                        // relative to the target, as the system spells it
    std::string user_path;                   // what a user would type to open it
    bool follow = false;                     // open through a link
    std::shared_ptr<FileDescriptor> within;  // then by its path, without leaving this folder
    std::shared_ptr<WalkFolder> folder;      // null: open user_path itself
    std::string name;                        // within the folder
    // Instead of a path: how to open it. May be called by any thread.
    std::function<Result<std::unique_ptr<ByteSource>>(const std::stop_token& stop)> open;
    const Rule* rule = nullptr;  // for links, specials and trouble: what to say
    std::string reason;
    std::string leads_to;         // of a link that is not followed and stays inside: the path
    const Rule* found = nullptr;  // said of what is opened, before it is read
    std::string found_detail;
    std::shared_ptr<const StoreEntry> store;  // of names in a store
};

class Walker {
  public:
    // A folder whose listing takes more than `max_listing` bytes is an entry that says so: what
    // would be kept of it depends on the order of its names on the disk, so nothing is.
    struct Links {
        bool follow = false;         // all of them
        bool follow_cache = true;    // those of a Hugging Face cache, in any case
        bool within_target = false;  // but none that lead out of the target
    };
    // `expand` says what a target stands for that is no path. Stores are recognised where `roots`
    // is given; it is borrowed.
    using Expand = std::function<std::optional<std::vector<WalkEntry>>(const std::string& target)>;
    Walker(std::vector<std::string> targets, const Links& links, size_t max_listing,
           std::stop_token stop = {}, Expand expand = {}, StoreRoots* roots = nullptr);
    ~Walker();

    // Nothing when the walk is over, or stopped. Trouble is an entry, too, and never ends the walk.
    std::optional<WalkEntry> next();

    // A patient walk also returns nothing when no descriptor is left to enter a folder; it is then
    // starved(), and next() tries again. One that is not makes an entry of that.
    void set_patient(bool patient) { patient_ = patient; }
    [[nodiscard]] bool starved() const { return starved_; }

    // The folders that it keeps open; may be used by any thread at any time.
    [[nodiscard]] FolderPool& pool() const { return *pool_; }

  private:
    struct Folder;

    void start_target();
    bool expand_target(const std::string& target);
    WalkEntry target_entry(const std::string& target, int error, mode_t mode);
    [[nodiscard]] bool must_wait(const Error& error);
    void enter(FileDescriptor fd, std::string path, std::string user_path, bool by_link);
    void enter_below(const Folder& folder, const WalkEntry& entry, bool by_link);
    std::optional<WalkEntry> step();
    [[nodiscard]] bool leads_inside(const WalkEntry& entry) const;
    std::optional<WalkEntry> visit_file(WalkEntry entry, const Folder& folder);
    std::optional<WalkEntry> visit_link(WalkEntry entry, const Folder& folder);
    std::optional<WalkEntry> visit_followed(WalkEntry entry, const Folder& folder, mode_t mode);
    WalkEntry unfollowed(WalkEntry entry, const std::string& link, bool dangling) const;
    void find_store(Folder& folder);
    void describe_target(WalkEntry& entry);
    WalkEntry make_entry(WalkEntry::Kind kind, std::string path, std::string user_path) const;

    const std::shared_ptr<FolderPool> pool_;
    std::vector<std::string> targets_;
    const Links links_;
    const size_t max_listing_;
    const std::stop_token stop_;
    const Expand expand_;
    StoreRoots* const roots_;
    bool stream_taken_ = false;
    bool patient_ = false;
    bool starved_ = false;
    bool refused_ = false;  // a store, which was said
    size_t next_target_ = 0;
    uint64_t next_file_ = 0;
    std::vector<std::unique_ptr<Folder>> folders_;
    std::vector<WalkEntry> ready_;
    std::string real_root_;
    std::shared_ptr<FileDescriptor> root_;  // of the target, where links must not leave it
    std::set<FileId> entered_;              // folders of this target
};

// What stat says of a file entry; 0 when it says nothing.
uint64_t size_of_entry(const WalkEntry& entry);

// Opens an entry for reading without blocking on what is not a file.
Result<FileDescriptor> open_entry(const WalkEntry& entry);

}  // namespace assay

#include "walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

#include "assay/emit.h"
#include "assay/limits.h"
#include "assay/place.h"
#include "stores/store_rules.h"

namespace assay {

// A listing: all names in one string, so that a folder of a million files costs little more than
// their names.
struct Walker::Folder {
    struct Name {
        uint64_t beginning;  // its first bytes as a number, which is all that most comparisons need
        uint32_t start;
        uint16_t length;
        uint8_t type;  // DT_*
    };

    std::shared_ptr<WalkFolder> handle;
    std::string path;
    std::string text;
    std::vector<Name> names;
    size_t next = 0;
    std::shared_ptr<const StoreFolder> store;

    [[nodiscard]] std::string_view view(const Name& name) const {
        return std::string_view(text).substr(name.start, name.length);
    }
    Status list(FolderPool& pool, size_t max_bytes);
    void add(std::string_view name, uint8_t type);
    void sort();
};

namespace {

constexpr off_t kReadAgain = off_t{16} << 20;

// A folder of the walk, for those who recognise stores.
class ListedFolder final : public FolderView {
  public:
    using Any = std::function<bool(const Asked&)>;
    ListedFolder(WalkFolder& handle, FolderPool& pool, Any any)
        : handle_(handle), pool_(pool), any_(std::move(any)) {}

    [[nodiscard]] bool has(std::string_view name, uint8_t type) const override {
        return any_(
            [&](std::string_view listed, uint8_t its) { return its == type && listed == name; });
    }
    [[nodiscard]] bool any(const Asked& asked) const override { return any_(asked); }
    [[nodiscard]] FileDescriptor open_folder(const std::string& below) const override {
        Result<std::shared_ptr<FileDescriptor>> from = handle_.descriptor();
        if (!from) return {};
        const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
        return FileDescriptor(pool_.open((*from)->get(), below.c_str(), flags));
    }

  private:
    WalkFolder& handle_;
    FolderPool& pool_;
    const Any any_;
};

}  // namespace

static uint8_t type_of(int folder, const char* name, uint8_t known) {
    if (known != DT_UNKNOWN) return known;
    struct stat status {};
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return static_cast<uint8_t>(IFTODT(status.st_mode));
}

Status Walker::Folder::list(FolderPool& pool, size_t max_bytes) {
    Result<std::shared_ptr<FileDescriptor>> fd = handle->descriptor();
    if (!fd) return fd.error();
    int folder = (*fd)->get();
    int copy = pool.open(folder, ".", O_RDONLY | O_DIRECTORY);
    if (copy < 0) return Error{Code::kIo, "cannot list the folder", 0, errno};
    std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(copy), closedir);
    if (!stream) {
        int saved = errno;
        ::close(copy);
        return Error{Code::kIo, "cannot list the folder", 0, saved};
    }
    errno = 0;
    while (const dirent* entry = readdir(stream.get())) {  // NOLINT: one stream, one thread
        std::string_view name = entry->d_name;
        if (name == "." || name == ".." || Output::is_temporary(name)) continue;
        add(name, type_of(folder, entry->d_name, entry->d_type));
        if (text.size() + names.size() * sizeof(Name) > max_bytes) {
            names.clear();
            return Error{Code::kLimit, "more names than the memory budget has room for", 0, 0};
        }
        errno = 0;
    }
    if (errno != 0) return Error{Code::kIo, "cannot list the folder", 0, errno};
    sort();
    return Done{};
}

// No name has a byte of zero, so those that fill up the beginning stand for its end.
void Walker::Folder::add(std::string_view name, uint8_t type) {
    uint8_t beginning[8 + 1] = {};
    const size_t begun = std::min<size_t>(name.size(), 8);
    std::copy_n(name.begin(), begun, beginning);
    if (type == DT_DIR) beginning[begun] = '/';
    names.push_back({load_be<uint64_t>(beginning), static_cast<uint32_t>(text.size()),
                     static_cast<uint16_t>(name.size()), type});
    text.append(name);
}

void Walker::Folder::sort() {
    auto byte_at = [&](const Name& name, size_t i) {
        if (i < name.length) return static_cast<int>(static_cast<uint8_t>(text[name.start + i]));
        return i == name.length && name.type == DT_DIR ? int{'/'} : -1;
    };
    std::sort(names.begin(), names.end(), [&](const Name& a, const Name& b) {
        if (a.beginning != b.beginning) return a.beginning < b.beginning;
        size_t shared = std::min(a.length, b.length);
        int order = view(a).substr(0, shared).compare(view(b).substr(0, shared));
        return order != 0 ? order < 0 : byte_at(a, shared) < byte_at(b, shared);
    });
}

static std::string join(const std::string& folder, std::string_view name) {
    if (folder.empty()) return std::string(name);
    std::string joined = folder;
    if (joined.back() != '/') joined += '/';
    joined += name;
    return joined;
}

static std::string base_name(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    size_t slash = path.rfind('/');
    return slash == std::string::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

static std::string real_path(const std::string& path) {
    std::unique_ptr<char, void (*)(void*)> resolved(realpath(path.c_str(), nullptr), std::free);
    return resolved ? std::string(resolved.get()) : std::string();
}

// Descriptors that somebody handed us, such as a shell's <(command).
static bool is_inherited(std::string_view path) {
    return path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/") ||
           path == "/dev/stdin";
}

static std::string text_of_error(const char* what, int error) {
    return describe({Code::kIo, what, 0, error});
}

Walker::Walker(std::vector<std::string> targets, const Links& links, size_t max_listing,
               std::stop_token stop, Expand expand, StoreRoots* roots)
    : pool_(std::make_shared<FolderPool>(plan_descriptors().folders)),
      targets_(std::move(targets)),
      links_(links),
      max_listing_(max_listing),
      stop_(std::move(stop)),
      expand_(std::move(expand)),
      roots_(roots) {}

Walker::~Walker() = default;

std::optional<WalkEntry> Walker::next() {
    starved_ = false;
    while (!stop_.stop_requested() && !starved_) {
        if (!ready_.empty()) {
            WalkEntry entry = std::move(ready_.back());
            ready_.pop_back();
            entry.file = next_file_++;
            return entry;
        }
        if (!folders_.empty()) {
            if (auto entry = step()) ready_.push_back(std::move(*entry));
        } else if (next_target_ < targets_.size()) {
            start_target();
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

WalkEntry Walker::make_entry(WalkEntry::Kind kind, std::string path, std::string user_path) const {
    WalkEntry entry;
    entry.target = static_cast<uint32_t>(next_target_ - 1);
    entry.kind = kind;
    entry.path = std::move(path);
    entry.user_path = std::move(user_path);
    return entry;
}

static WalkEntry with_rule(WalkEntry entry, WalkEntry::Kind kind, const Rule& rule,
                           std::string reason) {
    entry.kind = kind;
    entry.rule = &rule;
    entry.reason = std::move(reason);
    return entry;
}

static const char* special_name(mode_t mode) {
    if (S_ISFIFO(mode)) return "a named pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return S_ISDIR(mode) ? "a folder" : "a device";
}

bool Walker::expand_target(const std::string& target) {
    if (!expand_) return false;
    std::optional<std::vector<WalkEntry>> entries = expand_(target);
    if (!entries) return false;
    for (WalkEntry& entry : *entries) entry.target = static_cast<uint32_t>(next_target_ - 1);
    ready_.assign(std::make_move_iterator(entries->rbegin()),
                  std::make_move_iterator(entries->rend()));
    return true;
}

void Walker::start_target() {
    const std::string& target = targets_[next_target_++];
    if (expand_target(target)) return;
    struct stat status {};
    int error = target == "-" || stat(target.c_str(), &status) == 0 ? 0 : errno;
    if (error == 0 && S_ISDIR(status.st_mode)) {
        real_root_ = real_path(target);
        entered_.clear();
        if (links_.within_target) {
            int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
            root_ = std::make_shared<FileDescriptor>(::open(target.c_str(), flags));
        }
        FileDescriptor fd(pool_->open(AT_FDCWD, target.c_str(), O_RDONLY | O_DIRECTORY));
        enter(std::move(fd), "", target, false);
        if (starved_) next_target_--;
        return;
    }
    ready_.push_back(target_entry(target, error, status.st_mode));
}

// A target that is no folder. Standard input can be read once only.
WalkEntry Walker::target_entry(const std::string& target, int error, mode_t mode) {
    using Kind = WalkEntry::Kind;
    WalkEntry entry = make_entry(Kind::kFile, base_name(target), target);
    entry.follow = true;
    if (error != 0) {
        std::string reason = text_of_error("cannot open", error);
        return with_rule(std::move(entry), Kind::kTrouble, rules::kUnreadable, reason);
    }
    if (target == "-" && std::exchange(stream_taken_, true)) {
        return with_rule(std::move(entry), Kind::kTrouble, rules::kUnreadable,
                         "standard input was read before");
    }
    bool stream = target == "-" || (!S_ISREG(mode) && is_inherited(target));
    if (stream) entry.kind = Kind::kStream;
    if (!stream && S_ISREG(mode)) describe_target(entry);
    if (stream || S_ISREG(mode)) return entry;
    return with_rule(std::move(entry), Kind::kSpecial, rules::kSpecial, special_name(mode));
}

// A file of a store, named as such.
void Walker::describe_target(WalkEntry& entry) {
    const std::string real = roots_ ? real_path(entry.user_path) : "";
    const size_t slash = real.rfind('/');
    if (slash == std::string::npos) return;
    const auto folder = store_around(*roots_, entry.target, real.substr(0, slash));
    if (!folder) return;
    auto told = std::make_shared<StoreEntry>();
    told->store = folder->root();
    folder->describe(*told, entry.path, real.substr(slash + 1), nullptr);
    entry.store = std::move(told);
}

bool Walker::must_wait(const Error& error) {
    starved_ = patient_ && ran_out(error);
    return starved_;
}

// Pushes a folder whose entries come next, or an entry that says why not.
void Walker::enter(FileDescriptor fd, std::string path, std::string user_path, bool by_link) {
    int error = errno;
    auto trouble = [&](const Rule& rule, std::string reason) {
        std::string shown = path.empty() ? base_name(user_path) : path;
        ready_.push_back(with_rule(make_entry(WalkEntry::Kind::kTrouble, shown, user_path),
                                   WalkEntry::Kind::kTrouble, rule, std::move(reason)));
    };
    if (!fd.valid()) {
        if (must_wait({Code::kIo, "", 0, error})) return;
        return trouble(rules::kUnreadable, text_of_error("cannot open the folder", error));
    }
    if (folders_.size() >= kMaxWalkDepth) {
        return trouble(rules::kLimitWalkDepth, "folders are nested too deeply");
    }
    struct stat status {};
    fstat(fd.get(), &status);
    for (const auto& above : folders_) {
        if (above->handle->id() == id_of(status)) {
            return trouble(rules::kWalkLoop, "leads back to a folder above it");
        }
    }
    // Links among folders multiply paths without end; one way in by a link is enough.
    bool is_new = !links_.follow || entered_.insert(id_of(status)).second;
    if (by_link && !is_new) {
        ready_.push_back(with_rule(make_entry(WalkEntry::Kind::kLink, path, user_path),
                                   WalkEntry::Kind::kLink, rules::kLinkNotFollowed,
                                   "link to a folder that is looked at under another name"));
        return;
    }
    auto folder = std::make_unique<Folder>();
    folder->handle = std::make_shared<WalkFolder>(pool_, std::move(fd), user_path, id_of(status));
    folder->path = path;
    Status listed = folder->list(*pool_, max_listing_);
    if (!listed && must_wait(listed.error())) {
        if (is_new) entered_.erase(id_of(status));
        return;
    }
    if (!listed) {
        bool limit = listed.error().code == Code::kLimit;
        trouble(limit ? rules::kLimitFolder : rules::kUnreadable, describe(listed.error()));
    }
    find_store(*folder);
    folders_.push_back(std::move(folder));
}

// What a folder is in a store: by the folder above it, by its own shape, and, of a target, by where
// it lies.
void Walker::find_store(Folder& folder) {
    if (!roots_) return;
    auto any = [&](const FolderView::Asked& asked) {
        return std::any_of(folder.names.begin(), folder.names.end(),
                           [&](const auto& name) { return asked(folder.view(name), name.type); });
    };
    const ListedFolder view(*folder.handle, *pool_, any);
    const std::shared_ptr<const StoreFolder> above =
        folders_.empty() ? nullptr : folders_.back()->store;
    const std::string name = base_name(folder.handle->path());
    if (above) folder.store = above->folder(name, view);
    if (folder.store && !folder.store->is_open()) return;
    const std::string real = folders_.empty() ? real_root_ : folder.handle->path();
    const auto target = static_cast<uint32_t>(next_target_ - 1);
    if (auto found = recognise_store({*roots_, target, folder.path, real, view})) {
        folder.store = std::move(found);
    } else if (folders_.empty()) {
        folder.store = store_around(*roots_, target, real_root_);
    }
    if (!roots_->refused() || std::exchange(refused_, true)) return;
    const std::string shown = folder.path.empty() ? name : folder.path;
    ready_.push_back(with_rule(make_entry(WalkEntry::Kind::kTrouble, shown, folder.handle->path()),
                               WalkEntry::Kind::kTrouble, stores::rule("engine.limit.stores"),
                               "too many stores"));
}

// Opens a path through its links, as long as none leads out of the folder.
static int open_beneath(const FileDescriptor& folder, const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<__u64>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how));
}

void Walker::enter_below(const Folder& folder, const WalkEntry& entry, bool by_link) {
    Result<std::shared_ptr<FileDescriptor>> above = folder.handle->descriptor();
    if (!above && must_wait(above.error())) return;
    if (!above) {
        WalkEntry failed = make_entry(WalkEntry::Kind::kTrouble, entry.path, entry.user_path);
        ready_.push_back(with_rule(std::move(failed), WalkEntry::Kind::kTrouble, rules::kUnreadable,
                                   describe(above.error())));
        return;
    }
    int flags = O_RDONLY | O_DIRECTORY | (by_link ? 0 : O_NOFOLLOW);
    FileDescriptor fd(entry.within && by_link
                          ? open_beneath(*entry.within, entry.path, flags)
                          : pool_->open((*above)->get(), entry.name.c_str(), flags));
    enter(std::move(fd), entry.path, entry.user_path, by_link);
}

static std::shared_ptr<StoreEntry> described_special(const std::string& name,
                                                     const StoreFolder* store) {
    if (!store) return nullptr;
    auto told = std::make_shared<StoreEntry>();
    told->store = store->root();
    store->describe_special(*told, name);
    return told->remarks.empty() ? nullptr : told;
}

// The next name of the innermost folder; nothing when that only opened or closed a folder.
std::optional<WalkEntry> Walker::step() {
    Folder& folder = *folders_.back();
    if (folder.next == folder.names.size()) {
        folders_.pop_back();
        return std::nullopt;
    }
    Folder::Name listed = folder.names[folder.next++];
    std::string name(folder.view(listed));
    WalkEntry entry = make_entry(WalkEntry::Kind::kFile, join(folder.path, name),
                                 join(folder.handle->path(), name));
    entry.folder = folder.handle;
    entry.name = name;
    switch (listed.type) {
        case DT_REG:
            return visit_file(std::move(entry), folder);
        case DT_DIR:
            enter_below(folder, entry, false);
            if (starved_) folder.next--;
            return std::nullopt;
        case DT_LNK: {
            std::optional<WalkEntry> link = visit_link(std::move(entry), folder);
            if (starved_) folder.next--;
            return link;
        }
        case DT_UNKNOWN:
            return with_rule(std::move(entry), WalkEntry::Kind::kTrouble, rules::kUnreadable,
                             "cannot tell what it is");
        default:
            entry.store = described_special(name, folder.store.get());
            return with_rule(std::move(entry), WalkEntry::Kind::kSpecial, rules::kSpecial,
                             special_name(static_cast<mode_t>(DTTOIF(listed.type))));
    }
}

// What the folder's store says of an entry, if it lies in one.
static std::shared_ptr<StoreEntry> described(const WalkEntry& entry, const StoreFolder* store,
                                             const std::string* link) {
    if (!store) return nullptr;
    auto told = std::make_shared<StoreEntry>();
    told->store = store->root();
    store->describe(*told, entry.path, entry.name, link);
    const bool silent = told->part == StoreEntry::Part::kOther && !told->reader &&
                        told->remarks.empty() && told->blob.empty();
    return silent ? nullptr : told;
}

std::optional<WalkEntry> Walker::visit_file(WalkEntry entry, const Folder& folder) {
    entry.store = described(entry, folder.store.get(), nullptr);
    const bool elsewhere = entry.store && entry.store->reading == StoreEntry::Reading::kElsewhere;
    return elsewhere ? std::nullopt : std::optional(std::move(entry));
}

// A Hugging Face cache keeps every file as a link from a snapshot to ../../blobs/<digest>; to skip
// those links would be to look at nothing.
static bool is_cache_blob_link(std::string_view text) {
    bool climbs = false;
    while (text.starts_with("../")) {
        text.remove_prefix(3);
        climbs = true;
    }
    if (!climbs || !text.starts_with("blobs/")) return false;
    text.remove_prefix(6);
    bool hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return hex && (text.size() == 40 || text.size() == 64);
}

// Relative links that stay beneath the target, asked of the system rather than of the text.
bool Walker::leads_inside(const WalkEntry& entry) const {
    if (!root_ || !root_->valid()) return false;
    return FileDescriptor(open_beneath(*root_, entry.path, O_PATH)).valid();
}

std::optional<WalkEntry> Walker::visit_link(WalkEntry entry, const Folder& folder) {
    Result<std::shared_ptr<FileDescriptor>> fd = folder.handle->descriptor();
    if (!fd && must_wait(fd.error())) return std::nullopt;
    if (!fd) {
        return with_rule(std::move(entry), WalkEntry::Kind::kTrouble, rules::kUnreadable,
                         describe(fd.error()));
    }
    char text[PATH_MAX];
    ssize_t length = readlinkat((*fd)->get(), entry.name.c_str(), text, sizeof text);
    std::string link(text, length > 0 ? static_cast<size_t>(length) : 0);
    struct stat status {};
    bool dangling = fstatat((*fd)->get(), entry.name.c_str(), &status, 0) != 0;
    const int error = errno;
    std::shared_ptr<StoreEntry> told = described(entry, folder.store.get(), &link);
    if (told && dangling) told->dangles(link);
    // Documents are cheap, and what they claim depends on where they lie.
    if (told && !dangling && status.st_size <= kReadAgain) told->read_again();
    entry.store = told;
    using Reading = StoreEntry::Reading;
    const Reading reading = told ? told->reading : Reading::kUsual;
    if (reading == Reading::kCovered) {
        entry.kind = WalkEntry::Kind::kLink;
        entry.reason = "link to " + link;
        return entry;
    }
    const bool in_store = told && !folder.store->is_open();
    const bool cached = links_.follow_cache && is_cache_blob_link(link);
    bool wanted = links_.follow || (in_store ? reading == Reading::kFollow : cached);
    if (wanted && links_.within_target && !dangling) wanted = leads_inside(entry);
    if (!wanted) return unfollowed(std::move(entry), link, dangling);
    if (dangling) {
        std::string reason = text_of_error("cannot follow the link", error);
        return with_rule(std::move(entry), WalkEntry::Kind::kTrouble, rules::kUnreadable, reason);
    }
    return visit_followed(std::move(entry), folder, status.st_mode);
}

WalkEntry Walker::unfollowed(WalkEntry entry, const std::string& link, bool dangling) const {
    std::string real = dangling ? "" : real_path(entry.user_path);
    const std::string below = join(real_root_, "");
    const bool inside = !real_root_.empty() && (real == real_root_ || real.starts_with(below));
    if (inside && real != real_root_) entry.leads_to = real.substr(below.size());
    const Rule& rule = dangling ? rules::kLinkDangling
                       : inside ? rules::kLinkNotFollowed
                                : rules::kLinkOutside;
    return with_rule(std::move(entry), WalkEntry::Kind::kLink, rule, "link to " + link);
}

std::optional<WalkEntry> Walker::visit_followed(WalkEntry entry, const Folder& folder,
                                                mode_t mode) {
    entry.follow = true;
    entry.within = root_;
    if (S_ISREG(mode)) return entry;
    if (S_ISDIR(mode)) {
        enter_below(folder, entry, true);
        return std::nullopt;
    }
    return with_rule(std::move(entry), WalkEntry::Kind::kSpecial, rules::kSpecial,
                     special_name(mode));
}

// The folder that an entry is opened from, and its name there.
struct Within {
    std::shared_ptr<FileDescriptor> folder;  // null: the working folder
    const char* name;

    [[nodiscard]] int number() const { return folder ? folder->get() : AT_FDCWD; }
};

static Result<Within> folder_of(const WalkEntry& entry) {
    if (!entry.folder) return Within{nullptr, entry.user_path.c_str()};
    Result<std::shared_ptr<FileDescriptor>> folder = entry.folder->descriptor();
    if (!folder) return folder.error();
    return Within{std::move(*folder), entry.name.c_str()};
}

uint64_t size_of_entry(const WalkEntry& entry) {
    if (entry.open) return UINT64_MAX;  // of nothing on a disk
    struct stat status {};
    Result<Within> from = folder_of(entry);
    if (!from) return 0;
    int failed = fstatat(from->number(), from->name, &status, 0);
    return failed == 0 && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
}

Result<FileDescriptor> open_entry(const WalkEntry& entry) {
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (entry.follow ? 0 : O_NOFOLLOW);
    if (entry.within) {
        int fd = open_beneath(*entry.within, entry.path, flags);
        if (fd < 0) return Error{Code::kIo, "cannot open", 0, errno};
        return FileDescriptor(fd);
    }
    Result<Within> from = folder_of(entry);
    if (!from) return from.error();
    int fd = openat(from->number(), from->name, flags);
    if (fd < 0) return Error{Code::kIo, "cannot open", 0, errno};
    return FileDescriptor(fd);
}

}  // namespace assay

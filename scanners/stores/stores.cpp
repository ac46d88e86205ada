// How stores are recognised: by the shape of a folder, when the walk meets it, and by the folders
// above a target that lies inside one.
#include "stores.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "store.h"
#include "store_rules.h"

namespace assay {

namespace {

// The first that takes a folder has it.
constexpr std::array kShapes = {
    huggingface_shape, oci_layout_shape, ollama_shape, git_lfs_shape, dvc_shape,
};

constexpr size_t kMostAbove = 8;  // folders above a target that are looked at

std::string parent_of(const std::string& path) {
    if (path.empty()) return "..";
    if (path == ".." || path.ends_with("/..")) return path + "/..";
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_above(std::string_view path) { return path.starts_with(".."); }

// A folder that was not listed.
class FolderOnDisk final : public FolderView {
  public:
    explicit FolderOnDisk(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] bool has(std::string_view name, uint8_t type) const override {
        struct stat status {};
        const std::string path = below(path_, name);
        return lstat(path.c_str(), &status) == 0 && IFTODT(status.st_mode) == type;
    }
    // Its names are not the target's.
    [[nodiscard]] bool any(const Asked&) const override { return false; }
    [[nodiscard]] FileDescriptor open_folder(const std::string& name) const override {
        const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
        return FileDescriptor(open(below(path_, name).c_str(), flags));
    }

  private:
    const std::string path_;
};

}  // namespace

void StoreEntry::dangles(const std::string& link) {
    if (reading == Reading::kUsual) return;
    reading = Reading::kCovered;
    part = Part::kOther;
    remark(stores::rule("hfcache.symlink.dangling"), "link to " + link);
}

void StoreEntry::read_again() {
    if (same_as.empty()) return;
    same_as.clear();
    reading = Reading::kFollow;
}

std::string_view StoreSight::name(size_t above) const {
    std::string_view left = path;
    for (;; above--) {
        while (left.ends_with('/')) left.remove_suffix(1);
        const size_t slash = left.rfind('/');
        if (above == 0) return slash == std::string_view::npos ? left : left.substr(slash + 1);
        if (slash == std::string_view::npos) return {};
        left = left.substr(0, slash);
    }
}

std::shared_ptr<const StoreRoot> StoreSight::announce(StoreKind kind, size_t above) const {
    std::string root = within;
    for (; above > 0; above--) root = parent_of(root);
    const bool whole = !is_above(root);
    return roots.announce(kind, target, std::move(root), whole);
}

std::shared_ptr<const StoreFolder> recognise_store(const StoreSight& sight) {
    for (auto* shape : kShapes) {
        if (auto folder = shape(sight)) return folder;
    }
    return nullptr;
}

std::shared_ptr<const StoreFolder> store_around(StoreRoots& roots, uint32_t target,
                                                const std::string& real) {
    std::vector<std::string> names;  // from the folder that is looked at down to the target
    std::string path = real;
    std::string within;
    for (size_t i = 0; i < kMostAbove; i++) {
        const size_t slash = path.rfind('/');
        if (slash == std::string::npos || slash == 0) return nullptr;
        names.insert(names.begin(), path.substr(slash + 1));
        path = path.substr(0, slash);
        within = parent_of(within);
        auto folder = recognise_store({roots, target, within, path, FolderOnDisk(path)});
        if (!folder) continue;
        std::string at = path;
        for (const std::string& name : names) {
            at = below(at, name);
            folder = folder->folder(name, FolderOnDisk(at));
            if (!folder) return nullptr;
        }
        return folder;
    }
    return nullptr;
}

std::span<const Rule> store_rules() { return stores::kRules; }

static constexpr std::string_view kPart = "part of a model";

Claim claim_part(std::string path, std::string model, std::string name) {
    Claim claim;
    claim.path = std::move(path);
    claim.kind = kPart;
    claim.name = std::move(model);
    claim.value = std::move(name);
    return claim;
}

bool is_part(const Claim& claim) { return claim.kind == kPart; }

bool is_hex(std::string_view text, size_t digits) {
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool list_folder(const FileDescriptor& fd, const std::function<bool(const ListedName&)>& each) {
    const int folder = fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    std::unique_ptr<DIR, int (*)(DIR*)> stream(folder < 0 ? nullptr : fdopendir(folder), closedir);
    if (!stream && folder >= 0) ::close(folder);
    if (!stream) return false;
    errno = 0;
    while (const dirent* entry = readdir(stream.get())) {  // NOLINT: one stream, one thread
        ListedName listed{entry->d_name, entry->d_type, {}};
        if (listed.name == "." || listed.name == "..") continue;
        struct stat status {};
        const bool known = listed.type != DT_UNKNOWN;
        if (!known && fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
            listed.type = static_cast<uint8_t>(IFTODT(status.st_mode));
        }
        char text[PATH_MAX];
        const ssize_t length =
            listed.type == DT_LNK ? readlinkat(folder, entry->d_name, text, sizeof text) : 0;
        listed.link.assign(text, length > 0 ? static_cast<size_t>(length) : 0);
        if (!each(listed)) return false;
        errno = 0;
    }
    return errno == 0;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string below(std::string_view folder, std::string_view name) {
    if (folder.empty()) return std::string(name);
    std::string joined(folder);
    if (joined.back() != '/') joined += '/';
    return joined.append(name);
}

}  // namespace assay

#include "tar_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "member_name.h"
#include "tar_rules.h"
#include "text/decompose.h"

namespace assay::tar {

namespace {

constexpr size_t kMostPending = 1000;
constexpr size_t kMostOfAName = 4096;
constexpr size_t kMostOfAStep = 255;
constexpr size_t kMostSteps = 128;

// FNV-1a, with its bits spread over all of the word.
class Hash {
  public:
    void add(char c) { state_ = (state_ ^ static_cast<uint8_t>(c)) * 0x100000001b3; }
    [[nodiscard]] uint64_t value() const {
        uint64_t hash = (state_ ^ (state_ >> 32)) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
        return hash == 0 ? 1 : hash;
    }

  private:
    uint64_t state_ = 0xcbf29ce484222325;
};

uint64_t hash_of(std::string_view text) {
    Hash hash;
    for (char c : text) hash.add(c);
    return hash.value();
}

// The hashes of every folder that `path` lies in, and of the same with its case folded. Linear,
// however deep the path is.
template <class Visit>
void each_folder(std::string_view path, Visit visit) {
    Hash plain;
    Hash folded;
    for (char c : path) {
        if (c == '/') visit(plain.value(), folded.value());
        plain.add(c);
        folded.add(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
}

std::string_view without_slashes(std::string_view name) {
    while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
    return name;
}

std::string_view folder_of(std::string_view path) {
    const size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Without what leads out of the folder: that is a finding of its own.
std::string path_of(std::string_view name) {
    std::optional<std::string> path = resolve_path("", name);
    return path ? *path : std::string(without_slashes(name));
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// How systemd spells what may not stand in the names of its units.
bool only_escapes(std::string_view name) {
    for (size_t at = name.find('\\'); at != std::string_view::npos; at = name.find('\\', at + 1)) {
        if (name.size() - at < 4 || name[at + 1] != 'x') return false;
        if (!is_hex(name[at + 2]) || !is_hex(name[at + 3])) return false;
    }
    return true;
}

size_t longest_step(std::string_view name) {
    size_t longest = 0;
    while (true) {
        const size_t end = std::min(name.find('/'), name.size());
        longest = std::max(longest, end);
        if (end == name.size()) return longest;
        name.remove_prefix(end + 1);
    }
}

}  // namespace

void check_name(std::string_view name, uint64_t offset, ScanContext& context) {
    auto report = [&](bool wrong, const Rule& rule) {
        if (wrong) context.report(rule, offset, 0, name.substr(0, kMostOfAName));
    };
    report(name.empty(), rule("tar.name.empty"));
    report(has_parent_step(name), rule("tar.name.traversal"));
    report(is_rooted(name), rule("tar.name.absolute"));
    report(names_drive(name), rule("tar.name.drive"));
    report(has_control(name), rule("tar.name.control"));
    report(!is_utf8(name), rule("tar.name.not_utf8"));
    report(name.size() >= kMostOfAName || longest_step(name) > kMostOfAStep,
           rule("tar.name.too_long"));
    const auto steps = static_cast<size_t>(std::count(name.begin(), name.end(), '/'));
    report(steps > kMostSteps, rule("tar.name.too_deep"));
    if (name.find('\\') == std::string_view::npos) return;
    context.report(rule("tar.name.backslash"), offset, 0, name.substr(0, kMostOfAName),
                   only_escapes(name) ? std::optional(Severity::kLow) : std::nullopt);
}

// ------------------------------------------------------------------------------------------------
// The table.

NameTable::Name NameTable::name_of(std::string_view exact, std::string_view path) {
    const std::string folded = fold_case(path);
    Name name;
    name.exact = static_cast<uint32_t>(hash_of(exact));
    name.path = hash_of(path);
    name.folded = hash_of(folded);
    name.apart = hash_of(decomposed(folded));
    return name;
}

NameTable::Kind NameTable::kind_of(char type) {
    if (type == '5') return Kind::kFolder;
    if (type == '2') return Kind::kSymlink;
    return type == '1' ? Kind::kHardlink : Kind::kFile;
}

NameTable::Slot* NameTable::find(uint64_t key) {
    if (slots_.empty()) return nullptr;
    const size_t mask = slots_.size() - 1;
    for (size_t at = key & mask;; at = (at + 1) & mask) {
        if (slots_[at].key == key) return &slots_[at];
        if (slots_[at].key == 0) return nullptr;
    }
}

bool NameTable::grow() {
    constexpr size_t kFirst = 256;
    const size_t size = slots_.empty() ? kFirst : slots_.size() * 2;
    if (!context_.reserve(size * sizeof(Slot))) return false;
    std::vector<Slot> old(size);
    old.swap(slots_);
    for (const Slot& slot : old) {
        size_t at = slot.key & (size - 1);
        while (slot.key != 0 && slots_[at].key != 0) at = (at + 1) & (size - 1);
        if (slot.key != 0) slots_[at] = slot;
    }
    context_.release(old.size() * sizeof(Slot));
    return true;
}

bool NameTable::put(uint64_t key, const Slot& slot, bool over) {
    if (Slot* there = find(key)) {
        if (over) *there = slot;
        return true;
    }
    if (slots_.size() * 3 <= used_ * 4 && !grow()) return false;
    size_t at = key & (slots_.size() - 1);
    while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
    used_++;
    return true;
}

bool NameTable::put(const Name& name, Kind kind) {
    Slot slot{name.path, name.exact, static_cast<uint32_t>(name.path),
              static_cast<uint32_t>(name.folded), kind};
    if (!put(name.path, slot, true)) return false;
    for (uint64_t key : {name.folded, name.apart}) {
        slot.key = key;
        if (key != name.path && !put(key, slot, false)) return false;
    }
    return true;
}

// ------------------------------------------------------------------------------------------------
// An entry and those before it.

void NameTable::report(const Rule& rule, const TarEntry& entry, std::optional<Severity> severity) {
    const bool link = entry.type == '1' || entry.type == '2';
    std::string_view name = std::string_view(entry.name).substr(0, kMostOfAName);
    std::string_view target = std::string_view(entry.link).substr(0, kMostOfAName);
    context_.report(rule, entry.offset, 0,
                    link ? fmt::format("{} -> {}", name, target) : std::string(name), severity);
}

bool NameTable::add(const TarEntry& entry) {
    const std::string path = path_of(entry.name);
    if (path.empty()) return true;  // the folder that it is unpacked to
    note_system(entry, path);
    if (!add_parents(entry, path)) return false;
    const Name name = name_of(without_slashes(entry.name), path);
    const Kind kind = kind_of(entry.type);
    compare(entry, name, kind);
    if (kind == Kind::kSymlink) check_symlink(entry, path);
    if (kind == Kind::kHardlink) check_hardlink(entry, path);
    return put(name, kind);
}

bool NameTable::has(std::string_view path) {
    const Slot* there = find(hash_of(path));
    return there && there->kind != Kind::kImplied && there->kind != Kind::kCrossed;
}

void NameTable::compare(const TarEntry& entry, const Name& name, Kind kind) {
    if (const Slot* before = find(name.path); before && before->path == uint32_t(name.path)) {
        return compare_path(entry, *before, name, kind);
    }
    for (uint64_t key : {name.folded, name.apart}) {
        const Slot* other = find(key);
        if (!other || other->kind == Kind::kImplied || other->kind == Kind::kCrossed) continue;
        const bool folded = other->folded == static_cast<uint32_t>(name.folded);
        return report(folded ? rule("tar.name.case_duplicate") : rule("tar.name.nfc_duplicate"),
                      entry);
    }
}

void NameTable::compare_path(const TarEntry& entry, const Slot& before, const Name& name,
                             Kind kind) {
    if (before.kind == Kind::kCrossed) {
        if (kind == Kind::kSymlink) report(rule("tar.link.traversal"), entry);
        return;
    }
    const bool was_folder = before.kind == Kind::kFolder || before.kind == Kind::kImplied;
    const bool is_folder = kind == Kind::kFolder;
    if (was_folder && is_folder) return;
    if (before.kind == Kind::kSymlink) report(rule("tar.link.write_through"), entry);
    if (was_folder != is_folder) return report(rule("tar.name.file_dir_conflict"), entry);
    report(before.exact == name.exact ? rule("tar.name.duplicate")
                                      : rule("tar.name.normalized_duplicate"),
           entry);
}

bool NameTable::add_parents(const TarEntry& entry, std::string_view path) {
    bool good = true;
    each_folder(path, [&](uint64_t plain, uint64_t folded) {
        good = good && add_parent(entry, {static_cast<uint32_t>(plain), plain, folded, folded});
    });
    return good;
}

bool NameTable::add_parent(const TarEntry& entry, const Name& name) {
    Slot* before = find(name.path);
    const bool same = before && before->path == static_cast<uint32_t>(name.path);
    if (!same) before = find(name.folded);
    if (before && before->kind == Kind::kSymlink) {
        report(rule("tar.link.write_through"), entry);
    } else if (same && (before->kind == Kind::kFile || before->kind == Kind::kHardlink)) {
        report(rule("tar.name.file_dir_conflict"), entry);
    }
    return same || put(name, Kind::kImplied);
}

// ------------------------------------------------------------------------------------------------
// Links.

void NameTable::check_symlink(const TarEntry& entry, std::string_view path) {
    if (is_rooted(entry.link) || names_drive(entry.link)) {
        return report(rule("tar.link.absolute"), entry,
                      system_ ? std::optional(Severity::kLow) : std::nullopt);
    }
    std::optional<std::string> target = resolve_path(folder_of(path), entry.link);
    if (!target) return report(rule("tar.link.traversal"), entry);
    if (*target == path) report(rule("tar.link.self"), entry);
    check_crossed(entry, folder_of(path));
}

// A link that goes down and up again ends up elsewhere if it goes down through another link.
void NameTable::check_crossed(const TarEntry& entry, std::string_view folder) {
    constexpr size_t kMostCrossings = 16;
    std::string_view link = entry.link;
    size_t crossings = 0;
    for (size_t up = link.find("/.."); up != std::string_view::npos;
         up = link.find("/..", up + 1)) {
        if (up + 3 < link.size() && link[up + 3] != '/') continue;
        if (link.substr(0, up).ends_with("..")) continue;
        if (++crossings > kMostCrossings) return report(rule("tar.link.traversal"), entry);
        std::optional<std::string> crossed = resolve_path(folder, link.substr(0, up));
        if (!crossed || crossed->empty()) continue;
        const Name name = name_of(*crossed, *crossed);
        const Slot* there = find(name.path);
        if (there && there->kind == Kind::kSymlink) report(rule("tar.link.traversal"), entry);
        if (!there && !put(name, Kind::kCrossed)) return;
    }
}

void NameTable::check_hardlink(const TarEntry& entry, std::string_view path) {
    if (is_rooted(entry.link) || names_drive(entry.link)) {
        return report(rule("tar.link.absolute"), entry);
    }
    std::optional<std::string> target = resolve_path("", entry.link);
    if (!target || has_parent_step(entry.link)) return report(rule("tar.link.traversal"), entry);
    if (*target == path) return report(rule("tar.link.self"), entry);
    each_folder(*target, [&](uint64_t plain, uint64_t) {
        const Slot* folder = find(plain);
        if (folder && folder->kind == Kind::kSymlink) {
            report(rule("tar.link.hardlink_to_symlink"), entry);
        }
    });
    const Slot* there = find(hash_of(*target));
    if (there && there->kind == Kind::kSymlink) {
        report(rule("tar.link.hardlink_to_symlink"), entry);
    } else if (there && there->kind == Kind::kHardlink) {
        report(rule("tar.link.chain"), entry);
    } else if (there && there->kind == Kind::kFile) {
        return;
    } else if (pending_.size() >= kMostPending) {
        report(rule("tar.link.dangling"), entry);
    } else {
        pending_.push_back(
            {hash_of(*target), entry.offset,
             fmt::format("{} -> {}", entry.name.substr(0, 200), entry.link.substr(0, 200))});
    }
}

void NameTable::finish() {
    for (const Pending& link : pending_) {
        const Slot* there = find(link.path);
        const bool file = there && there->kind != Kind::kFolder && there->kind != Kind::kImplied &&
                          there->kind != Kind::kCrossed;
        context_.report(file ? rule("tar.link.forward") : rule("tar.link.dangling"), link.offset, 0,
                        link.detail);
    }
}

void NameTable::note_system(const TarEntry& entry, std::string_view path) {
    static constexpr std::string_view kFolders[] = {"bin",   "boot", "dev",  "etc", "lib",
                                                    "lib64", "proc", "root", "run", "sbin",
                                                    "srv",   "sys",  "usr",  "var"};
    const size_t slash = path.find('/');
    if (slash == std::string_view::npos && entry.type != '5') return;
    system_ = system_ || std::find(std::begin(kFolders), std::end(kFolders),
                                   path.substr(0, slash)) != std::end(kFolders);
}

}  // namespace assay::tar

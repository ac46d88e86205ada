#include "comparison.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "assay/source.h"
#include "progress.h"
#include "text.h"

namespace assay::cli {

std::string_view name_of(Difference::Kind kind) {
    switch (kind) {
        case Difference::Kind::kChanged:
            return "changed";
        case Difference::Kind::kMissing:
            return "missing";
        case Difference::Kind::kUnsigned:
            return "not signed";
        case Difference::Kind::kUnreadable:
            return "unreadable";
        case Difference::Kind::kWrongKind:
            break;
    }
    return "no file";
}

bool ComparisonScope::covers(const std::string& name) const {
    if (is_within(name, ignored)) return false;
    if (only.empty()) return true;
    return std::any_of(only.begin(), only.end(), [&](const std::string& glob) {
        return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
    });
}

Comparison::Comparison(const ModelFiles& model, const OmsManifest& manifest,
                       const ComparisonScope& scope)
    : model_(model), manifest_(manifest), scope_(scope), seen_(manifest.resources.size()) {}

void Comparison::add(Difference::Kind kind, const std::string& name, std::string detail) {
    differences_.push_back({kind, name, std::move(detail), {}, {}});
}

// What says that it is empty may hold something all the same, as the files of /proc do.
static bool is_empty_file(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || status.st_size != 0) return false;
    if (!S_ISREG(status.st_mode)) return false;
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    char byte = 0;
    return file.valid() && read(file.get(), &byte, 1) == 0;
}

void Comparison::note_unsigned(const std::string& name) {
    bool empty = manifest_.settings.by_shards && is_empty_file(model_.path_of(name));
    std::lock_guard lock(mutex_);
    if (empty) {
        if (empty_.size() < kMostUnsigned) empty_.push_back(name);
        return;
    }
    if (!unsigned_.insert(name).second) return;
    unsigned_count_++;
    if (unsigned_.size() > kMostUnsigned) unsigned_.erase(std::prev(unsigned_.end()));
}

void Comparison::note_ignored(const std::string& name) {
    std::lock_guard lock(mutex_);
    ignored_++;
    ignored_names_.insert(name);
    if (ignored_names_.size() > kMostIgnored) ignored_names_.erase(std::prev(ignored_names_.end()));
}

bool Comparison::passes_over(const std::string& path) {
    const std::string name = model_.name_of(path);
    if (is_within(name, scope_.ignored)) {
        if (name != scope_.signature) note_ignored(name);
        return true;
    }
    if (!scope_.covers(name)) return true;
    auto [begin, end] = manifest_.parts_of(name);
    if (begin != end) return false;
    if (!scope_.partial() && !scope_.ignore_unsigned) note_unsigned(name);
    return true;
}

Status Comparison::shards(const Record& record, const std::vector<Digest>& digests) {
    auto [begin, end] = manifest_.parts_of(model_.name_of(record.user_path));
    std::vector<ByteRange> bad;
    for (size_t i = 0; begin + i < end && i < digests.size(); i++) {
        const OmsResource& part = manifest_.resources[begin + i];
        if (digests[i] != part.digest) bad.push_back({part.begin, part.end});
    }
    if (bad.empty()) return Done{};
    std::lock_guard lock(mutex_);
    bad_parts_[model_.name_of(record.user_path)] = std::move(bad);
    return Done{};
}

// A link or a device where the statement has a file, or where it allows neither.
void Comparison::wrong_kind(const Record& record, const std::string& name) {
    auto [begin, end] = manifest_.parts_of(name);
    bool concerns = begin != end;
    if (begin < manifest_.resources.size()) {
        concerns = concerns || manifest_.resources[begin].name.starts_with(name + "/");
    }
    if (begin != end) seen_[begin] = true;
    if (!concerns && (scope_.partial() || scope_.ignore_unsigned)) return;
    const bool link = record.kind == EntryKind::kLink && !record.findings.empty();
    add(Difference::Kind::kWrongKind, name,
        link ? "is a symbolic " + record.findings.front().detail : "is " + record.reason);
}

Status Comparison::record(const Record& record) {
    if (!record.place.is_file()) return Done{};
    const std::string name = model_.name_of(record.user_path);
    if (!scope_.covers(name)) return Done{};
    if (record.kind == EntryKind::kLink || record.kind == EntryKind::kSpecial) {
        wrong_kind(record, name);
        return Done{};
    }
    auto [begin, end] = manifest_.parts_of(name);
    const bool read = was_hashed(record, manifest_.settings);
    if (begin == end && read) {
        note_unsigned(name);
    } else if (!read) {
        if (begin != end) seen_[begin] = true;
        add(Difference::Kind::kUnreadable, name, record.reason);
    } else if (manifest_.settings.by_shards) {
        seen_[begin] = true;
        compare_parts(record, name);
    } else {
        seen_[begin] = true;
        compare_file(record, name, begin);
    }
    return Done{};
}

static std::string other_size(uint64_t is, uint64_t was) {
    return is == was ? std::string() : fmt::format("{} bytes instead of {}", is, was);
}

void Comparison::compare_file(const Record& record, const std::string& name, size_t at) {
    const OmsResource& resource = manifest_.resources[at];
    if (record.digests.front() == resource.digest) {
        files_++;
        bytes_ += record.size;
        return;
    }
    add(Difference::Kind::kChanged, name,
        resource.size ? other_size(record.size, *resource.size) : "");
}

void Comparison::compare_parts(const Record& record, const std::string& name) {
    auto [begin, end] = manifest_.parts_of(name);
    const uint64_t size = manifest_.resources[end - 1].end;
    std::lock_guard lock(mutex_);
    auto bad = bad_parts_.find(name);
    if (bad == bad_parts_.end() && record.size == size) {
        files_++;
        bytes_ += record.size;
        return;
    }
    add(Difference::Kind::kChanged, name, other_size(record.size, size));
    if (bad == bad_parts_.end()) return;
    differences_.back().ranges = std::move(bad->second);
    bad_parts_.erase(bad);
}

void Comparison::finish() {
    for (size_t i = 0, next = 0; i < seen_.size(); i = next) {
        const std::string& name = manifest_.resources[i].name;
        for (next = i + 1; next < seen_.size() && manifest_.resources[next].name == name;) next++;
        if (seen_[i]) continue;
        if (is_within(name, scope_.ignored)) {
            add(Difference::Kind::kMissing, name, "it is signed, and ignored");
        } else if (scope_.covers(name)) {
            add(Difference::Kind::kMissing, name);
        } else {
            uncovered_++;
        }
    }
    for (const std::string& name : unsigned_) add(Difference::Kind::kUnsigned, name);
    std::sort(differences_.begin(), differences_.end(),
              [](const Difference& a, const Difference& b) { return a.name < b.name; });
    std::sort(empty_.begin(), empty_.end());
}

}  // namespace assay::cli

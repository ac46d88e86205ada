#include "sums_manifest.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "assay/emit.h"
#include "assay/source.h"
#include "assay/text.h"
#include "commands.h"

namespace assay::cli {

namespace {

constexpr size_t kMostFolders = 64;  // that a name is looked at for

// As a statement writes it: "./w" and "/w" are "w".
std::string plain_name(std::string_view name) {
    while (name.starts_with('/') || name.starts_with("./")) {
        name.remove_prefix(name.starts_with('/') ? 1 : 2);
    }
    return std::string(name);
}

std::string_view without(std::string_view name, size_t folders) {
    for (; folders > 0; folders--) name.remove_prefix(name.find('/') + 1);
    return name;
}

// Folders at the front that both have.
size_t folders_in_common(std::string_view a, std::string_view b) {
    size_t folders = 0;
    for (; folders < kMostFolders; folders++) {
        size_t slash = a.find('/');
        if (slash == std::string_view::npos || a.substr(0, slash + 1) != b.substr(0, slash + 1)) {
            break;
        }
        a.remove_prefix(slash + 1);
        b.remove_prefix(slash + 1);
    }
    return folders;
}

size_t count_same(const std::set<std::string>& a, const std::set<std::string>& b) {
    return static_cast<size_t>(std::count_if(
        a.begin(), a.end(), [&](const std::string& name) { return b.contains(name); }));
}

}  // namespace

bool SumsManifest::is_one(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string start(4096, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<size_t>(file.gcount()));
    SumsListParser parser(std::nullopt);
    for (std::string_view rest = start; !rest.empty();) {
        Result<std::optional<ListedSum>> sum = parser.parse(take_line(rest));
        if (!sum) return false;
        if (*sum) return true;  // comments and empty lines say nothing
    }
    return false;
}

Result<SumsManifest> SumsManifest::read(const std::string& path) {
    FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error{Code::kIo, "cannot open", 0, errno};
    CheckList::Options options;
    options.may_name_stdin = false;
    options.on_trouble = [&](uint64_t number, const Error& why) {
        complain(path, fmt::format("line {}: {}", number, describe(why)));
    };
    Result<CheckList> list = CheckList::read(fd.get(), options);
    if (!list) return list.error();
    if (list->improper() > 0) return Error{Code::kMalformed, "has lines that are no digests"};
    SumsManifest manifest;
    manifest.path_ = path;
    Status added = manifest.add(*list);
    if (!added) return added.error();
    return manifest;
}

Status SumsManifest::add(const CheckList& list) {
    for (const CheckedFile& file : list.files()) {
        File one{plain_name(file.name), {}};
        KindSet has;
        for (uint32_t at = file.first_line; at != kNoLine; at = list.lines()[at].next) {
            const CheckLine& line = list.lines()[at];
            if (!line.supported || line.chunk_size > 0) continue;
            const size_t size = size_of(line.kinds.list().front());
            for (const Sum& before : one.sums) {
                const bool other =
                    !std::equal(before.digest.begin(), before.digest.end(), line.digest.begin());
                if (before.kinds == line.kinds && other) {
                    return Error{Code::kMalformed, "says two things of a file"};
                }
            }
            one.sums.push_back({line.kinds, {line.digest.begin(), line.digest.begin() + size}});
            has.add(line.kinds);
        }
        if (one.sums.empty()) return Error{Code::kUnsupported, "names a file without a digest"};
        if (!is_model_name(one.name)) return Error{Code::kMalformed, "has a name that no file has"};
        KindSet both;
        for (DigestKind kind : has.list()) {
            if (files_.empty() || kinds_.has(kind)) both.add(kind);
        }
        kinds_ = both;
        files_.push_back(std::move(one));
    }
    if (files_.empty()) return Error{Code::kMalformed, "names no file"};
    if (kinds_ == KindSet()) return Error{Code::kMalformed, "has no digest that all files have"};
    std::sort(files_.begin(), files_.end(),
              [](const File& a, const File& b) { return a.name < b.name; });
    auto twice = std::adjacent_find(files_.begin(), files_.end(),
                                    [](const File& a, const File& b) { return a.name == b.name; });
    if (twice != files_.end()) return Error{Code::kMalformed, "names a file in two ways"};
    return Done{};
}

// Lists of 128 digits without tags are told apart by what the file is called, as people do it.
DigestKind SumsManifest::preferred() const {
    const std::string name = path_.substr(path_.rfind('/') + 1);
    auto holds = [&](const char* part) { return name.find(part) != std::string::npos; };
    const bool blake = holds("b2") || holds("B2") || holds("lake") || holds("LAKE");
    if (blake && kinds_.has(DigestKind::kBlake2b)) return DigestKind::kBlake2b;
    for (DigestKind kind : {DigestKind::kSha256, DigestKind::kSha512, DigestKind::kBlake3}) {
        if (kinds_.has(kind)) return kind;
    }
    return kinds_.list().front();
}

size_t SumsManifest::shared_folders() const {
    // They are sorted: what first and last share, all do.
    return folders_in_common(files_.front().name, files_.back().name);
}

std::set<std::string> SumsManifest::names(size_t without_folders) const {
    std::set<std::string> names;
    for (const File& file : files_) names.emplace(without(file.name, without_folders));
    return names;
}

OmsManifest SumsManifest::manifest(DigestKind kind, size_t without_folders) const {
    OmsManifest manifest;
    manifest.settings.hash = kind;
    manifest.settings.states_ignore_paths = false;
    for (const File& file : files_) {
        OmsResource resource;
        resource.name = without(file.name, without_folders);
        resource.digest.kind = kind;
        for (const Sum& sum : file.sums) {
            if (!sum.kinds.has(kind)) continue;
            std::copy(sum.digest.begin(), sum.digest.end(), resource.digest.value.begin());
        }
        manifest.resources.push_back(std::move(resource));
    }
    return manifest;
}

FoldersToDrop matching_folders(const SumsManifest* a, const std::set<std::string>& names_a,
                               const SumsManifest* b, const std::set<std::string>& names_b) {
    FoldersToDrop best;
    size_t most = 0;
    for (size_t i = 0; i <= (a ? a->shared_folders() : 0); i++) {
        const std::set<std::string> in_a = a ? a->names(i) : names_a;
        for (size_t j = 0; j <= (b ? b->shared_folders() : 0); j++) {
            const size_t same = count_same(in_a, b ? b->names(j) : names_b);
            if (same <= most) continue;
            most = same;
            best = {i, j};
        }
    }
    return best;
}

}  // namespace assay::cli

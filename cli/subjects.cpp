#include "subjects.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "assay/oms.h"
#include "assay/place.h"
#include "commands.h"
#include "run_visit.h"

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

class Collecting final : public RecordSink {
  public:
    explicit Collecting(size_t memory) : memory_(memory) {}

    Status record(const Record& record) override {
        if (!record.place.is_file()) return Done{};
        if (record.kind == EntryKind::kFile && !record.digests.empty()) {
            held_ += sizeof(Subject) + record.path.size() + 128;
            if (held_ > memory_) {
                complain(record.path, "more files than a fourth of --memory has room for");
                return Error{Code::kUsage, "more files than a fourth of --memory has room for"};
            }
            subjects.push_back({record.path, record.digests.front().hex()});
            return Done{};
        }
        complain(record.path,
                 record.reason.empty() ? "cannot be part of a statement" : record.reason);
        unread.push_back(record.path);
        return Done{};
    }

    std::vector<Subject> subjects;
    std::vector<std::string> unread;

  private:
    const size_t memory_;
    size_t held_ = 0;
};

bool is_beside(const fs::path& root, const std::string& path) {
    fs::path inside = fs::path(path).lexically_relative(root);
    if (inside.empty() || inside.has_parent_path()) {
        std::string first = inside.empty() ? std::string() : inside.begin()->string();
        return first == ".git" || first == ".github";
    }
    std::string name = inside.string();
    return name == ".git" || name == ".github" || name == ".gitignore" ||
           name == ".gitattributes" || name.ends_with(".sig") || name.ends_with(".sigstore.json");
}

std::string folder_name(const std::string& path) {
    std::error_code ignored;
    fs::path whole = fs::weakly_canonical(path, ignored);
    return escape_text(whole.filename().string());
}

Subject whole_of(const std::string& path, const std::vector<Subject>& files) {
    return {folder_name(path), digest_of_digests(files), true};
}

}  // namespace

std::optional<Found> found_in(const Args& args, const std::string& path, int& code) {
    Args hashing = args;
    hashing.command = Command::kHash;
    hashing.targets = {path};
    std::optional<VisitOptions> options = options_or_complaint(hashing);
    code = kExitUsage;
    if (!options) return std::nullopt;
    bool folder = fs::is_directory(path);
    if (folder) {
        options->passes_over = [&path](const std::string& met) { return is_beside(path, met); };
    }
    Collecting files(options->memory / 4);
    Result<Summary> summary = visit_and_complain(hashing, *options, files);
    if (!summary) {
        code = exit_code_of(summary.error());
        return std::nullopt;
    }
    code = files.unread.empty() ? kExitNothing : kExitIncomplete;
    if (files.subjects.empty()) {
        complain(path, "there is no file");
        return std::nullopt;
    }
    if (folder) files.subjects.insert(files.subjects.begin(), whole_of(path, files.subjects));
    if (!files.unread.empty()) files.subjects.front().sha256.clear();
    return Found{std::move(files.subjects), std::move(files.unread)};
}

std::optional<std::vector<Subject>> subjects_of(const Args& args, const std::string& path,
                                                int& code) {
    std::optional<Found> found = found_in(args, path, code);
    if (!found || !found->unread.empty()) return std::nullopt;
    return std::move(found->subjects);
}

// A folder's digest is one of contents in an order: files that were renamed and kept their order
// have it, too. So where the statement knows a file's content, it must know it by this name.
static std::vector<std::string> renamed(const std::vector<Subject>& found,
                                        const std::vector<Subject>& stated) {
    std::multimap<std::string_view, std::string_view> names;
    for (const Subject& subject : stated) {
        if (!subject.name.empty()) names.emplace(subject.sha256, subject.name);
    }
    std::vector<std::string> lines;
    for (size_t i = 1; i < found.size(); i++) {
        auto [first, last] = names.equal_range(found[i].sha256);
        if (first == last) continue;
        auto same = [&](const auto& one) { return one.second == found[i].name; };
        if (std::none_of(first, last, same)) {
            lines.push_back(
                fmt::format("{}: the statement calls it {}", found[i].name, first->second));
        }
    }
    return lines;
}

// File by file, of a statement that does not name the whole.
static std::vector<std::string> differing_files(const Found& all,
                                                const std::vector<Subject>& stated) {
    const std::vector<Subject>& found = all.subjects;
    std::map<std::string_view, std::string_view> names;
    for (const Subject& subject : stated) {
        if (!subject.of_digests) names.emplace(subject.name, subject.sha256);
    }
    std::vector<std::string> lines;
    for (size_t i = 1; i < found.size(); i++) {
        auto same = names.find(found[i].name);
        if (same == names.end()) lines.push_back(found[i].name + ": not in the statement");
        if (same == names.end()) continue;
        if (same->second != found[i].sha256) lines.push_back(found[i].name + ": changed");
        names.erase(same);
    }
    for (const auto& [name, digest] : names) {
        if (!is_within(name, all.unread)) lines.push_back(std::string(name) + ": missing");
    }
    return lines;
}

std::optional<std::string> lacking_sha256(const std::vector<Subject>& stated) {
    auto has = [](const Subject& one) { return !one.sha256.empty(); };
    if (std::ranges::any_of(stated, has)) return std::nullopt;
    return "the statement has no SHA-256 of what it is about, and other digests are not compared "
           "here";
}

std::vector<std::string> differences(const Found& all, const std::vector<Subject>& stated) {
    const std::vector<Subject>& found = all.subjects;
    const Subject& whole = found.front();
    bool other_kind = false;
    for (const Subject& subject : stated) {
        if (subject.sha256.empty() || subject.sha256 != whole.sha256) continue;
        if (subject.of_digests == whole.of_digests) return renamed(found, stated);
        other_kind = true;
    }
    if (other_kind) {
        return {fmt::format("{}: the statement is about a {} with that digest, not about a {}",
                            whole.name, whole.of_digests ? "file" : "folder",
                            whole.of_digests ? "folder" : "file")};
    }
    if (std::optional<std::string> why = lacking_sha256(stated)) return {*why};
    if (found.size() > 1) return differing_files(all, stated);
    return {whole.name + ": the statement is about other files"};
}

}  // namespace assay::cli

// What DVC keeps in text: .dvc files and dvc.lock (YAML), and lists of folders (JSON).
//
//   outs:
//   - md5: 0cc175b9c0f1b6a831c399e269772661.dir
//     size: 3
//     hash: md5
//     path: data
//
//   [{"md5": "…", "relpath": "train/1.bin"}, …]
//
// Checking out writes files at the paths that stand there, so paths that lead out of the working
// tree, or of the folder, write wherever their author chose. Of a .dvc file that lies in no
// repository the tree is what was given to be scanned.
#include <algorithm>

#include "assay/format.h"
#include "assay/text.h"
#include "dvc_cache.h"
#include "formats.h"
#include "store.h"
#include "store_rules.h"
#include "text/json_path.h"
#include "text/yaml_reader.h"

namespace assay::dvc {

namespace {

using stores::rule;

constexpr size_t kMostClaims = 1 << 20;

// Whether a path leads out of `depth` folders; absolute ones do.
bool leads_out(std::string_view path, size_t depth) {
    if (path.starts_with('/') || path.starts_with('\\')) return true;
    if (path.size() > 1 && path[1] == ':') return true;
    for (size_t from = 0; from <= path.size();) {
        const size_t to = std::min(path.find_first_of("/\\", from), path.size());
        const std::string_view part = path.substr(from, to - from);
        from = to + 1;
        if (part == ".." && depth-- == 0) return true;
        if (!part.empty() && part != "." && part != "..") depth++;
    }
    return false;
}

// "0cc1…" or "0cc1….dir"
bool is_md5(std::string_view text) {
    if (text.ends_with(".dir")) text.remove_suffix(4);
    return is_hex(text, 32);
}

class Outs final : public yaml::Sink {
  public:
    Outs(ScanContext& context, const Cache& cache) : context_(context), cache_(cache) {}

    void value(const yaml::Path& path, std::string_view text, uint64_t offset) override;
    void key(const yaml::Path& path, uint64_t) override {
        if (path.size() > 1 && path[path.size() - 2] == "outs") begin(path.back());
    }
    void tag(std::string_view, uint64_t) override {}
    void directive(std::string_view, uint64_t) override {}
    void end();

  private:
    void begin(std::string_view key);

    ScanContext& context_;
    const Cache& cache_;
    std::vector<std::string> seen_;  // keys of the output that is read
    std::string md5_;
    std::string path_;
    std::string work_;  // wdir
    bool new_ = false;  // of DVC 3
    uint64_t offset_ = 0;
};

// A key that comes again begins the next output.
void Outs::begin(std::string_view key) {
    if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) end();
    if (seen_.size() < 64) seen_.emplace_back(key);
}

void Outs::value(const yaml::Path& path, std::string_view text, uint64_t offset) {
    if (path.size() == 1 && path.back() == "wdir") work_ = text;
    if (path.size() < 2 || path[path.size() - 2] != "outs") return;
    if (path.back() == "md5") md5_ = text;
    if (path.back() == "hash") new_ = text == "md5";
    if (path.back() != "path") return;
    path_ = text;
    offset_ = offset;
}

void Outs::end() {
    if (leads_out(below(work_, path_), cache_.depth)) {
        context_.report(rule("dvc.out.path_traversal"), offset_, path_.size(), path_);
    }
    if (cache_.path.empty() && cache_.compared && is_md5(md5_)) {
        context_.incomplete(Coverage::kUnsupported,
                            "the cache lies elsewhere: what it holds for this was not compared");
    }
    if (!cache_.path.empty() && is_md5(md5_)) {
        Claim claim;
        claim.path =
            cache_.path + (new_ ? "/files/md5/" : "/") + md5_.substr(0, 2) + "/" + md5_.substr(2);
        claim.offset = offset_;
        claim.if_no_file = &rule("dvc.cache.missing");
        context_.claim(claim_part(claim.path, escape_path(path_), ""));
        context_.claim(std::move(claim));
    }
    seen_.clear();
    md5_.clear();
    path_.clear();
    new_ = false;
}

class FolderList {
  public:
    FolderList(Tape& tape, ScanContext& context, const Cache& cache)
        : tape_(tape), context_(context), cache_(cache) {}
    Status read();

  private:
    void see(const json::Token& token);
    void end_entry(uint64_t offset);
    void invalid(uint64_t offset, std::string_view detail) {
        context_.report(rule("dvc.dir.invalid"), offset, 0, detail);
        context_.incomplete(Coverage::kMalformed, "the list is broken");
    }

    Tape& tape_;
    ScanContext& context_;
    const Cache& cache_;
    json::Path path_;
    std::string md5_;
    std::string relpath_;
    size_t entries_ = 0;
    bool list_ = false;
};

Status FolderList::read() {
    json::Reader reader(tape_, {.kept = 4096, .depth = 16});
    json::Token token;
    while (reader.next(token)) see(token);
    if (reader.failed()) return *reader.failed();
    Status synced = reader.sync();
    if (!synced) return synced;
    context_.parsed(tape_.offset());
    if (reader.fault()) {
        invalid(reader.fault()->offset, reader.fault()->text);
    } else if (!list_) {
        invalid(0, "it is no list");
    }
    return Done{};
}

void FolderList::see(const json::Token& token) {
    path_.see(token);
    if (token.depth == 0) list_ = list_ || token.kind == json::Kind::kArray;
    if (token.depth == 1 && token.kind == json::Kind::kObjectEnd) end_entry(token.offset);
    if (token.depth != 2 || token.kind != json::Kind::kString) return;
    if (path_[1] == "md5") md5_ = token.text;
    if (path_[1] == "relpath") relpath_ = token.text;
}

void FolderList::end_entry(uint64_t offset) {
    if (leads_out(relpath_, 0)) {
        context_.report(rule("dvc.dir.relpath_traversal"), offset, 0, relpath_);
    }
    if (!is_hex(md5_, 32) || relpath_.empty()) {
        invalid(offset, "an entry has no MD5 or no path");
    } else if (entries_++ < kMostClaims) {
        Claim claim;
        claim.path = cache_.path + "/" + md5_.substr(0, 2) + "/" + md5_.substr(2);
        claim.offset = offset;
        claim.if_no_file = &rule("dvc.dir.missing_entry");
        context_.claim(claim_part(claim.path, "", ""));
        context_.claim(std::move(claim));
    } else if (entries_ == kMostClaims + 1) {
        context_.incomplete(Coverage::kCutByLimit, "the list names too many files");
    }
    md5_.clear();
    relpath_.clear();
}

// "outs:" alone in a line, "path:" and a digest, whatever stands before them: "- path:".
bool is_outs(const Probe& probe) {
    const std::string_view text = as_text(probe.head);
    if (text.find('\0') != std::string_view::npos) return false;
    bool outs = false;
    bool path = false;
    bool digest = false;
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = take_line(rest);
        line.remove_prefix(std::min(line.find_first_not_of(" -"), line.size()));
        outs = outs || line == "outs:" || line == "outs:\r";
        path = path || line.starts_with("path: ");
        digest = digest || line.starts_with("md5: ") || line.starts_with("etag: ") ||
                 line.starts_with("checksum: ");
    }
    return outs && path && digest;
}

// Of a file in no repository that is known: its folders are those of what was given.
Status scan_alone(Tape& tape, ScanContext& context) {
    const std::string_view path = context.path();
    const std::string_view name = path.substr(path.rfind('!') + 1);
    Cache nowhere;
    nowhere.depth = static_cast<size_t>(std::count(name.begin(), name.end(), '/'));
    return scan_outs(tape, context, nowhere);
}

}  // namespace

Status scan_outs(Tape& tape, ScanContext& context, const Cache& cache) {
    context.refine("dvc");
    Outs outs(context, cache);
    yaml::Reader reader(outs);
    Status read = yaml::read_lines(tape, context, reader);
    if (!read) return read;
    outs.end();
    context.parsed(tape.offset());
    if (reader.confused()) context.incomplete(Coverage::kUnsupported, reader.confused());
    return Done{};
}

Status scan_folder_list(Tape& tape, ScanContext& context, const Cache& cache) {
    context.refine("dvc-folder");
    return FolderList(tape, context, cache).read();
}

}  // namespace assay::dvc

namespace assay {

const Format kDvcFormat{"dvc", false, 0, {}, {}, dvc::is_outs, dvc::scan_alone};

}  // namespace assay

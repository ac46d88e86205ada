// Layers are tars laid over each other. What a layer removes it says by an empty file beside it:
//
//   etc/.wh.passwd      etc/passwd of the layers below is gone
//   etc/.wh..wh..opq    all that the layers below have in etc is gone
//   etc/.wh.            removes a file without a name; "etc/.wh.." would be etc itself, and
//                       "etc/.wh..." the folder above it
//
// Runtimes act on such names, so each odd one is a way to remove more than is shown, or to bring a
// file that one runtime sees and another does not.
#include "layer_notes.h"

#include <algorithm>

#include "archive/member_name.h"
#include "assay/digest.h"
#include "notes.h"
#include "oci_rules.h"
#include "spool_text.h"

namespace assay::oci {

namespace {

constexpr std::string_view kMark = ".wh.";
constexpr std::string_view kOpaqueMark = ".wh..wh..opq";
constexpr size_t kPart = 7200 * kEntryNote;
constexpr size_t kMostRemoved = 1000;
constexpr size_t kMostNesting = 3;

std::string_view without_tail(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

uint64_t path_key(std::string_view path) {
    return load_le<uint64_t>(sha256_of(as_bytes(path)).data());
}

// Layers lie in a file, in a member of an archive of images, and in either compressed.
LayerNotes::LayerNotes(ScanContext& context)
    : context_(context),
      may_be_layer_(static_cast<size_t>(std::count(context.path().begin(), context.path().end(),
                                                   '!')) < kMostNesting) {}

void LayerNotes::add(const TarEntry& entry, bool system) {
    const std::optional<std::string> path = resolve_path("", without_tail(entry.name));
    if (!path || path->empty()) return;
    const size_t slash = path->rfind('/');
    const bool top = slash == std::string::npos;
    const std::string_view folder = std::string_view(*path).substr(0, top ? 0 : slash);
    const std::string_view name = std::string_view(*path).substr(top ? 0 : slash + 1);
    if (name.starts_with(kMark)) return whiteout(entry, folder, name, system);
    put(entry.type == '5' ? EntryNote::kFolder : EntryNote::kOther, *path);
    if (entry.type == '1') put_link(*path, entry.link);
}

bool is_whiteout(const TarEntry& entry) {
    const std::string_view name = std::string_view(entry.name).substr(entry.name.rfind('/') + 1);
    return name.starts_with(kMark) && entry.is_file() && entry.size == 0;
}

void LayerNotes::whiteout(const TarEntry& entry, std::string_view folder, std::string_view name,
                          bool system) {
    // A file system's own marks.
    if (name != kOpaqueMark && name.substr(kMark.size()).starts_with(kMark)) return;
    auto report = [&](const Rule& rule) { context_.report(rule, entry.offset, 0, entry.name); };
    if (!entry.is_file()) report(rule("oci.whiteout.not_regular"));
    if (entry.is_file() && entry.size > 0) report(rule("oci.whiteout.nonempty"));
    if (name == kOpaqueMark) {
        context_.report(rule("oci.whiteout.opaque"), entry.offset, 0, entry.name,
                        system ? std::optional(Severity::kLow) : std::nullopt);
        return put(EntryNote::kOpaque, folder);
    }
    const std::string_view gone = name.substr(kMark.size());
    if (gone.empty()) return report(rule("oci.whiteout.empty_name"));
    if (gone == ".") return report(rule("oci.whiteout.dot"));
    if (gone == "..") return report(rule("oci.whiteout.dotdot"));
    std::string path(folder);
    if (!path.empty()) path += '/';
    path += gone;
    put(EntryNote::kWhiteout, path);
    if (removed_.size() < kMostRemoved) removed_.push_back({std::move(path), entry.offset});
}

void LayerNotes::put(EntryNote note, std::string_view path) {
    if (!may_be_layer_) return;
    uint8_t bytes[kEntryNote];
    bytes[0] = static_cast<uint8_t>(note);
    store_le(bytes + 1, path_key(path));
    notes_.insert(notes_.end(), bytes, bytes + kEntryNote);
    if (notes_.size() >= kPart) flush();
}

void LayerNotes::put_link(std::string_view path, const std::string& link) {
    const std::optional<std::string> target = resolve_path("", without_tail(link));
    if (!may_be_layer_ || !target || target->empty()) return;
    put_text(links_, path);
    put_text(links_, *target);
    if (links_.size() >= kPart) flush();
}

void LayerNotes::flush() {
    if (!notes_.empty()) note(context_, NoteKind::kLayerEntries, notes_);
    if (!links_.empty()) note(context_, NoteKind::kLayerLinks, links_);
    notes_.clear();
    links_.clear();
}

void LayerNotes::finish(const std::function<bool(std::string_view path)>& brings) {
    flush();
    for (const Removed& one : removed_) {
        if (!brings(one.path)) continue;
        context_.report(rule("oci.whiteout.same_layer_target"), one.offset, 0, one.path);
    }
}

}  // namespace assay::oci

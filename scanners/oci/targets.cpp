#include "targets.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "assay/place.h"
#include "descriptor_reader.h"
#include "image_book.h"
#include "oci_rules.h"
#include "parse.h"
#include "registry_target.h"

namespace assay::oci {

namespace {

constexpr size_t kMostDepth = 8;
constexpr size_t kMostParts = 100'000;

struct Prefix {
    std::string_view text;
    Transport transport;
};
constexpr Prefix kPrefixes[] = {
    {"oci:", Transport::kLayout},
    {"oci-archive:", Transport::kLayoutArchive},
    {"docker-archive:", Transport::kDockerArchive},
    {"docker://", Transport::kRegistry},
};

// What leads to the parts of an image; whatever else stands in its place, nothing of the image was
// looked at.
bool is_list(const Document& document) {
    return document.kind == DocumentKind::kIndex || document.kind == DocumentKind::kManifest;
}
constexpr const char* kNeither = "it is neither a manifest nor an index";

bool exists(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0;
}

// The tag behind the last colon, or the digest behind an at sign, where the whole is no path.
ImageTarget split(Transport transport, std::string rest) {
    if (exists(rest)) return {transport, std::move(rest), {}};
    const size_t at = rest.rfind('@');
    const bool digest = at != std::string::npos && parts_of(rest.substr(at + 1));
    const size_t end = digest ? at : rest.rfind(':');
    if (end == std::string::npos) return {transport, std::move(rest), {}};
    return {transport, rest.substr(0, end), rest.substr(end + 1)};
}

// A file of a layout, whole; our own tools' limit, since nobody trusts its size.
Result<std::string> read_small(const std::string& path) {
    Result<std::unique_ptr<FileSource>> file = FileSource::open(path, FileSource::Direct::kNo);
    if (!file) return file.error();
    const uint64_t size = (*file)->stamp().size;
    if (size > kLargestDocument) return Error{Code::kLimit, "a document of more than 4 MiB", 0, 0};
    std::string bytes(static_cast<size_t>(size), '\0');
    auto* to = reinterpret_cast<uint8_t*>(bytes.data());
    Result<size_t> got = (*file)->read_into(0, to, bytes.size());
    if (!got) return got.error();
    bytes.resize(*got);
    return bytes;
}

class Layout final : public Store {
  public:
    explicit Layout(std::string folder) : folder_(std::move(folder)) {}

    Result<std::string> document(const Descriptor& descriptor) override {
        return read_small(folder_ + "/" + blob_path("index.json", descriptor.digest));
    }
    WalkEntry entry(const Descriptor&, const std::string& path) override { return file(path); }
    [[nodiscard]] WalkEntry file(const std::string& path) const {
        WalkEntry entry;
        entry.path = path;
        entry.user_path = folder_ + "/" + path;
        return entry;
    }

  private:
    std::string folder_;
};

// Goes through documents breadth-first within an image, so that the order is that of the
// documents.
class Parts {
  public:
    Parts(Store& store, const std::string& platform) : store_(store), platform_(platform) {}

    // What one name of a store leads to. False where the platform is none of those that there are:
    // then nothing of that image was looked at.
    bool add_root(const Descriptor& descriptor) {
        left_out_ = manifest_ = false;
        add(descriptor, 0);
        return manifest_ || !left_out_;
    }
    std::vector<WalkEntry> take() { return std::move(entries_); }

  private:
    void add(const Descriptor& descriptor, size_t depth);
    bool put(const Descriptor& descriptor);
    void below(const Document& document, size_t depth);

    Store& store_;
    const std::string& platform_;
    std::set<std::string> seen_;
    std::vector<WalkEntry> entries_;
    bool left_out_ = false;
    bool manifest_ = false;
};

// False where it is there already, or is no digest: what the document that names it says.
bool Parts::put(const Descriptor& descriptor) {
    const std::string path = blob_path("index.json", descriptor.digest);
    const bool usable = !path.empty() && !fault_of_digest(descriptor.digest, false).rule;
    if (!usable || entries_.size() >= kMostParts || !seen_.insert(path).second) return false;
    entries_.push_back(store_.entry(descriptor, path));
    return true;
}

void Parts::add(const Descriptor& descriptor, size_t depth) {
    const bool fresh = put(descriptor);
    manifest_ = manifest_ || !fresh;  // it is there already, with what is below it
    if (!fresh || depth > kMostDepth) return;
    // What is no document by its type is none, whatever it holds.
    const bool document = is_index_type(descriptor.media_type) ||
                          is_manifest_type(descriptor.media_type) || descriptor.media_type.empty();
    if (!document) return;
    const size_t own = entries_.size() - 1;
    Result<std::string> bytes = store_.document(descriptor);
    if (!bytes) return;
    const Document parsed = parse_document(*bytes);
    if (is_list(parsed)) return below(parsed, depth);
    entries_[own].found = &rule("oci.mediatype.mismatch");
    entries_[own].found_detail = kNeither;
}

void Parts::below(const Document& document, size_t depth) {
    if (document.kind == DocumentKind::kManifest) {
        manifest_ = true;
        if (document.config) put(*document.config);
        for (const Descriptor& layer : document.items) put(layer);
    }
    if (document.kind != DocumentKind::kIndex) return;
    for (const Descriptor& one : document.items) {
        const bool other = !platform_.empty() && !one.platform.empty() &&
                           one.platform != platform_ && !one.platform.starts_with(platform_ + "/");
        left_out_ = left_out_ || other;
        if (!other) add(one, depth + 1);
    }
}

std::vector<WalkEntry> expand_layout(const ImageTarget& target, const std::string& platform) {
    Layout layout(target.place);
    std::vector<WalkEntry> entries{layout.file("oci-layout"), layout.file("index.json")};
    Result<std::string> bytes = read_small(target.place + "/index.json");
    if (!bytes) return {trouble("index.json", target.place, describe(bytes.error()))};
    const Document index = parse_document(*bytes);
    if (!is_list(index)) {
        entries.back().found = &rule("oci.mediatype.mismatch");
        entries.back().found_detail = kNeither;
    }
    std::vector<Descriptor> roots;
    for (const Descriptor& one : index.items) {
        const bool wanted =
            target.wanted.empty() || one.ref == target.wanted || one.digest == target.wanted;
        if (wanted) roots.push_back(one);
    }
    for (WalkEntry& entry : parts_below(roots, layout, platform)) {
        entries.push_back(std::move(entry));
    }
    if (!roots.empty() || !is_list(index)) return entries;
    entries.push_back(target.wanted.empty()
                          ? trouble("image", target.place, "the index names no image")
                          : trouble(target.wanted, target.place, "the index has no such image"));
    return entries;
}

std::vector<WalkEntry> expand_archive(const ImageTarget& target) {
    WalkEntry entry;
    entry.path = target.place.substr(target.place.rfind('/') + 1);
    entry.user_path = target.place;
    entry.follow = true;
    return {std::move(entry)};
}

}  // namespace

WalkEntry trouble(const std::string& path, const std::string& user_path, std::string reason) {
    WalkEntry entry;
    entry.kind = WalkEntry::Kind::kTrouble;
    entry.path = path;
    entry.user_path = user_path;
    entry.rule = &rules::kUnreadable;
    entry.reason = std::move(reason);
    return entry;
}

ImageTarget parse_target(const std::string& target) {
    for (const Prefix& prefix : kPrefixes) {
        if (!target.starts_with(prefix.text)) continue;
        std::string rest = target.substr(prefix.text.size());
        // An archive is one pass, so all of it is read, and whatever stands there is its name.
        if (prefix.transport != Transport::kLayout) return {prefix.transport, rest, {}};
        return split(prefix.transport, std::move(rest));
    }
    return {};
}

std::vector<WalkEntry> parts_below(const std::vector<Descriptor>& roots, Store& store,
                                   const std::string& platform) {
    Parts parts(store, platform);
    bool all = true;
    for (const Descriptor& root : roots) all = parts.add_root(root) && all;
    std::vector<WalkEntry> entries = parts.take();
    if (!all) {
        entries.push_back(trouble("platform", "--platform",
                                  "there is no image for the platform " + escape_text(platform)));
    }
    return entries;
}

std::optional<std::vector<WalkEntry>> expand_target(const std::string& target,
                                                    const VisitOptions& options,
                                                    const std::stop_token& stop) {
    const ImageTarget parsed = parse_target(target);
    switch (parsed.transport) {
        case Transport::kNone:
            return std::nullopt;
        case Transport::kLayout:
            return expand_layout(parsed, options.platform);
        case Transport::kLayoutArchive:
        case Transport::kDockerArchive:
            return expand_archive(parsed);
        case Transport::kRegistry:
            return expand_registry(parsed.place, options, stop);
    }
    return std::nullopt;
}

std::map<uint32_t, bool> image_targets(const VisitOptions& options) {
    std::map<uint32_t, bool> images;
    for (uint32_t i = 0; i < options.targets.size(); i++) {
        const ImageTarget target = parse_target(options.targets[i]);
        const bool part = !target.wanted.empty() || !options.platform.empty();
        const bool layout = target.transport == Transport::kLayout;
        const bool chosen = target.transport == Transport::kRegistry || (layout && part);
        if (target.transport != Transport::kNone) images[i] = chosen;
    }
    return images;
}

}  // namespace assay::oci

#include "image_judge.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "artifact.h"
#include "assay/digest.h"
#include "kinds.h"
#include "oci_rules.h"

namespace assay::oci {

namespace {

constexpr size_t kMostDepth = 8;

std::string shown(std::string_view text) { return escape_path(text.substr(0, 200)); }

bool is_tar(const std::string& format) { return format == "tar" || format == "pytorch-tar"; }

// A tar without members, which builders write as a layer of nothing: its digest says that it is
// one.
bool unpacks_to_zeros(const Blob& blob) {
    constexpr uint64_t kMost = 64 << 10;
    uint64_t size = 0;
    const char* end = blob.inside_size.data() + blob.inside_size.size();
    const bool known = std::from_chars(blob.inside_size.data(), end, size).ptr == end;
    if (!known || size > kMost || blob.inside != "unknown") return false;
    return blob.unpacked.empty() ||
           blob.unpacked == to_hex(sha256_of(std::vector<uint8_t>(static_cast<size_t>(size))));
}

// Nothing at all is a tar, too, to who unpacks it; what was not unpacked says so itself.
bool unpacks_to_tar(const Blob& blob) {
    return is_tar(blob.inside) || blob.inside == "empty" || blob.inside.empty() ||
           unpacks_to_zeros(blob);
}

// Whether the content is what the type of a layer says.
bool fits(const Descriptor& layer, const Blob& blob) {
    const bool tar = layer.media_type.find(".tar") != std::string::npos;
    const bool inside = !tar || unpacks_to_tar(blob);
    switch (form_of(layer.media_type)) {
        case LayerForm::kTar:
            return is_tar(blob.format);
        case LayerForm::kGzip:
            return blob.format == "gzip" && inside;
        case LayerForm::kZstd:
            return blob.format == "zstd" && inside;
        case LayerForm::kRaw:
        case LayerForm::kUnknown:
            return true;
    }
    return true;
}

class Judge {
  public:
    Judge(ImageBook& book, const FactStore& facts, const Noted& noted, Record& record)
        : book_(book), facts_(facts), noted_(noted), document_(noted.document), record_(record) {}

    Status judge();

  private:
    Status layout();
    Status index();
    Status item(const Descriptor& one);
    Status locked(const Descriptor& one);
    Status manifest();
    void kit_chain();
    void missing(const Rule& its_rule, const Descriptor& one);
    Status blob(const Descriptor& one, const Rule& its_rule, Blob& found);
    void check_content(const Descriptor& one, const Blob& found);
    void not_compared(std::string_view digest);
    Status layers(const std::vector<Blob>& blobs);
    Status model_layer(const Descriptor& layer, const Blob& blob);
    Status diff_ids(const std::vector<Blob>& blobs);
    Status docker_list();
    Status docker(const DockerImage& image);
    std::optional<std::vector<std::string>> docker_ids(const DockerImage& image,
                                                       const std::string& path);
    Status docker_layers(const DockerImage& image,
                         const std::optional<std::vector<std::string>>& ids);
    void docker_layer(const DockerImage& image, size_t i, const Blob& layer, const std::string& id);
    void check_config_name(const DockerImage& image, const Blob& config);
    Status graph();
    void report(const Rule& rule, uint64_t offset, std::string detail);
    [[nodiscard]] bool is_ollama() const;
    [[nodiscard]] bool is_model() const {
        return document_.config &&
               document_.config->media_type.starts_with("application/vnd.cncf.model.");
    }

    ImageBook& book_;
    const FactStore& facts_;
    const Noted& noted_;
    const Document& document_;
    Record& record_;
    FindingList list_;
};

void Judge::report(const Rule& rule, uint64_t offset, std::string detail) {
    Finding finding;
    finding.rule = &rule;
    finding.severity = rule.severity;
    finding.offset = offset;
    finding.detail = std::move(detail);
    list_.add(record_.findings, std::move(finding));
}

Status Judge::judge() {
    switch (document_.kind) {
        case DocumentKind::kLayout:
            return layout();
        case DocumentKind::kIndex:
            return index();
        case DocumentKind::kManifest:
            return manifest();
        case DocumentKind::kDockerSave:
            return docker_list();
        default:
            return Done{};
    }
}

Status Judge::layout() {
    if (book_.is_selective(noted_.target)) return Done{};
    Result<bool> there = facts_.exists(noted_.target, path_beside(noted_.path, "index.json"));
    if (!there) return there.error();
    if (!*there) report(rule("oci.layout.missing_file"), 0, "index.json");
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Indexes

Status Judge::index() {
    const bool root = noted_.path.ends_with("index.json") && !is_blob(noted_.path);
    if (root && !book_.is_selective(noted_.target)) {
        Result<bool> there = facts_.exists(noted_.target, path_beside(noted_.path, "oci-layout"));
        if (!there) return there.error();
        if (!*there) report(rule("oci.layout.missing_file"), 0, "oci-layout");
    }
    for (const Descriptor& one : document_.items) {
        Status judged = item(one);
        if (judged) judged = locked(one);
        if (!judged) return judged;
    }
    return graph();
}

Status Judge::item(const Descriptor& one) {
    const std::string path = item_path(noted_.path, document_, one.digest);
    if (path.empty()) return Done{};  // its digest is a finding
    Result<Blob> blob = look_up(facts_, noted_.target, path);
    if (!blob) return blob.error();
    if (!blob->there) {
        const bool left_out = book_.is_selective(noted_.target);
        if (!left_out) missing(rule("oci.blob.missing"), one);
        return Done{};
    }
    if (one.size && std::to_string(*one.size) != blob->size) {
        report(rule("oci.blob.size_mismatch"), one.offset,
               fmt::format("{}: {}, not {}", shown(one.digest), blob->size, *one.size));
    }
    check_content(one, *blob);
    Result<std::optional<DocumentHead>> there =
        book_.head_of(ImageBook::key_of(noted_.target, path));
    if (!there) return there.error();
    const DocumentHead its = there->value_or(DocumentHead());
    const bool followed = its.kind == DocumentKind::kManifest || its.kind == DocumentKind::kIndex;
    if (!followed) {
        record_.lower_coverage(Coverage::kUnsupported,
                               "it lists what is neither a manifest nor an index, such as docker's "
                               "first schema; what that names was not followed");
        return Done{};
    }
    const bool other_kind =
        (is_index_type(one.media_type) && its.kind == DocumentKind::kManifest) ||
        (is_manifest_type(one.media_type) && its.kind == DocumentKind::kIndex);
    const bool other_type =
        !its.media_type.empty() && !one.media_type.empty() && its.media_type != one.media_type;
    if (other_kind || other_type) {
        report(rule("oci.mediatype.mismatch"), one.offset,
               fmt::format("{}: {}, not {}", shown(one.digest),
                           its.media_type.empty() ? "another document" : shown(its.media_type),
                           shown(one.media_type)));
    }
    return Done{};
}

Status Judge::graph() {
    Result<IndexGraph::Shape> shape = book_.graph().shape_of(book_, noted_);
    if (!shape) return shape.error();
    if (shape->circular) report(rule("oci.graph.cycle"), 0, "");
    if (shape->depth > kMostDepth) {
        report(rule("oci.graph.depth"), 0, fmt::format("{} documents deep", shape->depth));
    }
    if (shape->cut) {
        record_.lower_coverage(Coverage::kCutByLimit, "indexes lead to more than is followed");
    }
    return Done{};
}

// The lock file knows what each tag was.
Status Judge::locked(const Descriptor& one) {
    if (!book_.lock() || one.ref.empty()) return Done{};
    const auto known = book_.lock()->find(one.ref);
    if (known == book_.lock()->end() || known->second == one.digest) return Done{};
    report(rule("oci.ref.mutated"), one.offset,
           fmt::format("{}: {}, locked as {}", shown(one.ref), shown(one.digest),
                       shown(known->second)));
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Manifests

bool Judge::is_ollama() const {
    auto ollama = [](const Descriptor& one) {
        return one.media_type.starts_with("application/vnd.ollama.");
    };
    return std::any_of(document_.items.begin(), document_.items.end(), ollama);
}

// What is not here was not looked at; what an artifact is about need not be here.
void Judge::missing(const Rule& its_rule, const Descriptor& one) {
    report(its_rule, one.offset, shown(one.digest));
    if (&its_rule == &rule("oci.subject.missing")) return;
    record_.lower_coverage(Coverage::kUnreadable, its_rule.message);
}

Status Judge::blob(const Descriptor& one, const Rule& its_rule, Blob& found) {
    const std::string path = blob_path(noted_.path, one.digest);
    if (path.empty()) return Done{};
    Result<Blob> blob = look_up(facts_, noted_.target, path);
    if (!blob) return blob.error();
    found = std::move(*blob);
    if (!found.there) {
        missing(its_rule, one);
        return Done{};
    }
    check_content(one, found);
    const bool sized = one.size && found.type == "file" && found.coverage != "unreadable";
    if (!sized || std::to_string(*one.size) == found.size) return Done{};
    report(is_ollama() ? rule("ollama.blob.size_mismatch") : rule("oci.blob.size_mismatch"),
           one.offset, fmt::format("{}: {}, not {}", shown(one.digest), found.size, *one.size));
    return Done{};
}

// In a folder the store itself is compared with the names of its blobs, if it is one.
void Judge::check_content(const Descriptor& one, const Blob& found) {
    const bool folder = noted_.path.find('!') == std::string::npos;
    const bool store = blob_path(noted_.path, one.digest).find("blobs/") != std::string::npos;
    if (folder && store && !book_.is_image(noted_.target)) return;
    not_compared(one.digest);
    const bool known = one.digest.starts_with("sha256:") && !found.sha256.empty();
    if (!known || one.digest.substr(7) == found.sha256) return;
    report(rule("oci.blob.digest_mismatch"), one.offset,
           fmt::format("{} has sha256:{}", shown(one.digest), found.sha256));
}

// Outside of a folder only SHA-256 is computed of what lies in an image.
void Judge::not_compared(std::string_view digest) {
    if (!parts_of(digest) || digest.starts_with("sha256:")) return;
    record_.lower_coverage(Coverage::kUnsupported,
                           "it names content by a digest that is not SHA-256 and was not compared");
}

Status Judge::manifest() {
    const Rule& absent = is_ollama() ? rule("ollama.blob.missing") : rule("oci.blob.missing");
    Blob config;
    Status judged = Done{};
    if (document_.config) judged = blob(*document_.config, absent, config);
    if (judged && document_.subject) {
        Blob subject;
        judged = blob(*document_.subject, rule("oci.subject.missing"), subject);
    }
    std::vector<Blob> blobs;
    for (const Descriptor& layer : document_.items) {
        if (judged) judged = blob(layer, absent, blobs.emplace_back());
    }
    kit_chain();
    if (judged) judged = layers(blobs);
    return judged ? diff_ids(blobs) : judged;
}

// A kit's model may be another kit, by its tag. Digests cannot be circular, tags can.
void Judge::kit_chain() {
    constexpr size_t kMostKits = 10;
    std::vector<std::string> above{noted_.path};
    std::optional<Descriptor> config = document_.config;
    while (config) {
        const Noted* kit = book_.document_at(noted_.target, blob_path(noted_.path, config->digest));
        if (!kit || kit->document.kind != DocumentKind::kKitfile || !kit->document.subject) return;
        const std::string reference = kit->document.subject->ref;
        const std::string next = book_.kit_at(noted_.target, reference);
        if (next.empty()) return;
        const bool again = std::find(above.begin(), above.end(), next) != above.end();
        if (again || above.size() > kMostKits) {
            report(again ? rule("kitops.ref_chain.cycle") : rule("kitops.ref_chain.depth"),
                   document_.config->offset, shown(reference));
            return;
        }
        above.push_back(next);
        const Noted* manifest = book_.document_at(noted_.target, next);
        config = manifest ? manifest->document.config : std::nullopt;
    }
}

bool is_encrypted(const Descriptor& layer) { return layer.media_type.ends_with("+encrypted"); }

Status Judge::layers(const std::vector<Blob>& blobs) {
    for (size_t i = 0; i < blobs.size(); i++) {
        const Descriptor& layer = document_.items[i];
        if (is_encrypted(layer)) {
            record_.lower_coverage(Coverage::kUnsupported,
                                   "a layer is encrypted: what it brings was not looked at");
        }
        if (!blobs[i].there || blobs[i].type != "file") continue;
        if (blobs[i].coverage == "unreadable") continue;
        if (!fits(layer, blobs[i])) {
            const std::string in = blobs[i].inside.empty() ? "" : " of " + blobs[i].inside;
            report(rule("oci.layer.mediatype_confusion"), layer.offset,
                   fmt::format("{} is {}{}, not {}", shown(layer.digest), blobs[i].format, in,
                               shown(layer.media_type)));
        }
        Status judged = is_model() ? model_layer(layer, blobs[i]) : Status(Done{});
        if (!judged) return judged;
    }
    return Done{};
}

Status Judge::model_layer(const Descriptor& layer, const Blob& blob) {
    const std::string& type = layer.media_type;
    const bool weights = type.find(".weight.v1.") != std::string::npos;
    const bool text = type.find(".doc.v1.") != std::string::npos ||
                      type.find(".weight.config.v1.") != std::string::npos;
    const std::string& format = blob.format;
    const bool pickle = format == "pickle" || format.starts_with("pytorch") || format == "joblib";
    const bool runs = format == "elf" || format == "pe" || format == "macho" ||
                      format == "script" || format == "python" || format == "wasm";
    auto detail = [&] { return fmt::format("{} is {}", shown(layer.path), format); };
    if (weights && pickle) report(rule("modelpack.weight.is_pickle"), layer.offset, detail());
    if ((weights || text) && runs) {
        report(rule("modelpack.layer.content_mismatch"), layer.offset, detail());
    }
    return Done{};
}

Status Judge::diff_ids(const std::vector<Blob>& blobs) {
    if (!document_.config) return Done{};
    const Noted* config =
        book_.document_at(noted_.target, blob_path(noted_.path, document_.config->digest));
    if (!config) return Done{};
    const Document its = config->document;
    const bool image = its.kind == DocumentKind::kConfig;
    if (!image && its.kind != DocumentKind::kModelConfig) return Done{};
    const bool applies = image ? is_image_config_type(document_.config->media_type) : is_model();
    if (!applies) return Done{};
    if (its.diff_ids.size() != blobs.size()) {
        report(rule("oci.config.diffid_count"), document_.config->offset,
               fmt::format("{}, not {}", its.diff_ids.size(), blobs.size()));
        return Done{};
    }
    for (size_t i = 0; i < blobs.size(); i++) {
        const std::string& id = its.diff_ids[i];
        if (is_encrypted(document_.items[i])) continue;
        not_compared(id);
        const bool known = !blobs[i].unpacked.empty() && id.starts_with("sha256:");
        if (!known || id.substr(7) == blobs[i].unpacked) continue;
        report(image ? rule("oci.config.diffid_mismatch") : rule("modelpack.diffid.mismatch"),
               document_.items[i].offset,
               fmt::format("layer {}: sha256:{}, not {}", i, blobs[i].unpacked, shown(id)));
    }
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Archives of `docker save`

// In the older form a file is called by its digest alone, in the newer one it is a blob.
void Judge::check_config_name(const DockerImage& image, const Blob& config) {
    std::string_view name = image.config;
    name = name.substr(name.rfind('/') + 1);
    if (name.ends_with(".json")) name.remove_suffix(5);
    const bool digest =
        name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!digest || config.sha256.empty() || name == config.sha256) return;
    report(rule("docker.config.digest_mismatch"), image.offset,
           fmt::format("{} has sha256:{}", shown(image.config), config.sha256));
}

Status Judge::docker(const DockerImage& image) {
    const std::string path = path_beside(noted_.path, image.config);
    if (path.empty()) return Done{};  // where it leads is a finding
    Result<Blob> config = look_up(facts_, noted_.target, path);
    if (!config) return config.error();
    if (!config->there) report(rule("docker.manifest.missing"), image.offset, shown(image.config));
    check_config_name(image, *config);
    return docker_layers(image, config->there ? docker_ids(image, path) : std::nullopt);
}

// What the layers have to come to; nothing where the configuration does not say it, or not by what
// was computed.
std::optional<std::vector<std::string>> Judge::docker_ids(const DockerImage& image,
                                                          const std::string& path) {
    const Noted* noted = book_.document_at(noted_.target, path);
    if (!noted || noted->document.kind != DocumentKind::kConfig) {
        record_.lower_coverage(Coverage::kUnsupported,
                               "what it names as a configuration is none that is known: layers "
                               "were not compared with it");
        return std::nullopt;
    }
    const std::vector<std::string> ids = noted->document.diff_ids;
    if (ids.size() != image.layers.size()) {
        report(rule("oci.config.diffid_count"), image.offset,
               fmt::format("{}, not {}", ids.size(), image.layers.size()));
        return std::nullopt;
    }
    for (const std::string& id : ids) not_compared(id);
    return ids;
}

void Judge::docker_layer(const DockerImage& image, size_t i, const Blob& layer,
                         const std::string& id) {
    const bool known = !layer.unpacked.empty() && id.starts_with("sha256:");
    if (!known || id.substr(7) == layer.unpacked) return;
    report(rule("docker.diffid.mismatch"), image.offset,
           fmt::format("{}: sha256:{}, not {}", shown(image.layers[i]), layer.unpacked, shown(id)));
}

Status Judge::docker_layers(const DockerImage& image,
                            const std::optional<std::vector<std::string>>& known) {
    const bool pairs = known.has_value();
    const std::vector<std::string> ids = known.value_or(std::vector<std::string>());
    std::map<std::string_view, std::string_view> members;  // with what they first come to
    for (size_t i = 0; i < image.layers.size(); i++) {
        bool escapes = false;
        const std::string path =
            follow_links(facts_, noted_.target, path_beside(noted_.path, image.layers[i]), escapes);
        if (escapes) {
            report(rule("docker.layer.symlink_escape"), image.offset, shown(image.layers[i]));
        }
        if (path.empty()) continue;
        Result<Blob> layer = look_up(facts_, noted_.target, path);
        if (!layer) return layer.error();
        if (!layer->there) {
            report(rule("docker.layer.missing"), image.offset, shown(image.layers[i]));
        } else if (pairs) {
            docker_layer(image, i, *layer, ids[i]);
        }
        if (!pairs) continue;
        const auto [first, is_new] = members.emplace(image.layers[i], ids[i]);
        if (is_new || first->second == ids[i]) continue;
        report(rule("docker.manifest.dup_member"), image.offset, shown(image.layers[i]));
    }
    return Done{};
}

// Newer archives say the same twice, once for docker and once for everybody else.
Status Judge::docker_list() {
    const std::optional<ByConfig> index = index_beside(book_, noted_);
    for (const DockerImage& image : document_.images) {
        Status judged = docker(image);
        if (!judged) return judged;
        const bool there = !path_beside(noted_.path, image.config).empty();
        if (!index || !there || has_image(*index, image)) continue;
        report(rule("docker.manifest_vs_index.disagree"), image.offset, shown(image.config));
    }
    return Done{};
}

// `seen`: what was gone through, since an index may list the same a thousand times.
void add_manifests(ImageBook& book, const Noted& index, std::set<std::string>& seen,
                   ByConfig& found) {
    for (const Descriptor& one : index.document.items) {
        const std::string path = item_path(index.path, index.document, one.digest);
        if (path.empty() || !seen.insert(path).second) continue;
        const Noted* manifest = book.document_at(index.target, path);
        if (!manifest) continue;
        if (manifest->document.config) found.emplace(manifest->document.config->digest, path);
        if (manifest->document.kind != DocumentKind::kIndex || is_blob(index.path)) continue;
        const Noted below = *manifest;
        add_manifests(book, below, seen, found);
    }
}

}  // namespace

ByConfig manifests_by_config(ImageBook& book, const Noted& index) {
    std::set<std::string> seen;
    ByConfig found;
    add_manifests(book, index, seen, found);
    return found;
}

std::optional<ByConfig> index_beside(ImageBook& book, const Noted& list) {
    const Noted* index = book.document_at(list.target, path_beside(list.path, "index.json"));
    if (!index || index->document.items.empty()) return std::nullopt;
    const Noted copy = *index;
    return manifests_by_config(book, copy);
}

bool has_image(const ByConfig& index, const DockerImage& image) {
    std::string_view name = image.config;
    if (name.starts_with("blobs/sha256/")) name.remove_prefix(13);
    if (name.ends_with(".json")) name.remove_suffix(5);
    return index.contains("sha256:" + std::string(name));
}

std::string follow_links(const FactStore& facts, uint32_t target, const std::string& path,
                         bool& escapes) {
    constexpr size_t kMostLinks = 8;
    std::string at = path;
    for (size_t i = 0; i < kMostLinks; i++) {
        const size_t archive = at.rfind('!');
        if (archive == std::string::npos) return at;
        Result<std::optional<std::string>> link =
            facts.value(target, at.substr(0, archive), "tar.link", at.substr(archive + 1));
        if (!link || !*link) return at;
        const std::string next = path_beside(at, **link);
        escapes = next.empty();
        if (escapes) return {};
        at = next;
    }
    return {};
}

Result<Blob> look_up(const FactStore& facts, uint32_t target, const std::string& path) {
    Blob blob;
    Result<bool> there = facts.exists(target, path);
    if (!there) return there.error();
    blob.there = *there;
    if (!blob.there) return blob;
    auto take = [&](const std::string& from, const char* name, std::string& to) {
        Result<std::optional<std::string>> value = facts.value(target, from, "file", name);
        if (value && *value) to = **value;
        return value ? Status(Done{}) : Status(value.error());
    };
    Status taken = take(path, "size", blob.size);
    if (taken) taken = take(path, "type", blob.type);
    if (taken) taken = take(path, "format", blob.format);
    if (taken) taken = take(path, "coverage", blob.coverage);
    if (taken) taken = take(path, "sha256", blob.sha256);
    const bool packed = blob.format == "gzip" || blob.format == "zstd";
    if (taken && packed) taken = take(path + "!data", "sha256", blob.unpacked);
    if (taken && packed) taken = take(path + "!data", "format", blob.inside);
    if (taken && packed) taken = take(path + "!data", "size", blob.inside_size);
    if (!packed) blob.unpacked = blob.sha256;
    if (!taken) return taken.error();
    return blob;
}

Status judge_document(ImageBook& book, const FactStore& facts, const Noted& noted, Record& record) {
    return Judge(book, facts, noted, record).judge();
}

// ------------------------------------------------------------------------------------------------
// What is ordinary

void calm(Record& record, bool in_model) {
    constexpr std::array<std::string_view, 10> kOrdinary = {
        "tar.link.absolute",       "tar.mode.setuid",    "tar.mode.setgid",
        "tar.mode.world_writable", "tar.type.device",    "tar.type.fifo",
        "tar.name.case_duplicate", "tar.name.backslash", "tar.xattr.capability",
        "oci.whiteout.opaque"};
    const bool says_model = in_model || promises_loadable(record.path);
    auto is_noise = [&](const Finding& finding) {
        const std::string_view id = finding.rule->id;
        return !says_model && (id == "file.embedded.executable" || id == "file.empty");
    };
    std::erase_if(record.findings, is_noise);
    std::vector<Finding> kept;
    for (Finding& finding : record.findings) {
        const std::string_view id = finding.rule->id;
        const bool ordinary = std::find(kOrdinary.begin(), kOrdinary.end(), id) != kOrdinary.end();
        auto same = std::find_if(kept.begin(), kept.end(),
                                 [&](const Finding& one) { return one.rule == finding.rule; });
        if (ordinary) finding.severity = Severity::kInfo;
        if (ordinary && same != kept.end()) {
            same->count += finding.count;
        } else {
            kept.push_back(std::move(finding));
        }
    }
    record.findings = std::move(kept);
}

}  // namespace assay::oci

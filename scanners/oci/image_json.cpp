// Documents of container images: JSON that names blobs by their digests.
//
//   oci-layout    {"imageLayoutVersion":"1.0.0"}: the folder is a store
//   index         manifests[]: one image for several platforms, or all images of a store
//   manifest      config and layers[]; signatures, models and charts have the same form
//   configuration rootfs.diff_ids: what each layer comes to unpacked; history
//   manifest.json of `docker save`: which files of the archive make up which image
//   Kitfile and the configuration of a ModelPack artifact
//
// None of them says reliably what it is: a store finds documents by digest and takes them for what
// the descriptor that led there says. So one that can be read as two things is two images, one for
// the scanner and one for the runtime. Here the keys decide, every key is looked at, and what does
// not fit together is a finding. What can only be judged with other files at hand is noted for the
// view of the whole (image_book.h).
#include "image_json.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "descriptor_reader.h"
#include "file_metadata.h"
#include "image_view.h"
#include "notes.h"
#include "oci_rules.h"
#include "text/json_fold.h"
#include "text/json_path.h"

namespace assay {

namespace oci {

namespace {

using json::Kind;
using json::shown;
using json::Token;

constexpr size_t kMostItems = 10'000;
constexpr size_t kLongest = 4096;
constexpr uint64_t kMostDocument = uint64_t{4} << 20;
constexpr size_t kMostOthers = 16;  // keys in a list that is nobody's yet
constexpr size_t kItemCost = 512;   // of one descriptor, about

enum class Section : uint8_t {
    kOther,
    kText,     // a text of the document itself
    kConfig,   // a descriptor, or settings of a container
    kSubject,  // a descriptor
    kLayers,
    kManifests,
    kRootfs,
    kHistory,
    kModelFs,
    kKit,
};

constexpr std::pair<std::string_view, Section> kKnown[] = {
    {"schemaVersion", Section::kText},
    {"mediaType", Section::kText},
    {"artifactType", Section::kText},
    {"os", Section::kText},
    {"architecture", Section::kText},
    {"variant", Section::kText},
    {"imageLayoutVersion", Section::kText},
    {"manifestVersion", Section::kText},
    {"fsLayers", Section::kText},
    {"config", Section::kConfig},
    {"subject", Section::kSubject},
    {"layers", Section::kLayers},
    {"manifests", Section::kManifests},
    {"rootfs", Section::kRootfs},
    {"history", Section::kHistory},
    {"modelfs", Section::kModelFs},
    {"model", Section::kKit},
    {"datasets", Section::kKit},
    {"code", Section::kKit},
    {"docs", Section::kKit},
};

Section section_of(std::string_view key) {
    for (const auto& [name, section] : kKnown) {
        if (name == key) return section;
    }
    return Section::kOther;
}

using Names = std::span<const std::string_view>;
constexpr std::string_view kOfDescriptor[] = {"mediaType",   "digest", "size",     "urls",
                                              "annotations", "data",   "platform", "artifactType"};
constexpr std::string_view kOfPlatform[] = {"os", "architecture", "variant"};
constexpr std::string_view kOfFileSystem[] = {"type", "diff_ids", "diffIds"};
constexpr std::string_view kOfStep[] = {"empty_layer"};
constexpr std::string_view kOfPart[] = {"path"};
constexpr std::string_view kOfDockerImage[] = {"Config", "RepoTags", "Layers"};

std::string_view meant_at_top(std::string_view key) {
    for (const auto& [name, section] : kKnown) {
        if (json::equals_folded(key, name)) return name;
    }
    return key;
}

// Keys that are others only to readers that fold letters: the first of them, and how many.
struct FoldedKeys {
    uint64_t count = 0;
    uint64_t offset = 0;
    uint64_t length = 0;
    std::string text;

    void add(const Token& key) {
        if (count++ > 0) return;
        offset = key.offset;
        length = key.length;
        text = shown(key.text);
    }
    void add(const FoldedKeys& more) {
        const uint64_t sum = count + more.count;
        if (count == 0) *this = more;
        count = sum;
    }
};

class ImageJson final : public JsonVisitor {
  public:
    explicit ImageJson(ScanContext& context) : context_(context), reader_(found_) {}
    [[nodiscard]] uint32_t deepest() const override { return json::Path::kMost; }

    bool token(const Token& token) override;
    Status end(bool whole) override;
    [[nodiscard]] const JsonFaults* faults() const override;

  private:
    [[nodiscard]] Names names_at(uint32_t depth) const;
    [[nodiscard]] bool in_descriptor_at(uint32_t depth) const;
    std::string_view meant_by_key(const Token& key);
    bool take(const Token& token);
    bool list_token(const Token& token);
    bool begin_image(const Token& token);
    void image_field(const Token& token);
    void section_token(const Token& token);
    void text(const Token& token);
    void descriptor(const Token& token, uint32_t depth);
    void end_descriptor();
    void rootfs(const Token& token);
    void history(const Token& token);
    void kit(const Token& token);
    bool add_item();

    [[nodiscard]] DocumentKind kind() const;
    [[nodiscard]] bool is_folded_list() const;
    [[nodiscard]] bool is_ollama() const;
    void judge();
    void judge_types();
    void judge_keys();
    void judge_manifest();
    void judge_layer_types();
    void judge_index();
    void judge_config();
    void judge_docker();
    void judge_docker_name(const std::string& name, const DockerImage& image);
    void judge_model();
    void judge_model_path(const Descriptor& layer);
    void judge_kit_types();
    void report(const Rule& rule, uint64_t offset, std::string_view detail) {
        context_.report(rule, offset, 0, detail);
    }

    ScanContext& context_;
    json::Waiting found_;
    json::Path path_;
    DescriptorReader reader_;
    Document document_;
    Section section_ = Section::kOther;
    bool list_ = false;
    bool docker_ = false;          // a list of images
    bool docker_by_name_ = false;  // a list of what are images to readers that fold letters
    FoldedKeys folded_;
    FoldedKeys folded_in_descriptor_;  // until it shows that it is one
    bool top_is_folded_ = false;
    bool empty_list_ = false;
    uint64_t last_ = 0;  // where the last token starts
    size_t other_keys_ = 0;
    bool in_descriptor_ = false;
    bool has_schema_ = false;
    bool has_layers_ = false;
    bool has_manifests_ = false;
    bool has_fs_layers_ = false;
    bool has_rootfs_ = false;
    bool has_config_ = false;
    bool has_modelfs_ = false;
    bool cut_ = false;
    std::string layout_version_;
    bool is_layout_ = false;
    bool kitfile_version_ = false;
    std::string rootfs_type_;
    std::string os_;
    std::string architecture_;
    std::string variant_;
    size_t steps_ = 0;  // of the history, that made a layer
    bool has_history_ = false;
    bool step_is_empty_ = false;
    std::vector<std::pair<std::string, uint64_t>> kit_paths_;
    std::string kit_model_;
};

// ------------------------------------------------------------------------------------------------
// Reading

bool ImageJson::in_descriptor_at(uint32_t depth) const {
    const bool listed = section_ == Section::kLayers || section_ == Section::kManifests;
    const bool single = section_ == Section::kConfig || section_ == Section::kSubject;
    return (listed && depth >= 3) || (single && depth >= 2);
}

// The fields that a key at this depth may be; none where it is one of a map, or is not looked at.
Names ImageJson::names_at(uint32_t depth) const {
    if (list_) return depth == 2 ? Names(kOfDockerImage) : Names();
    if (in_descriptor_at(depth)) {
        const bool own = !in_descriptor_at(depth - 1);
        if (own) return kOfDescriptor;
        const bool platform = !in_descriptor_at(depth - 2) && path_[depth - 2] == "platform";
        return platform ? Names(kOfPlatform) : Names();
    }
    const bool files = section_ == Section::kRootfs || section_ == Section::kModelFs;
    if (files && depth == 2) return kOfFileSystem;
    if (section_ == Section::kHistory && depth == 3) return kOfStep;
    const bool part = depth == 2 || (depth <= 4 && path_[depth - 2] == "[]");
    return section_ == Section::kKit && part ? Names(kOfPart) : Names();
}

std::string_view ImageJson::meant_by_key(const Token& key) {
    const bool top = key.depth == 1 && !list_;
    if (key.depth > json::Path::kMost || key.depth == 0) return key.text;
    const std::string_view meant =
        top ? meant_at_top(key.text) : json::meant_by(key.text, names_at(key.depth));
    const bool folded = meant != key.text;
    if (top || (list_ && key.depth == 2)) top_is_folded_ = folded;
    if (!folded) return meant;
    const bool in_descriptor = !top && !list_ && in_descriptor_at(key.depth);
    (in_descriptor ? folded_in_descriptor_ : folded_).add(key);
    return meant;
}

// Everything but annotations is read as Go reads it: that is what most clients are written in.
bool ImageJson::token(const Token& token) {
    if (token.kind != Kind::kKey) return take(token);
    Token key = token;
    key.text = meant_by_key(token);
    return take(key);
}

bool ImageJson::take(const Token& token) {
    last_ = token.offset;
    if (token.depth == 0) {
        list_ |= token.kind == Kind::kArray;
        empty_list_ = token.kind == Kind::kArray || (empty_list_ && token.kind == Kind::kArrayEnd);
        return token.kind == Kind::kArray || token.kind == Kind::kObject ||
               token.kind == Kind::kArrayEnd || token.kind == Kind::kObjectEnd;
    }
    empty_list_ = false;
    if (list_) return list_token(token);
    if (token.depth == 1 && token.kind == Kind::kKey) {
        section_ = section_of(token.text);
        other_keys_ += section_ == Section::kOther;
    }
    if (section_ == Section::kOther) return other_keys_ < 200;
    path_.see(token);
    if (token.kind != Kind::kKey) section_token(token);
    return true;
}

void ImageJson::section_token(const Token& token) {
    const bool top = token.depth == 1;
    switch (section_) {
        case Section::kText:
            return text(token);
        case Section::kConfig:
            return descriptor(token, 2);
        case Section::kSubject:
            return descriptor(token, 2);
        case Section::kLayers:
            has_layers_ |= top && token.kind == Kind::kArray;
            return descriptor(token, 3);
        case Section::kManifests:
            has_manifests_ |= top && (token.kind == Kind::kArray || token.kind == Kind::kNull);
            return descriptor(token, 3);
        case Section::kRootfs:
        case Section::kModelFs:
            return rootfs(token);
        case Section::kHistory:
            return history(token);
        case Section::kKit:
            return kit(token);
        case Section::kOther:
            return;
    }
}

void ImageJson::text(const Token& token) {
    const std::string& name = path_[0];
    if (name == "fsLayers") has_fs_layers_ = true;
    if (token.depth != 1) return;
    const std::string value(token.text.substr(0, kLongest));
    if (name == "schemaVersion") has_schema_ = token.kind == Kind::kNumber;
    if (token.kind != Kind::kString) return;
    if (name == "mediaType") document_.media_type = value;
    if (name == "artifactType") document_.artifact_type = value;
    if (name == "os") os_ = value;
    if (name == "architecture") architecture_ = value;
    if (name == "variant") variant_ = value;
    if (name == "manifestVersion") kitfile_version_ = true;
    if (name != "imageLayoutVersion") return;
    is_layout_ = true;
    layout_version_ = value;
}

// `depth` is that of its fields.
void ImageJson::descriptor(const Token& token, uint32_t depth) {
    if (token.depth + 1 == depth && token.kind == Kind::kObject) {
        in_descriptor_ = true;
        folded_in_descriptor_ = {};
        has_config_ |= section_ == Section::kConfig;
        return reader_.begin(token);
    }
    if (!in_descriptor_) return;
    if (token.depth + 1 == depth && token.kind == Kind::kObjectEnd) return end_descriptor();
    if (token.depth == depth) reader_.field(path_[depth - 1], token);
    if (token.depth == depth + 1) reader_.entry(path_[depth - 1], path_[depth], token);
}

void ImageJson::end_descriptor() {
    in_descriptor_ = false;
    // The settings of a container stand under the same key as a manifest's configuration.
    if (section_ == Section::kConfig && !reader_.any()) return;
    folded_.add(folded_in_descriptor_);
    const bool ollama = reader_.media_type().starts_with("application/vnd.ollama.") || is_ollama();
    const std::string metadata = reader_.file_metadata();
    Descriptor one = reader_.end(ollama);
    if (!metadata.empty()) check_file_metadata(metadata, one, found_);
    if (section_ == Section::kConfig)
        document_.config = std::move(one);
    else if (section_ == Section::kSubject)
        document_.subject = std::move(one);
    else if (add_item())
        document_.items.push_back(std::move(one));
}

bool ImageJson::add_item() {
    cut_ |= document_.items.size() + document_.diff_ids.size() + document_.images.size() >=
                kMostItems ||
            !context_.reserve(kItemCost);
    return !cut_;
}

void ImageJson::rootfs(const Token& token) {
    const bool model = section_ == Section::kModelFs;
    // What docker and podman tell of an image has "RootFS", too, and no ids in it.
    has_rootfs_ |= !model && token.depth == 1 && token.kind == Kind::kObject && !top_is_folded_;
    has_modelfs_ |= model && token.depth == 1 && token.kind == Kind::kObject;
    if (token.kind != Kind::kString) return;
    if (token.depth == 2 && path_[1] == "type") rootfs_type_ = shown(token.text);
    const bool id = token.depth == 3 && (path_[1] == "diff_ids" || path_[1] == "diffIds");
    if (!id || !add_item()) return;
    document_.diff_ids.emplace_back(token.text.substr(0, kLongest));
    has_rootfs_ |= !model;
}

void ImageJson::history(const Token& token) {
    has_history_ |= token.depth == 1 && token.kind == Kind::kArray;
    if (token.depth == 2 && token.kind == Kind::kObject) step_is_empty_ = false;
    if (token.depth == 3 && path_[2] == "empty_layer") step_is_empty_ = token.kind == Kind::kTrue;
    if (token.depth == 2 && token.kind == Kind::kObjectEnd) steps_ += !step_is_empty_;
}

void ImageJson::kit(const Token& token) {
    const bool path = path_.name(token.depth) == "path" && token.kind == Kind::kString;
    if (!path || kit_paths_.size() >= kMostItems || !context_.reserve(kItemCost)) return;
    kit_paths_.emplace_back(token.text.substr(0, kLongest), token.offset);
    if (path_.is(2, {"model", "path"})) kit_model_ = token.text.substr(0, kLongest);
}

// manifest.json of `docker save` is a list; every other list is somebody else's.
bool ImageJson::list_token(const Token& token) {
    path_.see(token);
    if (token.depth == 1 && token.kind == Kind::kObject) return begin_image(token);
    if (token.depth == 2 && token.kind == Kind::kKey && !docker_) {
        const Names names(kOfDockerImage);
        const bool known = std::find(names.begin(), names.end(), token.text) != names.end();
        docker_by_name_ |= known;
        docker_ = known && !top_is_folded_;
        return known || ++other_keys_ < kMostOthers;
    }
    if (token.depth == 1 && !docker_) return token.kind == Kind::kObjectEnd;
    image_field(token);
    return true;
}

bool ImageJson::begin_image(const Token& token) {
    const bool others = !document_.images.empty() && !docker_ && !docker_by_name_;
    if (others || !add_item()) return false;
    document_.images.push_back({});
    document_.images.back().offset = token.offset;
    return true;
}

void ImageJson::image_field(const Token& token) {
    if (token.kind != Kind::kString || document_.images.empty()) return;
    DockerImage& image = document_.images.back();
    const std::string value(token.text.substr(0, kLongest));
    if (token.depth == 2 && path_[1] == "Config") image.config = value;
    if (token.depth != 3 || !add_item()) return;
    if (path_[1] == "RepoTags") image.tags.push_back(value);
    if (path_[1] == "Layers") image.layers.push_back(value);
}

// ------------------------------------------------------------------------------------------------
// What it is

// Lists of objects with "config" and "layers" are common; docker reads one by its name alone.
bool ImageJson::is_folded_list() const {
    const bool named = context_.path().ends_with("!manifest.json");
    auto whole = [](const DockerImage& one) { return !one.config.empty() && !one.layers.empty(); };
    return docker_by_name_ && named &&
           std::any_of(document_.images.begin(), document_.images.end(), whole);
}

DocumentKind ImageJson::kind() const {
    const bool digests = !document_.items.empty();
    const bool typed = is_manifest_type(document_.media_type);
    if (docker_ || is_folded_list()) return DocumentKind::kDockerSave;
    if (is_layout_) return DocumentKind::kLayout;
    if (has_manifests_ && (has_schema_ || is_index_type(document_.media_type))) {
        return DocumentKind::kIndex;
    }
    if (has_layers_ && (typed || (has_schema_ && (document_.config || digests)))) {
        return DocumentKind::kManifest;
    }
    if (typed || (has_schema_ && document_.config)) return DocumentKind::kManifest;
    if (is_index_type(document_.media_type)) return DocumentKind::kIndex;
    if (has_rootfs_ && (!architecture_.empty() || !document_.diff_ids.empty())) {
        return DocumentKind::kConfig;
    }
    if (has_modelfs_) return DocumentKind::kModelConfig;
    return kitfile_version_ ? DocumentKind::kKitfile : DocumentKind::kNone;
}

bool ImageJson::is_ollama() const {
    auto ollama = [](const Descriptor& one) {
        return one.media_type.starts_with("application/vnd.ollama.");
    };
    return std::any_of(document_.items.begin(), document_.items.end(), ollama);
}

const JsonFaults* ImageJson::faults() const {
    static constexpr JsonFaults kFaults = {&rule("oci.json.dup_key"), nullptr,
                                           &rule("oci.json.not_utf8"), &rule("oci.json.bom")};
    static constexpr JsonFaults kOllama = {&rule("ollama.manifest.dup_key"), nullptr,
                                           &rule("oci.json.not_utf8"), &rule("oci.json.bom"),
                                           &rule("ollama.manifest.trailing")};
    if (kind() == DocumentKind::kNone) return nullptr;
    return is_ollama() ? &kOllama : &kFaults;
}

Status ImageJson::end(bool whole) {
    document_.kind = kind();
    if (document_.kind == DocumentKind::kNone) return Done{};
    constexpr std::array<std::string_view, 8> kNames = {
        "",           "oci-layout",   "oci-index", "oci-manifest",
        "oci-config", "model-config", "kitfile",   "docker-save-manifest"};
    context_.refine(kNames[static_cast<size_t>(document_.kind)]);
    document_.platform = platform_of(os_, architecture_, variant_);
    found_.report(context_);
    judge();
    if (cut_) {
        context_.report(rules::kLimitPinned, last_, 0, "it names too much to keep");
        context_.incomplete(Coverage::kCutByLimit, "the document names too many blobs");
    }
    if (!whole) return Done{};  // said by whoever reads it
    std::vector<uint8_t> bytes;
    encode(document_, bytes);
    note(context_, NoteKind::kDocument, bytes);
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// What is wrong with it

void ImageJson::judge() {
    if (last_ > kMostDocument)
        report(rule("oci.json.too_large"), 0, fmt::format("{} bytes", last_));
    judge_types();
    judge_keys();
    switch (document_.kind) {
        case DocumentKind::kManifest:
            return judge_manifest();
        case DocumentKind::kIndex:
            return judge_index();
        case DocumentKind::kConfig:
        case DocumentKind::kModelConfig:
            return judge_config();
        case DocumentKind::kDockerSave:
            return judge_docker();
        case DocumentKind::kLayout:
            if (layout_version_ != "1.0.0") report(rule("oci.layout.version"), 0, layout_version_);
            return;
        case DocumentKind::kKitfile:
            document_.subject.emplace().ref = kit_model_;
            for (const auto& [path, offset] : kit_paths_) {
                const bool out = leads_out(path) || is_absolute(path);
                if (out) report(rule("kitops.kitfile.path_traversal"), offset, shown(path));
            }
            return;
        case DocumentKind::kNone:
            return;
    }
}

// What one reader takes for an image and another for a list of them.
void ImageJson::judge_types() {
    const bool image = has_layers_ || has_fs_layers_ || document_.config;
    if (has_manifests_ && image)
        report(rule("oci.doc.ambiguous"), 0, "it has manifests and layers");
    const bool wrong =
        (document_.kind == DocumentKind::kIndex && is_manifest_type(document_.media_type)) ||
        (document_.kind == DocumentKind::kManifest && is_index_type(document_.media_type));
    if (wrong) report(rule("oci.mediatype.mismatch"), 0, shown(document_.media_type));
}

void ImageJson::judge_keys() {
    if (folded_.count == 0) return;
    context_.report(
        rule("oci.doc.ambiguous"), folded_.offset, folded_.length,
        fmt::format("{}: another key to readers that fold letters, as those in Go do{}",
                    folded_.text,
                    folded_.count == 1 ? std::string()
                                       : fmt::format("; so are {} more", folded_.count - 1)));
}

// Without one of its two parts it brings what cannot be seen here, or nothing.
void ImageJson::judge_manifest() {
    if (!has_config_ || !has_layers_) {
        context_.incomplete(Coverage::kUnsupported, has_layers_
                                                        ? "the manifest names no configuration"
                                                        : "the manifest names no layers");
    }
    const std::string config = document_.config ? document_.config->media_type : "";
    if (config == kEmptyConfig && document_.artifact_type.empty()) {
        report(rule("oci.artifact_type.missing"), document_.config->offset, "");
    }
    if (kind_of_manifest(document_).name == "image") judge_layer_types();
    if (config.starts_with("application/vnd.cncf.model.")) judge_model();
    judge_kit_types();
}

// Artifacts have types of their own; images have not.
void ImageJson::judge_layer_types() {
    for (const Descriptor& layer : document_.items) {
        const bool known =
            layer.media_type.empty() || (is_filesystem_layer(layer.media_type) &&
                                         form_of(layer.media_type) != LayerForm::kUnknown);
        if (!known) report(rule("oci.mediatype.unknown"), layer.offset, shown(layer.media_type));
    }
}

void ImageJson::judge_index() {
    std::vector<const Descriptor*> named;
    for (const Descriptor& one : document_.items) {
        if (!one.ref.empty()) named.push_back(&one);
    }
    std::stable_sort(named.begin(), named.end(),
                     [](const Descriptor* a, const Descriptor* b) { return a->ref < b->ref; });
    for (size_t i = 1; i < named.size(); i++) {
        const bool twice = named[i]->ref == named[i - 1]->ref &&
                           named[i]->platform == named[i - 1]->platform &&
                           named[i]->digest != named[i - 1]->digest;
        if (twice) report(rule("oci.index.dup_ref"), named[i]->offset, shown(named[i]->ref));
    }
}

void ImageJson::judge_config() {
    // Docker's models have another type, and no machine that they are for.
    const bool model = rootfs_type_ == "rootfs" && os_.empty() && architecture_.empty();
    if (has_rootfs_ && rootfs_type_ != "layers" && !model) {
        report(rule("oci.config.rootfs_type"), 0, rootfs_type_);
    }
    if (has_history_ && steps_ != document_.diff_ids.size()) {
        report(rule("oci.config.history_mismatch"), 0,
               fmt::format("{} steps, {} layers", steps_, document_.diff_ids.size()));
    }
    for (const std::string& id : document_.diff_ids) {
        const DigestFault fault = fault_of_digest(id, false);
        if (fault.rule) report(*fault.rule, 0, fmt::format("{}: {}", shown(id), fault.why));
    }
}

void ImageJson::judge_docker() {
    if (document_.images.empty()) return report(rule("docker.manifest.null"), 0, "");
    std::set<std::string_view> tags;
    for (const DockerImage& image : document_.images) {
        if (image.config.empty()) report(rule("docker.manifest.null"), image.offset, "no Config");
        judge_docker_name(image.config, image);
        for (const std::string& layer : image.layers) judge_docker_name(layer, image);
        for (const std::string& tag : image.tags) {
            const bool again = !tags.insert(tag).second;
            if (again) report(rule("docker.repotags.dup"), image.offset, shown(tag));
        }
    }
}

void ImageJson::judge_docker_name(const std::string& name, const DockerImage& image) {
    if (leads_out(name)) report(rule("docker.manifest.path_traversal"), image.offset, shown(name));
    if (is_absolute(name)) report(rule("docker.manifest.absolute"), image.offset, shown(name));
}

void ImageJson::judge_model() {
    constexpr std::string_view kType = "application/vnd.cncf.model.manifest.v1+json";
    if (document_.artifact_type != kType) {
        report(rule("modelpack.artifact_type.wrong"), 0,
               document_.artifact_type.empty() ? "there is none" : shown(document_.artifact_type));
    }
    std::set<std::string_view> paths;
    for (const Descriptor& layer : document_.items) {
        judge_model_path(layer);
        if (layer.path.empty()) continue;
        const bool again = !paths.insert(layer.path).second;
        if (again) report(rule("modelpack.filepath.duplicate"), layer.offset, shown(layer.path));
    }
}

void ImageJson::judge_model_path(const Descriptor& layer) {
    if (layer.path.empty()) {
        report(rule("modelpack.filepath.missing"), layer.offset, shown(layer.digest));
    }
    if (leads_out(layer.path)) {
        report(rule("modelpack.filepath.traversal"), layer.offset, shown(layer.path));
    }
    if (is_absolute(layer.path)) {
        report(rule("modelpack.filepath.absolute"), layer.offset, shown(layer.path));
    }
}

// KitOps's own pattern has dots that match anything and no end.
void ImageJson::judge_kit_types() {
    constexpr std::array<std::string_view, 5> kParts = {"model", "modelpart", "dataset", "code",
                                                        "docs"};
    constexpr std::string_view kPrefix = "application/vnd.kitops.modelkit.";
    for (const Descriptor& layer : document_.items) {
        std::string_view type = layer.media_type;
        if (type.find("kitops") == std::string_view::npos) continue;
        bool standard = type.starts_with(kPrefix);
        type.remove_prefix(standard ? kPrefix.size() : 0);
        const std::string_view part = type.substr(0, type.find('.'));
        type.remove_prefix(std::min(part.size(), type.size()));
        standard &= std::find(kParts.begin(), kParts.end(), part) != kParts.end() &&
                    (type == ".v1.tar" || type == ".v1.tar+gzip");
        if (standard) continue;
        report(rule("kitops.mediatype.nonstandard"), layer.offset, shown(layer.media_type));
    }
}

}  // namespace

}  // namespace oci

const JsonKind kImageJson{
    "oci",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<oci::ImageJson>(context);
    },
};

}  // namespace assay

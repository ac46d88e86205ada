// The final file system of an image is the layers laid over each other, each bringing, replacing
// and removing. To say what became of a model only the entries that could touch it matter: those of
// its own path, and those of the folders above it. So the paths of models are put into a table, and
// the notes of all layers are gone through once, in order.
#include "image_view.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "image_judge.h"
#include "layer_notes.h"

namespace assay::oci {

namespace {

struct Known {
    std::string_view part;  // of a type
    ArtifactKind kind;
};
constexpr std::array kKnown = {
    Known{"vnd.dev.cosign.simplesigning", {"signature", false}},
    Known{"vnd.dev.cosign.artifact.sig", {"signature", false}},
    Known{"vnd.dev.sigstore.bundle", {"signature", false}},
    Known{"vnd.cncf.notary.signature", {"signature", false}},
    Known{"vnd.in-toto", {"attestation", false}},
    Known{"vnd.dsse.envelope", {"attestation", false}},
    Known{"spdx", {"sbom", false}},
    Known{"cyclonedx", {"sbom", false}},
    Known{"vnd.syft", {"sbom", false}},
    Known{"sarif", {"report", false}},
    Known{"vnd.cncf.helm", {"chart", false}},
    Known{"vnd.cncf.model.", {"modelpack", true}},
    Known{"vnd.kitops.", {"kitops", true}},
    Known{"vnd.ollama.", {"ollama", true}},
    Known{"vnd.docker.ai.", {"docker-model", true}},
};

const Known* known_type(std::string_view type) {
    for (const Known& known : kKnown) {
        if (type.find(known.part) != std::string_view::npos) return &known;
    }
    return nullptr;
}

// The path as its layer has it: notes are of names, not of how reports write them.
std::string unescaped(std::string_view path) {
    std::string out;
    for (size_t i = 0; i < path.size(); i++) {
        uint8_t byte = 0;
        const bool escaped = path[i] == '%' && from_hex(path.substr(i + 1, 2), {&byte, 1});
        out += escaped ? static_cast<char>(byte) : path[i];
        i += escaped ? 2 : 0;
    }
    return out;
}

// The layers of an image, and the paths that could touch its models.
class Final {
  public:
    explicit Final(ImageRecord& image) : image_(image) {}

    void watch();
    void entry(uint32_t layer, uint8_t kind, uint64_t key);
    void unreadable(uint32_t layer);

  private:
    struct Watch {
        size_t model;
        bool itself;
    };
    void touch(uint32_t layer, const Watch& watch, EntryNote note);

    ImageRecord& image_;
    std::unordered_multimap<uint64_t, Watch> watches_;
};

void Final::watch() {
    for (size_t i = 0; i < image_.models.size(); i++) {
        const std::string path = unescaped(image_.models[i].path);
        watches_.emplace(path_key(path), Watch{i, true});
        watches_.emplace(path_key(""), Watch{i, false});
        for (size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1)) {
            watches_.emplace(path_key(std::string_view(path).substr(0, slash)), Watch{i, false});
        }
    }
}

void Final::entry(uint32_t layer, uint8_t kind, uint64_t key) {
    auto [from, to] = watches_.equal_range(key);
    for (; from != to; ++from) touch(layer, from->second, static_cast<EntryNote>(kind));
}

void Final::touch(uint32_t layer, const Watch& watch, EntryNote note) {
    ImageModel& model = image_.models[watch.model];
    if (model.layer >= layer) return;
    const bool here = model.by_layer == layer;  // a layer may remove a file and bring another
    if (model.state != ModelState::kPresent && !here) return;
    const bool brings = watch.itself && note == EntryNote::kOther;
    const bool removes = note == EntryNote::kWhiteout ||
                         (note == EntryNote::kOpaque && !watch.itself) ||
                         (note == EntryNote::kOther && !watch.itself) ||
                         (note == EntryNote::kFolder && watch.itself);
    if (!brings && !removes) return;
    if (here && !brings) return;
    model.state = brings ? ModelState::kReplaced : ModelState::kRemoved;
    model.by_layer = layer;
}

void Final::unreadable(uint32_t layer) {
    for (ImageModel& model : image_.models) {
        const bool below = model.layer < layer && model.state == ModelState::kPresent;
        if (below) model.state = ModelState::kUnknown;
    }
}

// Hard links: other names of models, which stay where the first one is removed. A link to a link
// follows the one it leads to.
class Aliases {
  public:
    explicit Aliases(ImageRecord& image) : image_(image) {}

    // Once for each layer, in order, when its own models are in the image.
    void add_models() {
        for (; seen_ < image_.models.size(); seen_++) {
            latest_[unescaped(image_.models[seen_].path)] = seen_;
        }
    }
    void add_link(uint32_t layer, const std::string& name, const std::string& to) {
        auto model = latest_.find(to);
        if (model == latest_.end() || name == to) return;
        if (aliases_++ >= kMost) {
            image_.models_left_out++;
            return;
        }
        ImageModel alias = image_.models[model->second];
        alias.path = escape_path(name);
        alias.layer = layer;
        image_.models.push_back(std::move(alias));
        add_models();
    }

  private:
    static constexpr size_t kMost = 10'000;

    ImageRecord& image_;
    std::unordered_map<std::string, size_t> latest_;
    size_t seen_ = 0;
    size_t aliases_ = 0;
};

class Teller {
  public:
    Teller(ImageBook& book, const FactStore& facts, const Noted& noted, const TakeImage& take)
        : book_(book), facts_(facts), noted_(noted), take_(take) {}

    Status manifest();
    Status docker(const DockerImage& image);

  private:
    Status layer(ImageRecord& image, const std::string& path, ImageLayer layer,
                 const std::string& title);
    Status final_state(ImageRecord& image);
    Status add_links(ImageRecord& image);
    [[nodiscard]] Result<std::string> tar_of(const std::string& path) const;
    Status send(ImageRecord& image) { return take_(image); }
    [[nodiscard]] std::string platform_in(const std::string& config_path);

    ImageBook& book_;
    const FactStore& facts_;
    const Noted& noted_;
    const TakeImage& take_;
    std::optional<ByConfig> index_;  // beside a list of images, once asked for
};

std::string Teller::platform_in(const std::string& config_path) {
    const Noted* config = book_.document_at(noted_.target, config_path);
    return config ? escape_path(config->document.platform) : std::string();
}

// `title`: what an artifact calls a layer that is a file, and not a tree of files.
Status Teller::layer(ImageRecord& image, const std::string& path, ImageLayer layer,
                     const std::string& title) {
    const auto index = static_cast<uint32_t>(image.layers.size());
    Result<Blob> blob = path.empty() ? Result<Blob>(Blob()) : look_up(facts_, noted_.target, path);
    if (!blob) return blob.error();
    const bool packed = blob->format == "gzip" || blob->format == "zstd";
    Result<Blob> tree = packed ? look_up(facts_, noted_.target, path + "!data") : blob;
    if (!tree) return tree.error();
    image.complete = image.complete && blob->there && blob->coverage == "full" && tree->there &&
                     tree->coverage == "full";
    if (blob->there) layer.record = path;
    if (!blob->unpacked.empty()) layer.diff_id = "sha256:" + blob->unpacked;
    const ImageBook::LayerSums* sums = book_.sums_of(noted_.target, path);
    if (sums) layer.findings = sums->findings;
    for (size_t i = 0; sums && i < sums->models.size(); i++) {
        ImageModel model = sums->models[i];
        model.layer = index;
        if (model.path.empty()) model.path = title;
        image.models.push_back(std::move(model));
    }
    image.models_left_out += sums ? sums->left_out : 0;
    image.layers.push_back(std::move(layer));
    return Done{};
}

// The record of a layer's tar.
Result<std::string> Teller::tar_of(const std::string& path) const {
    Result<Blob> blob = look_up(facts_, noted_.target, path);
    if (!blob) return blob.error();
    const bool packed = blob->format == "gzip" || blob->format == "zstd";
    return packed ? path + "!data" : path;
}

// Of the layers in order, so that a link may lead to what a layer below has brought.
Status Teller::add_links(ImageRecord& image) {
    std::vector<ImageModel> models = std::move(image.models);
    image.models.clear();
    Aliases aliases(image);
    size_t next = 0;
    for (uint32_t i = 0; i < image.layers.size(); i++) {
        for (; next < models.size() && models[next].layer == i; next++) {
            image.models.push_back(std::move(models[next]));
        }
        aliases.add_models();
        Result<std::string> tar = tar_of(image.layers[i].record);
        if (!tar) return tar.error();
        Status linked = book_.each_link(
            noted_.target, *tar,
            [&](const std::string& name, const std::string& to) { aliases.add_link(i, name, to); });
        if (!linked) return linked;
    }
    return Done{};
}

Status Teller::final_state(ImageRecord& image) {
    Status linked = add_links(image);
    if (!linked) return linked;
    Final view(image);
    view.watch();
    for (uint32_t i = 0; i < image.layers.size(); i++) {
        Result<std::string> tar = tar_of(image.layers[i].record);
        if (!tar) return tar.error();
        Status seen = book_.each_entry(
            noted_.target, *tar, [&](uint8_t kind, uint64_t key) { view.entry(i, kind, key); });
        if (!seen) return seen;
        Result<Blob> read = look_up(facts_, noted_.target, *tar);
        if (!read) return read.error();
        if (!read->there || read->coverage != "full") view.unreadable(i);
    }
    return Done{};
}

Status Teller::manifest() {
    const Document& document = noted_.document;
    ImageRecord image;
    image.target = noted_.target;
    image.record = noted_.path;
    Result<Blob> own = look_up(facts_, noted_.target, noted_.path);
    if (!own) return own.error();
    if (!own->sha256.empty()) image.digest = "sha256:" + own->sha256;
    const ArtifactKind kind = kind_of_manifest(document);
    image.kind = kind.name;
    image.applicable = kind.applicable;
    for (const ImageBook::Name& name : book_.names_of(noted_.target, noted_.path)) {
        if (image.reference.empty()) image.reference = escape_path(name.reference);
        if (image.platform.empty()) image.platform = escape_path(name.platform);
    }
    if (document.config && image.platform.empty()) {
        image.platform = platform_in(blob_path(noted_.path, document.config->digest));
    }
    for (const Descriptor& one : document.items) {
        ImageLayer made;
        made.media_type = escape_path(one.media_type);
        made.digest = escape_path(one.digest);
        made.size = one.size.value_or(0);
        Status told = layer(image, blob_path(noted_.path, one.digest), std::move(made),
                            escape_path(one.path.empty() ? one.digest : one.path));
        if (!told) return told;
    }
    image.own_findings = book_.grave_findings_of(noted_.target, noted_.path);
    if (document.config) {
        image.own_findings +=
            book_.grave_findings_of(noted_.target, blob_path(noted_.path, document.config->digest));
    }
    const bool files = document.config && is_image_config_type(document.config->media_type);
    Status placed = files && !image.models.empty() ? final_state(image) : Status(Done{});
    return placed ? send(image) : placed;
}

// An archive that is described twice is told by its index.
Status Teller::docker(const DockerImage& image_in_list) {
    if (!index_) index_ = index_beside(book_, noted_).value_or(ByConfig());
    if (has_image(*index_, image_in_list)) return Done{};
    ImageRecord image;
    image.target = noted_.target;
    image.record = noted_.path;
    image.kind = "image";
    if (!image_in_list.tags.empty()) image.reference = escape_path(image_in_list.tags.front());
    const std::string config = path_beside(noted_.path, image_in_list.config);
    image.platform = platform_in(config);
    image.own_findings = book_.grave_findings_of(noted_.target, noted_.path) +
                         book_.grave_findings_of(noted_.target, config);
    for (const std::string& name : image_in_list.layers) {
        bool escapes = false;
        const std::string path =
            follow_links(facts_, noted_.target, path_beside(noted_.path, name), escapes);
        Result<Blob> blob =
            path.empty() ? Result<Blob>(Blob()) : look_up(facts_, noted_.target, path);
        if (!blob) return blob.error();
        ImageLayer made;
        if (!blob->sha256.empty()) made.digest = "sha256:" + blob->sha256;
        made.size = blob->size.empty() ? 0 : std::stoull(blob->size);
        Status told = layer(image, path, std::move(made), escape_path(name));
        if (!told) return told;
    }
    Status placed = image.models.empty() ? Status(Done{}) : final_state(image);
    return placed ? send(image) : placed;
}

}  // namespace

ArtifactKind kind_of_manifest(const Document& manifest) {
    const std::string config = manifest.config ? manifest.config->media_type : "";
    for (const std::string& type : {manifest.artifact_type, config}) {
        if (const Known* known = known_type(type)) return known->kind;
    }
    // Signatures and attestations of older tools pass for images; their layers say what they are.
    const bool has = !manifest.items.empty();
    const Known* first = has ? known_type(manifest.items.front().media_type) : nullptr;
    if (first) return first->kind;
    return is_image_config_type(config) ? ArtifactKind{"image", true}
                                        : ArtifactKind{"artifact", true};
}

Status tell_images(ImageBook& book, const FactStore& facts, const Noted& noted,
                   const TakeImage& take) {
    Teller teller(book, facts, noted, take);
    if (noted.document.kind == DocumentKind::kManifest) return teller.manifest();
    for (const DockerImage& image : noted.document.images) {
        Status told = teller.docker(image);
        if (!told) return told;
    }
    return Done{};
}

}  // namespace assay::oci

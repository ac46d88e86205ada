#include "image_book.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "image_judge.h"
#include "image_view.h"
#include "layer_notes.h"
#include "spool_text.h"

namespace assay::oci {

namespace {

constexpr size_t kMostModels = 20'000;
constexpr size_t kMostNames = 100'000;

// "…blobs/sha256/" and a digest.
struct BlobPlace {
    std::string_view store;
    bool found = false;
};
BlobPlace blob_place(std::string_view path) {
    const size_t last = path.rfind('/');
    if (last == std::string_view::npos || last == 0) return {};
    const size_t before = path.rfind('/', last - 1);
    if (before == std::string_view::npos) return {};
    const std::string_view head = path.substr(0, before);
    if (!head.ends_with("blobs")) return {};
    const std::string_view store = head.substr(0, head.size() - 5);
    const bool whole = store.empty() || store.ends_with('/') || store.ends_with('!');
    return {store, whole};
}

std::string_view folder_of(std::string_view path) {
    const size_t end = path.find_last_of("/!");
    return end == std::string_view::npos ? std::string_view() : path.substr(0, end + 1);
}

}  // namespace

// skopeo's dir: has manifest.json, and, of an index, DIGEST.manifest.json of each that it lists.
static bool lies_beside_blobs(std::string_view path) {
    constexpr std::string_view kName = "manifest.json";
    path.remove_prefix(folder_of(path).size());
    return path == kName || (path.ends_with(kName) && path.size() == kName.size() + 65);
}

std::string item_path(const std::string& document_path, const Document& document,
                      const std::string& digest) {
    std::string path = blob_path(document_path, digest);
    const bool listed = document.kind == DocumentKind::kIndex && lies_beside_blobs(document_path);
    if (listed && !path.empty()) path += ".manifest.json";
    return path;
}

bool is_blob(const std::string& path) { return blob_place(path).found; }

std::string blob_path(const std::string& document_path, const std::string& digest) {
    const std::optional<DigestParts> parts = parts_of(digest);
    if (!parts) return {};
    const BlobPlace place = blob_place(document_path);
    const std::string_view folder = folder_of(document_path);
    if (lies_beside_blobs(document_path)) return std::string(folder).append(parts->encoded);
    std::string path(place.found ? place.store : folder);
    const size_t manifests = document_path.rfind("manifests/");
    const bool ollama = !place.found && manifests != std::string::npos;
    if (ollama) path = document_path.substr(0, manifests);
    path += "blobs/";
    path += parts->algorithm;
    path += ollama ? '-' : '/';
    path += parts->encoded;
    return path;
}

std::string path_beside(const std::string& document_path, const std::string& name) {
    std::string resolved;
    return resolve_within(document_path, name, resolved) ? resolved : std::string();
}

// "blobs/sha256/…", or in older archives "…/layer.tar", and at the top a configuration or a layer
// that is called by its digest.
bool is_archive_part(std::string_view name) {
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name.starts_with("blobs/") || name.ends_with("/layer.tar")) return true;
    const bool typed = name.ends_with(".json") || name.ends_with(".tar");
    if (!typed || name.find('/') != std::string_view::npos) return false;
    const std::string_view stem = name.substr(0, name.rfind('.'));
    return stem.size() == 64 &&
           stem.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_model_format(std::string_view format) {
    constexpr std::array<std::string_view, 24> kModels = {
        "safetensors",    "gguf",     "ggml",     "pickle",   "pytorch",  "pytorch-tar",
        "pytorch-legacy", "onnx",     "hdf5",     "keras",    "tflite",   "executorch",
        "tf-saved-model", "tf-graph", "coreml",   "openvino", "tensorrt", "flax",
        "xgboost",        "lightgbm", "catboost", "npy",      "npz",      "joblib"};
    return std::find(kModels.begin(), kModels.end(), format) != kModels.end();
}

// ------------------------------------------------------------------------------------------------
// Notes

Status ImageBook::put(const Record& record, uint32_t number, NoteKind kind, Bytes bytes) {
    const uint64_t key = key_of(record.place.target, record.path);
    std::vector<uint8_t> note;
    if (kind == NoteKind::kDocument) {
        put_number(note, record.place.target);
        put_text(note, record.path);
    }
    note.insert(note.end(), bytes.begin(), bytes.end());
    std::lock_guard lock(mutex_);
    const uint64_t offset = spool_.size();
    if (kind == NoteKind::kDocument) {
        documents_.push_back(
            {key, record.place.file, number, static_cast<uint32_t>(note.size()), offset});
    } else {
        (kind == NoteKind::kLayerLinks ? links_ : entries_).push_back({key, offset, note.size()});
    }
    return spool_.append(note);
}

uint64_t ImageBook::key_of(uint32_t target, std::string_view path) {
    return path_key(std::to_string(target) + ":" + std::string(path));
}

Result<Noted> ImageBook::load(const DocumentEntry& entry) const {
    std::vector<uint8_t> bytes(entry.size);
    Status read = spool_.read(entry.offset, bytes);
    if (!read) return read.error();
    Cursor cursor(bytes);
    Noted noted;
    noted.target = static_cast<uint32_t>(cursor.le64());
    noted.path = get_text(cursor);
    noted.file = entry.file;
    noted.number = entry.number;
    noted.document = decode_document(cursor.bytes(cursor.remaining()));
    return noted;
}

const Noted* ImageBook::document_at(uint32_t target, const std::string& path) {
    if (last_ && last_->target == target && last_->path == path) return &*last_;
    const DocumentEntry* entry = entry_of(key_of(target, path));
    if (!entry) return nullptr;
    Result<Noted> noted = load(*entry);
    if (!noted) return nullptr;
    last_ = std::move(*noted);
    return &*last_;
}

const ImageBook::DocumentEntry* ImageBook::entry_of(uint64_t key) const {
    auto at = std::lower_bound(
        by_path_.begin(), by_path_.end(), key,
        [](const DocumentEntry& entry, uint64_t wanted) { return entry.key < wanted; });
    return at == by_path_.end() || at->key != key ? nullptr : &*at;
}

Result<Noted> ImageBook::document_of(uint64_t key) const {
    const DocumentEntry* entry = entry_of(key);
    return entry ? load(*entry) : Result<Noted>(Error{Code::kUsage, "no document is there", 0, 0});
}

// Its path and its type are mostly short.
Result<std::optional<DocumentHead>> ImageBook::head_of(uint64_t key) const {
    constexpr uint32_t kMostly = 512;
    std::optional<DocumentHead> head;
    const DocumentEntry* entry = entry_of(key);
    for (uint32_t size = kMostly; entry && !head; size = UINT32_MAX) {
        std::vector<uint8_t> bytes(std::min(size, entry->size));
        Status read = spool_.read(entry->offset, bytes);
        if (!read) return read.error();
        Cursor cursor(bytes);
        cursor.skip(sizeof(uint64_t));
        get_text(cursor);
        head = decode_head(cursor);
        if (bytes.size() == entry->size) break;
    }
    return head;
}

Status ImageBook::each_entry(uint32_t target, const std::string& path,
                             const std::function<void(uint8_t, uint64_t)>& take) const {
    return each_part(entries_, key_of(target, path), [&](Bytes bytes) {
        for (Cursor cursor(bytes); cursor.remaining() >= kEntryNote;) {
            const uint8_t kind = cursor.u8();
            take(kind, cursor.le64());
        }
    });
}

Status ImageBook::each_link(uint32_t target, const std::string& path, const TakeLink& take) const {
    return each_part(links_, key_of(target, path), [&](Bytes bytes) {
        for (Cursor cursor(bytes); cursor.remaining() > 0;) {
            const std::string name = get_text(cursor);
            const std::string to = get_text(cursor);
            if (cursor.ok()) take(name, to);
        }
    });
}

Status ImageBook::each_part(const std::vector<Entry>& all, uint64_t key,
                            const std::function<void(Bytes)>& take) const {
    auto at =
        std::lower_bound(all.begin(), all.end(), key,
                         [](const Entry& entry, uint64_t wanted) { return entry.key < wanted; });
    std::vector<uint8_t> bytes;
    for (; at != all.end() && at->key == key; ++at) {
        bytes.resize(at->size);
        Status read = spool_.read(at->offset, bytes);
        if (!read) return read;
        take(bytes);
    }
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// What will be asked

Status ImageBook::ask(FactStore& facts) {
    std::sort(documents_.begin(), documents_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.file, a.number, a.offset) < std::tie(b.file, b.number, b.offset);
    });
    by_path_ = documents_;
    std::stable_sort(by_path_.begin(), by_path_.end(),
                     [](const auto& a, const auto& b) { return a.key < b.key; });
    for (std::vector<Entry>* all : {&entries_, &links_}) {
        std::sort(all->begin(), all->end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.key, a.offset) < std::tie(b.key, b.offset);
        });
    }
    for (const DocumentEntry& entry : documents_) {
        Result<Noted> noted = load(entry);
        if (!noted) return noted.error();
        Status asked = ask_for(*noted, facts);
        if (!asked) return asked;
    }
    return name_parts();
}

Status ImageBook::each_need(
    const std::function<void(uint32_t target, const std::string& path)>& take) {
    for (const DocumentEntry& entry : documents_) {
        Result<Noted> noted = load(entry);
        if (!noted) return noted.error();
        const Document& document = noted->document;
        for (const Descriptor& item : document.items) {
            take(noted->target, item_path(noted->path, document, item.digest));
        }
        if (document.config) take(noted->target, blob_path(noted->path, document.config->digest));
        for (const DockerImage& image : document.images) {
            take(noted->target, path_beside(noted->path, image.config));
            for (const std::string& layer : image.layers) {
                take(noted->target, path_beside(noted->path, layer));
            }
        }
    }
    return Done{};
}

// What is listed in an index that has a name has that name, too, for its platform.
Status ImageBook::name_parts() {
    for (const DocumentEntry& entry : documents_) {
        if (names_.count(entry.key) == 0 || names_.size() >= kMostNames) continue;
        Result<Noted> noted = load(entry);
        if (!noted) return noted.error();
        if (noted->document.kind != DocumentKind::kIndex) continue;
        for (const Name& name : names_of(noted->target, noted->path)) {
            for (const Descriptor& item : noted->document.items) {
                const std::string path = item_path(noted->path, noted->document, item.digest);
                names_.emplace(key_of(noted->target, path), Name{name.reference, item.platform});
            }
        }
    }
    return Done{};
}

void ImageBook::want(FactStore& facts, uint32_t target, const std::string& path) {
    if (path.empty()) return;
    facts.want(target, path);
    facts.want(target, path + "!data");
}

Status ImageBook::ask_for(const Noted& noted, FactStore& facts) {
    const Document& document = noted.document;
    const uint32_t target = noted.target;
    want(facts, target, noted.path);
    for (const char* name : {"index.json", "oci-layout", "manifest.json"}) {
        want(facts, target, path_beside(noted.path, name));
    }
    if (document.config) want(facts, target, blob_path(noted.path, document.config->digest));
    if (document.subject) want(facts, target, blob_path(noted.path, document.subject->digest));
    for (const Descriptor& item : document.items) {
        const std::string path = item_path(noted.path, document, item.digest);
        want(facts, target, path);
        if (document.kind == DocumentKind::kManifest) ask_for_layer(noted, item, facts);
        const bool named = document.kind == DocumentKind::kIndex && names_.size() < kMostNames;
        if (named) names_.emplace(key_of(target, path), Name{item.ref, item.platform});
        const bool tagged = document.kind == DocumentKind::kIndex && !item.ref.empty();
        if (tagged && refs_.size() < kMostNames) refs_.emplace(item.ref, item.digest);
    }
    ask_for_images(noted, facts);
    const std::string kit =
        document.kind == DocumentKind::kIndex ? kit_repository(noted.path) : std::string();
    for (const Descriptor& item : document.items) {
        if (kit.empty() || item.ref.empty() || kits_.size() >= kMostNames) continue;
        kits_.emplace(std::to_string(target) + ":" + kit + ":" + item.ref,
                      blob_path(noted.path, item.digest));
    }
    return Done{};
}

std::string ImageBook::kit_at(uint32_t target, const std::string& reference) const {
    const auto found = kits_.find(std::to_string(target) + ":" + reference);
    return found == kits_.end() ? std::string() : found->second;
}

void ImageBook::ask_for_layer(const Noted& noted, const Descriptor& layer, FactStore&) {
    const std::string path = blob_path(noted.path, layer.digest);
    if (path.empty()) return;
    LayerSums& sums = layers_[key_of(noted.target, path)];
    const bool image =
        noted.document.config && is_image_config_type(noted.document.config->media_type);
    sums.filesystem |= image && is_filesystem_layer(layer.media_type);
}

void ImageBook::ask_for_images(const Noted& noted, FactStore& facts) {
    const size_t archive = noted.path.rfind('!');
    const bool inside = !noted.document.images.empty() && archive != std::string::npos;
    if (inside) want(facts, noted.target, noted.path.substr(0, archive));
    for (const DockerImage& image : noted.document.images) {
        want(facts, noted.target, path_beside(noted.path, image.config));
        for (const std::string& layer : image.layers) {
            const std::string path = path_beside(noted.path, layer);
            want(facts, noted.target, path);
            layers_[key_of(noted.target, path)].filesystem = true;
        }
    }
}

std::vector<ImageBook::Name> ImageBook::names_of(uint32_t target, const std::string& path) const {
    std::vector<Name> names;
    auto [from, to] = names_.equal_range(key_of(target, path));
    for (; from != to; ++from) names.push_back(from->second);
    return names;
}

const ImageBook::LayerSums* ImageBook::sums_of(uint32_t target, const std::string& path) const {
    auto found = layers_.find(key_of(target, path));
    return found == layers_.end() ? nullptr : &found->second;
}

// ------------------------------------------------------------------------------------------------
// Records on their way out

// Past the step that unpacks a layer: the path in its tree.
static std::string_view inside_of(std::string_view rest) {
    if (rest.starts_with('!')) rest.remove_prefix(1);
    const bool packed = rest == "data" || rest.starts_with("data!");
    if (packed) rest.remove_prefix(std::min<size_t>(rest.size(), 5));
    while (rest.starts_with("./") || rest.starts_with('/'))
        rest.remove_prefix(rest[0] == '/' ? 1 : 2);
    return rest;
}

// The layer that a record is, or is inside of; `rest` is what stands behind the layer's path.
ImageBook::LayerSums* ImageBook::layer_of(const Record& record, std::string& rest) {
    if (layers_.empty()) return nullptr;
    for (size_t end = record.path.find('!');; end = record.path.find('!', end + 1)) {
        const std::string_view head = std::string_view(record.path).substr(0, end);
        auto found = layers_.find(key_of(record.place.target, head));
        if (found != layers_.end()) {
            rest = record.path.substr(head.size());
            return &found->second;
        }
        if (end == std::string::npos) return nullptr;
    }
}

Status ImageBook::amend(const FactStore& facts, uint32_t number, Record& record) {
    auto at = std::lower_bound(documents_.begin(), documents_.end(),
                               std::tuple(record.place.file, number),
                               [](const DocumentEntry& entry, const auto& wanted) {
                                   return std::tuple(entry.file, entry.number) < wanted;
                               });
    const bool is_document =
        at != documents_.end() && at->file == record.place.file && at->number == number;
    if (is_document) {
        Result<Noted> noted = load(*at);
        if (!noted) return noted.error();
        Status judged = judge_document(*this, facts, *noted, record);
        if (!judged) return judged;
        note_grave(record);
    }
    std::string rest;
    LayerSums* layer = layer_of(record, rest);
    if (!layer) return Done{};
    const std::string_view inside = inside_of(rest);
    const std::string_view file = inside.substr(0, inside.find('!'));
    const bool of_model =
        file.size() < inside.size() && !layer->models.empty() && layer->models.back().path == file;
    if (layer->filesystem) calm(record, of_model);
    for (const Finding& finding : record.findings) {
        layer->findings[static_cast<size_t>(finding.severity)] += finding.count;
    }
    add_model(*layer, record, inside);
    return Done{};
}

void ImageBook::note_grave(const Record& record) {
    uint64_t grave = 0;
    for (const Finding& finding : record.findings) {
        if (finding.severity >= Severity::kHigh) grave += finding.count;
    }
    if (grave > 0) grave_[key_of(record.place.target, record.path)] = grave;
}

uint64_t ImageBook::grave_findings_of(uint32_t target, const std::string& path) const {
    auto found = grave_.find(key_of(target, path));
    return found == grave_.end() ? 0 : found->second;
}

// What is inside of a model counts for it.
void ImageBook::add_model(LayerSums& layer, const Record& record, std::string_view inside) {
    const std::string_view file = inside.substr(0, inside.find('!'));
    const bool within = file.size() < inside.size();
    if (within && !layer.models.empty() && layer.models.back().path == file) {
        for (const Finding& finding : record.findings) {
            layer.models.back().findings[static_cast<size_t>(finding.severity)] += finding.count;
        }
    }
    if (within || !is_model_format(record.format)) return;
    if (models_ == kMostModels) {
        layer.left_out++;
        return;
    }
    models_++;
    ImageModel model;
    model.path = file;
    model.record = record.path;
    model.format = record.format;
    model.size = record.size;
    for (const Digest& digest : record.digests) {
        if (digest.kind == DigestKind::kSha256) model.sha256 = digest.hex();
    }
    for (const Finding& finding : record.findings) {
        model.findings[static_cast<size_t>(finding.severity)] += finding.count;
    }
    layer.models.push_back(std::move(model));
}

Status ImageBook::tell(const FactStore& facts, const TakeImage& take) {
    for (const DocumentEntry& entry : documents_) {
        Result<Noted> noted = load(entry);
        if (!noted) return noted.error();
        Status told = tell_images(*this, facts, *noted, take);
        if (!told) return told;
    }
    return Done{};
}

}  // namespace assay::oci

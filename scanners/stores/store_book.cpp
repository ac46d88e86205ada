#include "store_book.h"

#include <algorithm>

#include "path_key.h"
#include "spool_text.h"
#include "store_rules.h"

namespace assay {

namespace {

constexpr size_t kMostStores = 16'384;

constexpr const Rule* kMismatches[] = {
    &stores::rule("hfcache.blob.sha256_mismatch"), &stores::rule("hfcache.blob.gitsha1_mismatch"),
    &stores::rule("ollama.blob.digest_mismatch"),  &stores::rule("oci.blob.digest_mismatch"),
    &stores::rule("lfs.object.digest_mismatch"),   &stores::rule("dvc.cache.md5_mismatch"),
};

bool is_mismatch(const Finding& finding) {
    return std::find(std::begin(kMismatches), std::end(kMismatches), finding.rule) !=
           std::end(kMismatches);
}

// Of kinds whose documents say what is needed. Of Hugging Face caches the walk knows.
const Rule* orphan_rule(StoreKind kind) {
    if (kind == StoreKind::kOllama) return &stores::rule("ollama.blob.orphan");
    const bool layout = kind == StoreKind::kOciLayout || kind == StoreKind::kKitops;
    return layout ? &stores::rule("oci.blob.unreferenced") : nullptr;
}

uint64_t& count_of(StoreReport& report, BlobState state) {
    switch (state) {
        case BlobState::kOk:
            return report.ok;
        case BlobState::kCorrupt:
            return report.corrupt;
        case BlobState::kMissing:
            return report.missing;
        case BlobState::kPartial:
            return report.partial;
        case BlobState::kUnchecked:
            break;
    }
    return report.unchecked;
}

std::string named(DigestKind kind, std::string_view hex) {
    return std::string(name_of(kind)) + ":" + std::string(hex);
}

std::string list_of(const StoreBlob& blob) {
    std::string out;
    for (const std::string& name : blob.breaks) out += (out.empty() ? "" : ", ") + name;
    const uint64_t more = blob.breaks_total - blob.breaks.size();
    return more == 0 ? out : out + " and " + std::to_string(more) + " more";
}

}  // namespace

std::shared_ptr<const StoreRoot> StoreBook::announce(StoreKind kind, uint32_t target,
                                                     std::string path, bool whole) {
    std::lock_guard lock(mutex_);
    refused_ = stores_.size() == kMostStores;
    if (refused_) return nullptr;
    auto root = std::make_shared<StoreRoot>();
    *root = {static_cast<uint32_t>(stores_.size()), kind, target, std::move(path), whole};
    Store& store = stores_.emplace_back();
    store.report.kind = kind;
    store.report.target = target;
    store.report.path = escape_path(root->path);
    store.root = root;
    return root;
}

bool StoreBook::is_full() const {
    return blobs_.size() * sizeof(Blob) + needs_.size() * sizeof(Need) +
               through_.size() * sizeof(Through) >
           most_;
}

void StoreBook::cut() {
    cut_ = true;
    blobs_ = {};
    needs_ = {};
    through_ = {};
}

void StoreBook::put_blob(const StoreEntry& entry, const Record& record, BlobState state,
                         const std::optional<Digest>& actual) {
    std::lock_guard lock(mutex_);
    Store& store = stores_[entry.store->index];
    count_of(store.report, state)++;
    const uint64_t key = key_of(entry.blob, entry.store->target);
    if (!cut_) {
        blobs_.push_back({key, entry.store->index, state, false});
        if (record.path != entry.blob) {
            through_.push_back({key_of(record.path, entry.store->target), key});
        }
        if (is_full()) cut();
    }
    if (state != BlobState::kCorrupt || !actual) return;
    keep_bad(store, {entry.blob,
                     state,
                     named(entry.expected->kind, entry.expected->hex),
                     named(actual->kind, actual->hex()),
                     {},
                     0});
}

// The first by path, so that it does not matter in which order they come.
void StoreBook::keep_bad(Store& store, StoreBlob blob) {
    std::string path = blob.path;
    store.bad.try_emplace(std::move(path), std::move(blob));
    if (store.bad.size() > StoreReport::kMostListed) store.bad.erase(std::prev(store.bad.end()));
}

Status StoreBook::put_need(const StoreRoot& store, std::string_view from, std::string_view blob,
                           std::string_view model, std::string_view name) {
    std::vector<uint8_t> bytes;
    put_number(bytes, store.index);
    put_text(bytes, blob);
    put_text(bytes, model);
    put_text(bytes, name);
    std::lock_guard lock(mutex_);
    if (cut_) return Done{};
    needs_.push_back({key_of(blob, store.target), key_of(from, store.target), texts_.size()});
    if (is_full()) cut();
    std::vector<uint8_t> whole;
    put_text(whole, as_text(bytes));
    return texts_.append(whole);
}

Result<StoreBook::Text> StoreBook::text_at(uint64_t offset) const {
    uint8_t length[4];
    Status read = texts_.read(offset, length);
    if (!read) return read.error();
    std::vector<uint8_t> bytes(load_le<uint32_t>(length));
    read = texts_.read(offset + sizeof length, bytes);
    if (!read) return read.error();
    Cursor cursor(bytes);
    Text text;
    text.store = static_cast<uint32_t>(cursor.le64());
    text.blob = get_text(cursor);
    text.model = get_text(cursor);
    text.name = get_text(cursor);
    return text;
}

const StoreBook::Blob* StoreBook::blob_at(uint64_t key) const {
    auto at = std::lower_bound(blobs_.begin(), blobs_.end(), Blob{key, 0, {}, false});
    return at != blobs_.end() && at->key == key ? &*at : nullptr;
}

Status StoreBook::freeze() {
    std::sort(blobs_.begin(), blobs_.end());
    std::sort(needs_.begin(), needs_.end());
    std::sort(through_.begin(), through_.end());
    Status done = cut_ ? Status(Done{}) : read_texts();
    if (done && !cut_) done = damage_models();
    for (Store& store : stores_) {
        store.report.cut = cut_;
        for (auto& [path, blob] : store.bad) {
            if (!done || cut_) break;
            done = find_broken(blob, key_of(path, store.root->target));
        }
    }
    return done;
}

// Learns of models and of what is missing; marks what is needed.
Status StoreBook::read_texts() {
    for (const Need& need : needs_) {
        Result<Text> text = text_at(need.text);
        if (!text) return text.error();
        add_model(*text);
        if (names_ > most_) {
            cut();
            for (Store& store : stores_) store.models.clear();
            return Done{};
        }
        if (const Blob* blob = blob_at(need.to)) {
            blobs_[static_cast<size_t>(blob - blobs_.data())].needed = true;
            if (blob->state == BlobState::kPartial) {
                keep_bad(stores_[text->store], {text->blob, blob->state, {}, {}, {}, 0});
            }
        } else if (missing_.insert(need.to).second) {
            add_missing(*text);
        }
    }
    return Done{};
}

void StoreBook::note_needed(uint32_t target, const std::string& path) {
    const Blob* blob = blob_at(key_of(path, target));
    if (!blob) return;
    blobs_[static_cast<size_t>(blob - blobs_.data())].needed = true;
    stores_[blob->store].has_images = true;
}

// Only where something is needed at all: otherwise nobody looked into what says so.
bool StoreBook::knows_needs(const Store& store) const {
    return store.root->whole && (store.has_images || !store.models.empty());
}

void StoreBook::count_orphans() {
    for (const Blob& blob : blobs_) {
        Store& store = stores_[blob.store];
        const bool known = store.report.kind == StoreKind::kHuggingFace && store.root->whole;
        const bool orphan = !blob.needed && blob.state != BlobState::kPartial;
        if (orphan && (known || knows_needs(store))) store.report.orphaned++;
    }
}

void StoreBook::add_model(const Text& text) {
    if (text.model.empty()) return;
    auto [model, is_new] = stores_[text.store].models.try_emplace(text.model);
    model->second.name = text.model;
    model->second.parts++;
    if (is_new) names_ += text.model.size() + sizeof(StoreModel) + 64;
}

void StoreBook::add_missing(const Text& text) {
    Store& store = stores_[text.store];
    store.report.missing++;
    keep_bad(store, {text.blob, BlobState::kMissing, {}, {}, {}, 0});
}

template <class Each>
Status StoreBook::needs_of(uint64_t key, Each each) const {
    auto at = std::lower_bound(needs_.begin(), needs_.end(), Need{key, 0, 0});
    for (; at != needs_.end() && at->to == key; ++at) {
        Result<Text> text = text_at(at->text);
        if (!text) return text.error();
        each(static_cast<size_t>(at - needs_.begin()), *text);
    }
    return Done{};
}

Status StoreBook::damage_models() {
    std::vector<bool> seen(needs_.size());
    for (const Blob& blob : blobs_) {
        const bool partial = blob.state == BlobState::kPartial && blob.needed;
        if (blob.state != BlobState::kCorrupt && !partial) continue;
        Status damaged = damage(blob.key, seen);
        if (!damaged) return damaged;
    }
    for (uint64_t key : missing_) {
        Status damaged = damage(key, seen);
        if (!damaged) return damaged;
    }
    return Done{};
}

// Of whatever needs it, directly or through others.
Status StoreBook::damage(uint64_t key, std::vector<bool>& seen) {
    std::vector<uint64_t> left{key};
    while (!left.empty()) {
        const uint64_t next = left.back();
        left.pop_back();
        Status read = needs_of(next, [&](size_t index, const Text& text) {
            if (seen[index]) return;
            seen[index] = true;
            if (text.model.empty()) return left.push_back(needs_[index].from);
            StoreModel& model = stores_[text.store].models.at(text.model);
            model.damaged = true;
            model.damaged_parts++;
        });
        if (!read) return read;
    }
    return Done{};
}

Status StoreBook::find_broken(StoreBlob& blob, uint64_t key) const {
    std::set<uint64_t> seen{key};
    std::set<std::string> names;
    std::vector<uint64_t> left{key};
    while (!left.empty()) {
        const uint64_t next = left.back();
        left.pop_back();
        Status read = needs_of(next, [&](size_t index, const Text& text) {
            if (text.model.empty()) {
                if (seen.insert(needs_[index].from).second) left.push_back(needs_[index].from);
                return;
            }
            names.insert(text.name.empty() ? text.model : text.model + " (" + text.name + ")");
        });
        if (!read) return read;
    }
    blob.breaks_total = names.size();
    for (const std::string& name : names) {
        if (blob.breaks.size() == StoreReport::kMostModels) break;
        blob.breaks.push_back(name);
    }
    return Done{};
}

const StoreBook::Blob* StoreBook::blob_of(const Record& record) const {
    const uint64_t key = key_of(record.path, record.place.target);
    auto at = std::lower_bound(through_.begin(), through_.end(), Through{key, 0});
    const bool through = at != through_.end() && at->record == key;
    return blob_at(through ? at->blob : key);
}

Status StoreBook::amend(Record& record) const {
    if (blobs_.empty() || !record.place.is_file()) return Done{};
    const Blob* blob = blob_of(record);
    if (!blob) return Done{};
    if (!blob->needed) return orphan(record, *blob);
    if (blob->state != BlobState::kCorrupt) return Done{};
    StoreBlob broken;
    Status found = find_broken(broken, blob->key);
    if (!found || broken.breaks.empty()) return found;
    for (Finding& finding : record.findings) {
        if (is_mismatch(finding)) finding.evidence.emplace_back("breaks", list_of(broken));
    }
    return Done{};
}

Status StoreBook::orphan(Record& record, const Blob& blob) const {
    const Store& store = stores_[blob.store];
    const Rule* rule = orphan_rule(store.report.kind);
    if (!rule || !knows_needs(store) || blob.state == BlobState::kPartial) return Done{};
    Finding finding;
    finding.rule = rule;
    finding.severity = rule->severity;
    record.findings.push_back(std::move(finding));
    return Done{};
}

void StoreBook::put_image(const ImageRecord& image) {
    const Blob* manifest = blob_at(key_of(image.record, image.target));
    if (!manifest || names_ > most_) return;
    Store& store = stores_[manifest->store];
    // Of what was not read whole there is no digest.
    const std::string& named = image.reference.empty() ? image.digest : image.reference;
    const std::string& name = named.empty() ? image.record : named;
    add_model({manifest->store, {}, name, {}});
    StoreModel& model = store.models.at(name);
    model.damaged_parts += blame(store, *manifest, image.record, name) ? 1U : 0U;
    for (const ImageLayer& layer : image.layers) {
        model.parts++;
        const Blob* blob = blob_at(key_of(layer.record, image.target));
        const bool broken = !blob || blame(store, *blob, layer.record, name);
        model.damaged_parts += broken ? 1U : 0U;
    }
    model.damaged = model.damaged_parts > 0;
}

// Whether the blob is damaged, which breaks the image.
bool StoreBook::blame(Store& store, const Blob& blob, const std::string& path,
                      const std::string& image) {
    if (blob.state != BlobState::kCorrupt) return false;
    const auto bad = store.bad.find(path);
    if (bad == store.bad.end()) return true;
    std::vector<std::string>& breaks = bad->second.breaks;
    if (std::find(breaks.begin(), breaks.end(), image) != breaks.end()) return true;
    bad->second.breaks_total++;
    if (breaks.size() < StoreReport::kMostModels) breaks.push_back(image);
    return true;
}

std::vector<StoreReport> StoreBook::reports() const {
    std::vector<StoreReport> reports;
    for (const Store& store : stores_) {
        StoreReport report = store.report;
        for (const auto& [path, blob] : store.bad) report.bad.push_back(blob);
        for (bool damaged : {true, false}) {
            for (const auto& [name, model] : store.models) {
                report.models_damaged += damaged && model.damaged;
                const bool listed = report.models.size() < StoreReport::kMostListed;
                if (model.damaged == damaged && listed) report.models.push_back(model);
            }
        }
        report.models_total = store.models.size();
        const uint64_t blobs =
            report.ok + report.corrupt + report.missing + report.partial + report.unchecked;
        if (blobs + report.models_total > 0) reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace assay

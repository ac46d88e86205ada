// What all stores of a visit come to: the state of every blob, what needs it, and so which models
// each damaged blob breaks.
//
// In memory are 24 bytes for each blob, 24 for each need, the names of models and what is wrong
// with the first damaged blobs; texts of needs lie in a spool. Where that takes more than
// was given, models are not told, which the report says: what is told depends on how many there
// are, never on the order in which they came.
//
// Threads: announce() and the puts from any; freeze() when all of them are done; the rest from one
// thread after that.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "assay/image.h"
#include "assay/record.h"
#include "assay/spool.h"
#include "store.h"

namespace assay {

class StoreBook final : public StoreRoots {
  public:
    StoreBook(size_t in_memory, bool through_links)
        : most_(in_memory), through_links_(through_links), texts_(in_memory / 4) {}

    std::shared_ptr<const StoreRoot> announce(StoreKind kind, uint32_t target, std::string path,
                                              bool whole) override;
    [[nodiscard]] bool refused() const override { return refused_; }
    [[nodiscard]] bool through_links() const override { return through_links_; }

    // Of a blob that was looked at under the path of `record`.
    void put_blob(const StoreEntry& entry, const Record& record, BlobState state,
                  const std::optional<Digest>& actual);
    // That what `from` is a part of needs the blob at `blob`; if a model is named, that model does,
    // which knows it by `name`. All paths are escaped and relative to the store's target.
    Status put_need(const StoreRoot& store, std::string_view from, std::string_view blob,
                    std::string_view model, std::string_view name);

    Status freeze();
    // After freeze(): an image needs the blob at `path`. Then, once, what nothing needs is counted.
    void note_needed(uint32_t target, const std::string& path);
    void count_orphans();

    // After freeze(), which knows nothing of images: a damaged part damages them.
    void put_image(const ImageRecord& image);

    // Adds what is known of the blob to the findings of its record.
    Status amend(Record& record) const;
    [[nodiscard]] std::vector<StoreReport> reports() const;

  private:
    struct Blob {
        uint64_t key;
        uint32_t store;
        BlobState state;
        bool needed;
        bool operator<(const Blob& other) const { return key < other.key; }
    };
    struct Need {
        uint64_t to;
        uint64_t from;
        uint64_t text;  // in the spool
        bool operator<(const Need& other) const {
            return to != other.to ? to < other.to : text < other.text;
        }
    };
    struct Text {
        uint32_t store = 0;
        std::string blob;
        std::string model;
        std::string name;
    };
    struct Store {
        std::shared_ptr<const StoreRoot> root;
        StoreReport report;
        std::map<std::string, StoreBlob> bad;      // the first by path
        std::map<std::string, StoreModel> models;  // all, by name
        bool has_images = false;                   // that say what they need
    };
    // Blobs that were read under another path.
    struct Through {
        uint64_t record;
        uint64_t blob;
        bool operator<(const Through& other) const { return record < other.record; }
    };

    void cut();
    [[nodiscard]] bool knows_needs(const Store& store) const;
    [[nodiscard]] bool is_full() const;
    Status read_texts();
    void add_model(const Text& text);
    void add_missing(const Text& text);
    void keep_bad(Store& store, StoreBlob blob);
    Result<Text> text_at(uint64_t offset) const;
    [[nodiscard]] const Blob* blob_at(uint64_t key) const;
    [[nodiscard]] const Blob* blob_of(const Record& record) const;
    Status damage_models();
    Status damage(uint64_t key, std::vector<bool>& seen);
    Status find_broken(StoreBlob& blob, uint64_t key) const;
    static bool blame(Store& store, const Blob& blob, const std::string& path,
                      const std::string& image);
    Status orphan(Record& record, const Blob& blob) const;
    template <class Each>
    Status needs_of(uint64_t key, Each each) const;

    const size_t most_;
    const bool through_links_;
    std::mutex mutex_;
    std::vector<Store> stores_;
    std::vector<Blob> blobs_;
    std::vector<Need> needs_;
    Spool texts_;
    std::vector<Through> through_;
    std::set<uint64_t> missing_;
    size_t names_ = 0;  // bytes of names of models
    bool refused_ = false;
    bool cut_ = false;
};

}  // namespace assay

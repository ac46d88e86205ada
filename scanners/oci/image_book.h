// The view of whole images. While files are scanned, documents and layers leave notes; once all are
// read, the documents are judged against what they name, and each image is told as a whole: its
// layers, and which models its final file system holds.
//
// Nothing is held that grows with the content: documents and the paths of layers lie in a spool, 32
// bytes of index each; of the layers of all images their sums, and of models the first ones.
//
// Threads: put() from any. Everything else from one thread, in the order in which it stands here.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "assay/context.h"
#include "assay/image.h"
#include "assay/record.h"
#include "assay/ref_lock.h"
#include "assay/spool.h"
#include "document.h"
#include "index_graph.h"
#include "join.h"
#include "notes.h"

namespace assay::oci {

// A document with where it stands.
struct Noted {
    uint32_t target = 0;
    uint64_t file = 0;
    uint32_t number = 0;
    std::string path;  // of its record
    Document document;
};

using TakeImage = std::function<Status(const ImageRecord& image)>;

class ImageBook {
  public:
    // `images` are the targets that are named as images; true: one of a store, so that what it
    // leaves out is not missing.
    // `lock` may be null; borrowed.
    ImageBook(size_t in_memory, std::map<uint32_t, bool> images, const RefLock* lock)
        : spool_(in_memory), images_(std::move(images)), lock_(lock) {}

    Status put(const Record& record, uint32_t number, NoteKind kind, Bytes bytes);

    // The sweep is over: says what will be asked of the facts. Before facts.freeze().
    Status ask(FactStore& facts);
    // Every blob that a document names, with the document's target.
    Status each_need(const std::function<void(uint32_t target, const std::string& path)>& take);
    // Each record on its way out, in place order and with all its other findings. Adds what its
    // documents come to, and calms what is ordinary in the file system of an image.
    Status amend(const FactStore& facts, uint32_t number, Record& record);
    // Every image, in place order.
    Status tell(const FactStore& facts, const TakeImage& take);
    // Each tag of a store with the digest that it points to.
    void each_ref(
        const std::function<void(const std::string& ref, const std::string& digest)>& take) const {
        for (const auto& [ref, digest] : refs_) take(ref, digest);
    }

    // For those who judge and tell. What document_at() lends lives until the next one is asked for.
    [[nodiscard]] const Noted* document_at(uint32_t target, const std::string& path);
    // By the key of where it lies; absent where no document does. Cheaper than all of it.
    static uint64_t key_of(uint32_t target, std::string_view path);
    Result<std::optional<DocumentHead>> head_of(uint64_t key) const;
    Result<Noted> document_of(uint64_t key) const;  // which has a head
    [[nodiscard]] IndexGraph& graph() { return graph_; }
    [[nodiscard]] bool is_image(uint32_t target) const { return images_.contains(target); }
    [[nodiscard]] bool is_selective(uint32_t target) const {
        return is_image(target) && images_.at(target);
    }
    [[nodiscard]] const RefLock* lock() const { return lock_; }
    // The names under which indexes and lists of the same target lead to what lies at `path`.
    struct Name {
        std::string reference;
        std::string platform;
    };
    [[nodiscard]] std::vector<Name> names_of(uint32_t target, const std::string& path) const;
    // Where the manifest of a kit lies, by "REPOSITORY:TAG"; empty where there is none.
    [[nodiscard]] std::string kit_at(uint32_t target, const std::string& reference) const;
    // The first model kept, and the rest of a layer's.
    struct LayerSums {
        bool filesystem = false;  // of an image, where programs and devices are ordinary
        std::array<uint64_t, 5> findings{};
        std::vector<ImageModel> models;
        uint64_t left_out = 0;
    };
    // High and critical ones of a document.
    [[nodiscard]] uint64_t grave_findings_of(uint32_t target, const std::string& path) const;
    [[nodiscard]] const LayerSums* sums_of(uint32_t target, const std::string& path) const;
    // Calls `take` for each note of the tar at `path`, in order.
    using TakeLink = std::function<void(const std::string& name, const std::string& to)>;
    Status each_link(uint32_t target, const std::string& path, const TakeLink& take) const;
    Status each_entry(uint32_t target, const std::string& path,
                      const std::function<void(uint8_t kind, uint64_t key)>& take) const;

  private:
    struct Entry {
        uint64_t key;  // of target and path
        uint64_t offset;
        uint64_t size;
    };
    // Of each part of the notes of that artifact, the bytes.
    Status each_part(const std::vector<Entry>& all, uint64_t key,
                     const std::function<void(Bytes)>& take) const;
    struct DocumentEntry {
        uint64_t key;
        uint64_t file;
        uint32_t number;
        uint32_t size;
        uint64_t offset;
    };

    [[nodiscard]] const DocumentEntry* entry_of(uint64_t key) const;
    Result<Noted> load(const DocumentEntry& entry) const;
    Status ask_for(const Noted& noted, FactStore& facts);
    Status name_parts();
    void ask_for_layer(const Noted& noted, const Descriptor& layer, FactStore& facts);
    void ask_for_images(const Noted& noted, FactStore& facts);
    void want(FactStore& facts, uint32_t target, const std::string& path);
    void note_grave(const Record& record);
    LayerSums* layer_of(const Record& record, std::string& rest);
    void add_model(LayerSums& layer, const Record& record, std::string_view inside);

    std::mutex mutex_;  // guards spool_, documents_, entries_ and links_ until ask()
    Spool spool_;
    const std::map<uint32_t, bool> images_;
    const RefLock* lock_;
    std::vector<DocumentEntry> documents_;  // in place order, once asked
    std::vector<DocumentEntry> by_path_;
    std::vector<Entry> entries_;
    std::vector<Entry> links_;
    std::map<uint64_t, LayerSums> layers_;
    std::multimap<uint64_t, Name> names_;
    std::map<uint64_t, uint64_t> grave_;       // documents that have grave findings
    std::map<std::string, std::string> kits_;  // by target and reference
    RefLock refs_;
    size_t models_ = 0;
    IndexGraph graph_;
    std::optional<Noted> last_;  // that document_at() has loaded
};

// Where the blobs of a store lie, by where one of its documents does.
std::string blob_path(const std::string& document_path, const std::string& digest);
// The same of what the items of a document name: those of an index may have names of another form.
std::string item_path(const std::string& document_path, const Document& document,
                      const std::string& digest);
// The same for a file beside the document; empty where it would lie outside of the target.
std::string path_beside(const std::string& document_path, const std::string& name);
// Whether the document lies among the blobs, and not at the root of a store.
bool is_blob(const std::string& path);

// Whether a member of a tar is called like a part of an archive of images.
bool is_archive_part(std::string_view name);

// What a record's format says: whether it is a model, by itself.
bool is_model_format(std::string_view format);

}  // namespace assay::oci

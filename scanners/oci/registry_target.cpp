// An image in a registry, as if it lay in a layout: an index that names it (ours: the registry has
// none), the manifests, and the blobs. Documents are fetched when the target is looked up and
// handed to the scan from memory, so that what is scanned is what was followed.
#include "registry_target.h"

#include <map>
#include <mutex>

#include "assay/json_text.h"
#include "assay/registry.h"
#include "image_book.h"
#include "oci_rules.h"
#include "targets.h"

namespace assay::oci {

namespace {

using registry::Client;
using registry::Reference;
using RegistryTrouble = std::function<void(const std::string& text)>;

// Owns its bytes.
class OwnedSource final : public ByteSource {
  public:
    explicit OwnedSource(std::shared_ptr<const std::string> bytes)
        : bytes_(std::move(bytes)), source_(as_bytes(*bytes_)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return source_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        return source_.read(offset, max, pool);
    }

  private:
    std::shared_ptr<const std::string> bytes_;
    MemorySource source_;
};

// A blob on its way; what goes wrong is also told in full.
class BlobOnTheWay final : public ByteSource {
  public:
    BlobOnTheWay(std::unique_ptr<ByteSource> inner, RegistryTrouble tell)
        : inner_(std::move(inner)), tell_(std::move(tell)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return inner_->size(); }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = inner_->read(offset, max, pool);
        if (!lent) tell();
        return lent;
    }
    Status settle() override {
        Status settled = inner_->settle();
        if (!settled) tell();
        return settled;
    }

  private:
    void tell() {
        const registry::Failure* failure = registry::failure_of(*inner_);
        if (failure && tell_ && !told_) tell_(failure->text());
        told_ = true;
    }

    std::unique_ptr<ByteSource> inner_;
    RegistryTrouble tell_;
    bool told_ = false;
};

WalkEntry from_memory(const std::string& path, const std::string& user_path, std::string bytes) {
    WalkEntry entry;
    entry.path = path;
    entry.user_path = user_path;
    entry.open = [kept = std::make_shared<const std::string>(std::move(bytes))](
                     const std::stop_token&) -> Result<std::unique_ptr<ByteSource>> {
        return std::unique_ptr<ByteSource>(std::make_unique<OwnedSource>(kept));
    };
    return entry;
}

class Repository final : public Store {
  public:
    Repository(Client& client, std::shared_ptr<registry::Session> session, Reference reference,
               RegistryTrouble tell)
        : client_(client),
          session_(std::move(session)),
          reference_(std::move(reference)),
          tell_(std::move(tell)) {}

    void keep(const std::string& digest, std::string bytes) { kept_[digest] = std::move(bytes); }
    Result<std::string> document(const Descriptor& descriptor) override;
    WalkEntry entry(const Descriptor& descriptor, const std::string& path) override;

  private:
    [[nodiscard]] std::string name_of(const Descriptor& descriptor) const {
        return "docker://" + reference_.host + "/" + reference_.repository + "@" +
               descriptor.digest;
    }

    Client& client_;
    std::shared_ptr<registry::Session> session_;
    const Reference reference_;
    const RegistryTrouble tell_;
    std::map<std::string, std::string> kept_;
};

Result<std::string> Repository::document(const Descriptor& descriptor) {
    const auto known = kept_.find(descriptor.digest);
    if (known != kept_.end()) return known->second;
    return Error{Code::kIo, "the manifest could not be read", 0, 0};
}

WalkEntry Repository::entry(const Descriptor& descriptor, const std::string& path) {
    const bool document =
        is_index_type(descriptor.media_type) || is_manifest_type(descriptor.media_type);
    if (document && !kept_.contains(descriptor.digest)) {
        Result<registry::Manifest> manifest = client_.manifest(reference_.at(descriptor.digest));
        if (!manifest) return trouble(path, name_of(descriptor), client_.failure().text());
        keep(descriptor.digest, std::move(manifest->bytes));
    }
    if (document) return from_memory(path, name_of(descriptor), kept_[descriptor.digest]);
    WalkEntry entry;
    entry.path = path;
    entry.user_path = name_of(descriptor);
    registry::Descriptor blob{
        descriptor.media_type, descriptor.digest, descriptor.size.value_or(0), {}, {}};
    entry.open = [session = session_, reference = reference_, blob, tell = tell_](
                     const std::stop_token& stop) -> Result<std::unique_ptr<ByteSource>> {
        Client client(session, stop);
        Result<std::unique_ptr<ByteSource>> source = client.open_blob(reference, blob);
        if (!source && tell) tell(client.failure().text());
        if (!source) return source.error();
        return std::unique_ptr<ByteSource>(
            std::make_unique<BlobOnTheWay>(std::move(*source), tell));
    };
    return entry;
}

// What a copy of the image to a layout would be listed in.
std::string index_of(const Descriptor& root) {
    return "{\"schemaVersion\":2,\"mediaType\":" + json_quote(kImageIndex) +
           ",\"manifests\":[{\"mediaType\":" + json_quote(root.media_type) +
           ",\"digest\":" + json_quote(root.digest) + ",\"size\":" + std::to_string(*root.size) +
           ",\"annotations\":{\"org.opencontainers.image.ref.name\":" + json_quote(root.ref) +
           "}}]}";
}

void probe_write(Client& client, const Reference& reference, WalkEntry& index) {
    if (client.probe_write(reference) != registry::Anonymous::kMayWrite) return;
    index.found = &rule("oci.registry.anonymous_write");
    index.found_detail = reference.host + "/" + reference.repository;
}

}  // namespace

std::vector<WalkEntry> expand_registry(const std::string& place, const VisitOptions& options) {
    const std::string name = "docker://" + place;
    if (!options.registry)
        return {trouble("index.json", name, "registries are not spoken to here")};
    Result<Reference> reference = registry::parse_reference(place);
    if (!reference) return {trouble("index.json", name, describe(reference.error()))};
    Client client(options.registry);
    Result<registry::Manifest> manifest = client.manifest(*reference);
    if (!manifest) return {trouble("index.json", name, client.failure().text())};

    Descriptor root;
    root.media_type = manifest->media_type;
    root.digest = manifest->digest;
    root.size = manifest->bytes.size();
    root.ref = reference->host + "/" + reference->repository;
    if (!reference->tag.empty()) root.ref += ":" + reference->tag;
    Repository repository(client, options.registry, *reference, options.registry_trouble);
    repository.keep(root.digest, std::move(manifest->bytes));
    std::vector<WalkEntry> entries{from_memory("index.json", name, index_of(root))};
    if (options.probe_write) probe_write(client, *reference, entries.front());
    for (WalkEntry& entry : parts_below({root}, repository, options.platform)) {
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace assay::oci

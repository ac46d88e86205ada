// A tag is asked for once. From then on all is read by digest, so that what is scanned is what the
// tag stood for at one moment, whoever moves it meanwhile.
#include "registry_target.h"

#include <map>
#include <mutex>

#include "assay/json_text.h"
#include "assay/registry.h"
#include "oci_rules.h"
#include "targets.h"

namespace assay::oci {

namespace {

constexpr size_t kKeptDocuments = size_t{4} << 20;  // what more there is, is asked for again

// Bytes of its own.
class DocumentSource final : public ByteSource {
  public:
    explicit DocumentSource(std::string text) : text_(std::move(text)), bytes_(as_bytes(text_)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return text_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        return bytes_.read(offset, max, pool);
    }

  private:
    const std::string text_;
    MemorySource bytes_;
};

// Tells what a registry says when a blob breaks off, where the report has a static text.
class ToldSource final : public ByteSource {
  public:
    using Tell = std::function<void(const std::string& text)>;
    ToldSource(std::unique_ptr<ByteSource> blob, Tell tell)
        : blob_(std::move(blob)), tell_(std::move(tell)) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return blob_->size(); }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = blob_->read(offset, max, pool);
        const registry::Failure* failure = lent ? nullptr : registry::failure_of(*blob_);
        if (failure && tell_ && !std::exchange(told_, true)) tell_(failure->text());
        return lent;
    }
    Status settle() override { return blob_->settle(); }

  private:
    std::unique_ptr<ByteSource> blob_;
    const Tell tell_;
    bool told_ = false;
};

bool is_document(const Descriptor& descriptor) {
    return is_index_type(descriptor.media_type) || is_manifest_type(descriptor.media_type) ||
           descriptor.media_type.empty();
}

// Shared by the entries of a target, which are opened by any thread; each uses a client of its own.
class Repository {
  public:
    Repository(const VisitOptions& options, registry::Reference repository)
        : session_(options.registry),
          tell_(options.registry_trouble),
          repository_(std::move(repository)) {}

    void keep(const registry::Manifest& manifest) {
        std::lock_guard lock(mutex_);
        if (kept_bytes_ + manifest.bytes.size() > kKeptDocuments) return;
        if (kept_.emplace(manifest.digest, manifest.bytes).second) {
            kept_bytes_ += manifest.bytes.size();
        }
    }

    Result<std::string> document(const std::string& digest, const std::stop_token& stop) {
        if (std::optional<std::string> kept = find(digest)) return std::move(*kept);
        if (!registry::is_digest(digest)) {
            return Error{Code::kUnsupported, "registries are asked by SHA-256 and SHA-512 alone"};
        }
        registry::Client client(session_, stop);
        Result<registry::Manifest> manifest = client.manifest(repository_.at(digest));
        if (!manifest) {
            tell(client);
            return manifest.error();
        }
        keep(*manifest);
        return std::move(manifest->bytes);
    }

    Result<std::unique_ptr<ByteSource>> open(const Descriptor& descriptor,
                                             const std::stop_token& stop) {
        if (!is_document(descriptor)) return open_blob(descriptor, stop);
        Result<std::string> bytes = document(descriptor.digest, stop);
        if (!bytes) return bytes.error();
        return std::unique_ptr<ByteSource>(std::make_unique<DocumentSource>(std::move(*bytes)));
    }

    void tell(const registry::Client& client) const {
        if (tell_ && client.failure().code != Code::kInterrupted) tell_(client.failure().text());
    }

  private:
    std::optional<std::string> find(const std::string& digest) {
        std::lock_guard lock(mutex_);
        auto found = kept_.find(digest);
        if (found == kept_.end()) return std::nullopt;
        return found->second;
    }

    Result<std::unique_ptr<ByteSource>> open_blob(const Descriptor& descriptor,
                                                  const std::stop_token& stop) const {
        if (!descriptor.size) return Error{Code::kMalformed, "its descriptor says no size"};
        registry::Client client(session_, stop);
        auto blob =
            client.open_blob(repository_, {{}, descriptor.digest, *descriptor.size, {}, {}});
        if (!blob) {
            tell(client);
            return blob.error();
        }
        return std::unique_ptr<ByteSource>(
            std::make_unique<ToldSource>(std::move(blob.value()), tell_));
    }

    const std::shared_ptr<registry::Session> session_;
    const ToldSource::Tell tell_;
    const registry::Reference repository_;
    std::mutex mutex_;  // guards what follows
    std::map<std::string, std::string> kept_;
    size_t kept_bytes_ = 0;
};

class RegistryStore final : public Store {
  public:
    RegistryStore(std::shared_ptr<Repository> repository, std::string place, std::stop_token stop)
        : repository_(std::move(repository)), place_(std::move(place)), stop_(std::move(stop)) {}

    Result<std::string> document(const Descriptor& descriptor) override {
        return repository_->document(descriptor.digest, stop_);
    }
    WalkEntry entry(const Descriptor& descriptor, const std::string& path) override {
        WalkEntry entry;
        entry.path = path;
        entry.user_path = "docker://" + place_ + "@" + descriptor.digest;
        entry.open = [repository = repository_, descriptor](const std::stop_token& stop) {
            return repository->open(descriptor, stop);
        };
        return entry;
    }

  private:
    const std::shared_ptr<Repository> repository_;
    const std::string place_;
    const std::stop_token stop_;
};

// Without the digest: under this name a lock file keeps it.
std::string name_of(const registry::Reference& reference) {
    std::string name = reference.host + "/" + reference.repository;
    return reference.tag.empty() ? name : name + ":" + reference.tag;
}

// What a layout's index.json would say of the image: which manifest its name stood for.
std::string index_of(const registry::Reference& reference, const registry::Manifest& manifest) {
    std::string text;
    JsonText out(text);
    out.open('{');
    out.key("schemaVersion").number(2);
    out.key("mediaType").text(kImageIndex);
    out.key("manifests").open('[');
    out.open('{');
    out.key("mediaType").text(manifest.media_type);
    out.key("digest").text(manifest.digest);
    out.key("size").number(manifest.bytes.size());
    out.key("annotations").open('{');
    out.key("org.opencontainers.image.ref.name").text(name_of(reference));
    out.close('}');
    out.close('}');
    out.close(']');
    out.close('}');
    return text;
}

WalkEntry index_entry(const registry::Reference& reference, const registry::Manifest& manifest) {
    WalkEntry entry;
    entry.path = "index.json";
    entry.user_path = "docker://" + reference.text();
    entry.open = [text = index_of(reference, manifest)](const std::stop_token&) {
        return Result<std::unique_ptr<ByteSource>>(std::make_unique<DocumentSource>(text));
    };
    return entry;
}

Descriptor root_of(const registry::Manifest& manifest) {
    Descriptor root;
    root.media_type = manifest.media_type;
    root.digest = manifest.digest;
    root.size = manifest.bytes.size();
    return root;
}

// Writing that is refused is as it should be; a question without an answer is told.
void probe_write(registry::Client& client, const Repository& repository,
                 const registry::Reference& reference, std::vector<WalkEntry>& entries) {
    switch (client.probe_write(reference)) {
        case registry::Anonymous::kRefused:
            return;
        case registry::Anonymous::kMayWrite:
            entries.front().found = &rule("oci.registry.anonymous_write");
            entries.front().found_detail = reference.host + "/" + reference.repository;
            return;
        case registry::Anonymous::kNoAnswer:
            repository.tell(client);
            entries.push_back(trouble("write-access", "docker://" + reference.text(),
                                      "whether anybody may write could not be found out"));
    }
}

}  // namespace

std::vector<WalkEntry> expand_registry(const std::string& place, const VisitOptions& options,
                                       const std::stop_token& stop) {
    const std::string name = "docker://" + place;
    Result<registry::Reference> reference = registry::parse_reference(place);
    if (!reference) return {trouble("index.json", name, describe(reference.error()))};
    if (!options.registry) {
        return {trouble("index.json", name, "registries are not spoken to here")};
    }
    registry::Client client(options.registry, stop);
    Result<registry::Manifest> manifest = client.manifest(*reference);
    if (!manifest) return {trouble("index.json", name, client.failure().text())};

    auto repository = std::make_shared<Repository>(options, *reference);
    repository->keep(*manifest);
    std::vector<WalkEntry> entries{index_entry(*reference, *manifest)};
    if (options.probe_write) probe_write(client, *repository, *reference, entries);
    RegistryStore store(repository, reference->host + "/" + reference->repository, stop);
    for (WalkEntry& entry : parts_below({root_of(*manifest)}, store, options.platform)) {
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace assay::oci

// An image in a registry, by the registry's client: what it says is bounded and checked there.
#include <algorithm>

#include "assay/registry.h"
#include "image_json.h"
#include "image_stores.h"
#include "interrupts.h"

namespace assay::cli {

namespace {

constexpr int kNotFound = 404;

ImageDescriptor image_descriptor(const registry::Descriptor& what) {
    return {what.media_type, what.digest, what.size, what.artifact_type, what.annotations};
}

registry::Descriptor registry_descriptor(const ImageDescriptor& what) {
    registry::Descriptor out;
    out.media_type = what.media_type;
    out.digest = what.digest;
    out.size = what.size;
    out.artifact_type = what.artifact_type;
    out.annotations = what.annotations;
    return out;
}

bool is_manifest(const ImageDescriptor& what) {
    return what.media_type.find(".manifest.") != std::string::npos ||
           what.media_type.find(".index.") != std::string::npos;
}

class RegistryStore final : public ImageStore {
  public:
    RegistryStore(registry::Reference reference, registry::Client client)
        : reference_(std::move(reference)), client_(std::move(client)) {}

    Status open() {
        Result<registry::Manifest> found = client_.manifest(reference_);
        if (!found) return found.error();
        if (!is_image_digest(found->digest)) {
            return Error{Code::kUnsupported, "the image is named by another digest than SHA-256"};
        }
        image_ = {found->media_type, found->digest, found->bytes.size(), {}, {}};
        name_ = reference_.host + "/" + reference_.repository;
        return Done{};
    }

    Result<std::vector<uint8_t>> read(const ImageDescriptor& what, size_t most) override {
        if (what.size > most) return Error{Code::kLimit, "a blob of the image is too large"};
        if (!is_manifest(what)) {
            Result<std::string> blob =
                client_.small_blob(reference_, registry_descriptor(what), most);
            if (!blob) return blob.error();
            return std::vector<uint8_t>(blob->begin(), blob->end());
        }
        Result<registry::Manifest> manifest = client_.manifest(reference_.at(what.digest));
        if (!manifest) return manifest.error();
        if (manifest->bytes.size() != what.size) {
            return Error{Code::kMalformed, "a manifest has another size than its descriptor says"};
        }
        return std::vector<uint8_t>(manifest->bytes.begin(), manifest->bytes.end());
    }

    Result<std::vector<ImageDescriptor>> referrers() override {
        Result<std::vector<registry::Descriptor>> list =
            client_.referrers(reference_, image_.digest);
        if (!list) return list.error();
        std::vector<ImageDescriptor> found;
        for (const registry::Descriptor& one : *list) {
            if (found.size() < kMostReferrers) found.push_back(image_descriptor(one));
        }
        return found;
    }

    Result<std::optional<ImageDescriptor>> tagged(const std::string& tag) override {
        Result<registry::Manifest> found = client_.manifest(reference_.at(tag));
        if (!found && client_.failure().status == kNotFound)
            return std::optional<ImageDescriptor>();
        if (!found) return found.error();
        return std::optional(
            ImageDescriptor{found->media_type, found->digest, found->bytes.size(), {}, {}});
    }

    Status push_blob(const ImageDescriptor&, Bytes bytes) override {
        Result<registry::Descriptor> pushed = client_.push_blob(reference_, bytes);
        return pushed ? Status(Done{}) : Status(pushed.error());
    }

    Status push_manifest(const ImageDescriptor& what, Bytes bytes,
                         const std::string& tag) override {
        Result<registry::Descriptor> pushed =
            tag.empty()
                ? client_.push_referrer(reference_, image_.digest, registry_descriptor(what), bytes)
                : client_.push_manifest(reference_.at(tag), what.media_type, bytes);
        return pushed ? Status(Done{}) : Status(pushed.error());
    }

    [[nodiscard]] std::string failure(const Error& error) const override {
        std::string said = client_.failure().text();
        return said.empty() || client_.failure().code != error.code ? describe(error) : said;
    }

  private:
    registry::Reference reference_;
    registry::Client client_;
};

}  // namespace

Result<std::unique_ptr<ImageStore>> open_registry(const RegistryArgs& args,
                                                  const std::string& place,
                                                  std::string& complaint) {
    Result<registry::Reference> reference = registry::parse_reference(place);
    if (!reference) return reference.error();
    std::shared_ptr<registry::Session> session = open_registries(args);
    if (!session) return Error{Code::kUsage, "nothing can be asked of registries"};
    registry::Client client(std::move(session), Interrupts::of_process().token());
    auto store = std::make_unique<RegistryStore>(*reference, std::move(client));
    Status opened = store->open();
    if (opened) return std::unique_ptr<ImageStore>(std::move(store));
    complaint = store->failure(opened.error());
    return opened.error();
}

}  // namespace assay::cli

// OCI image layouts, and the storage of KitOps, which is one.
//
//   oci-layout                          {"imageLayoutVersion":"1.0.0"}
//   index.json                          the images
//   blobs/sha256/HEX, blobs/sha512/HEX  manifests, configurations and layers alike
//   BASE64-index.json                   KitOps: the images of each repository, named in base64
//
// A blob's content must hash to its name; tools that copy a layout check it, tools that use one in
// place often do not. Blobs may be missing on purpose, or be there without need. What index and
// manifests say is read as JSON documents are; here it is only where each blob lies.
#include <dirent.h>

#include <optional>

#include "assay/place.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;

struct Algorithm {
    std::string_view name;
    DigestKind kind;
};
constexpr Algorithm kAlgorithms[] = {
    {"sha256", DigestKind::kSha256},
    {"sha512", DigestKind::kSha512},
    {"blake3", DigestKind::kBlake3},
};

constexpr std::string_view kIndexName = "-index.json";

// "ghcr.io/org/model" in base64, as file names have it.
bool is_repository_index(std::string_view name) {
    if (!name.ends_with(kIndexName) || name.size() == kIndexName.size()) return false;
    name.remove_suffix(kIndexName.size());
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=";
    return name.size() % 4 != 1 && name.find_first_not_of(kDigits) == std::string_view::npos;
}

class LayoutFolder final : public StoreFolder {
  public:
    enum class Role { kRoot, kBlobs, kAlgorithm, kIgnored };

    LayoutFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within)
        : store_(std::move(store)), role_(role), within_(std::move(within)) {}

    [[nodiscard]] bool is_open() const override { return role_ == Role::kIgnored; }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        Role role = Role::kIgnored;
        if (role_ == Role::kRoot && name == "blobs") role = Role::kBlobs;
        if (role_ == Role::kBlobs) role = Role::kAlgorithm;
        return std::make_shared<LayoutFolder>(store_, role, below(within_, name));
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    [[nodiscard]] const Algorithm* algorithm() const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
};

const Algorithm* LayoutFolder::algorithm() const {
    for (const Algorithm& known : kAlgorithms) {
        if (within_.substr(sizeof "blobs") == known.name) return &known;
    }
    return nullptr;
}

void LayoutFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                            const std::string* link) const {
    if (role_ == Role::kBlobs) return entry.remark(rule("oci.blob.name_invalid"));
    if (role_ != Role::kAlgorithm) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    if (link) return entry.remark(rule("oci.blob.symlink"), "link to " + *link);
    const Algorithm* known = algorithm();
    if (!known || !is_hex(name, 2 * size_of(known->kind))) {
        return entry.remark(rule("oci.blob.name_invalid"), known ? "" : escape_path(within_));
    }
    entry.part = StoreEntry::Part::kBlob;
    entry.expected = Expected{known->kind, std::string(name), &rule("oci.blob.digest_mismatch")};
}

}  // namespace

std::shared_ptr<const StoreFolder> oci_layout_shape(const StoreSight& sight) {
    if (!sight.view.has("oci-layout", DT_REG) || !sight.view.has("blobs", DT_DIR)) return nullptr;
    const bool kitops = sight.view.any([](std::string_view name, uint8_t type) {
        return type == DT_REG && is_repository_index(name);
    });
    auto store = sight.announce(kitops ? StoreKind::kKitops : StoreKind::kOciLayout);
    if (!store) return nullptr;
    return std::make_shared<LayoutFolder>(std::move(store), LayoutFolder::Role::kRoot, "");
}

}  // namespace assay

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

#include "assay/limits.h"
#include "assay/place.h"
#include "oci/parse.h"
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

// ------------------------------------------------------------------------------------------------
// What needs what, where blobs are only compared with their names. Where they are inspected the
// view of images knows it (oci/image_book.h).

constexpr uint64_t kLongestDocument = 4 * kMiB;  // what registries take

bool may_be_document(Bytes head, std::optional<uint64_t> size) {
    const size_t first = as_text(head).find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && head[first] == '{' && size &&
           *size <= kLongestDocument;
}

// `blobs` leads to the folder of all blobs; `model` is empty for what is a part of what needs it.
void claim_blob(ScanContext& context, const std::string& blobs, const oci::Descriptor& needed,
                std::string model) {
    const auto parts = oci::parts_of(needed.digest);
    if (!parts) return;
    Claim claim;
    claim.path = below(below(blobs, parts->algorithm), parts->encoded);
    claim.offset = needed.offset;
    claim.kind = "file";
    claim.if_no_file = &rule("oci.blob.missing");
    context.claim(claim_part(claim.path, std::move(model), ""));
    if (needed.size) {
        claim.name = "size";
        claim.value = std::to_string(*needed.size);
        claim.if_other_value = &rule("oci.blob.size_mismatch");
    }
    context.claim(std::move(claim));
}

// A document at the root names images, those among the blobs do not. `repository` stands before
// their tags.
Status read_needs(Tape& tape, ScanContext& context, bool root, const std::string& repository) {
    Result<Bytes> head = tape.peek(64);
    if (!head) return head.error();
    if (!may_be_document(*head, tape.size())) return Done{};
    Result<Bytes> all = tape.peek(static_cast<size_t>(*tape.size()));
    if (!all) return all.error();
    const oci::Document document = oci::parse_document(as_text(*all));
    const std::string blobs = root ? "blobs" : "../../blobs";
    for (const oci::Descriptor& one : document.items) {
        const std::string& name = one.ref.empty() ? one.digest : one.ref;
        claim_blob(context, blobs, one, root ? escape_path(repository + name) : "");
    }
    if (document.config) claim_blob(context, blobs, *document.config, "");
    return Done{};
}

std::shared_ptr<const ChildReader> reader_of_needs(bool root, std::string repository) {
    return std::make_shared<ChildReader>(ChildReader{
        "unknown", [root, repository = std::move(repository)](Tape& tape, ScanContext& context) {
            return read_needs(tape, context, root, repository);
        }});
}

// ------------------------------------------------------------------------------------------------

class LayoutFolder final : public StoreFolder {
  public:
    enum class Role { kRoot, kBlobs, kAlgorithm, kBlob, kIgnored };

    // `needs`: documents are read for what they need, since nobody inspects them.
    LayoutFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within, bool needs)
        : store_(std::move(store)), role_(role), within_(std::move(within)), needs_(needs) {}

    [[nodiscard]] bool is_open() const override {
        return role_ == Role::kIgnored || role_ == Role::kBlob;
    }
    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        Role role = Role::kIgnored;
        if (role_ == Role::kRoot && name == "blobs") role = Role::kBlobs;
        if (role_ == Role::kBlobs) role = Role::kAlgorithm;
        if (role_ == Role::kAlgorithm) role = Role::kBlob;
        return std::make_shared<LayoutFolder>(store_, role, below(within_, name), needs_);
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    void describe_special(StoreEntry& entry, std::string_view name) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    [[nodiscard]] const Algorithm* algorithm() const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
    const bool needs_;
};

const Algorithm* LayoutFolder::algorithm() const {
    for (const Algorithm& known : kAlgorithms) {
        if (within_.substr(sizeof "blobs") == known.name) return &known;
    }
    return nullptr;
}

void LayoutFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                            const std::string* link) const {
    const bool folder = role_ == Role::kBlobs || (role_ == Role::kRoot && name == "blobs");
    if (folder && link) return entry.remark(rule("oci.blob.symlink"), "link to " + *link);
    if (role_ == Role::kBlobs) return entry.remark(rule("oci.blob.name_invalid"));
    if (role_ == Role::kBlob) {
        return entry.remark(rule("oci.blob.not_regular"), "lies in a folder in a blob's place");
    }
    const bool index = role_ == Role::kRoot && (name == "index.json" || is_repository_index(name));
    if (index && needs_ && !link) {
        const std::string repository = oci::kit_repository(name);
        entry.reader = reader_of_needs(true, repository.empty() ? "" : repository + ":");
    }
    if (role_ != Role::kAlgorithm) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    if (link) return entry.remark(rule("oci.blob.symlink"), "link to " + *link);
    const Algorithm* known = algorithm();
    if (!known || !is_hex(name, 2 * size_of(known->kind))) {
        return entry.remark(rule("oci.blob.name_invalid"), known ? "" : escape_path(within_));
    }
    entry.part = StoreEntry::Part::kBlob;
    entry.expected = Expected{known->kind, std::string(name), &rule("oci.blob.digest_mismatch")};
    if (needs_) entry.reader = reader_of_needs(false, "");
}

void LayoutFolder::describe_special(StoreEntry& entry, std::string_view name) const {
    if (role_ != Role::kAlgorithm) return;
    entry.blob = escape_path(below(below(store_->path, within_), name));
    entry.remark(rule("oci.blob.not_regular"));
}

}  // namespace

std::shared_ptr<const StoreFolder> oci_layout_shape(const StoreSight& sight) {
    const bool blobs = sight.view.has("blobs", DT_DIR) || sight.view.has("blobs", DT_LNK);
    if (!sight.view.has("oci-layout", DT_REG) || !blobs) return nullptr;
    const bool kitops = sight.view.any([](std::string_view name, uint8_t type) {
        return type == DT_REG && is_repository_index(name);
    });
    auto store = sight.announce(kitops ? StoreKind::kKitops : StoreKind::kOciLayout);
    if (!store) return nullptr;
    return std::make_shared<LayoutFolder>(std::move(store), LayoutFolder::Role::kRoot, "",
                                          !sight.roots.through_links());
}

}  // namespace assay

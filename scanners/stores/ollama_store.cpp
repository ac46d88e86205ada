// The store of Ollama ($OLLAMA_MODELS, ~/.ollama/models).
//
//   manifests/registry.ollama.ai/library/llama3/latest   a Docker manifest
//   blobs/sha256-HEX                                     weights, templates, licences …
//
// Older versions wrote blobs/sha256:HEX; a download leaves sha256-HEX-partial and parts of it,
// sha256-HEX-partial-0 and so on. Ollama checks a blob when it has pulled it and never again, and
// other tools share the folder. Blobs have no names, so what one is is told by its content and by
// the manifests that name it.
#include "ollama_store.h"

#include <dirent.h>

#include "assay/place.h"
#include "go_template.h"
#include "store.h"
#include "store_rules.h"
#include "stores.h"

namespace assay {

namespace {

using stores::rule;

// sha256-HEX or sha256:HEX; capital digits are taken, too.
std::optional<std::string> digest_in(std::string_view name) {
    const bool begins = name.starts_with("sha256-") || name.starts_with("sha256:");
    if (!begins || name.size() < 71) return std::nullopt;
    std::string hex = lower(name.substr(7, 64));
    return is_hex(hex, 64) ? std::optional(std::move(hex)) : std::nullopt;
}

// Whether the blobs have names of the old form.
bool has_colons(const FolderView& root) {
    bool found = false;
    const FileDescriptor fd = root.open_folder("blobs");
    if (!fd.valid()) return false;
    list_folder(fd, [&](const ListedName& listed) {
        found = found || listed.name.starts_with("sha256:");
        return !found;
    });
    return found;
}

class OllamaFolder final : public StoreFolder {
  public:
    enum class Role { kRoot, kBlobs, kManifests, kIgnored };

    OllamaFolder(std::shared_ptr<const StoreRoot> store, Role role, std::string within, bool legacy)
        : store_(std::move(store)), role_(role), within_(std::move(within)), legacy_(legacy) {}

    [[nodiscard]] std::shared_ptr<const StoreFolder> folder(std::string_view name,
                                                            const FolderView&) const override {
        Role role = role_ == Role::kManifests ? role_ : Role::kIgnored;
        if (role_ == Role::kRoot && name == "blobs") role = Role::kBlobs;
        if (role_ == Role::kRoot && name == "manifests") role = Role::kManifests;
        return std::make_shared<OllamaFolder>(store_, role, below(within_, name), legacy_);
    }
    void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                  const std::string* link) const override;
    [[nodiscard]] const std::shared_ptr<const StoreRoot>& root() const override { return store_; }

  private:
    void describe_blob(StoreEntry& entry, std::string_view name, const std::string* link) const;
    void describe_manifest(StoreEntry& entry, std::string_view name) const;

    const std::shared_ptr<const StoreRoot> store_;
    const Role role_;
    const std::string within_;  // relative to the root
    const bool legacy_;         // blobs have colons in their names
};

void OllamaFolder::describe(StoreEntry& entry, const std::string&, std::string_view name,
                            const std::string* link) const {
    if (role_ == Role::kBlobs) return describe_blob(entry, name, link);
    if (role_ != Role::kManifests) return;
    if (link) return entry.remark(rule("ollama.manifest.regular_file"), "link to " + *link);
    describe_manifest(entry, name);
}

void OllamaFolder::describe_blob(StoreEntry& entry, std::string_view name,
                                 const std::string* link) const {
    entry.blob = escape_path(below(below(store_->path, within_), name));
    const std::optional<std::string> hex = digest_in(name);
    if (!hex || link) return entry.remark(rule("ollama.blob.name_invalid"));
    if (name.substr(71).starts_with("-partial")) {
        entry.part = StoreEntry::Part::kPartial;
        return entry.remark(rule("ollama.blob.partial"));
    }
    if (name.size() != 71) return entry.remark(rule("ollama.blob.name_invalid"));
    if (name[6] == ':') entry.remark(rule("ollama.blob.legacy_colon"));
    entry.part = StoreEntry::Part::kBlob;
    entry.expected = Expected{DigestKind::kSha256, *hex, &rule("ollama.blob.digest_mismatch")};
    entry.reader = std::make_shared<ChildReader>(ChildReader{"go-template", ollama::scan_template});
    entry.reads = ollama::is_template;
}

// "registry.ollama.ai/library/llama3:latest"
void OllamaFolder::describe_manifest(StoreEntry& entry, std::string_view name) const {
    std::string blobs = legacy_ ? "blobs/sha256:" : "blobs/sha256-";
    for (size_t at = 0; at != std::string::npos; at = within_.find('/', at + 1)) {
        blobs.insert(0, "../");
    }
    const std::string model = within_.size() > sizeof "manifests"
                                  ? within_.substr(sizeof "manifests") + ":" + std::string(name)
                                  : std::string(name);
    entry.reader = std::make_shared<ChildReader>(
        ChildReader{"json", [blobs, model = escape_path(model)](Tape& tape, ScanContext& context) {
                        return ollama::scan_manifest(tape, context, blobs, model);
                    }});
}

}  // namespace

std::shared_ptr<const StoreFolder> ollama_shape(const StoreSight& sight) {
    using Role = OllamaFolder::Role;
    if (sight.view.has("manifests", DT_DIR) && sight.view.has("blobs", DT_DIR)) {
        auto store = sight.announce(StoreKind::kOllama);
        if (!store) return nullptr;
        return std::make_shared<OllamaFolder>(std::move(store), Role::kRoot, "",
                                              has_colons(sight.view));
    }
    const bool blobs =
        sight.name() == "blobs" && sight.view.any([](std::string_view name, uint8_t type) {
            return type == DT_REG && digest_in(name) && name.size() == 71;
        });
    if (!blobs) return nullptr;
    auto store = sight.announce(StoreKind::kOllama, 1);
    if (!store) return nullptr;
    return std::make_shared<OllamaFolder>(std::move(store), Role::kBlobs, "blobs", false);
}

}  // namespace assay

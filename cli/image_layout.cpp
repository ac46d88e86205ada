// An image layout in a folder: index.json lists manifests, by tag in an annotation; everything else
// lies under blobs/sha256 by its digest. Links in place of blobs are not followed, and what is read
// is never more than its descriptor says.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "assay/digest.h"
#include "assay/emit.h"
#include "assay/small_file.h"
#include "assay/source.h"
#include "image_json.h"
#include "image_stores.h"

namespace assay::cli {

namespace {

constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";

Error malformed(const char* text) { return {Code::kMalformed, text}; }

struct Place {
    std::string folder;
    std::string tag;     // or
    std::string digest;  // or neither: the only one
};

// "DIR", "DIR:TAG" or "DIR@sha256:HEX".
Place place_of(std::string_view text) {
    size_t at = text.rfind('@');
    if (at != std::string_view::npos && is_image_digest(text.substr(at + 1))) {
        return {std::string(text.substr(0, at)), {}, std::string(text.substr(at + 1))};
    }
    size_t colon = text.rfind(':');
    bool tag = colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos;
    if (!tag) return {std::string(text), {}, {}};
    return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1)), {}};
}

class Layout final : public ImageStore {
  public:
    explicit Layout(Place place) : place_(std::move(place)) {}

    Status open() {
        Result<JsonValue> read = index();
        if (!read) return read.error();
        Result<ImageDescriptor> found = chosen(*read);
        if (!found) return found.error();
        // The list may say of a manifest what it likes: what it names must be there, and be that.
        Result<std::vector<uint8_t>> manifest = this->read(*found, kMaxImageDocument);
        if (!manifest) return manifest.error();
        image_ = std::move(*found);
        name_ = place_.folder + (place_.tag.empty() ? "" : ":" + place_.tag);
        return Done{};
    }

    Result<std::vector<uint8_t>> read(const ImageDescriptor& what, size_t most) override {
        std::string path = blob_path(what.digest);
        struct stat status {};
        bool regular = lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
        if (!regular) return Error{Code::kIo, "a blob of the image is missing", 0, ENOENT};
        if (what.size > most) return Error{Code::kLimit, "a blob of the image is too large"};
        Result<std::vector<uint8_t>> bytes = load_small_file(path, static_cast<size_t>(what.size));
        if (!bytes && bytes.error().code != Code::kLimit) return bytes;
        bool same = bytes && bytes->size() == what.size &&
                    "sha256:" + to_hex(sha256_of(*bytes)) == what.digest;
        if (!same) return malformed("a blob of the image is not what its digest says");
        return bytes;
    }

    Result<std::vector<ImageDescriptor>> referrers() override {
        Result<JsonValue> read = index();
        if (!read) return read.error();
        std::vector<ImageDescriptor> found;
        for (const JsonValue& item : manifests(*read)) {
            Result<ImageDescriptor> one = descriptor_of(item);
            bool other = one && one->digest != image_.digest && one->media_type == kImageManifest;
            if (other && found.size() < kMostReferrers) found.push_back(std::move(*one));
        }
        return found;
    }

    Result<std::optional<ImageDescriptor>> tagged(const std::string& tag) override {
        Result<JsonValue> read = index();
        if (!read) return read.error();
        std::optional<ImageDescriptor> found;
        for (const JsonValue& item : manifests(*read)) {
            Result<ImageDescriptor> one = descriptor_of(item);
            if (one && one->annotation(kRefName) == tag) found = std::move(*one);
        }
        return found;
    }

    Status push_blob(const ImageDescriptor& what, Bytes bytes) override {
        std::string path = blob_path(what.digest);
        if (access(path.c_str(), F_OK) == 0) return Done{};
        mkdir((place_.folder + "/blobs").c_str(), 0777);
        mkdir((place_.folder + "/blobs/sha256").c_str(), 0777);
        return write(path, as_text(bytes));
    }

    Status push_manifest(const ImageDescriptor& what, Bytes bytes,
                         const std::string& tag) override {
        Status pushed = push_blob(what, bytes);
        if (!pushed) return pushed;
        FileDescriptor lock(::open((place_.folder + "/oci-layout").c_str(), O_RDONLY | O_CLOEXEC));
        if (lock.valid()) flock(lock.get(), LOCK_EX);
        Result<JsonValue> read = index();
        if (!read) return read.error();
        ImageDescriptor listed = what;
        if (!tag.empty()) listed.annotations.emplace_back(kRefName, tag);
        return write(place_.folder + "/index.json", with(*read, listed, tag));
    }

  private:
    [[nodiscard]] std::string blob_path(const std::string& digest) const {
        return place_.folder + "/blobs/sha256/" + digest.substr(7);
    }

    static Status write(const std::string& path, std::string_view text) {
        Result<std::unique_ptr<Output>> file = Output::to_file(path);
        if (!file) return file.error();
        Status done = (*file)->write(text);
        return done ? (*file)->commit() : done;
    }

    [[nodiscard]] Result<JsonValue> index() const {
        Result<std::vector<uint8_t>> file =
            load_small_file(place_.folder + "/index.json", kMaxImageDocument);
        if (!file) return file.error();
        return JsonValue::parse(*file);
    }

    static const std::vector<JsonValue>& manifests(const JsonValue& index) {
        static const std::vector<JsonValue> none;
        const JsonValue* list = index.find("manifests");
        return list ? list->items() : none;
    }

    [[nodiscard]] bool is_wanted(const ImageDescriptor& one) const {
        if (!place_.digest.empty()) return one.digest == place_.digest;
        if (!place_.tag.empty()) return one.annotation(kRefName) == place_.tag;
        return one.artifact_type.empty() && !one.annotation(kRefName).ends_with(".sig");
    }

    [[nodiscard]] Result<ImageDescriptor> chosen(const JsonValue& index) const {
        std::optional<ImageDescriptor> found;
        for (const JsonValue& item : manifests(index)) {
            Result<ImageDescriptor> one = descriptor_of(item);
            if (!one) return one;
            if (!is_wanted(*one)) continue;
            if (found && found->digest != one->digest) {
                return Error{Code::kUsage, "which image? the layout has several: name its tag"};
            }
            found = std::move(*one);
        }
        if (found) return std::move(*found);
        return Error{Code::kUsage, "the layout has no such image"};
    }

    // The index with one more manifest, which takes its tag from whoever had it.
    static std::string with(const JsonValue& index, const ImageDescriptor& added,
                            const std::string& tag) {
        std::string out;
        JsonText json(out);
        json.open('{');
        for (const JsonMember& member : index.members()) {
            if (member.key != "manifests") put_value(json.key(member.key), member.value);
        }
        json.key("manifests").open('[');
        for (const JsonValue& item : manifests(index)) {
            Result<ImageDescriptor> one = descriptor_of(item);
            bool replaced = one && (tag.empty() ? one->digest == added.digest
                                                : one->annotation(kRefName) == tag);
            if (!replaced) put_value(json, item);
        }
        put_descriptor(json, added);
        json.close(']');
        json.close('}');
        return out;
    }

    Place place_;
};

}  // namespace

Result<std::unique_ptr<ImageStore>> open_layout(std::string_view place) {
    auto layout = std::make_unique<Layout>(place_of(place));
    Status opened = layout->open();
    if (!opened) return opened.error();
    return std::unique_ptr<ImageStore>(std::move(layout));
}

}  // namespace assay::cli

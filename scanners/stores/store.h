// Content-addressed stores: folders in which a file's path states the digest of what it holds. What
// a store is follows from the shape of its folders, seen while they are walked; what it says of
// each file goes with the file's entry, and is compared when the file has been read.
//
// Threads: the walk's, one at a time. Entries and roots are handed to workers and not changed then.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/context.h"
#include "assay/digest.h"
#include "assay/format.h"
#include "assay/source.h"
#include "assay/stores.h"

namespace assay {

struct StoreRoot {
    uint32_t index = 0;  // over all stores of a visit
    StoreKind kind = StoreKind::kHuggingFace;
    uint32_t target = 0;
    std::string path;    // relative to the target, as the system spells it: "", "a/b", "../.."
    bool whole = false;  // all of it lies in the target
};

// What the content must come to.
struct Expected {
    DigestKind kind = DigestKind::kSha256;
    std::string hex;  // in lower case
    const Rule* rule = nullptr;
    bool or_as_text =
        false;  // or the same with line ends of one byte, as old versions of DVC had it
};

// What a store says of one name in it.
struct StoreEntry {
    enum class Part : uint8_t {
        kOther,    // nothing that the store vouches for
        kBlob,     // stands for the blob of that name, or is it
        kPartial,  // what an interrupted download left
    };
    enum class Reading : uint8_t {
        kUsual,      // as anything else: links are not followed
        kFollow,     // through the link
        kCovered,    // a link that says no more than the store does
        kElsewhere,  // not at all under this name
    };
    struct Remark {
        const Rule* rule;
        std::string detail;
    };

    std::shared_ptr<const StoreRoot> store;
    Part part = Part::kOther;
    Reading reading = Reading::kUsual;
    std::optional<Expected> expected;
    std::shared_ptr<const ChildReader> reader;    // of documents that only their store knows
    bool (*reads)(const Probe& probe) = nullptr;  // whether it is for such bytes; null: for any
    std::string blob;   // its path, or that of the one it leads to, escaped
    std::string model;  // that needs the blob, under the name
    std::string name;
    std::string same_as;  // the same content is read under this path (escaped)
    std::vector<Remark> remarks;

    void remark(const Rule& rule, std::string_view detail = "") {
        remarks.push_back({&rule, std::string(detail)});
    }
    // It is a link to nothing.
    void dangles(const std::string& link);
    // Though the same content was read under another path.
    void read_again();
};

// A folder as it was listed. Types are those of dirent.
class FolderView {
  public:
    virtual ~FolderView() = default;
    [[nodiscard]] virtual bool has(std::string_view name, uint8_t type) const = 0;
    using Asked = std::function<bool(std::string_view name, uint8_t type)>;
    [[nodiscard]] virtual bool any(const Asked& asked) const = 0;
    // What lies below it, for a look ahead.
    [[nodiscard]] virtual FileDescriptor open_folder(const std::string& below) const = 0;
};

// A folder of a store, as the walk goes through it.
class StoreFolder {
  public:
    virtual ~StoreFolder() = default;

    // Whether a folder in it may be a store of its own: what lies in it are people's files.
    [[nodiscard]] virtual bool is_open() const { return false; }

    // What a folder in it is; null if it is none of the store's.
    [[nodiscard]] virtual std::shared_ptr<const StoreFolder> folder(
        std::string_view name, const FolderView& view) const = 0;

    // Completes what is known of a file in it, or of a link that reads `link`. `path` is the
    // file's, relative to the target.
    virtual void describe(StoreEntry& entry, const std::string& path, std::string_view name,
                          const std::string* link) const = 0;

    // The same of what is neither a file nor a link nor a folder.
    virtual void describe_special(StoreEntry&, std::string_view) const {}

    [[nodiscard]] virtual const std::shared_ptr<const StoreRoot>& root() const = 0;
};

// Where stores are announced, and how they are wanted to be read.
class StoreRoots {
  public:
    virtual ~StoreRoots() = default;
    // Null when there are too many, which refused() says from then on.
    virtual std::shared_ptr<const StoreRoot> announce(StoreKind kind, uint32_t target,
                                                      std::string path, bool whole) = 0;
    [[nodiscard]] virtual bool refused() const = 0;
    // Whether a file that has a name by a link is read under that name: formats go by names.
    [[nodiscard]] virtual bool through_links() const = 0;
};

// A folder that may be a part of a store.
struct StoreSight {
    StoreRoots& roots;
    uint32_t target;
    std::string within;     // relative to the target: "", "a/b", "../.."
    std::string_view path;  // what leads to it, as far as it is known
    const FolderView& view;

    // The last names of the path: 0 is its own, 1 its parent's.
    [[nodiscard]] std::string_view name(size_t above = 0) const;
    // Announces a store whose root lies that many folders above this one.
    [[nodiscard]] std::shared_ptr<const StoreRoot> announce(StoreKind kind, size_t above = 0) const;
};

// The folder as a part of the store that its shape tells; null if it is none. stores.cpp has the
// list.
std::shared_ptr<const StoreFolder> recognise_store(const StoreSight& sight);

// What a target that lies inside a store is in it, by the folders above; `real` is its whole path
// and leads to a folder. `is_root`: the target itself is the store's root, or holds it.
std::shared_ptr<const StoreFolder> store_around(StoreRoots& roots, uint32_t target,
                                                const std::string& real);

std::span<const Rule> store_rules();

// A claim that only stores hear of: the file at `path` is a part of that model, which knows it by
// `name`, or, where the model has no name, of whatever the claiming file is a part of. Who damages
// it breaks the model.
Claim claim_part(std::string path, std::string model, std::string name);
bool is_part(const Claim& claim);

// ------------------------------------------------------------------------------------------------
// For those who read names.

bool is_hex(std::string_view text, size_t digits);
std::string lower(std::string_view text);
// A name in a folder; `link`: what it reads, if it is one.
struct ListedName {
    std::string_view name;
    uint8_t type;  // of dirent
    std::string link;
};
// False when `each` wanted no more, or the folder could not be read to its end.
bool list_folder(const FileDescriptor& fd, const std::function<bool(const ListedName&)>& each);

// "folder/name", or the name alone.
std::string below(std::string_view folder, std::string_view name);

}  // namespace assay

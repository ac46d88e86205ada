// What a tar would do as a layer of an image: which paths it brings, and which it removes from the
// layers below. Every tar is read as if it might be one; the view of the whole (image_book.h) uses
// the notes of those that are.
//
// A note is nine bytes: what it is, and eight bytes of the SHA-256 of a path. Who finds two paths
// with the same eight bytes has a file that is said to be replaced and is not: it is scanned and
// reported all the same. A hard link is another name of a file, model or not, and is noted by both
// its names.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "archive/tar.h"

namespace assay::oci {

enum class EntryNote : uint8_t {
    kFolder,
    kOther,     // a file, a link, a device
    kWhiteout,  // the path is removed from the layers below
    kOpaque,    // all that the layers below have in that folder is removed
};
inline constexpr size_t kEntryNote = 9;

// Of a path without leading or doubled slashes, dots and the like.
uint64_t path_key(std::string_view path);

// Whether an entry is such a mark and nothing else: no file that anybody would see.
bool is_whiteout(const TarEntry& entry);

class LayerNotes {
  public:
    explicit LayerNotes(ScanContext& context);

    // `system`: the archive looks like the files of a system, where folders are hidden often.
    void add(const TarEntry& entry, bool system);
    // `brings` says whether the archive has an entry for a path.
    void finish(const std::function<bool(std::string_view path)>& brings);

  private:
    struct Removed {
        std::string path;
        uint64_t offset;
    };

    void whiteout(const TarEntry& entry, std::string_view folder, std::string_view name,
                  bool system);
    void put(EntryNote note, std::string_view path);
    void put_link(std::string_view path, const std::string& link);
    void flush();

    ScanContext& context_;
    const bool may_be_layer_;
    std::vector<uint8_t> notes_;
    std::vector<uint8_t> links_;
    std::vector<Removed> removed_;  // the first ones
};

}  // namespace assay::oci

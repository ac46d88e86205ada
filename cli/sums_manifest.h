// A list of digests, as `assay hash` and sha256sum write it, in the place of a statement: what diff
// compares with a model, a bundle or another list.
//
// A list names files as they were reached when it was made, "model/w.bin" for what a statement
// calls "w.bin". So how many folders at the front of its names are no part of them is found out by
// what they are compared with.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "assay/oms.h"
#include "check_list.h"

namespace assay::cli {

class SumsManifest {
  public:
    // Whether a file starts as such a list does.
    static bool is_one(const std::string& path);
    // kMalformed for a line that is none, and for a name that comes twice or is no file's.
    // Complains of lines by their number.
    static Result<SumsManifest> read(const std::string& path);

    // What every file has a digest of. Lines of 128 digits may be one or the other.
    [[nodiscard]] KindSet kinds() const { return kinds_; }
    // The same as a choice, where nothing else decides.
    [[nodiscard]] DigestKind preferred() const;

    // Folders at the front that all names share.
    [[nodiscard]] size_t shared_folders() const;
    [[nodiscard]] std::set<std::string> names(size_t without_folders) const;
    [[nodiscard]] OmsManifest manifest(DigestKind kind, size_t without_folders) const;

  private:
    struct Sum {
        KindSet kinds;
        std::vector<uint8_t> digest;
    };
    struct File {
        std::string name;
        std::vector<Sum> sums;
    };

    Status add(const CheckList& list);

    std::string path_;
    std::vector<File> files_;
    KindSet kinds_;
};

// Without how many folders of either list most names are the same. Names that are not from a list
// have none to lose.
struct FoldersToDrop {
    size_t a = 0;
    size_t b = 0;
};
FoldersToDrop matching_folders(const SumsManifest* a, const std::set<std::string>& names_a,
                               const SumsManifest* b, const std::set<std::string>& names_b);

}  // namespace assay::cli

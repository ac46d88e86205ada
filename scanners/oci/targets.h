// Targets that are no paths: "oci:DIR:TAG" and its kin stand for the parts of an image, wherever
// they lie. They are looked up before the walk gets to them: the index, the manifests that are
// wanted, and what those name, in that order.
//
//   oci:DIR[:TAG|@DIGEST]        an image layout in a folder
//   oci-archive:FILE             the same in a tar; all of it is read
//   docker-archive:FILE          what `docker save` writes
//   docker://HOST/REPO[:TAG|@DIGEST]   a registry
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assay/visit.h"
#include "document.h"
#include "walk.h"

namespace assay::oci {

enum class Transport : uint8_t { kNone, kLayout, kLayoutArchive, kDockerArchive, kRegistry };

struct ImageTarget {
    Transport transport = Transport::kNone;
    std::string place;   // the folder, the file, or what stands behind "docker://"
    std::string wanted;  // a tag or a digest; empty: everything
};
ImageTarget parse_target(const std::string& target);

// Where documents and blobs of one image come from.
class Store {
  public:
    virtual ~Store() = default;

    // A document, whole; at most 4 MiB.
    virtual Result<std::string> document(const Descriptor& descriptor) = 0;
    // How the walk gets to a blob. `path` is where a layout would have it.
    virtual WalkEntry entry(const Descriptor& descriptor, const std::string& path) = 0;
};

inline constexpr size_t kLargestDocument = size_t{4} << 20;

// Everything that hangs on `roots`, each once, in order: a document before what it names. Of
// indexes only manifests for `platform`, if it is not empty; that there are none is trouble.
// Documents that cannot be read are entries like any other: the walk says why.
std::vector<WalkEntry> parts_below(const std::vector<Descriptor>& roots, Store& store,
                                   const std::string& platform);

// What a target stands for; nothing where it is a path. Trouble is an entry, too.
// A stop ends waiting for a registry.
std::optional<std::vector<WalkEntry>> expand_target(const std::string& target,
                                                    const VisitOptions& options,
                                                    const std::stop_token& stop);

// Which of the targets are images, and whether they are a part of a store, so that what they leave
// out is not missing.
std::map<uint32_t, bool> image_targets(const VisitOptions& options);

WalkEntry trouble(const std::string& path, const std::string& user_path, std::string reason);

}  // namespace assay::oci

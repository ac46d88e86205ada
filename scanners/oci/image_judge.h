// Judges the documents of images by what else is there: blobs that they name, layers that they
// give digests of.
#pragma once

#include "image_book.h"

namespace assay::oci {

// What is known of a blob, or of any file, once all is read.
struct Blob {
    bool there = false;
    std::string size;
    std::string type;  // "file", "link", "special"
    std::string format;
    std::string coverage;
    std::string sha256;    // hex; empty where none was computed
    std::string unpacked;  // of what it unpacks to, the same as `sha256` if it is not packed
    std::string inside;    // the format of what it unpacks to, and its size
    std::string inside_size;
};
Result<Blob> look_up(const FactStore& facts, uint32_t target, const std::string& path);

// Adds what a document comes to, to the findings of its record.
Status judge_document(ImageBook& book, const FactStore& facts, const Noted& noted, Record& record);

// In the file system of an image programs, devices and links that count from its root are
// ordinary; in a model they are not.
void calm(Record& record, bool in_model);

// The manifests that an index leads to, by the digests of their configurations: for archives that
// are described twice. Of two with the same the first.
using ByConfig = std::map<std::string, std::string, std::less<>>;
ByConfig manifests_by_config(ImageBook& book, const Noted& index);

// Of the index beside an archive's list; nothing where there is none, or it lists nothing.
std::optional<ByConfig> index_beside(ImageBook& book, const Noted& list);
// Whether it leads to the image that the list has, too.
bool has_image(const ByConfig& index, const DockerImage& image);

// Where a layer of an archive of images lies, past links inside of the archive; `escapes` where one
// leads elsewhere.
std::string follow_links(const FactStore& facts, uint32_t target, const std::string& path,
                         bool& escapes);

}  // namespace assay::oci

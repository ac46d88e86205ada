// Tells images as a whole: what they are, their layers, and what of their models is in the final
// file system.
#pragma once

#include "image_book.h"

namespace assay::oci {

// The images that a document is the manifest or the list of, if it is.
Status tell_images(ImageBook& book, const FactStore& facts, const Noted& noted,
                   const TakeImage& take);

// What a manifest is one of, and whether a verdict about models makes sense of it.
struct ArtifactKind {
    std::string_view name;
    bool applicable;
};
ArtifactKind kind_of_manifest(const Document& manifest);

}  // namespace assay::oci

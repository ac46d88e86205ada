// What is kept of an artifact for the view of whole images: facts of their own kinds, which the
// engine hands to the image book instead of joining them with claims.
#pragma once

#include "assay/context.h"

namespace assay::oci {

enum class NoteKind : uint8_t {
    kDocument,      // an encoded Document
    kLayerEntries,  // of a tar, see LayerNotes; in any number of parts
    kImageParts,    // the artifact holds parts of images: said before the first of them is read
    kLayerLinks,    // hard links of a tar, see LayerNotes; in any number of parts
};

void note(ScanContext& context, NoteKind kind, Bytes bytes);

// Nothing where it is a fact like any other.
std::optional<NoteKind> note_kind_of(const Fact& fact);

}  // namespace assay::oci

// What an artifact holds as a whole, packed: a layer is named by two digests, that of what is
// transferred and that of what it unpacks to.
#pragma once

#include <string_view>

#include "assay/context.h"

namespace assay {

// ScanContext::child for a source that unpacks all of the artifact. Where the artifact itself is
// digested, the child gets the digests that a file gets, and its SHA-256 becomes a fact of the
// artifact: "content", "sha256".
Result<ChildOutcome> content_child(ScanContext& context, std::string_view name, ByteSource& source);

}  // namespace assay

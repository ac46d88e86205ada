// A document of an image that is in memory anyway, read by the same visitor that the scan uses, so
// that who follows references and who judges them see the same ones.
#pragma once

#include "document.h"

namespace assay::oci {

// kNone for what is none, or is broken.
Document parse_document(std::string_view text);

}  // namespace assay::oci

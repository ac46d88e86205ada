// What the names of members can do to whoever unpacks them, and to readers that look members up by
// name: names that leave the folder, names that some readers take for others, names that are there
// twice.
//
// Names are compared as bytes and with the case of ASCII letters folded. Names that differ only in
// the case of other letters, or in how Unicode composes them, are not told to be alike.
#pragma once

#include "zip_directory.h"

namespace assay {

// Time is n log n in the number of names; memory 4 bytes for each.
void check_names(const ZipDirectory& directory, ScanContext& context);

// The part that needs no other names.
void check_name(std::string_view name, uint16_t flags, uint64_t offset, ScanContext& context);

}  // namespace assay

// npz: a ZIP archive of arrays, each in a member NAME.npy.
//
// numpy.load() hands out what a member holds by its first bytes: an array where numpy's magic
// stands there, the bytes as they are elsewhere. So an archive of numbers can carry a pickle under
// the name of an array, which waits for a program that unpacks the archive and loads what it finds.
// Archives of other kinds (skops) hold arrays by such names, too.
#pragma once

#include "archive/zip.h"

namespace assay::numpy {

// Whether the member's name says that it is an array.
bool names_array(std::string_view member);

// The member as a child of the archive, and whether it is what it is called.
Status scan_array_member(const ZipEntry& entry, ByteSource& source, ScanContext& context);

}  // namespace assay::numpy

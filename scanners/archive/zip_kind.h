// One kind of archive that is a ZIP; see zip_kinds.h.
#pragma once

#include <memory>

#include "zip.h"

namespace assay {

struct ZipKind {
    std::string_view format;  // what the report calls it
    // Archives of other kinds have no member like that, or none that are called like this one.
    bool (*tells)(std::string_view member, std::string_view archive);
    std::unique_ptr<ZipVisitor> (*visitor)(ScanContext& context);  // borrows the context
};

}  // namespace assay

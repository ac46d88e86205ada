// The outline of a 7z archive, read by us before libarchive may: where its headers lie, whether
// they are whole, how much memory unpacking takes, and whether all of its bytes belong to
// something.
#pragma once

#include <optional>
#include <vector>

#include "assay/context.h"
#include "assay/tape.h"
#include "libarchive.h"

namespace assay::seven_zip {

inline constexpr std::string_view kMagic = "7z\xbc\xaf\x27\x1c";

struct Outline {
    uint64_t end = 0;                      // of the archive
    std::vector<TapeFeed::Range> headers;  // which are read before the members
    uint64_t memory = 0;                   // for what is packed
    bool encrypted = false;                // some of it, the headers perhaps
};

// Reports what is wrong. Nothing where no reader could go on; the coverage says so, too. The tape
// stands at the start of the archive and stays there.
Result<std::optional<Outline>> read_outline(Tape& tape, ScanContext& context);

}  // namespace assay::seven_zip

// The decoders of compressed streams, for readers that find such streams inside of something else.
// One thread; each borrows the context, to which it reports.
#pragma once

#include <memory>
#include <optional>

#include "compressed.h"

namespace assay {

std::unique_ptr<StreamDecoder> make_bzip2_decoder(ScanContext& context);
std::unique_ptr<StreamDecoder> make_xz_decoder(ScanContext& context);
std::unique_ptr<StreamDecoder> make_zstd_decoder(ScanContext& context);

// LZMA as members of ZIP archives have it, behind a header of their own. `size` is what comes out;
// absent where a mark in the data ends it.
std::unique_ptr<StreamDecoder> make_zip_lzma_decoder(ScanContext& context,
                                                     std::optional<uint64_t> size);

}  // namespace assay

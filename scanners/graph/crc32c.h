// CRC-32C (Castagnoli), as LevelDB and TensorFlow store it: "masked", so that the checksum of data
// that holds checksums stays a good one.
#pragma once

#include "assay/bytes.h"

namespace assay {

uint32_t crc32c(Bytes bytes);
uint32_t masked_crc32c(Bytes bytes);

}  // namespace assay

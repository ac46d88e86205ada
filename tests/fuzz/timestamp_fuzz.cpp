// Timestamps come with a bundle. None is anybody's without an anchor, whatever it says.
#include <cstdint>
#include <cstdlib>

#include "assay/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Bytes bytes(data, size);
    (void)assay::is_timestamp_of(bytes, assay::as_bytes("signature")).ok();
    if (assay::verified_time(bytes, assay::as_bytes("signature"), {})) std::abort();
    return 0;
}

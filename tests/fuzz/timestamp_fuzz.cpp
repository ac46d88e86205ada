// Timestamps come with a bundle. None is anybody's without an anchor, whatever it says.
#include <cstdint>
#include <cstdlib>

#include "assay/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Bytes bytes(data, size);
    (void)assay::is_timestamp_of(bytes, assay::as_bytes("signature")).ok();
    static const std::vector<uint8_t> request =
        *assay::timestamp_request(assay::as_bytes("signature"));
    if (assay::is_answer_to(bytes, request)) std::abort();  // nobody guesses the nonce
    (void)assay::is_answer_to(bytes, bytes).ok();
    (void)assay::is_answer_to(assay::as_bytes(""), bytes).ok();
    if (assay::verified_time(bytes, assay::as_bytes("signature"), {})) std::abort();
    return 0;
}

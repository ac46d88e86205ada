// Documents of images: whatever the bytes, reading them ends, and what is kept of them comes back
// from the spool as it went in.
#include <cstdint>
#include <cstdlib>

#include "oci/descriptor_reader.h"
#include "oci/image_book.h"
#include "oci/parse.h"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Bytes input(data, size);
    const oci::Document document = oci::parse_document(as_text(input));
    std::vector<uint8_t> once;
    encode(document, once);
    std::vector<uint8_t> twice;
    encode(oci::decode_document(once), twice);
    if (once != twice) std::abort();
    (void)oci::decode_document(input);
    for (const oci::Descriptor& one : document.items) {
        const bool sound = !oci::fault_of_digest(one.digest, false).rule;
        const std::string path = oci::blob_path("store/index.json", one.digest);
        const bool inside = path.starts_with("store/blobs/") && !oci::leads_out(path);
        if (sound && !inside) std::abort();
    }
    return 0;
}

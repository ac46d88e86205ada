#include "assay/finding.h"

#include "assay/digest.h"

namespace assay {

static void append_number(std::string& text, uint64_t number) {
    uint8_t bytes[8];
    store_le(bytes, number);
    text += as_text(bytes);
}

std::string fingerprint(std::string_view path, const Finding& finding) {
    std::string text;
    for (std::string_view field : {finding.rule->id, path, std::string_view(finding.detail)}) {
        append_number(text, field.size());
        text += field;
    }
    append_number(text, finding.offset);
    return to_hex(sha256_of(as_bytes(text)));
}

}  // namespace assay

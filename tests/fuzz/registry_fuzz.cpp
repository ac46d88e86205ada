// What a registry's client reads that others wrote: references, heads, lists of descriptors,
// docker's configuration. The first byte picks.
#include <cstdlib>

#include "core/registry/documents.h"
#include "core/registry/headers.h"
#include "core/registry/logins.h"

namespace {

using namespace assay;            // NOLINT: one file of tests
using namespace assay::registry;  // NOLINT

void require(bool holds) {
    if (!holds) std::abort();
}

// What is accepted says the same when it is written and read again.
void reference(std::string_view text) {
    Result<Reference> read = parse_reference(text);
    if (!read) return;
    Result<Reference> again = parse_reference(read->text());
    require(again && *again == *read);
    require(read->repository.find("..") == std::string::npos);
}

void heads(std::string_view text) {
    Headers headers;
    headers.add(text);
    for (const Challenge& challenge : parse_challenges(text)) require(!challenge.scheme.empty());
    if (auto range = parse_content_range(text)) {
        require(range->first <= range->last);
        require(!range->total || range->last < *range->total);
    }
    if (auto link = parse_next_link(text)) require(text.find(*link) != text.npos);
    (void)parse_media_type(text);
    for (char c : printable(text, 64)) require(c >= 0x20 && c < 0x7f);
}

void lists(std::string_view text) {
    Descriptor added{"t", "sha256:" + std::string(64, 'b'), 9, "kind", {}};
    Result<std::vector<Descriptor>> before = read_index(text);
    Result<std::string> longer = add_to_index(text, added);
    if (!before || !longer) return;
    Result<std::vector<Descriptor>> after = read_index(*longer);
    require(after && after->size() == before->size() + 1);
}

void configuration(std::string_view text) {
    Result<JsonValue> config = JsonValue::parse(as_bytes(text));
    if (!config) return;
    auto nobody = [](const std::string&, const std::string&) {
        return Result<std::optional<std::string>>(std::optional<std::string>());
    };
    for (const char* host : {"docker.io", "ghcr.io", "host:5000"}) {
        (void)find_in_config(*config, host, "org/model", nobody);
    }
    (void)login_of_helper(std::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    std::string_view text = assay::as_text({data + 1, size - 1});
    switch (data[0] % 4) {
        case 0:
            reference(text);
            break;
        case 1:
            heads(text);
            break;
        case 2:
            lists(text);
            break;
        default:
            configuration(text);
    }
    return 0;
}

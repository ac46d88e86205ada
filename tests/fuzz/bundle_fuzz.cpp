// Bundles come with the models that they are to vouch for. What is read is written to what reads
// the same, and holds exactly one of everything that there may be one of.
#include <cstdint>
#include <cstdlib>

#include "assay/bundle.h"

using assay::Bundle;

static void require(bool condition) {
    if (!condition) std::abort();
}

static void check(const Bundle& bundle) {
    require(bundle.envelope.has_value() != bundle.message.has_value());
    require(bundle.certificates.empty() == (bundle.material == Bundle::Material::kPublicKey));
    if (bundle.envelope) require(!bundle.envelope->signature.empty());
    if (bundle.message) require(!bundle.message->signature.empty());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Result<Bundle> bundle = assay::read_bundle({data, size});
    if (!bundle) return 0;
    check(*bundle);
    const std::string text = assay::write_bundle(*bundle);
    assay::Result<Bundle> again = assay::read_bundle(assay::as_bytes(text));
    require(again.ok() && assay::write_bundle(*again) == text);
    if (bundle->envelope) require(again->envelope->payload == bundle->envelope->payload);
    return 0;
}

// Key files are the user's own, or a stranger's who wants to be trusted. A key that is read can be
// written again and is the same one; nothing of another kind gets through.
#include <cstdint>
#include <cstdlib>

#include "assay/cosign_key.h"
#include "assay/keys.h"

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    assay::Result<assay::PublicKey> half = assay::PublicKey::from_pem(text);
    if (!half) half = assay::PublicKey::from_spki({data, size});
    if (half) {
        assay::Result<assay::PublicKey> again = assay::PublicKey::from_pem(half->pem());
        require(again.ok() && again->spki() == half->spki());
        require(!half->verify(assay::as_bytes("x"), {data, size}));
    }
    assay::PasswordSource password = [] { return assay::Secret::copy_of(assay::as_bytes("p")); };
    assay::Result<assay::PrivateKey> key = assay::PrivateKey::from_pem(text, password);
    if (!key) key = assay::PrivateKey::from_pkcs8({data, size});
    if (key) require(!key->public_key().spki().empty());
    return 0;
}

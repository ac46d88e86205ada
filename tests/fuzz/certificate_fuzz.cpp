// Certificates come with a bundle, from whoever made it. What is read can be written again, has one
// identity or none, and answers every question that is asked of a signer.
#include <cstdint>
#include <cstdlib>

#include "assay/certificate.h"
#include "assay/certificate_log.h"
#include "assay/identity.h"

using assay::Certificate;

static void require(bool condition) {
    if (!condition) std::abort();
}

static void ask(const Certificate& one) {
    assay::Result<Certificate> again = Certificate::from_der(one.der());
    require(again.ok() && *again == one);
    assay::Result<assay::SignerIdentity> identity = assay::identity_of(one);
    if (identity) {
        require(!identity->name.empty() && identity->name.find('\0') == std::string::npos);
        require(!identity->issuer.empty());
    }
    (void)one.subject();
    (void)assay::may_sign(one, assay::SignedThing::kOther).ok();
    require(!assay::logged_by(one, one, {}));
    (void)assay::chain_of({one, {}, {one}, one.not_before()}).ok();
    assay::Result<assay::PublicKey> key = one.key();
    if (key) require(!key->spki().empty() && !key->verify(assay::as_bytes("x"), {}));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Result<std::vector<Certificate>> all = Certificate::all_of({data, size});
    if (!all) return 0;
    require(!all->empty() && all->size() <= assay::kMaxCertificates);
    for (const Certificate& one : *all) ask(one);
    return 0;
}

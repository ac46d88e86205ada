#include "assay/digest.h"
#include "assay/json_text.h"
#include "commands.h"
#include "text.h"

namespace assay::cli {

int run_oms_capabilities() {
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("sign_methods").open('[');
    for (const char* method : {"key", "certificate"}) json.text(method);
    json.close(']');
    json.key("verify_methods").open('[');
    for (const char* method : {"key", "certificate", "sigstore"}) json.text(method);
    json.close(']');
    json.key("hash_algorithms").open('[');
    for (DigestKind kind : {DigestKind::kSha256, DigestKind::kBlake2b, DigestKind::kBlake3}) {
        if (is_available(kind)) json.text(name_of(kind));
    }
    json.close(']');
    json.key("serialization_methods").open('[');
    for (const char* method : {"files", "shards"}) json.text(method);
    json.close(']');
    json.close('}');
    return print_out(text + "\n", kExitClean);
}

// The suite names a method; what is given must be of that method, since falling back to another
// would verify something else than was asked.
bool fits_adapter_method(const Args& args) {
    const std::string& method = args.seal.adapter_method;
    if (method.empty()) return true;
    const bool signs = args.command == Command::kSign;
    const SignerArgs& signer = args.signing.signer;
    const TrustArgs& trust = args.signing.trust;
    const bool key = signs ? signer.certificate.empty() : !trust.key.empty();
    const bool certificate = signs ? !signer.certificate.empty() : !trust.roots.empty();
    const bool sigstore = !signs && !trust.trusted_root.empty();
    bool fits = method == "key" ? key : method == "certificate" ? certificate : sigstore;
    if (fits) return true;
    complain("--method " + method, method == "sigstore"
                                       ? "is only verified, with --trusted-root"
                                       : "does not fit the keys and certificates that are given");
    return false;
}

}  // namespace assay::cli
